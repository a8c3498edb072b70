"""Every message on the wire, logged at debug by `earwitness.sip.trace` for those who debug a peer."""

import logging
import re

from earwitness.sip.peer import Peer

logger = logging.getLogger("earwitness.sip.trace")

_SECRET = re.compile(
    r"^((?:proxy-)?authorization[ \t]*:)[^\n]*(?:\n[ \t][^\n]*)*", re.IGNORECASE | re.MULTILINE
)
_CRYPTO = re.compile(r"^(a=crypto:\S+ \S+ inline:)\S+", re.MULTILINE)


def trace(arrow: str, peer: Peer, data: bytes) -> None:
    """Log a message that comes (`<`) or goes (`>`), without credentials and media keys."""
    if logger.isEnabledFor(logging.DEBUG):
        logger.debug("%s %s\n%s", arrow, peer, masked(data))


def masked(data: bytes) -> str:
    """Return the message as text with the values of credentials and media keys hidden."""
    text = data.decode("utf-8", "replace").replace("\r\n", "\n")
    return _CRYPTO.sub(r"\1***", _SECRET.sub(r"\1 ***", text))
