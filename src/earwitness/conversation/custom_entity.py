"""Entities of a client's own kinds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CustomEntity:
    """A term that counts as an entity of the client's own kind."""

    kind: str
    text: str
    """What is said."""
    value: str
    subtype: str | None = None
    """Of the kind, where the client tells several apart."""


@dataclass(frozen=True, slots=True)
class KeptEntity:
    """A set of terms of one kind and subtype, which an app keeps for all its conversations."""

    id: str
    kind: str
    subtype: str
    values: tuple[str, ...]
    """Words and phrases, as the client wrote them."""
