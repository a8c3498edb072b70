"""Work that goes on after an error."""

import asyncio

import pytest

from earwitness.supervision import supervised


async def test_work_begins_again_after_an_error(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("earwitness.supervision._AGAIN_S", 0.001)
    errors = [ZeroDivisionError("first"), OSError("second")]

    async def work() -> None:
        if errors:
            raise errors.pop(0)

    async with asyncio.timeout(10):
        await supervised("the watch", work)
    assert errors == []
    assert [record.getMessage() for record in caplog.records] == [
        "the watch failed; it begins again in 0.001 s"
    ] * 2


async def test_cancelling_ends_it() -> None:
    begun = asyncio.Event()

    async def work() -> None:
        begun.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(supervised("the watch", work))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
