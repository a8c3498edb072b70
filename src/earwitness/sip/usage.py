"""A call inside its dialog (an "invite usage", RFC 5057): what the peer may ask, and how it ends."""

import logging
from collections.abc import Callable
from typing import Protocol

from earwitness.sip.acknowledgement import Acknowledgement
from earwitness.sip.bodies import content_type, session_description
from earwitness.sip.context import ALLOW, Context
from earwitness.sip.dialog import Dialog
from earwitness.sip.digest import Authenticator
from earwitness.sip.events import EndCause, OfferRefusedError, Reoffered
from earwitness.sip.exchange import Draft, Exchange, ExchangeUser
from earwitness.sip.farewell import Farewell
from earwitness.sip.lookup import lookup_for
from earwitness.sip.message import Fields, Request, Response, reply
from earwitness.sip.peer import Peer
from earwitness.sip.pending_answer import PendingAnswer
from earwitness.sip.reason import cause_of_request, reason_fields
from earwitness.sip.refresh import Refresher
from earwitness.sip.server_transaction import ServerTransaction
from earwitness.sip.session_timer import (
    MIN_SE_S,
    SessionInterval,
    answer_fields,
    interval_of_request,
    is_too_small,
)

logger = logging.getLogger(__name__)

OnOffer = Callable[[bytes | None], bytes]
"""Answers a peer's offer; with none, makes ours. Raises OfferRefusedError."""


class UsageUser(Protocol):
    """Whose call it is."""

    def reoffered(self, event: Reoffered, now: float) -> None:
        """A new offer was agreed."""

    def usage_ended(self, usage: "InviteUsage", cause: EndCause, now: float) -> None:
        """The dialog is over, not by `hang_up`."""


