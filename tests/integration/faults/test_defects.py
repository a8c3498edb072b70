"""Defects of ours in the middle of a call."""

import asyncio

import pytest

from earwitness.calls.hearing import Hearing
from earwitness.rtp.session import MediaSession
from tests.support.far_end import TakenCall, far_end
from tests.support.live import Busy, LiveCall, placed


async def _ends(call: LiveCall, taken: TakenCall, reason: str) -> None:
    """The far end is hung up on, and the conversation has its end."""
    await asyncio.wait_for(taken.over.wait(), 5)
    await call.ends()
    status = await call.status()
    assert (status["state"], status["reason"]) == ("ended", reason)


async def test_whatever_fails_while_a_call_goes_on_ends_it_like_any_other(
    busy: Busy, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(hearing: Hearing) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr(Hearing, "answered", fail)
    async with far_end() as peer, placed(busy.client, peer.uri) as call:
        await _ends(call, await peer.taken(), "an error of the server ended the call")
    assert busy.errors.take("cannot go on") == 1


async def test_a_call_whose_media_fail_is_hung_up(busy: Busy, monkeypatch: pytest.MonkeyPatch) -> None:
    async with far_end() as peer, placed(busy.client, peer.uri) as call:
        taken = await peer.taken()
        await call.reaches("answered")
        went_well = MediaSession.on_tick

        def fail(session: MediaSession, number: int, missed: int, now: float) -> None:
            if session.port == taken.target[1]:
                raise RuntimeError("a defect")
            went_well(session, number, missed, now)

        monkeypatch.setattr(MediaSession, "on_tick", fail)
        await _ends(call, taken, "the media of the call failed")
    assert busy.errors.take("media session failed") == 1
