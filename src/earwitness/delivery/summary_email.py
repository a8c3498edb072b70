"""The summary e-mail: what was said and agreed in a call, in text and HTML."""

import hashlib
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from functools import cache
from typing import TYPE_CHECKING, Any

from earwitness.delivery.summary_view import Paragraph, view
from earwitness.store.seams import Content

if TYPE_CHECKING:
    import jinja2

MAX_SUBJECT_LENGTH = 150

MAX_HTML_TRANSCRIPT = 50_000
"""In characters. Some mail services cut HTML off at 102 KB; the text part has the whole transcript."""


def compose(
    content: Content,
    *,
    sender: str,
    recipients: Sequence[str],
    page_url: str | None,
    message_id: str,
    date: datetime,
) -> EmailMessage:
    """Write the summary of a conversation as an e-mail.

    Args:
        content: the conversation.
        sender: for the From header, `name <address>` or an address.
        recipients: bare addresses for the To header; names are added where members have them.
        page_url: link to the summary page.
        message_id: with its angle brackets.
        date: for the Date header.

    Raises:
        ValueError: an address cannot be written into a header.
    """
    words = view(content)
    shown = _within(words.transcript, MAX_HTML_TRANSCRIPT)
    variables = {
        "view": words,
        "page_url": page_url,
        "shown": shown,
        "cut": len(shown) < len(words.transcript),
    }
    names = {member.email.casefold(): member.name for member in content.members if member.email}
    message = EmailMessage(policy=SMTP)
    message["From"] = _address(sender)
    message["To"] = [_address(address, names.get(address.casefold(), "")) for address in recipients]
    message["Subject"] = header_text(words.title)
    message["Date"] = format_datetime(date)
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Earwitness-Conversation"] = content.record.id
    message.set_content(_templates().get_template("summary.txt.j2").render(variables), cte="quoted-printable")
    message.add_alternative(
        _templates().get_template("summary.html.j2").render(variables), subtype="html", cte="quoted-printable"
    )
    return message


def message_id(conversation_id: str, key: str, sender: str) -> str:
    """Return a Message-ID that is the same whenever this delivery of this conversation is sent."""
    digest = hashlib.sha256(f"{conversation_id}/{key}".encode()).hexdigest()
    return f"<{digest[:32]}@{_address(sender).domain}>"


def header_text(text: str) -> str:
    """Return one line of text for a header: no control characters (so no new headers), no endless length."""
    line = " ".join(_printable(text).split())
    return line if len(line) <= MAX_SUBJECT_LENGTH else line[: MAX_SUBJECT_LENGTH - 1].rstrip() + "…"


def _address(text: str, name: str = "") -> Address:
    given_name, address = parseaddr(text)
    return Address(header_text(given_name or name), addr_spec=address)


def _within(paragraphs: Sequence[Paragraph], limit: int) -> Sequence[Paragraph]:
    """Return as many paragraphs from the start as fit into a number of characters."""
    total = 0
    for count, paragraph in enumerate(paragraphs):
        total += len(paragraph.text)
        if total > limit:
            return paragraphs[:count]
    return paragraphs


def _printable(value: Any) -> Any:
    """Replace control characters in text by spaces; leave other values and finished markup alone."""
    if not isinstance(value, str) or hasattr(value, "__html__") or value.isprintable():
        return value
    return "".join(
        " " if unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") else character
        for character in value
    )


@cache
def _templates() -> "jinja2.Environment":
    import jinja2

    return jinja2.Environment(
        loader=jinja2.PackageLoader("earwitness.delivery"),
        autoescape=jinja2.select_autoescape(("html.j2",)),
        finalize=_printable,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
