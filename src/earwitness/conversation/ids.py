"""Identifiers of conversations, messages and insights."""

import random

LOWEST_ID = 10**15
HIGHEST_ID = 2**53 - 1

_source = random.SystemRandom()


def new_id() -> str:
    """Return a random decimal string between 10^15 and 2^53 − 1.

    Larger numbers lose digits in clients that read identifiers as JSON numbers (IEEE 754 doubles).
    """
    return str(_source.randint(LOWEST_ID, HIGHEST_ID))
