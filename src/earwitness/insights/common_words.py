"""Words so common that they carry no topic."""

import functools
from importlib import resources


@functools.cache
def common_words() -> frozenset[str]:
    """Return the lower-cased background list that ships with the package."""
    lines = resources.files(__package__).joinpath("common_words.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))
