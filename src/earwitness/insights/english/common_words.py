"""Words so common that they carry no topic."""

import functools

from earwitness.insights.shipped import shipped


@functools.cache
def common_words() -> frozenset[str]:
    """Return the lower-cased background list that ships with the package."""
    lines = shipped("common_words.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))
