"""A call we place (RFC 3261 §13.2), from the INVITE to the end.

    INVITE → 1xx, early media, PRACK → 2xx → ACK → … → BYE
           → 401, 407: again with credentials (exchange.py)
           → 3xx: again to where it points
           → 422: again with the interval asked for (RFC 4028 §7.3)
           → CANCEL; a 2xx that crosses it is acknowledged and ended with BYE

Every fork that answers after the first is acknowledged and ended.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from earwitness.sip.bodies import session_description
from earwitness.sip.context import ALLOW, Context, new_call_id, new_tag
from earwitness.sip.dialog import Dialog
from earwitness.sip.digest import Authenticator
from earwitness.sip.events import Answered, CallEvent, EndCause, Ended, Progress, Reoffered
from earwitness.sip.exchange import Draft, Exchange, ExchangeFailure
from earwitness.sip.fields import quoted, read_seconds, read_tokens, readable
from earwitness.sip.lookup import lookup_for
from earwitness.sip.message import Response
from earwitness.sip.peer import Transport
from earwitness.sip.reason import cause_of_response, reason_fields
from earwitness.sip.redirect import Targets, anywhere
from earwitness.sip.session_timer import interval_of_response, minimum
from earwitness.sip.uri import SipUri
from earwitness.sip.usage import InviteUsage, OnOffer

_MAX_FORKS = 16
"""Dialogs that the answers to one INVITE may open; a 1xx beyond them is not followed, and a 2xx takes the
place of the oldest.
"""
_MAX_INTERVAL_REFUSALS = 2


@dataclass(frozen=True, slots=True)
class CallRequest:
    """Whom to call, and how."""

    target: SipUri
    offer: bytes
    on_offer: OnOffer
    from_uri: str
    from_display: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    transport: Transport | None = None
    proxy: SipUri | None = None
    may_follow: Callable[[SipUri], bool] = anywhere
    """Whether the call may be redirected there."""


class OutgoingSession:
    """One call of ours; tells `emit` what happens, `Ended` last."""

    def __init__(
        self,
        context: Context,
        request: CallRequest,
        authenticator: Authenticator | None,
        emit: Callable[[CallEvent], None],
    ) -> None:
        self.call_id = new_call_id()
        self._context = context
        self._request = request
        self._authenticator = authenticator
        self._emit = emit
        self._tag = new_tag()
        self._sequence = count(1)
        self._targets = Targets(request.target, request.may_follow)
        self._exchange: Exchange | None = None
        self._usages: dict[str, InviteUsage] = {}
        self._answered: InviteUsage | None = None
        self._reliable: dict[str, int] = {}
        self._min_se_s: int | None = None
        self._interval_refusals = 0
        self._reason: str | None = None
        self.ended = False

    def start(self) -> None:
        """Send the INVITE as soon as its address is known."""
        target = self._targets.next()
        assert target is not None, "a new call has one target"
        self._invite(target)

    def hang_up(self, reason: str | None, now: float) -> None:
        """End the call whatever its state; the wire is cleared in the background."""
        if self.ended:
            return
        self._reason = reason
        if self._answered is not None:
            self._answered.hang_up(reason)
        elif self._exchange is not None:
            self._exchange.cancel(now, reason_fields(reason))
            self._forget_early(None, now)
        self._end(EndCause("local", None, reason or "We hung up"))

    # The INVITE

    def _invite(self, target: SipUri) -> None:
        request = self._request
        self._target = target
        display = f"{quoted(request.from_display)} " if request.from_display else ""
        fields = [
            ("From", f"{display}<{request.from_uri}>;tag={self._tag}"),
            ("To", f"<{_address_of_record(request.target)}>"),
            ("Call-ID", self.call_id),
            ("Allow", ALLOW),
            ("Supported", "timer"),
            ("User-Agent", self._context.identity.user_agent),
            *request.headers,
        ]
        if request.proxy is not None:
            fields.insert(0, ("Route", f"<{request.proxy}>"))
        if self._min_se_s is not None:
            fields += [("Session-Expires", str(self._min_se_s)), ("Min-SE", str(self._min_se_s))]
        draft = Draft(
            "INVITE",
            str(target),
            lookup_for(request.proxy or target, request.transport),
            tuple(fields),
            lambda: next(self._sequence),
            contact=True,
            body=request.offer,
        )
        self._exchange = Exchange(self._context, draft, self, self._authenticator)
        self._exchange.start()

    def progressed(self, exchange: Exchange, response: Response, now: float) -> None:
        """Take a 1xx."""
        if self.ended or self._answered is not None:
            return
        sdp = session_description(response)
        usage = self._usage_of(exchange, response, now) if response.to_tag and response.status > 100 else None
        if usage is not None:
            if "100rel" in read_tokens(response.headers.getlist("Require")):
                self._acknowledge_reliably(usage, exchange, response)
            usage.remote_sdp = sdp or usage.remote_sdp
        self._emit(Progress(response.status, readable(response.reason), sdp))

    def answered(self, exchange: Exchange, response: Response, now: float) -> None:
        """Take a final response."""
        if 200 <= response.status < 300:
            self._accepted(exchange, response, now)
        elif self.ended:
            return
        elif 300 <= response.status < 400:
            self._targets.add(response)
            self._next_target(cause_of_response(response), now)
        elif response.status == 422 and self._may_ask_for_longer(response):
            self._forget_early(None, now)
            self._invite(self._target)
        elif response.status >= 600:
            self._end(cause_of_response(response))
        else:
            self._next_target(cause_of_response(response), now)

    def unanswered(self, exchange: Exchange, failure: ExchangeFailure, now: float) -> None:
        """Take it that no answer comes."""
        if self.ended:
            return
        host = (self._request.proxy or self._target).host
        match failure:
            case "timeout":
                cause = EndCause("timeout", 408, f"{host} does not answer")
            case "transport":
                cause = EndCause("transport", None, f"{host} can't be reached")
            case "unresolved":
                cause = EndCause("transport", None, f"No address was found for {host}")
        self._next_target(cause, now)

    def _next_target(self, cause: EndCause, now: float) -> None:
        self._forget_early(None, now)
        target = self._targets.next()
        if target is None:
            self._end(cause)
        else:
            self._invite(target)

    def _may_ask_for_longer(self, response: Response) -> bool:
        seconds = minimum(response)
        self._interval_refusals += 1
        if seconds is None or self._interval_refusals > _MAX_INTERVAL_REFUSALS:
            return False
        self._min_se_s = max(seconds, self._min_se_s or 0)
        return True

    # The answer

    def _accepted(self, exchange: Exchange, response: Response, now: float) -> None:
        usage = self._usage_of(exchange, response, now)
        if usage is None:
            return
        usage.acknowledge(exchange.request, response)
        if usage.ended or usage is self._answered:
            return
        if self.ended or self._answered is not None:
            usage.hang_up(self._reason or "Answered elsewhere")
            return
        self._answered = usage
        self._forget_early(usage, now)
        # Early media may have carried the answer, when 183 was reliable or the peer is careless.
        # An offer that was answered in the early dialog is newer than the answer to the INVITE.
        if usage.local_sdp == self._request.offer:
            usage.remote_sdp = session_description(response) or usage.remote_sdp
        if usage.remote_sdp:
            usage.confirm(response, interval_of_response(response), now)
            self._emit(Answered(usage.remote_sdp, response.status))
        else:
            cause = EndCause("local", response.status, "The call was answered without a session description")
            usage.fail(cause, now)

    def _usage_of(self, exchange: Exchange, response: Response, now: float) -> InviteUsage | None:
        """Return the dialog of a response; makes it at the first one with its tag."""
        usage = self._usages.get(response.to_tag)
        if usage is None and len(self._usages) >= _MAX_FORKS and response.status >= 200:
            self._drop_oldest(now)
        if usage is None and len(self._usages) < _MAX_FORKS:
            dialog = Dialog.of_caller(exchange.request, response)
            usage = InviteUsage(
                self._context,
                dialog,
                exchange.peer,
                self,
                self._request.on_offer,
                self._authenticator,
                placed=True,
            )
            usage.local_sdp = self._request.offer
            self._usages[response.to_tag] = usage
        return usage

    def _drop_oldest(self, now: float) -> None:
        tag = next(tag for tag, usage in self._usages.items() if usage is not self._answered)
        self._usages.pop(tag).forget(now)

    def _acknowledge_reliably(self, usage: InviteUsage, exchange: Exchange, response: Response) -> None:
        """PRACK a reliable 1xx, each once and in order (RFC 3262 §4)."""
        number = read_seconds(response.headers.get("RSeq"))
        last = self._reliable.get(response.to_tag)
        if number is None or (last is not None and number != last + 1):
            return
        self._reliable[response.to_tag] = number
        usage.exchange(usage.draft("PRACK", [("RAck", f"{number} {response.headers['CSeq']}")]))

    def _forget_early(self, chosen: InviteUsage | None, now: float) -> None:
        for tag, usage in list(self._usages.items()):
            if usage is not chosen:
                usage.forget(now)
                del self._usages[tag]

    # The end

    def reoffered(self, event: Reoffered, now: float) -> None:
        """Pass on that the session changed."""
        if not self.ended:
            self._emit(event)

    def usage_ended(self, usage: InviteUsage, cause: EndCause, now: float) -> None:
        """Take it that a dialog is over; an early one may still be followed by another."""
        if usage is self._answered and not self.ended:
            self._end(cause)

    def _end(self, cause: EndCause) -> None:
        self.ended = True
        self._emit(Ended(cause))


def _address_of_record(uri: SipUri) -> SipUri:
    """Return the URI without what may not stand in a To (RFC 3261 §19.1.1, table 1)."""
    kept = {n: v for n, v in uri.parameters.items() if n not in ("transport", "maddr", "ttl", "lr", "method")}
    return SipUri(uri.scheme, uri.host, uri.user, None, uri.port, kept)
