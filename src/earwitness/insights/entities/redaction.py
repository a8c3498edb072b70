"""What is to be hidden in a conversation, as a client or the server's owner asks for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from earwitness.conversation.wishes import is_set
from earwitness.insights.entities.kinds import KINDS, PERSONAL, kinds_of_tag

_LONGEST_STRING = 64


@dataclass(frozen=True, slots=True)
class Redaction:
    """What is hidden, and how."""

    kinds: frozenset[str] = PERSONAL
    string: str | None = None
    """What takes its place; None: the tag of its kind."""

    def mark(self, kind: str) -> str:
        """Return what takes the place of something of a kind."""
        return self.string or f"[{KINDS[kind].tag}]"


def redaction_of(request: Mapping[str, Any]) -> Redaction | None:
    """Read what a request asks for: `redaction` at its top, or in `config` as on streams; None: nothing.

    `redactContent` switches it on, `redactionString` is what takes the place of what is hidden, `exclude`
    lists kinds or tags that stay. What makes no sense is passed over.
    """
    config = request.get("config")
    wanted = request.get("redaction")
    if wanted is None and isinstance(config, Mapping):
        wanted = config.get("redaction")
    if isinstance(wanted, Mapping):
        if not is_set(wanted.get("redactContent")):
            return None
        string = wanted.get("redactionString")
        return Redaction(
            PERSONAL - excluded(wanted.get("exclude")),
            " ".join(string.split())[:_LONGEST_STRING] or None if isinstance(string, str) else None,
        )
    return Redaction() if is_set(wanted) else None


def everywhere(redact: bool, exclude: Sequence[str] = ()) -> Redaction | None:
    """Return what the server's owner has hidden in every conversation."""
    return Redaction(PERSONAL - excluded(exclude)) if redact else None


def excluded(tags: Any) -> frozenset[str]:
    """Return the kinds that a list of tags or kinds names."""
    if not isinstance(tags, list | tuple):
        return frozenset()
    return frozenset().union(*(kinds_of_tag(tag) for tag in tags if isinstance(tag, str)))