class InviteUsage:
    """One dialog of a call, early or confirmed, from our side."""

    def __init__(
        self,
        context: Context,
        dialog: Dialog,
        peer: Peer,
        user: UsageUser,
        on_offer: OnOffer,
        authenticator: Authenticator | None,
        *,
        placed: bool,
    ) -> None:
        """`placed` says whether we placed the call, and so made its Call-ID."""
        self.dialog = dialog
        self.peer = peer
        """By whom it was heard of last."""
        self.local_sdp = b""
        """What we described last."""
        self.remote_sdp = b""
        """What the peer described last."""
        self.ended = False
        self._context = context
        self._user = user
        self._on_offer = on_offer
        self._authenticator = authenticator
        self._placed = placed
        self._confirmed = False
        self._pending: PendingAnswer | None = None
        self._offering = False
        """Whether the pending 2xx holds an offer of ours."""
        self._bye_fields: tuple[tuple[str, str], ...] | None = None
        self._acknowledgement: Acknowledgement | None = None
        self._refresher = Refresher(context, self, placed=placed)
        context.dialogs[dialog.key] = self

    # What we send

    def draft(self, method: str, fields: Fields = (), *, contact: bool = False, body: bytes = b"") -> Draft:
        """Return a request inside the dialog."""
        uri, routes, hop = self.dialog.route()
        own = [("From", self.dialog.local), ("To", self.dialog.remote), ("Call-ID", self.dialog.call_id)]
        return Draft(
            method,
            uri,
            lookup_for(hop),
            (*routes, *own, *fields),
            self.dialog.next_sequence,
            contact=contact,
            body=body,
        )

    def exchange(self, draft: Draft, user: ExchangeUser | None = None) -> Exchange:
        """Send a request inside the dialog."""
        exchange = Exchange(self._context, draft, user or Farewell(self), self._authenticator)
        exchange.start()
        return exchange

    def acknowledge(self, invite: Request, response: Response) -> None:
        """Send the ACK of a 2xx to our INVITE, the same one again when the 2xx is repeated.

        It goes where this 2xx says (RFC 3261 §12.2.1.2, §13.2.2.4), not where a 1xx before it said.
        """
        if self._acknowledgement is None or self._acknowledgement.invite is not invite:
            if self._confirmed:
                self.dialog.refresh_target(response)
            else:
                self.dialog.establish(response)
            self._acknowledgement = Acknowledgement(
                self._context, self.draft("ACK"), invite, self._authenticator
            )
        self._acknowledgement.send()

    def confirm(self, message: Request | Response, interval: SessionInterval | None, now: float) -> None:
        """Note that the call is established by the peer's 2xx or INVITE; starts the session timer."""
        self._confirmed = True
        self._refresher.learn(message)
        self._refresher.agree(interval, now)

    def answer(
        self,
        transaction: ServerTransaction,
        response: Response,
        acknowledged: Callable[[bytes | None, float], None],
        now: float,
        *,
        offering: bool,
    ) -> None:
        """Answer an INVITE with a 2xx, until it is acknowledged; `offering` where the 2xx holds an offer."""
        self._offering = offering
        self._pending = PendingAnswer(
            self._context, transaction, response, acknowledged, self._unacknowledged, now
        )

    def hang_up(self, reason: str | None = None) -> None:
        """End the dialog with BYE; a callee waits for the ACK of its 2xx (RFC 3261 §15)."""
        if self.ended:
            return
        self.ended = True
        self._refresher.stop()
        if self._pending is not None and not self._placed:
            self._bye_fields = reason_fields(reason)
        else:
            self.exchange(self.draft("BYE", reason_fields(reason)))

    def forget(self, now: float) -> None:
        """Leave the dialog without a word: it never was confirmed, or it is over."""
        self.ended = True
        self._refresher.forget(now)
        if self._pending is not None:
            self._pending.stop()
        if self._context.dialogs.get(self.dialog.key) is self:
            del self._context.dialogs[self.dialog.key]

    def fail(self, cause: EndCause, now: float) -> None:
        """End a call that can't go on: BYE, and tell the user."""
        if not self.ended:
            self.hang_up(cause.reason)
            self._user.usage_ended(self, cause, now)

    # What the peer sends

    def take_request(self, transaction: ServerTransaction, request: Request, now: float) -> None:
        """Answer a request inside the dialog."""
        self.peer = transaction.peer
        in_order = self.dialog.accepts(request)
        if request.method == "BYE":
            self._bye(transaction, request, now)
        elif self.ended:
            self._respond(transaction, 481, now)
        elif not in_order:
            self._respond(transaction, 500, now)
        elif request.method in ("INVITE", "UPDATE"):
            self._change(transaction, request, now)
        elif request.method == "OPTIONS":
            fields = [("Allow", ALLOW), ("Accept", "application/sdp"), ("Supported", "timer")]
            self._respond(transaction, 200, now, fields)
        elif request.method == "INFO" and request.headers.getlist("Info-Package"):
            self._respond(transaction, 469, now, [("Recv-Info", "")])
        elif request.method in ("INFO", "MESSAGE"):
            self._respond(transaction, 200, now)
        elif request.method == "NOTIFY":
            # We subscribe to nothing; 481 would tell some peers that the call is gone.
            self._respond(transaction, 489, now)
        else:
            self._respond(transaction, 481, now)

    def take_ack(self, request: Request, now: float) -> None:
        """Take the ACK of a 2xx of ours; other ACKs are dropped."""
        pending = self._pending
        if pending is None or request.cseq.sequence != pending.sequence:
            return
        self._pending = None
        pending.take_ack(request, now)
        self._say_delayed_bye()

    def _bye(self, transaction: ServerTransaction, request: Request, now: float) -> None:
        self._respond(transaction, 200, now)
        if not self.ended:
            self.forget(now)
            self._user.usage_ended(self, cause_of_request(request), now)

    def _unacknowledged(self, now: float) -> None:
        self._pending = None
        self.fail(EndCause("timeout", None, "The other side never acknowledged our answer"), now)
        self._say_delayed_bye()

    def _say_delayed_bye(self) -> None:
        if self._bye_fields is not None:
            self.exchange(self.draft("BYE", self._bye_fields))
            self._bye_fields = None

    def _change(self, transaction: ServerTransaction, request: Request, now: float) -> None:
        """Take a re-INVITE (RFC 3261 §14.2) or an UPDATE (RFC 3311)."""
        offer = session_description(request)
        if is_too_small(request):
            self._respond(transaction, 422, now, [("Min-SE", str(MIN_SE_S))])
        elif request.method == "INVITE" and (self._pending is not None or not self._confirmed):
            self._respond(transaction, 500, now, [("Retry-After", "1")])
        elif offer and not (self._placed or self._confirmed):
            # The offer of the INVITE is still ours to answer (RFC 3311 §5.2).
            self._respond(transaction, 500, now, [("Retry-After", "1")])
        elif self._awaits_answer and (offer or request.method == "INVITE"):
            self._respond(transaction, 491, now)
        elif request.body and offer is None:
            logger.debug("offer of type %s refused", content_type(request))
            self._respond(transaction, 415, now, [("Accept", "application/sdp")])
        elif request.method == "UPDATE" and offer is None:
            self._agree(transaction, request, b"", now)
        else:
            self._negotiate(transaction, request, offer, now)

    @property
    def _awaits_answer(self) -> bool:
        """Whether an offer of ours is still to be answered by the peer (RFC 3311 §5.2)."""
        in_2xx = self._pending is not None and self._offering
        return self._refresher.offering or in_2xx or (self._placed and not self.remote_sdp)

    def _negotiate(
        self, transaction: ServerTransaction, request: Request, offer: bytes | None, now: float
    ) -> None:
        try:
            answer = self._on_offer(offer)
        except OfferRefusedError as error:
            logger.debug("offer refused: %s", error)
            self._respond(transaction, 488, now)
            return
        except Exception:
            # The callback belongs to another room: its fault may cost this offer, never the agent.
            logger.exception("the callback that answers offers failed")
            self._respond(transaction, 500, now)
            return
        self.local_sdp = answer
        self._agree(transaction, request, answer, now)
        if offer is not None:
            self.remote_sdp = offer
            self._user.reoffered(Reoffered(offer, answer), now)

    def _agree(self, transaction: ServerTransaction, request: Request, body: bytes, now: float) -> None:
        self.dialog.refresh_target(request)
        interval = interval_of_request(request)
        if self._confirmed:
            self.confirm(request, interval, now)
        fields = [
            ("Contact", self._context.contact(transaction.peer)),
            ("Allow", ALLOW),
            ("Supported", "timer"),
            *answer_fields(request, interval),
        ]
        if body:
            fields.append(("Content-Type", "application/sdp"))
        response = reply(request, 200, fields=fields, body=body)
        if request.method == "UPDATE":
            transaction.respond(response, now)
        else:
            offering = session_description(request) is None
            self.answer(transaction, response, self.take_answer, now, offering=offering)

    def take_answer(self, sdp: bytes | None, now: float) -> None:
        """Take the peer's answer to an offer of ours; one that says nothing new is not passed on."""
        if sdp is not None and sdp != self.remote_sdp and not self.ended:
            self.remote_sdp = sdp
            self._user.reoffered(Reoffered(sdp, self.local_sdp), now)

    def _respond(self, transaction: ServerTransaction, status: int, now: float, fields: Fields = ()) -> None:
        transaction.respond(reply(transaction.request, status, fields=fields), now)
