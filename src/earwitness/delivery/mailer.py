"""What the e-mail carrier asks of a way to send mail, and what addresses are."""

import re
from collections.abc import Sequence
from email.message import EmailMessage
from typing import Protocol

import idna

_ATOM = r"[^\s\x00-\x20\x7f@<>()\[\]\\,;:\".]+"
_LOCAL_PART = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
"""A dot-atom (RFC 5322 §3.2.3, RFC 6532 §3.2)."""
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*|\[[0-9A-Fa-f:.]+\]")
"""A host name (RFC 1123 §2.1) or an address literal (RFC 5322 §3.4.1)."""

MAX_LOCAL_PART = 64
MAX_ADDRESS = 254
"""In octets (RFC 5321 §4.5.3.1; the second is the longest path without its brackets)."""


class Mailer(Protocol):
    """Hands messages over for delivery."""

    async def send(self, message: EmailMessage, recipients: Sequence[str]) -> None:
        """Return when responsibility for the message has been taken for every recipient.

        Recipients that are refused for good while others are accepted are logged and left out.

        Args:
            message: complete with From, To, Date and Message-ID.
            recipients: bare addresses; who gets it, whatever the headers say.

        Raises:
            MailError: some or all did not get it; says who is worth another attempt.
        """


def envelope_address(text: str) -> str | None:
    """Return one bare address as mail servers take it, with its domain in ASCII (RFC 5891).

    Its local part may have other characters (RFC 6531), see `needs_utf8`. What is returned is safe to put
    into a header or an envelope; None where the text has not the form of an address.
    """
    if not text.isprintable():
        return None
    local_part, _, domain = text.rpartition("@")
    if not domain.isascii():
        try:
            domain = idna.encode(domain, uts46=True).decode()
        except UnicodeError:
            return None
    address = f"{local_part}@{domain}"
    if len(local_part.encode()) > MAX_LOCAL_PART or len(address.encode()) > MAX_ADDRESS:
        return None
    return address if _LOCAL_PART.fullmatch(local_part) and _DOMAIN.fullmatch(domain) else None


def is_address(text: str) -> bool:
    """Tell whether the text has the form of one bare address."""
    return envelope_address(text) is not None


def needs_utf8(address: str) -> bool:
    """Tell whether only servers with SMTPUTF8 (RFC 6531) take an address: its local part is not ASCII."""
    return not address.rpartition("@")[0].isascii()
