import asyncio

import pytest

from earwitness.calls.limit_watch import CANNOT_KEEP, limit_passed


async def test_the_limit_that_is_passed_first_counts() -> None:
    found = iter([None, None, "idle_timeout"])
    assert await limit_passed("call 1", lambda: next(found), is_stopped=bool, every_s=0.0) == "idle_timeout"


async def test_what_is_stopped_has_passed_no_limit() -> None:
    stopped = asyncio.Event()
    asyncio.get_running_loop().call_later(0.01, stopped.set)
    passed = await limit_passed("call 1", lambda: None, is_stopped=stopped.is_set, every_s=0.001)
    assert passed is None


async def test_what_cannot_be_kept_is_passed(caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> str | None:
        raise ZeroDivisionError

    assert await limit_passed("stream 1", broken, is_stopped=bool, every_s=0.0) == CANNOT_KEEP
    assert "stream 1 ends: its limits cannot be kept" in caplog.text
    assert "ZeroDivisionError" in caplog.text
