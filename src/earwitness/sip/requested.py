"""Checks of what a user wants in a message, so that nothing breaks out of its place."""

import re
from collections.abc import Mapping

_NAME = re.compile(r"[A-Za-z0-9\-.!%*_+`'~]+")
_OURS = frozenset(
    "via from to call-id cseq contact max-forwards route record-route content-length content-type "
    "allow supported require session-expires min-se user-agent authorization proxy-authorization "
    "v f t i m l c k x".split()
)


def checked_phrase(text: str, what: str) -> str:
    """Return a phrase for the wire.

    Raises:
        ValueError: it holds control characters or halves of surrogate pairs.
    """
    if any(ord(char) < 0x20 or ord(char) == 0x7F or 0xD800 <= ord(char) <= 0xDFFF for char in text):
        raise ValueError(f"{what} may not hold line ends or other control characters; remove them")
    return text


def checked_headers(headers: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return header fields that a user adds.

    Raises:
        ValueError: a name is no token or is one that the agent sets, or a value holds control characters.
    """
    for name, value in headers.items():
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name[:80]!r} is no name of a SIP header")
        if name.lower() in _OURS:
            raise ValueError(f"the header {name} is set by the agent; leave it out")
        checked_phrase(value, f"the value of the header {name}")
    return tuple(headers.items())
