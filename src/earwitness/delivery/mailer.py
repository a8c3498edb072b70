"""What the e-mail carrier asks of a way to send mail."""

import re
from collections.abc import Sequence
from email.message import EmailMessage
from typing import Protocol

_ATOM = r"[^\s\x00-\x20\x7f@<>()\[\]\\,;:\".]+"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@(?:{_ATOM}(?:\.{_ATOM})*|\[[0-9A-Fa-f:.]+\])")
"""A dot-atom on both sides, or an address literal (RFC 5322 §3.4.1)."""


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


def is_address(text: str) -> bool:
    """Tell whether the text has the form of one bare address, safe to put into a header or an envelope."""
    return len(text) <= 254 and _ADDRESS.fullmatch(text) is not None
