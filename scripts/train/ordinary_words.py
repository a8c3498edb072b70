"""Make the list of `earwitness.speech.ordinary_words`: what is no name, in small letters.

    python scripts/train/ordinary_words.py WORDNET_DIR DATA_DIR OUTPUT.txt

A word is ordinary where it comes in small letters, at least twice, in the definitions and examples of WordNet
3 (WORDNET_DIR holds its `data.noun` …) or in annotated conversations (DATA_DIR), more often so than with a
capital.
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

LEAST = 2
_WORD = re.compile(r"(?<![\w'])[A-Za-z][a-z]+(?![\w])")
_HEAD = """\
# Words that are no names. Derived from WordNet 3 (Copyright Princeton University, WordNet licence),
# GoEmotions and the Email Intent data set (Apache-2.0), QMSum (MIT) and the AMI corpus (CC BY 4.0).
"""


def texts(wordnet: Path, data: Path) -> Iterator[str]:
    """Yield all that is written."""
    for part in ("noun", "verb", "adj", "adv"):
        for line in (wordnet / f"data.{part}").read_text("utf-8").splitlines():
            yield line.partition(" | ")[2]
    for name in ("emailintent", "goemotions", "ami", "qmsum"):
        for line in (data / f"{name}.jsonl").read_text("utf-8").splitlines():
            yield from texts_in(json.loads(line))


def texts_in(value: Any) -> Iterator[str]:
    """Yield the texts anywhere in a row."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from texts_in(inner)


def main() -> None:
    """Count and write."""
    small: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    for text in texts(Path(sys.argv[1]), Path(sys.argv[2])):
        for match in _WORD.finditer(text):
            word = match[0]
            if word.islower():
                small[word] += 1
            elif match.start() and text[match.start() - 2 : match.start()] not in (". ", "? ", "! "):
                capital[word.lower()] += 1
    kept = sorted(word for word, count in small.items() if count >= LEAST and count > capital[word])
    Path(sys.argv[3]).write_text(_HEAD + "".join(f"{word}\n" for word in kept), "utf-8")


if __name__ == "__main__":
    main()
