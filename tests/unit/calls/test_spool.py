import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from earwitness.audio.pcm import RATE_HZ, Pcm, Samples
from earwitness.calls.spool import Spool


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    spool = Spool(tmp_path / "spool", 10_000_000, least_free_bytes=0)
    yield spool
    spool.close()


def _sound(seconds: float, level: int = 1000) -> Samples:
    return np.full(round(seconds * RATE_HZ), level, np.int16)


def test_audio_is_kept_at_its_place_in_time(spool: Spool) -> None:
    tape = spool.tape("in", "en-US")
    tape.append(Pcm(_sound(1.0, 1), 0.5))
    tape.append(Pcm(_sound(5.0, 2), 3.0))
    tape.append(Pcm(_sound(1.0, 0), 8.0))
    tape.append(Pcm(_sound(1.0, 3), 20.0))
    tape.end()
    tape.append(Pcm(_sound(1.0), 30.0))
    tape.wait()
    assert tape.end_s == 21.0
    whole = tape.read(0.0, 100.0)
    assert len(whole) == 21 * RATE_HZ
    at = {0.25: 0, 0.75: 1, 2.0: 0, 3.5: 2, 8.5: 0, 15.0: 0, 20.5: 3}
    assert {second: int(whole[int(second * RATE_HZ)]) for second in at} == at
    assert (tape.read(7.5, 1.0) == np.concatenate([_sound(0.5, 2), _sound(0.5, 0)])).all()
    assert len(tape.read(21.0, 1.0)) == 0
    tape.close()
    tape.close()


def test_a_tape_has_no_name_and_frees_its_room(spool: Spool, tmp_path: Path) -> None:
    tape = spool.tape("in", "en-US")
    tape.append(Pcm(_sound(5.0), 0.0))
    tape.end()
    tape.wait()
    assert list((tmp_path / "spool").iterdir()) == []
    assert spool.taken_bytes == 10 * RATE_HZ
    tape.close()
    spool.close()
    assert spool.taken_bytes == 0
    assert len(tape.read(0.0, 1.0)) == 0


def test_without_room_the_beginning_is_kept(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    spool = Spool(tmp_path / "spool", 10 * RATE_HZ, least_free_bytes=0)
    tape = spool.tape("in", "en-US")
    for second in range(12):
        tape.append(Pcm(_sound(1.0), float(second)))
    tape.end()
    tape.wait()
    assert tape.end_s == 5.0
    assert "no room for more audio" in caplog.text
    tape.close()
    spool.close()


def test_a_disk_that_is_nearly_full_is_left_alone(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", 10**9, least_free_bytes=10**18)
    tape = spool.tape("in", "en-US")
    tape.append(Pcm(_sound(5.0), 0.0))
    tape.end()
    tape.wait()
    assert tape.end_s == 0.0
    tape.close()
    spool.close()


def test_a_folder_that_cannot_be_written_costs_only_the_tape(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "spool").write_text("in the way")
    spool = Spool(tmp_path / "spool", 10**9)
    tape = spool.tape("in", "en-US")
    tape.append(Pcm(_sound(5.0), 0.0))
    tape.end()
    tape.wait()
    assert "can't be kept" in caplog.text
    tape.close()
    spool.close()


def test_a_process_that_is_killed_leaves_no_audio(tmp_path: Path) -> None:
    program = f"""
import numpy as np, os, signal
from pathlib import Path
from earwitness.audio.pcm import Pcm
from earwitness.calls.spool import Spool
spool = Spool(Path({str(tmp_path)!r}) / "spool", 10**9, least_free_bytes=0)
tape = spool.tape("in", "en-US")
tape.append(Pcm(np.ones(10 * 16000, np.int16), 0.0))
tape.end()
tape.wait()
assert tape.end_s == 10.0
os.kill(os.getpid(), signal.SIGKILL)
"""
    killed = subprocess.run([sys.executable, "-c", program], check=False, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    assert list((tmp_path / "spool").iterdir()) == []
