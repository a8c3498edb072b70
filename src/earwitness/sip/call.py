"""Calls as their users see them on asyncio."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Protocol

from earwitness.sip.context import Invited
from earwitness.sip.events import CallEvent, Ended, OfferRefusedError, Progress, Reoffered
from earwitness.sip.usage import OnOffer

MAX_QUEUED_EVENTS = 64
"""Events that wait for a slow user; beyond it the oldest `Progress`, else `Reoffered`, is dropped."""


class CallControl(Protocol):
    """What a call asks of its agent, by the number of the call."""

    def hang_up(self, call: int, reason: str | None) -> None:
        """End the call."""

    def ring(self, call: int, sdp: bytes | None) -> None:
        """Send 180 or 183."""

    def answer(self, call: int, sdp: bytes, on_offer: OnOffer, headers: Mapping[str, str]) -> None:
        """Send 200."""

    def reject(self, call: int, status: int, reason: str | None) -> None:
        """Send a refusal."""


class OutgoingCall:
    """A call we placed."""

    def __init__(self, control: CallControl, number: int, call_id: str) -> None:
        self.call_id = call_id
        """The Call-ID on the wire."""
        self._control = control
        self._number = number
        self._queue: deque[CallEvent] = deque()
        self._changed = asyncio.Event()
        self._ended = False

    async def events(self) -> AsyncIterator[CallEvent]:
        """Yield what happens, `Ended` last; for one reader."""
        while self._queue or not self._ended:
            while self._queue:
                yield self._queue.popleft()
            self._changed.clear()
            if not self._ended:
                await self._changed.wait()

    def hangup(self, reason: str | None = None) -> None:
        """CANCEL before an answer, BYE after; `Ended` follows at once. Harmless when the call has ended."""
        self._control.hang_up(self._number, reason)

    def push(self, event: CallEvent) -> None:
        """Queue an event; for the agent."""
        if len(self._queue) >= MAX_QUEUED_EVENTS:
            self._drop_one()
        self._queue.append(event)
        self._ended = self._ended or isinstance(event, Ended)
        self._changed.set()

    def _drop_one(self) -> None:
        for kind in (Progress, Reoffered):
            for index, queued in enumerate(self._queue):
                if isinstance(queued, kind):
                    del self._queue[index]
                    return


class IncomingCall(OutgoingCall):
    """A call from a peer; `Answered` comes with the peer's ACK."""

    def __init__(self, control: CallControl, invited: Invited) -> None:
        super().__init__(control, invited.call, invited.headers.get("Call-ID", ""))
        self.uri = invited.uri
        """The Request-URI."""
        self.from_uri = invited.from_uri
        self.offer = invited.offer
        """The peer's description; none when it wants our offer."""
        self.headers: Mapping[str, str] = invited.headers
        """The first value of every header of the INVITE."""
        self.on_offer: Callable[[bytes | None], bytes] | None = None
        """Answers later offers of the peer; without it they are refused."""

    def ring(self, sdp: bytes | None = None) -> None:
        """Send 180, or with a description for early media 183."""
        self._control.ring(self._number, sdp)

    def answer(self, sdp: bytes, headers: Mapping[str, str] | None = None) -> None:
        """Send 200 with our answer, or our offer when there was none."""
        self._control.answer(self._number, sdp, self._answer_offer, headers or {})

    def reject(self, status: int, reason: str | None = None) -> None:
        """Refuse the call with a status from 300 to 699."""
        self._control.reject(self._number, status, reason)

    def _answer_offer(self, offer: bytes | None) -> bytes:
        if self.on_offer is None:
            raise OfferRefusedError("nobody answers offers in this call")
        return self.on_offer(offer)
