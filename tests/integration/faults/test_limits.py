"""A defect in what ends a call by itself."""

import asyncio

import pytest

from earwitness.calls.call import Call
from tests.support.far_end import far_end
from tests.support.live import Busy, placed


async def test_a_call_whose_limits_cannot_be_kept_ends(busy: Busy, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(now: float) -> None:
        raise ZeroDivisionError

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
