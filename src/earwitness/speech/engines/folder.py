"""A model on disk: which family it is of, its files and its languages. Reads names, loads nothing."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from earwitness.speech.engines import languages
from earwitness.speech.engines.catalogue import known, short_name
from earwitness.speech.engines.families import FAMILIES, Family
from earwitness.speech.engines.onnx_metadata import read_metadata
from earwitness.speech.seams import Capabilities, RecognizerError

NOTES = "earwitness.json"
"""What is known of a model beside its files: from the catalogue, from a measurement, or from its owner."""

_WORD_PIECES = "bpe.vocab"
_STREAMING_KEYS = {"decode_chunk_len", "window_size", "chunk_shift"}
_CTRANSLATE2 = ("model.bin", "config.json")


@dataclass(frozen=True, slots=True)
class Notes:
    """What `earwitness.json` in a model's folder says; all of it may be missing."""

    family: str | None = None
    languages: tuple[str, ...] = ()
    licence: str | None = None
    wer_percent: float | None = None
    """Published, or measured by `models bench`."""
    cost: float | None = None
    """CPU seconds for each second of audio, measured here."""

    @classmethod
    def read(cls, folder: Path) -> "Notes":
        """Read the notes of a folder, empty where it has none.

        Raises:
            RecognizerError: they are no JSON object, or a value is of the wrong kind.
        """
        path = folder / NOTES
        try:
            given = json.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            return cls()
        except (OSError, ValueError) as error:
            raise RecognizerError(f"{path} cannot be read: {error}", retryable=False) from error
        try:
            return cls(
                family=given.get("family"),
                languages=tuple(str(language) for language in given.get("languages", ())),
                licence=given.get("licence"),
                wer_percent=_number(given.get("wer_percent")),
                cost=_number(given.get("cost")),
            )
        except (AttributeError, TypeError, ValueError) as error:
            raise RecognizerError(f"{path} is not as expected: {error}", retryable=False) from error


def write_notes(folder: Path, **values: Any) -> None:
    """Set some of a folder's notes and keep the others.

    Raises:
        OSError: the folder can't be written.
    """
    path = folder / NOTES
    try:
        known = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        known = {}
    known |= values
    part = path.with_suffix(".part")
    part.write_text(json.dumps(known, indent=2) + "\n", "utf-8")
    part.replace(path)


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A folder that holds a model of a known family."""

    path: Path
    family: Family
    files: Mapping[str, Path]
    """By argument of the family's factory."""
    notes: Notes = field(default_factory=Notes)

    @property
    def name(self) -> str:
        """The folder's name, without the `sherpa-onnx-` of all releases."""
        return short_name(self.path.name)

    @property
    def languages(self) -> tuple[str, ...]:
        """Primary language subtags; empty where neither notes, catalogue nor name tell them."""
        if self.notes.languages:
            return self.notes.languages
        if entry := known(self.name):
            return entry.languages
        found = languages.in_name(self.name)
        if self.family.name in ("whisper", "faster-whisper") and not found:
            return languages.WHISPER
        return found

    @property
    def capabilities(self) -> Capabilities:
        """What an engine of this model can do."""
        return Capabilities(
            name=self.name,
            languages=self.languages,
            streaming=self.family.is_online,
            partials=False,
            word_times=self.family.word_times,
            confidence=self.family.name == FASTER_WHISPER.name,
            punctuation=self.family.punctuation,
            hot_words=bool(self.family.hot_words),
            vocabulary=("hot_words",) if self.hears_hot_words else (),
        )

    @property
    def hears_hot_words(self) -> bool:
        """Whether each stream may have words of its own to be looked for.

        The family takes them then, and the model has what spells them.
        """
        if self.family.hot_words != "file":
            return self.family.hot_words == "option"
        return self.is_of_characters or self.word_pieces.is_file()

    @property
    def is_of_characters(self) -> bool:
        """Whether the tokens of the model are single characters."""
        return bool(self.languages) and set(self.languages) <= {"zh", "yue", "ja", "ko"}

    @property
    def word_pieces(self) -> Path:
        """Where the vocabulary of a model is whose tokens are pieces of words."""
        return self.path / _WORD_PIECES

    @property
    def size_bytes(self) -> int:
        """The size of the files that are loaded."""
        return sum(path.stat().st_size for path in self.files.values() if path.is_file())


