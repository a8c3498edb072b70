"""Which engine hears a language: the one asked for, else the best that this machine can afford."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from earwitness.speech.engines.languages import primary
from earwitness.speech.seams import Role

ROLES: tuple[Role, ...] = ("live", "refine")

_PARTIALS = 3.0
"""Partials make a live call so many times as dear as its finals alone (measured: 2.6)."""

_LIVE_CALLS = 4
_REFINE_SHARE = 0.5

_COST_PER_MB = {"whisper": 2e-3, "faster-whisper": 1e-3, "moonshine": 6e-4, "moonshine-v2": 6e-4}
_COST_PER_MB_OF_OTHERS = 2e-4
"""CPU seconds a second of audio for each megabyte of weights: rough, from published real-time factors.

Whisper pays for its window of silence behind short speech; others decode all frames at once. `earwitness
models bench` measures and thereby replaces this."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An engine that may be chosen."""

    name: str
    languages: tuple[str, ...]
    wer_percent: float | None = None
    """Published; None is taken for worse than any."""
    cost: float = 0.0
    """CPU seconds here for each second of audio."""
    is_asked_for: bool = False
    """Whether it is used only where it is named, or where nothing else knows the language."""

    def knows(self, language: str) -> bool:
        """Return whether it knows a language (BCP-47 tag)."""
        return "*" in self.languages or primary(language) in self.languages


@dataclass(frozen=True, slots=True)
class Wish:
    """A setting such as `parakeet`, or `en=parakeet, de=whisper-small, *=endpoint`."""

    by_language: Mapping[str, str]

    @classmethod
    def parse(cls, text: str | None) -> "Wish":
        """Read a setting; `*`, or a name without language, is for all others.

        Raises:
            ValueError: a part has no name.
        """
        wanted: dict[str, str] = {}
        for part in (text or "").split(","):
            language, _, name = part.rpartition("=")
            if name.strip():
                wanted[primary(language) or "*"] = name.strip()
            elif part.strip():
                raise ValueError(f"{part.strip()!r} names no model; write it as en=NAME")
        return cls(wanted)

    @property
    def names(self) -> tuple[str, ...]:
        """All names in it."""
        return tuple(dict.fromkeys(self.by_language.values()))

    def name_for(self, language: str) -> str | None:
        """Return the name for a language."""
        return self.by_language.get(primary(language), self.by_language.get("*"))


def estimated_cost(family: str, size_bytes: int) -> float:
    """Return what a model that was never measured may cost, in CPU seconds for each second of audio."""
    return _COST_PER_MB.get(family, _COST_PER_MB_OF_OTHERS) * size_bytes / 1e6


def affordable_cost(role: Role, cores: int) -> float:
    """Return the dearest cost that fits: four live calls with partials, or half of the machine afterwards."""
    return cores / (_LIVE_CALLS * _PARTIALS) if role == "live" else cores * _REFINE_SHARE


def ranked(
    candidates: Iterable[Candidate], language: str, role: Role, cores: int, wanted: str | None = None
) -> Sequence[str]:
    """Return the names of the engines for a language, best first; the rest is there to fall back on.

    First the wanted one, then those that fit by their errors, then the others by their cost.
    """
    able = [candidate for candidate in candidates if candidate.knows(language)]
    most = affordable_cost(role, cores)

    def place(candidate: Candidate) -> tuple[bool, bool, bool, float, float]:
        dear = candidate.cost > most
        errors = float("inf") if candidate.wer_percent is None else candidate.wer_percent
        return (
            candidate.name != wanted,
            candidate.is_asked_for,
            dear,
            candidate.cost if dear else errors,
            candidate.cost,
        )

    able.sort(key=place)
    freely = [one for one in able if not one.is_asked_for or one.name == wanted]
    return [candidate.name for candidate in freely or able]
