"""The models that can be had with one command; see `catalogue.toml`."""

import difflib
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from earwitness.speech.engines import languages
from earwitness.speech.seams import RecognizerError

PREFIX = "sherpa-onnx-"
"""In front of the names of all archives and of the folders in them."""

BUNDLED = "moonshine-tiny-en"
BUNDLED_WER_PERCENT = 12.65
"""Published: the mean over the sets of the Open ASR leaderboard."""
BUNDLED_COST = 0.036
"""Measured: CPU seconds for each second of audio."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A model of the catalogue."""

    name: str
    about: str
    family: str
    licence: str
    languages: tuple[str, ...]
    size_mb: float | None = None
    sha256: str | None = None
    wer_percent: float | None = None
    cost: float | None = None

    @property
    def folder(self) -> str:
        """The name of the folder that the archive holds."""
        return PREFIX + self.name

    @property
    def archive(self) -> str:
        """The name of the file to fetch."""
        return f"{self.folder}.tar.bz2"


@cache
def catalogue() -> tuple[Entry, ...]:
    """Return all models of the catalogue, the most useful first."""
    text = files("earwitness.speech.engines").joinpath("catalogue.toml").read_text("utf-8")
    return tuple(_entry(**values) for values in tomllib.loads(text)["model"])


def _entry(**values: Any) -> Entry:
    known = values.pop("languages", None)
    spoken = tuple(known) if isinstance(known, list) else languages.WHISPER
    return Entry(languages=spoken, **values)


def find(name: str) -> Entry:
    """Return the model of that name, with or without `sherpa-onnx-`.

    Raises:
        RecognizerError: there is none; with names that are close to it.
    """
    short = short_name(name)
    entries = {entry.name: entry for entry in catalogue()}
    if short in entries:
        return entries[short]
    close = difflib.get_close_matches(short, entries, n=3, cutoff=0.4)
    close += [known for known in entries if short.casefold() in known.casefold() and known not in close]
    hint = f"did you mean {' or '.join(close[:3])}? " if close else ""
    raise RecognizerError(
        f"the catalogue has no model {name!r}; {hint}'earwitness models list' prints all", retryable=False
    )


def known(name: str) -> Entry | None:
    """Return the model of that name, None where the catalogue has none."""
    short = short_name(name)
    return next((entry for entry in catalogue() if entry.name == short), None)


def short_name(name: str) -> str:
    """Return a model's name without `sherpa-onnx-`."""
    return name.removeprefix(PREFIX)
