"""Words that an engine should rather hear: names of people and products."""

import hashlib
import logging
from pathlib import Path
from typing import Any

from earwitness.speech.engines.folder import ModelFolder

logger = logging.getLogger(__name__)

_VOCABULARY = "bpe.vocab"
"""Beside a model whose tokens are pieces of words; without it only single characters can be looked for."""


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
    if kind == "text":
        return {"hotwords": ",".join(words)}
    assert scratch is not None, "a list of hot words needs a folder"
    vocabulary = model.path / _VOCABULARY
    characters = set(model.languages) <= {"zh", "yue", "ja", "ko"}
    if not vocabulary.is_file() and not characters:
        logger.warning(
            "the model %s listens for no hot words: there is no %s in its folder; "
            "sherpa-onnx's script export_bpe_vocab.py makes it from bpe.model",
            model.name,
            _VOCABULARY,
        )
        return {}
    unit: dict[str, Any] = {"modeling_unit": "cjkchar"}
    if vocabulary.is_file():
        unit = {"modeling_unit": "cjkchar+bpe" if characters else "bpe", "bpe_vocab": str(vocabulary)}
    text = "".join(f"{word}\n" for word in words)
    name = hashlib.sha256(text.encode()).hexdigest()[:16]
    path = scratch / f"hot-words-{name}.txt"
    scratch.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return {"decoding_method": "modified_beam_search", "hotwords_file": str(path), **unit}