FASTER_WHISPER = Family(
    "faster-whisper",
    "WhisperModel",
    {"model": "model.bin"},
    language="language",
    word_times=True,
    punctuation=True,
    hot_words="option",
)
"""Whisper for CTranslate2, run by the package faster-whisper."""


def read_folder(path: Path) -> ModelFolder:
    """Return what model a folder holds.

    Raises:
        RecognizerError: there is no such folder, or nothing in it is a model of a known family.
    """
    if not path.is_dir():
        raise RecognizerError(f"there is no model folder {path}", retryable=False)
    notes = Notes.read(path)
    names = sorted(
        entry.name + "/" * entry.is_dir() for entry in path.iterdir() if not entry.name.startswith(".")
    )
    if set(_CTRANSLATE2) <= set(names):
        return ModelFolder(path, FASTER_WHISPER, {"model": path / "model.bin"}, notes)
    wanted = [family for family in FAMILIES if notes.family in (None, family.name)]
    if not wanted:
        known = ", ".join(family.name for family in FAMILIES)
        raise RecognizerError(
            f"{path / NOTES}: there is no family {notes.family!r}; there is {known}", retryable=False
        )
    for family in wanted:
        files = dict(_files(names, family))
        if len(files) < len(family.needs):
            continue
        if notes.family is None and not _fits(path, family, files):
            continue
        return ModelFolder(
            path, family, {part: path / name.rstrip("/") for part, name in files.items()}, notes
        )
    raise RecognizerError(_why_not(path, names, wanted), retryable=False)


def model_folders(folder: Path) -> Iterator[Path]:
    """Yield the folders in a folder of models, by name; nothing where it doesn't exist."""
    if folder.is_dir():
        yield from sorted(
            entry for entry in folder.iterdir() if entry.is_dir() and not entry.name.startswith(".")
        )


def _files(names: list[str], family: Family) -> Iterator[tuple[str, str]]:
    taken: set[str] = set()
    for part, patterns in family.needs.items():
        found = _best(names, patterns, taken)
        if found is not None:
            taken.add(found)
            yield part, found


def _best(names: list[str], patterns: str, taken: set[str]) -> str | None:
    """Return the file of the first pattern that has any: 8-bit weights before others, half precision last."""
    for pattern in patterns.split():
        found = [name for name in names if fnmatch(name, pattern) and name not in taken]
        if found:
            return min(found, key=lambda name: (".int8" not in name, "fp16" in name, len(name), name))
    return None


def _fits(path: Path, family: Family, files: Mapping[str, str]) -> bool:
    name = path.name.casefold()
    if family.fits(name, "", streams=False):
        return True
    first = path / next(iter(files.values()))
    metadata = read_metadata(first) if first.suffix == ".onnx" else {}
    streams = bool(_STREAMING_KEYS & set(metadata)) or metadata.get("comment", "").startswith("streaming")
    return family.fits(name, metadata.get("model_type", ""), streams=streams)


def _why_not(path: Path, names: list[str], wanted: list[Family]) -> str:
    """Say what is missing from the family that comes closest."""
    if not any(name.endswith((".onnx", ".ort")) for name in names):
        return f"{path} holds no model: there is no .onnx or .ort file in it"
    closest = max(wanted, key=lambda family: len(dict(_files(names, family))) / len(family.needs))
    missing = [part for part in closest.needs if part not in dict(_files(names, closest))]
    if missing:
        return f"{path} holds no whole model: {', '.join(missing)} of a {closest.name} model is missing"
    return (
        f"{path}: its files fit several families, and neither its name nor its metadata say which; "
        f'name the family in {NOTES}, such as {{"family": "{closest.name}", "languages": ["en"]}}'
    )


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
