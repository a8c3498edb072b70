"""A 2xx of ours to an INVITE, repeated until its ACK arrives (RFC 3261 §13.3.1.4)."""

from collections.abc import Callable

from earwitness.sip.bodies import session_description
from earwitness.sip.context import Context
from earwitness.sip.message import Request, Response
from earwitness.sip.server_transaction import ServerTransaction


class PendingAnswer:
    """Sends the 2xx, then again after T1, 2 T1 … up to T2, over every transport, for 64 T1 at most."""

    def __init__(
        self,
        context: Context,
        transaction: ServerTransaction,
        response: Response,
        acknowledged: Callable[[bytes | None, float], None],
        unacknowledged: Callable[[float], None],
        now: float,
    ) -> None:
        """Send the response. `acknowledged` gets the session description of the ACK, if it has one."""
        self._context = context
        self._peer = transaction.peer
        self._data = bytes(response)
        self.sequence = transaction.request.cseq.sequence
        """CSeq number of the INVITE, and so of the ACK."""
        self._acknowledged = acknowledged
        self._unacknowledged = unacknowledged
        self._wait = context.values.t1_s
        self._repeat = context.timers.start(now + self._wait, self._send_again)
        self._deadline = context.timers.start(now + context.values.timeout_s, self._give_up)
        transaction.respond(response, now)

    def take_ack(self, ack: Request, now: float) -> None:
        """Take the ACK with our `sequence`."""
        self.stop()
        self._acknowledged(session_description(ack), now)

    def stop(self) -> None:
        """Send no more."""
        self._repeat.cancel()
        self._deadline.cancel()

    def _send_again(self, now: float) -> None:
        self._wait = min(2 * self._wait, self._context.values.t2_s)
        self._repeat = self._context.timers.start(now + self._wait, self._send_again)
        self._context.transactions.send(self._data, self._peer)

    def _give_up(self, now: float) -> None:
        self.stop()
        self._unacknowledged(now)
