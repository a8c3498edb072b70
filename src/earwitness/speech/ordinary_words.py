"""Words that are no names: what an engine writes so is seldom a mishearing of a name alone."""

import functools
from importlib import resources

_ENDINGS = ("s", "ed", "d", "ing", "ly", "er", "r", "es")


@functools.cache
def ordinary_words() -> frozenset[str]:
    """Return the list that ships with the package; `scripts/train/ordinary_words.py` makes it."""
    lines = resources.files(__package__).joinpath("ordinary_words.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


def is_ordinary(word: str) -> bool:
    """Tell whether a word, or what it is an English form of, is no name; a number is none either."""
    plain = word.casefold().replace("’", "'").removesuffix("'s")
    known = ordinary_words()
    if len(plain) < 3 or plain in known or "'" in plain or plain[:1].isdigit():
        return True
    return any(plain.endswith(ending) and plain.removesuffix(ending) in known for ending in _ENDINGS)
