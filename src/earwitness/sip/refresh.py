"""Keeping a session alive, and ending one that the peer stopped refreshing (RFC 4028 §7, §10)."""

import random
from typing import TYPE_CHECKING

from earwitness.sip.bodies import session_description
from earwitness.sip.context import Context
from earwitness.sip.events import EndCause
from earwitness.sip.exchange import Exchange, ExchangeFailure
from earwitness.sip.fields import read_seconds, read_tokens
from earwitness.sip.message import Request, Response
from earwitness.sip.reason import cause_of_response
from earwitness.sip.session_timer import SessionInterval, interval_of_response, minimum, refresh_fields
from earwitness.sip.timers import Timer

if TYPE_CHECKING:
    from earwitness.sip.usage import InviteUsage


_AGAIN_AFTER_S = 10.0
"""When a refused refresh is tried again, where the peer does not say (RFC 3261 §20.33)."""
_MAX_INTERVAL_REFUSALS = 2
"""422 that are followed at once; a peer may ask for more without end."""


class Refresher:
    """The session timer of one dialog."""

    def __init__(self, context: Context, usage: "InviteUsage", *, placed: bool) -> None:
        self._context = context
        self._usage = usage
        self._placed = placed
        self._interval: SessionInterval | None = None
        self._due: Timer | None = None
        self._expiry: Timer | None = None
        self._exchange: Exchange | None = None
        self._peer_updates = False
        self._interval_refusals = 0

    @property
    def offering(self) -> bool:
        """Whether an offer of ours awaits its answer."""
        exchange = self._exchange
        return exchange is not None and not exchange.finished and exchange.method == "INVITE"

    def learn(self, message: Request | Response) -> None:
        """Note from the peer's Allow whether it takes UPDATE."""
        allowed = read_tokens(message.headers.getlist("Allow"))
        if allowed:
            self._peer_updates = "update" in allowed

    def agree(self, interval: SessionInterval | None, now: float) -> None:
        """Start anew with what was agreed; none switches the timer off."""
        self.stop()
        self._interval = interval
        self._interval_refusals = 0
        if interval is None:
            return
        timers = self._context.timers
        if interval.refresh:
            self._due = timers.start(now + interval.due_s, self._refresh)
            self._expiry = timers.start(now + interval.expires_s, self._expire)
        else:
            self._expiry = timers.start(now + interval.due_s, self._expire)

    def stop(self) -> None:
        """Forget all deadlines."""
        for timer in (self._due, self._expiry):
            if timer is not None:
                timer.cancel()

    def forget(self, now: float) -> None:
        """Stop, and wait for the answer to a refresh no longer than it takes to end what the peer holds."""
        self.stop()
        if self._exchange is not None:
            self._exchange.outlast(now)

    def _expire(self, now: float) -> None:
        self._usage.fail(EndCause("timeout", None, "The session was not refreshed in time"), now)

    def _refresh(self, now: float) -> None:
        if self._interval is None or not self._interval.refresh or self._usage.ended:
            return
        fields = [*refresh_fields(self._interval), ("Supported", "timer")]
        if self._peer_updates:
            draft = self._usage.draft("UPDATE", fields, contact=True)
        else:
            draft = self._usage.draft("INVITE", fields, contact=True, body=self._usage.local_sdp)
        self._exchange = self._usage.exchange(draft, self)

    def _refresh_later(self, seconds: float, now: float) -> None:
        if self._due is not None:
            self._due.cancel()
        self._due = self._context.timers.start(now + seconds, self._refresh)

    def progressed(self, exchange: Exchange, response: Response, now: float) -> None:
        """A 1xx says nothing about the session."""

    def answered(self, exchange: Exchange, response: Response, now: float) -> None:
        """Take the final response to a refresh; what refuses it leaves the call, and the rest of the interval
        to try again (RFC 4028 §10, RFC 3261 §14.1).
        """
        if 200 <= response.status < 300:
            self._refreshed(exchange, response, now)
        elif self._usage.ended:
            return
        elif response.status in (408, 481):
            self._usage.fail(cause_of_response(response), now)
        elif response.status == 422 and self._may_ask_for_longer():
            seconds = max(minimum(response) or 0, self._expires_s + 1)
            self._interval = SessionInterval(seconds, refresh=True)
            self._refresh_later(0, now)
        elif response.status in (405, 501) and exchange.method == "UPDATE":
            self._peer_updates = False
            self._refresh_later(0, now)
        elif response.status == 491:
            # Who made the Call-ID waits longer, so that the two don't cross again (RFC 3261 §14.1).
            self._refresh_later(random.uniform(2.1, 4) if self._placed else random.uniform(0, 2), now)
        else:
            # However long the peer wants to be left alone, one more attempt comes before the end.
            wait = read_seconds(response.headers.get("Retry-After"))
            wait_s = _AGAIN_AFTER_S if wait is None else max(wait, 1)
            self._refresh_later(min(wait_s, self._expires_s / 4), now)

    @property
    def _expires_s(self) -> int:
        return self._interval.expires_s if self._interval is not None else 0

    def _may_ask_for_longer(self) -> bool:
        self._interval_refusals += 1
        return self._interval is not None and self._interval_refusals <= _MAX_INTERVAL_REFUSALS

    def unanswered(self, exchange: Exchange, failure: ExchangeFailure, now: float) -> None:
        """A peer that does not answer inside a dialog is gone (§12.2.1.2)."""
        self._usage.fail(EndCause("timeout", 408, "The other side does not answer any more"), now)

    def _refreshed(self, exchange: Exchange, response: Response, now: float) -> None:
        if exchange.method == "INVITE":
            self._usage.acknowledge(exchange.request, response)
        if exchange is not self._exchange or self._usage.ended:
            return
        self._usage.dialog.refresh_target(response)
        if self._interval is not None:
            self.agree(interval_of_response(response), now)
        self._usage.take_answer(session_description(response), now)
