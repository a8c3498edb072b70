"""The queue between the agent and the user of a call."""

import asyncio
from collections.abc import Mapping

from earwitness.sip.call import MAX_QUEUED_EVENTS, OutgoingCall
from earwitness.sip.events import Answered, EndCause, Ended, Progress, Reoffered
from earwitness.sip.usage import OnOffer


class Control:
    def hang_up(self, call: int, reason: str | None) -> None: ...
    def ring(self, call: int, sdp: bytes | None) -> None: ...
    def answer(self, call: int, sdp: bytes, on_offer: OnOffer, headers: Mapping[str, str]) -> None: ...
    def reject(self, call: int, status: int, reason: str | None) -> None: ...


async def test_a_slow_user_misses_progress_but_never_the_answer_or_the_end() -> None:
    call = OutgoingCall(Control(), 1, "id")
    call.push(Progress(180, "first"))
    call.push(Answered(b""))
    for n in range(3 * MAX_QUEUED_EVENTS):
        call.push(Reoffered(b"%d" % n, b""))
    call.push(Ended(EndCause("remote")))
    events = [event async for event in call.events()]
    assert len(events) == MAX_QUEUED_EVENTS
    assert events[0] == Answered(b"")
    assert events[-1] == Ended(EndCause("remote"))
    assert [event async for event in call.events()] == []


async def test_a_waiting_user_is_woken() -> None:
    call = OutgoingCall(Control(), 1, "id")

    async def read() -> list[object]:
        return [event async for event in call.events()]

    task = asyncio.create_task(read())
    await asyncio.sleep(0)
    call.push(Progress(180, "Ringing"))
    await asyncio.sleep(0)
    call.push(Ended(EndCause("local")))
    assert len(await task) == 2
