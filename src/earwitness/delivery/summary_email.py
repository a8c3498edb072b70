"""The summary e-mail: what was said and agreed in a call, in text and HTML."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from functools import cache

from earwitness.delivery.mailer import envelope_address
from earwitness.delivery.summary_templates import DEFAULT, SummaryTemplates, printable
from earwitness.delivery.summary_view import Paragraph, view
from earwitness.store.seams import Content

CONVERSATION_HEADER = "X-Earwitness-Conversation"
"""Names the conversation that an e-mail is about."""

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
    template: str = DEFAULT,
    templates: SummaryTemplates | None = None,
) -> EmailMessage:
    """Write the summary of a conversation as an e-mail.

    Args:
        content: the conversation.
        sender: for the From header, `name <address>` or an address.
        recipients: envelope addresses for the To header; names are added where members have them.
        page_url: link to the summary page.
        message_id: with its angle brackets.
        date: for the Date header.
        template: how it is arranged, by name.
        templates: where that is; the built-in ones where none are given.

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
    names = {
        (envelope_address(member.email) or member.email).casefold(): member.name
        for member in content.members
        if member.email
    }
    message = EmailMessage(policy=SMTP)
    message["From"] = _sender(sender)
    message["To"] = [_address(address, names.get(address.casefold(), "")) for address in recipients]
    message["Subject"] = header_text(words.title)
    message["Date"] = format_datetime(date)
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    message[CONVERSATION_HEADER] = content.record.id
    text, html = (templates or _built_in()).render(template, variables)
    message.set_content(text, cte="quoted-printable")
    if html is not None:
        message.add_alternative(html, subtype="html", cte="quoted-printable")
    return message


@cache
def _built_in() -> SummaryTemplates:
    return SummaryTemplates()


def message_id(conversation_id: str, key: str, sender: str) -> str:
    """Return a Message-ID that is the same whenever this delivery of this conversation is sent."""
    digest = hashlib.sha256(f"{conversation_id}/{key}".encode()).hexdigest()
    return f"<{digest[:32]}@{_sender(sender).domain}>"


def header_text(text: str) -> str:
    """Return one line of text for a header: no control characters (so no new headers), no endless length."""
    line = " ".join(printable(text).split())
    return line if len(line) <= MAX_SUBJECT_LENGTH else line[: MAX_SUBJECT_LENGTH - 1].rstrip() + "…"


def _sender(text: str) -> Address:
    name, address = parseaddr(text)
    return _address(envelope_address(address) or address, name)


def _address(address: str, name: str) -> Address:
    local_part, _, domain = address.rpartition("@")
    return Address(header_text(name), local_part, domain)


def _within(paragraphs: Sequence[Paragraph], limit: int) -> Sequence[Paragraph]:
    """Return as many paragraphs from the start as fit into a number of characters."""
    total = 0
    for count, paragraph in enumerate(paragraphs):
        total += len(paragraph.text)
        if total > limit:
            return paragraphs[:count]
    return paragraphs
