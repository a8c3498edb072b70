"""From a name of the catalogue to a model on disk."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

from earwitness.speech.engines.catalogue import Entry
from earwitness.speech.engines.download import Progress, fetch, fetch_text
from earwitness.speech.engines.folder import write_notes
from earwitness.speech.engines.probe import Report, probe
from earwitness.speech.engines.unpack import unpack
from earwitness.speech.seams import RecognizerError

_SPARE = 1.3
"""A model is so many times as large as its archive, beside which it lies for a moment."""

_SHA256 = re.compile("[0-9a-fA-F]{64}")


_CHECKSUMS = "checksum.txt"
"""Beside the archives: a name and a SHA-256 in each line."""


def pull(
    entry: Entry,
    models_dir: Path,
    base_url: str,
    *,
    unverified: bool = False,
    progress: Progress | None = None,
    told: Callable[[str], None] = lambda step: None,
) -> tuple[Path, Report]:
    """Fetch, check, unpack and try a model; return its folder and how it did.

    A model that is there already is only tried. One that doesn't load is removed again: it would only fail
    calls. `told` hears of each step.

    Raises:
        RecognizerError: any of it failed.
        OSError: the disk is full or can't be written.
    """
    target = models_dir / entry.folder
    if not target.is_dir():
        _need_room(entry, models_dir)
        archive = models_dir / entry.archive
        url = f"{base_url.rstrip('/')}/{entry.archive}"
        sha256 = entry.sha256 or _published_checksum(base_url, entry)
        if sha256 is None and not unverified:
            raise RecognizerError(
                f"no checksum of {entry.archive} is known, and {base_url} has none; "
                "--unverified fetches it all the same",
                retryable=False,
            )
        told("fetching")
        fetch(url, archive, sha256=sha256, progress=progress)
        told("unpacking")
        unpack(archive, target)
        archive.unlink()
        write_notes(target, **_known(entry))
    told("trying")
    try:
        report = probe(target)
    except RecognizerError:
        shutil.rmtree(target)
        raise
    if report.is_speech:
        write_notes(target, cost=report.cost)
    return target, report


def _need_room(entry: Entry, models_dir: Path) -> None:
    models_dir.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(models_dir).free
    needed = (entry.size_mb or 0.0) * 1e6 * (1 + _SPARE)
    if free < needed:
        raise RecognizerError(
            f"{models_dir} has {free / 1e6:.0f} MB free, and {entry.name} needs about {needed / 1e6:.0f} MB; "
            "make room, or set EARWITNESS_MODELS_DIR to another disk",
            retryable=False,
        )


def _published_checksum(base_url: str, entry: Entry) -> str | None:
    text = fetch_text(f"{base_url.rstrip('/')}/{_CHECKSUMS}") or ""
    for line in text.splitlines():
        parts = line.split()
        if entry.archive in parts:
            return next((part for part in parts if _SHA256.fullmatch(part)), None)
    return None


def _known(entry: Entry) -> dict[str, object]:
    """Return what the catalogue says that the files don't."""
    known: dict[str, object] = {
        "family": entry.family,
        "languages": list(entry.languages),
        "licence": entry.licence,
    }
    if entry.wer_percent is not None:
        known["wer_percent"] = entry.wer_percent
    return known
