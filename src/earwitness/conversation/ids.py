"""Identifiers of conversations, messages and insights."""

import hashlib
import random

_LOWEST = 10**15
_HIGHEST = 2**53 - 1

_source = random.SystemRandom()


def new_id() -> str:
    """Return a random decimal string between 10^15 and 2^53 − 1.

    Larger numbers lose digits in clients that read identifiers as JSON numbers (IEEE 754 doubles).
    """
    return str(_source.randint(_LOWEST, _HIGHEST))


def stable_id(*parts: str) -> str:
    """Return an identifier of the same form for what is made anew each time it is asked for."""
    digest = hashlib.sha256("\0".join(parts).encode()).digest()
    return str(_LOWEST + int.from_bytes(digest[:8], "big") % (_HIGHEST - _LOWEST + 1))
