"""The e-mail that people get."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from html.parser import HTMLParser

from earwitness.conversation.insight import SummaryItem, Topic
from earwitness.conversation.member import Member
from earwitness.conversation.message import Message
from earwitness.delivery import summary_email
from earwitness.delivery.summary_email import compose, header_text, message_id
from earwitness.store.seams import Content

PAGE = "https://calls.example.com/meeting/#/a?b&c"


def _compose(content: Content, page_url: str | None = PAGE) -> EmailMessage:
    """Compose, and read back what a mail server would be given."""
    message = compose(
        content,
        sender="earwitness <calls@example.com>",
        recipients=["Ann@Example.com", "zoe@example.org"],
        page_url=page_url,
        message_id="<1@example.com>",
        date=datetime(2026, 11, 23, 18, 5, tzinfo=UTC),
    )
    return message_from_bytes(message.as_bytes(), EmailMessage, policy=SMTP)


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    text: str = part.get_content()
    return text.replace("\r\n", "\n")


class _Elements(HTMLParser):
    """Collects the visible text, and the tags and attributes used."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text: list[str] = []
        self.tags: set[str] = set()
        self.attributes: dict[str, list[str]] = {}
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag not in ("meta", "br"):
            self.open.append(tag)
        for name, value in attrs:
            self.attributes.setdefault(name, []).append(value or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_headers(content: Content) -> None:
    message = _compose(content)
    assert message["From"] == "earwitness <calls@example.com>"
    assert message["To"] == "Ann Keller <Ann@Example.com>, zoe@example.org"
    assert message["Subject"] == "Billing launch: weekly check"
    assert message["Date"] == "Mon, 23 Nov 2026 18:05:00 +0000"
    assert message["Message-ID"] == "<1@example.com>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Earwitness-Conversation"] == "5687907911204864"
    assert message.get_content_type() == "multipart/alternative"


def test_both_parts_say_the_same(content: Content) -> None:
    message = _compose(content)
    text, html = _part(message, "plain"), _Elements(_part(message, "html"))
    assert html.open == []
    shown = " ".join("".join(html.text).split())
    for words in (
        "Billing launch: weekly check",
        "Monday, 23 November 2026",
        "09:00–10:02 PST",
        "1 h 2 min",
        "Ann Keller, Bob Okafor, Mia Laurent",
        "The migration ran through on staging last night.",
        "Bob Okafor will send the fix for review by Wednesday.",
        "due Wed 25 Nov 2026",
        "Let's meet again on Monday to decide about the date.",
        "due Mon 30 Nov 2026, 09:30",
        "Is that the rounding of partial refunds?",
        "billing service",
        "1:01:11",
        "Sounds good, bye.",
    ):
        assert words in text
        assert words in shown
    assert PAGE in text
    assert html.attributes["href"] == [PAGE]


def test_html_is_safe_for_mail_clients(content: Content) -> None:
    html = _Elements(_part(_compose(content), "html"))
    assert not html.tags & {"script", "style", "link", "img", "table", "form", "iframe"}
    assert not {"src", "class", "background"} & set(html.attributes)
    assert not any("url(" in style for style in html.attributes["style"])


def test_what_is_said_cannot_become_markup_or_headers(content: Content) -> None:
    hostile = "<script>alert(1)</script>\r\nBcc: all@example.com"
    mallory = Member("m", hostile, email="ann@example.com")
    message = _compose(
        replace(
            content,
            record=replace(content.record, name=hostile),
            members=(mallory,),
            messages=(Message("1", hostile, 0.0, 1.0, speaker=mallory),),
            topics=(Topic("1", hostile, 0.9, ()),),
            summary=(SummaryItem("1", hostile, ()),),
        )
    )
    assert message["Bcc"] is None
    assert message["Subject"] == "<script>alert(1)</script> Bcc: all@example.com"
    html = _Elements(_part(message, "html"))
    assert "script" not in html.tags
    assert "<script>alert(1)</script>" in "".join(html.text)


def test_control_characters_are_left_out(content: Content) -> None:
    message = _compose(replace(content, messages=(Message("1", "a\x00b\x1b[31m\u2028c", 0.0, 1.0),)))
    assert "a b [31m c" in _part(message, "plain")
    assert "a b [31m c" in _part(message, "html")


def test_an_empty_conversation_has_no_empty_sections(content: Content) -> None:
    message = _compose(Content(replace(content.record, outcome="interrupted")), page_url=None)
    text = _part(message, "plain")
    assert re.findall(r"^[A-Z-]{5,}$", text, re.MULTILINE) == ["TRANSCRIPT"]
    assert "No speech was heard." in text
    assert "The call was interrupted" in text
    assert "Attendees" not in text
    assert "\n\n\n" not in text
    html = _part(message, "html")
    assert html.count("<h2") == 1
    assert "href" not in html


def test_text_has_no_stray_blank_lines(content: Content) -> None:
    assert "\n\n\n" not in _part(_compose(content), "plain")


def test_a_long_transcript_is_whole_in_the_text_only(content: Content) -> None:
    messages = tuple(
        Message(str(n), f"Sentence {n}. " + "word " * 40, n * 20.0, n * 20.0 + 9) for n in range(500)
    )
    message = _compose(replace(content, messages=messages))
    text, html = _part(message, "plain"), _part(message, "html")
    assert "Sentence 499." in text
    assert "Sentence 0." in html
    assert "Sentence 499." not in html
    assert "The rest of the transcript is on the" in html
    assert len(html.encode()) < 102_000


def test_lines_are_short_enough_for_smtp(content: Content) -> None:
    long = Message("1", "word " * 2000, 0.0, 1.0)
    message = _compose(replace(content, messages=(long,)))
    assert max(map(len, message.as_bytes().split(b"\r\n"))) <= 998


def test_the_message_id_depends_on_conversation_and_key_alone() -> None:
    sender = "earwitness <calls@example.com>"
    first = message_id("1", "sendSummaryEmail:0", sender)
    assert re.fullmatch(r"<[0-9a-f]{32}@example\.com>", first)
    assert first == message_id("1", "sendSummaryEmail:0", sender)
    assert (
        len(
            {
                first,
                message_id("1", "sendSummaryEmail:1", sender),
                message_id("2", "sendSummaryEmail:0", sender),
            }
        )
        == 3
    )


def test_header_text_is_one_line_of_bounded_length() -> None:
    assert header_text(" a\r\n\tb\x00 c ") == "a b c"
    cut = header_text("word " * 100)
    assert len(cut) <= summary_email.MAX_SUBJECT_LENGTH
    assert cut.endswith("word…")
