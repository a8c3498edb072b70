"""Words that an engine should rather hear: names of people and products."""

import hashlib
import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from earwitness.speech.engines.folder import ModelFolder

logger = logging.getLogger(__name__)


def hot_word_options(model: ModelFolder, words: tuple[str, ...], scratch: Path | None) -> dict[str, Any]:
    """Return the factory's arguments for these words.

    None where there are no words, where the family takes none, and, with a warning, where the model lacks the
    vocabulary that they are looked up in: it is still worth more than no model.

    Raises:
        OSError: the list can't be written.
    """
    kind = model.family.hot_words
    if not words or not kind:
        return {}
    if kind != "file":
        return {"hotwords": ",".join(words)}
    assert scratch is not None, "a list of hot words needs a folder"
    if not model.hears_hot_words:
        logger.warning(
            "the model %s listens for no hot words: there is no %s in its folder; "
            "sherpa-onnx's script export_bpe_vocab.py makes it from bpe.model",
            model.name,
            model.word_pieces.name,
        )
        return {}
    text = "".join(f"{word}\n" for word in words)
    name = hashlib.sha256(text.encode()).hexdigest()[:16]
    path = scratch / f"hot-words-{name}.txt"
    scratch.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return {**listening_options(model), "hotwords_file": str(path)}


def listening_options(model: ModelFolder) -> dict[str, Any]:
    """Return the factory's arguments for a recogniser whose every stream may be given words of its own."""
    unit: dict[str, Any] = {"modeling_unit": "cjkchar"}
    if model.word_pieces.is_file():
        kind = "cjkchar+bpe" if model.is_of_characters else "bpe"
        unit = {"modeling_unit": kind, "bpe_vocab": str(model.word_pieces)}
    return {"decoding_method": "modified_beam_search", **unit}


def spelled_for(model: ModelFolder, words: Iterable[str]) -> list[str]:
    """Return words in the case in which the model writes: many know capitals alone."""
    tokens = model.files["tokens"].read_text("utf-8", errors="replace")
    pieces = "".join(line.split()[0] for line in tokens.splitlines() if line and line[0] not in "<[")
    if pieces.upper() == pieces:
        return [word.upper() for word in words]
    return [word.lower() for word in words] if pieces.lower() == pieces else list(words)
