"""The transaction layer: matches messages to transactions (RFC 3261 §17.1.3, §17.2.3)."""

import logging
from collections import deque

from earwitness.sip.client_transaction import (
    ClientTransaction,
    InviteClientTransaction,
    NonInviteClientTransaction,
    client_key,
)
from earwitness.sip.message import Request, Response
from earwitness.sip.peer import Outgoing, Peer
from earwitness.sip.server_transaction import (
    InviteServerTransaction,
    NonInviteServerTransaction,
    ServerTransaction,
    server_key,
)
from earwitness.sip.timers import Timers, TimerValues
from earwitness.sip.transaction import ClientUser, Transaction, TransactionKey

logger = logging.getLogger(__name__)

MAX_SERVER_TRANSACTIONS = 20_000
"""A flood of INVITEs ends here: more are answered statelessly with 503. Requests in a dialog of ours are
taken up to twice as many, so that a BYE is heard all the same.
"""
MAX_QUEUED = 20_000
"""Messages waiting for the transport; beyond it the oldest is dropped, as a network would."""


class TransactionLayer:
    """Holds every transaction; is the wire they stand on."""

    def __init__(self, timers: Timers, values: TimerValues) -> None:
        self.timers = timers
        self.values = values
        self._client: dict[TransactionKey, ClientTransaction] = {}
        self._server: dict[TransactionKey, ServerTransaction] = {}
        self._merging: dict[TransactionKey, TransactionKey] = {}
        self._outbox: deque[Outgoing] = deque(maxlen=MAX_QUEUED)

    @property
    def idle(self) -> bool:
        """Whether no request of ours awaits a final response."""
        return not any(transaction.pending for transaction in self._client.values())

    def full(self, *, in_dialog: bool = False) -> bool:
        """Tell whether no more requests can be taken on."""
        return len(self._server) >= MAX_SERVER_TRANSACTIONS * (2 if in_dialog else 1)

    def send(self, data: bytes, peer: Peer) -> None:
        """Queue a message for the transport."""
        self._outbox.append(Outgoing(data, peer))

    def messages_to_send(self) -> list[Outgoing]:
        """Return and clear what is queued."""
        messages = list(self._outbox)
        self._outbox.clear()
        return messages

    def request(self, request: Request, peer: Peer, user: ClientUser, now: float) -> ClientTransaction:
        """Send a request in a transaction of its own."""
        kind = InviteClientTransaction if request.method == "INVITE" else NonInviteClientTransaction
        transaction = kind(request, peer, self, user)
        self._client[transaction.key] = transaction
        transaction.start(now)
        return transaction

    def receive_response(self, response: Response, now: float) -> None:
        """Hand a response to its transaction; one that has none is dropped (RFC 6026 §7.2)."""
        branch = response.via.parameters.get("branch") or ""
        transaction = self._client.get(client_key(branch, response.cseq.method))
        if transaction is None:
            logger.debug("response without a transaction dropped: %s %s", response.status, response.cseq)
        else:
            transaction.receive(response, now)

    def find(self, request: Request) -> ServerTransaction | None:
        """Return the transaction that a retransmission or an ACK belongs to."""
        return self._server.get(server_key(request))

    def cancelled_by(self, cancel: Request) -> ServerTransaction | None:
        """Return the INVITE transaction that a CANCEL is about (§9.2)."""
        key = server_key(cancel)
        return self._server.get((*key[:2], "INVITE", *key[3:]))

    def is_merged(self, request: Request) -> bool:
        """Tell whether the request came by another path already (§8.2.2.2)."""
        return not request.to_tag and _merge_key(request) in self._merging

    def accept(self, request: Request, peer: Peer, now: float) -> ServerTransaction:
        """Make the transaction of a new request."""
        transaction: ServerTransaction
        if request.method == "INVITE":
            transaction = InviteServerTransaction(request, peer, self, now)
        else:
            transaction = NonInviteServerTransaction(request, peer, self)
        self._server[transaction.key] = transaction
        self._merging.setdefault(_merge_key(request), transaction.key)
        return transaction

    def forget(self, transaction: Transaction) -> None:
        """Drop a transaction that has terminated."""
        if isinstance(transaction, ClientTransaction):
            self._client.pop(transaction.key, None)
        elif isinstance(transaction, ServerTransaction):
            self._server.pop(transaction.key, None)
            merge_key = _merge_key(transaction.request)
            if self._merging.get(merge_key) == transaction.key:
                del self._merging[merge_key]

    def transport_failed(self, peer: Peer, now: float) -> None:
        """Tell every request on its way to `peer` that it can't get there."""
        for transaction in [t for t in self._client.values() if t.peer == peer]:
            transaction.transport_failed(now)


def _merge_key(request: Request) -> TransactionKey:
    return (request.from_tag, request.call_id, str(request.cseq.sequence), request.cseq.method)
