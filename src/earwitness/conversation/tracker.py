"""What a client wants to be told of when somebody says it, or something like it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tracker:
    """A named set of phrases."""

    id: str
    name: str
    vocabulary: tuple[str, ...]
    """Words and phrases that mean the same, as the client wrote them."""
