"""A call from a peer (RFC 3261 §13.3), from the INVITE to the end."""

from collections.abc import Callable

from earwitness.sip.bodies import session_description
from earwitness.sip.context import ALLOW, Context, new_tag
from earwitness.sip.dialog import Dialog
from earwitness.sip.events import Answered, CallEvent, EndCause, Ended, OfferRefusedError, Reoffered
from earwitness.sip.message import Fields, Request, Response, reply
from earwitness.sip.reason import cause_of_request
from earwitness.sip.server_transaction import ServerTransaction
from earwitness.sip.session_timer import answer_fields, interval_of_request
from earwitness.sip.usage import InviteUsage, OnOffer

MAX_RINGING_S = 180.0
"""An INVITE that its handler leaves alone is refused then, as proxies would (§13.3.1.1)."""


class IncomingSession:
    """One call from a peer; tells `emit` what happens, `Ended` last."""

    def __init__(
        self,
        context: Context,
        transaction: ServerTransaction,
        request: Request,
        emit: Callable[[CallEvent], None],
        now: float,
    ) -> None:
        """Take an INVITE, in its transaction.

        Raises:
            ValueError: the INVITE has no usable Contact.
        """
        self.key = transaction.key
        """By what a CANCEL finds the call."""
        self.call_id = request.call_id
        self.offer = session_description(request)
        self.ended = False
        self.on_offer: OnOffer | None = None
        """Answers the peer's later offers; without it they are refused."""
        self._context = context
        self._transaction = transaction
        self._emit = emit
        self._tag = new_tag()
        dialog = Dialog.of_callee(request, self._tag)
        self._usage = InviteUsage(
            context, dialog, transaction.peer, self, self._answer_offer, None, placed=False
        )
        self._answered = False
        self._patience = context.timers.start(now + MAX_RINGING_S, self._lose_patience)

    def ring(self, sdp: bytes | None, now: float) -> None:
        """Send 180, or 183 with a description for early media."""
        if self._transaction.final_sent:
            return
        status = 180 if sdp is None else 183
        self._transaction.respond(self._reply(status, [], sdp or b""), now)

    def answer(self, sdp: bytes, headers: tuple[tuple[str, str], ...], now: float) -> None:
        """Send 200 with our answer, or our offer when the INVITE had none."""
        if self._transaction.final_sent:
            return
        self._answered = True
        self._patience.cancel()
        request = self._transaction.request
        interval = interval_of_request(request)
        fields = [("Allow", ALLOW), ("Supported", "timer"), *answer_fields(request, interval), *headers]
        self._usage.local_sdp = sdp
        self._usage.remote_sdp = self.offer or b""
        self._usage.confirm(request, interval, now)
        offering = self.offer is None
        self._usage.answer(
            self._transaction, self._reply(200, fields, sdp), self._acknowledged, now, offering=offering
        )

    def reject(self, status: int, reason: str | None, now: float) -> None:
        """Refuse the call with a status from 300 to 699."""
        if not self._transaction.final_sent:
            self._refuse(status, reason, now)
            self._end(EndCause("local", status, reason or ""))

    def hang_up(self, reason: str | None, now: float) -> None:
        """End the call: 603 before our answer, BYE after."""
        if self.ended:
            return
        if self._answered:
            self._usage.hang_up(reason)
            self._end(EndCause("local", None, reason or "We hung up"))
        else:
            self.reject(603, None, now)

    def cancelled(self, cancel: Request, now: float) -> None:
        """The peer gave up before our answer (§9.2)."""
        if not self._transaction.final_sent:
            self._refuse(487, None, now)
            self._end(cause_of_request(cancel))

    def reoffered(self, event: Reoffered, now: float) -> None:
        """Pass on that the session changed."""
        if not self.ended:
            self._emit(event)

    def usage_ended(self, usage: InviteUsage, cause: EndCause, now: float) -> None:
        """The dialog is over."""
        if not self._transaction.final_sent:
            self._refuse(487, None, now)
        if not self.ended:
            self._end(cause)

    def _answer_offer(self, offer: bytes | None) -> bytes:
        if self.on_offer is None:
            raise OfferRefusedError("nobody answers offers in this call")
        return self.on_offer(offer)

    def _acknowledged(self, sdp: bytes | None, now: float) -> None:
        if self.ended:
            return
        self._usage.remote_sdp = sdp or self._usage.remote_sdp
        self._emit(Answered(self._usage.remote_sdp))

    def _lose_patience(self, now: float) -> None:
        self.reject(480, None, now)

    def _refuse(self, status: int, reason: str | None, now: float) -> None:
        self._transaction.respond(reply(self._transaction.request, status, reason, to_tag=self._tag), now)
        self._patience.cancel()
        self._usage.forget(now)

    def _reply(self, status: int, fields: Fields, sdp: bytes) -> Response:
        request = self._transaction.request
        all_fields = [("Record-Route", value) for value in request.headers.getlist("Record-Route")]
        all_fields.append(("Contact", self._context.contact(self._transaction.peer)))
        all_fields += fields
        if sdp:
            all_fields.append(("Content-Type", "application/sdp"))
        return reply(request, status, to_tag=self._tag, fields=all_fields, body=sdp)

    def _end(self, cause: EndCause) -> None:
        self.ended = True
        self._emit(Ended(cause))
