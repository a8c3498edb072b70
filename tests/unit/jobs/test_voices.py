"""Recordings whose voices are to be told apart."""

import errno
import os
from pathlib import Path

import pytest

from earwitness.store.store import Store
from tests.support.job_queue import job_queue


def _unreadable(*_: int) -> bytes:
    raise OSError(errno.EIO, os.strerror(errno.EIO))


async def test_audio_that_cannot_be_read_again_leaves_the_words(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with job_queue(store, tmp_path) as queue:
        monkeypatch.setattr("os.pread", _unreadable)
        await queue.submit(voices=True, sample=1)
        assert (await queue.ended()).status == "completed"
        assert await queue.texts() == ["Hello there."]
        assert (await queue.content()).record.outcome == "completed"
    assert "Input/output error" in caplog.text
