"""Reading the e-mails of a conversation out of the Maildir that keeps them."""

import mailbox
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser, BytesParser
from pathlib import Path

from earwitness.delivery.summary_email import CONVERSATION_HEADER

MOST_MAILS = 50
"""No page shows more; the newest are kept."""


@dataclass(frozen=True, slots=True)
class KeptMail:
    """An e-mail for showing."""

    subject: str
    sender: str
    recipients: str
    date: str | None
    """ISO 8601."""
    text: str | None
    html: str | None


def mails_of(folder: Path, conversation_id: str) -> list[KeptMail]:
    """Return the e-mails of a conversation, newest first; blocks, as it reads every file."""
    found = sorted(_messages(folder, conversation_id), key=lambda mail: mail.date or "", reverse=True)
    return found[:MOST_MAILS]


def _messages(folder: Path, conversation_id: str) -> Iterator[KeptMail]:
    try:
        box = mailbox.Maildir(folder, factory=None, create=False)
    except mailbox.NoSuchMailboxError:
        return
    for key in box.iterkeys():
        try:
            data = box.get_bytes(key)
        except (KeyError, FileNotFoundError):
            continue  # A mail program moved or deleted it meanwhile.
        head = BytesHeaderParser(policy=policy.default).parsebytes(data)
        if head.get(CONVERSATION_HEADER, "").strip() == conversation_id:
            yield _kept(BytesParser(EmailMessage, policy=policy.default).parsebytes(data))


def _kept(message: EmailMessage) -> KeptMail:
    date = message["Date"]
    return KeptMail(
        subject=str(message.get("Subject", "")),
        sender=str(message.get("From", "")),
        recipients=str(message.get("To", "")),
        date=date.datetime.isoformat() if date is not None and date.datetime is not None else None,
        text=_body(message, "plain"),
        html=_body(message, "html"),
    )


def _body(message: EmailMessage, kind: str) -> str | None:
    part = message.get_body((kind,))
    return None if part is None else str(part.get_content())
