"""A defect in what ends a call or a stream by itself."""

import asyncio

import pytest

from earwitness.calls.call import Call
from earwitness.calls.stream import StreamSession
from tests.support.far_end import far_end
from tests.support.live import Busy, placed
from tests.support.streams import streaming


def broken(now: float) -> None:
    """Fail, in the place of what tells whether a limit is passed."""
    raise ZeroDivisionError


async def test_a_call_whose_limits_cannot_be_kept_ends(busy: Busy, monkeypatch: pytest.MonkeyPatch) -> None:
    async with far_end() as peer, placed(busy.client, peer.uri) as call:
        taken = await peer.taken()
        await taken.speak(1)
        await call.hears(1)
        [live] = [each for each in busy.server._live if each.connection.connection_id == call.id]
        assert isinstance(live, Call)
        monkeypatch.setattr(live._limits, "breach", broken)
        await asyncio.wait_for(taken.over.wait(), 10)
        await call.ends()
        assert (await call.status())["reason"] == "its limits cannot be kept"
    assert busy.errors.take("its limits cannot be kept") == 1


async def test_a_stream_whose_limits_cannot_be_kept_ends(busy: Busy, monkeypatch: pytest.MonkeyPatch) -> None:
    async with streaming(busy.client, "limited") as ours:
        await ours.start()
        [live] = [each for each in busy.server._live if each.connection.connection_id == "limited"]
        assert isinstance(live, StreamSession)
        monkeypatch.setattr(live._limits, "breach", broken)
        await asyncio.wait_for(live.closed.wait(), 10)
    assert busy.errors.take("stream limited ends: its limits cannot be kept") == 1
