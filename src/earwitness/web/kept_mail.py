"""Reading the e-mails of a conversation out of the Maildir that keeps them."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from earwitness.delivery.maildir import kept_about

logger = logging.getLogger(__name__)

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
    """Return the e-mails of a conversation, newest first; blocks, as it reads them.

    Those that cannot be read are left out, and the log says so.
    """
    found = sorted(_messages(folder, conversation_id), key=lambda mail: mail.date or "", reverse=True)
    return found[:MOST_MAILS]


def _messages(folder: Path, conversation_id: str) -> Iterator[KeptMail]:
    parser = BytesParser(EmailMessage, policy=policy.default)
    try:
        paths = kept_about(folder, conversation_id)
    except OSError as error:
        logger.error("the e-mails in %s cannot be found: %s", folder, error)
        return
    for path in paths:
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            continue  # A mail program moved or deleted it meanwhile.
        except OSError as error:
            logger.error("an e-mail of conversation %s cannot be read: %s", conversation_id, error)
            continue
        yield _kept(parser.parsebytes(data))


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
