"""Trying a model in a child process: one that can't be read makes its library end the whole process."""

import hashlib
import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from earwitness.audio.pcm import Samples
from earwitness.speech.engines.folder import ModelFolder, read_folder
from earwitness.speech.seams import RecognizerError

_TIMEOUT_S = 300.0
"""Large models on slow disks take a minute; what takes longer will not serve calls."""

_MARK = "earwitness-probe "
"""In front of the report: libraries write to the standard output as they like."""


@dataclass(frozen=True, slots=True)
class Report:
    """How a model did in a process of its own."""

    family: str
    languages: tuple[str, ...]
    load_s: float
    memory_mb: float
    """Peak resident memory of the process."""
    cost: float
    """CPU seconds for each second of audio."""
    is_speech: bool
    """Whether that was measured with speech, which is there for English or came with the model."""


def probe(folder: Path) -> Report:
    """Load a folder's model in a child process and decode with it; blocks for some seconds.

    Raises:
        RecognizerError: the folder holds no model, or it can't be loaded; with the library's own words.
    """
    for path in read_folder(folder).files.values():
        if path.is_file() and not path.stat().st_size:  # an empty list of tokens would load, and say nothing
            raise RecognizerError(
                f"{folder}: the model cannot be loaded: {path.name} is empty", retryable=False
            )
    command = [sys.executable, "-m", "earwitness.speech.engines.probe", str(folder)]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=_TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise RecognizerError(
            f"{folder}: the model was not loaded within {_TIMEOUT_S:.0f} s", retryable=False
        ) from error
    for line in done.stdout.splitlines():
        if done.returncode == 0 and line.startswith(_MARK):
            values = json.loads(line.removeprefix(_MARK))
            return Report(**{**values, "languages": tuple(values["languages"])})
    raise RecognizerError(
        f"{folder}: the model cannot be loaded: {_reason(done.stderr, done.returncode)}", retryable=False
    )


def probe_once(folder: Path, cache_dir: Path) -> None:
    """Probe a folder unless the very same files passed before.

    Raises:
        RecognizerError: see `probe`.
        OSError: the cache folder can't be written.
    """
    passed = cache_dir / "probed" / _fingerprint(read_folder(folder))
    if passed.is_file():
        return
    report = probe(folder)
    passed.parent.mkdir(parents=True, exist_ok=True)
    passed.write_text(json.dumps(asdict(report)), "utf-8")


def _fingerprint(model: ModelFolder) -> str:
    """Return what changes when a file of a model does, or the library that reads it."""
    from importlib.metadata import PackageNotFoundError, version

    known = [model.family.name]
    for package in ("sherpa-onnx", "faster-whisper"):
        try:
            known.append(version(package))
        except PackageNotFoundError:
            known.append("-")
    for path in model.files.values():
        about = path.stat()
        known.append(f"{path} {about.st_size} {about.st_mtime_ns}")
    return hashlib.sha256("\n".join(known).encode()).hexdigest()[:32]


def _reason(stderr: str, status: int) -> str:
    """Return the last of what the library wrote, without its place in the source."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    told = " ".join(lines[-3:])[-500:]
    ended = f"signal {-status}" if status < 0 else f"status {status}"
    return f"{told} ({ended})" if told else f"its library ended the process with {ended} and without a word"


def _try(folder: Path) -> Report:
    import resource  # not on Windows

    from earwitness.audio.pcm import RATE_HZ
    from earwitness.speech.engines.load import build

    model = read_folder(folder)
    started = time.perf_counter()
    engine = build(model, folder)
    load_s = time.perf_counter() - started
    speech = _speech(folder, model.languages)
    samples = _noise() if speech is None else speech
    language = next(iter(model.languages), "en")
    engine.decode(samples, language)  # the first decoding allocates
    before = time.process_time()
    text = engine.decode(samples, language).text
    spent_s = time.process_time() - before
    if speech is not None and not text:
        raise ValueError("it hears no words in clear speech")
    return Report(
        family=model.family.name,
        languages=model.languages,
        load_s=round(load_s, 3),
        memory_mb=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        cost=round(spent_s * RATE_HZ / len(samples), 4),
        is_speech=speech is not None,
    )


def _speech(folder: Path, languages: tuple[str, ...]) -> Samples | None:
    """Return speech that the model should know: of the recording that most releases carry, or ours."""
    from earwitness.audio.files import read_audio
    from earwitness.audio.pcm import RATE_HZ
    from earwitness.speech.calibration import english_speech

    recordings = sorted((folder / "test_wavs").glob("*.wav"))
    if recordings:
        return read_audio(recordings[0])[: 10 * RATE_HZ]
    return english_speech() if "en" in languages else None


def _noise() -> Samples:
    import numpy as np

    from earwitness.audio.pcm import RATE_HZ

    return np.random.default_rng(0).normal(0, 800, 3 * RATE_HZ).astype(np.int16)


def _main() -> int:
    try:
        report = _try(Path(sys.argv[1]))
    except (RecognizerError, AssertionError, RuntimeError, ValueError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"\n{_MARK}{json.dumps(asdict(report))}\n")
    return 0


if __name__ == "__main__":
    sys.exit(_main())
