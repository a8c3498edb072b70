"""What a summary says: a conversation's content put into words for people."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from earwitness.conversation.insight import EMBEDDED, Insight
from earwitness.conversation.member import Member
from earwitness.conversation.message import Message
from earwitness.conversation.reading import Reading
from earwitness.store.seams import Content

MAX_TOPICS = 8
PARAGRAPH_GAP_S = 8.0
"""A pause this long begins a new paragraph of the same speaker."""


@dataclass(frozen=True, slots=True)
class Task:
    """An action item or follow-up."""

    text: str
    assignee: str | None
    due: str | None


@dataclass(frozen=True, slots=True)
class Question:
    """A question and who asked it."""

    text: str
    speaker: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the conversation says to a prompt of the app or the request; nothing where it says nothing."""

    name: str
    statements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """What one speaker said without a break."""

    speaker: str | None
    offset: str
    """From the start of the call, `m:ss` or `h:mm:ss`."""
    text: str


@dataclass(frozen=True, slots=True)
class SummaryView:
    """The words of a summary; an empty part is left out of the page or the e-mail.

    Of the insights it has those that are worth reading.
    """

    title: str
    day: str
    hours: str
    """Start and end in the conversation's time zone, with the zone's name (both names where it changed)."""
    duration: str | None
    attendees: tuple[str, ...]
    interrupted: bool
    summary: tuple[str, ...]
    action_items: tuple[Task, ...]
    follow_ups: tuple[Task, ...]
    questions: tuple[Question, ...]
    topics: tuple[str, ...]
    answers: tuple[Answer, ...]
    transcript: tuple[Paragraph, ...]
    author: str | None
    """The language model that wrote the summary, if one did."""


def view(content: Content) -> SummaryView:
    """Put a conversation into words."""
    record = content.record
    zone = _zone(record.timezone)
    start = record.zero_at.astimezone(zone)
    end = record.ended_at.astimezone(zone) if record.ended_at else None
    topics = sorted(content.topics, key=lambda topic: topic.score, reverse=True)
    return SummaryView(
        title=record.title,
        day=f"{start:%A}, {start.day} {start:%B %Y}",
        hours=_hours(start, end),
        # Of the instants: times of one zone are subtracted as clocks show them, whatever was done to these.
        duration=_duration((record.ended_at - record.zero_at).total_seconds()) if record.ended_at else None,
        attendees=tuple(dict.fromkeys(member.name for member in content.members)),
        interrupted=record.outcome == "interrupted",
        summary=tuple(item.text for item in content.summary),
        action_items=_tasks(content.insights, "action_item", zone),
        follow_ups=_tasks(content.insights, "follow_up", zone),
        questions=tuple(
            Question(insight.text, _name(insight.speaker))
            for insight in content.insights
            if insight.kind == "question" and insight.is_worth_reading
        ),
        topics=tuple(topic.text for topic in topics[:MAX_TOPICS]),
        answers=_answers(content.reading),
        transcript=_paragraphs(content.messages),
        author=next((item.source for item in content.summary if item.source != EMBEDDED), None),
    )


def _answers(reading: Reading | None) -> tuple[Answer, ...]:
    return tuple(
        Answer(answer.prompt.name, tuple(item.text for item in answer.statements))
        for answer in (reading.answers if reading is not None else ())
    )


def _zone(name: str) -> ZoneInfo:
    """Return the zone, or UTC if there is none of this name."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return ZoneInfo("UTC")


def _hours(start: datetime, end: datetime | None) -> str:
    if end is None or start.tzname() != end.tzname():  # The clocks were changed meanwhile.
        return "–".join(f"{time:%H:%M %Z}" for time in (start, end) if time)
    return f"{start:%H:%M}–{end:%H:%M %Z}"


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{max(round(seconds), 0)} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def _tasks(insights: Iterable[Insight], kind: str, zone: ZoneInfo) -> tuple[Task, ...]:
    return tuple(
        Task(insight.text, _name(insight.assignee), _due(insight.due_by, zone))
        for insight in insights
        if insight.kind == kind and insight.is_worth_reading
    )


def _due(due_by: str | None, zone: ZoneInfo) -> str | None:
    """Put an ISO 8601 time into words; midnight stands for the whole day."""
    if due_by is None:
        return None
    try:
        due = datetime.fromisoformat(due_by)
    except ValueError:
        return due_by
    if due.tzinfo is not None:
        due = due.astimezone(zone)
    if due.time() == time():
        return _day(due.date())
    return f"{_day(due.date())}, {due:%H:%M}"


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}"


def _name(member: Member | None) -> str | None:
    return member.name if member else None


def _paragraphs(messages: Iterable[Message]) -> tuple[Paragraph, ...]:
    """Join what one speaker said until someone else spoke or a long pause came."""
    paragraphs: list[Paragraph] = []
    last: Message | None = None
    for message in messages:
        if last is not None and _continues(last, message):
            begun = paragraphs[-1]
            paragraphs[-1] = Paragraph(begun.speaker, begun.offset, f"{begun.text} {message.text}")
        else:
            paragraphs.append(Paragraph(_name(message.speaker), _offset(message.start_s), message.text))
        last = message
    return tuple(paragraphs)


def _continues(last: Message, message: Message) -> bool:
    same_speaker = message.speaker == last.speaker and message.leg == last.leg
    return same_speaker and message.start_s - last.end_s < PARAGRAPH_GAP_S


def _offset(seconds: float) -> str:
    minutes, whole_s = divmod(max(int(seconds), 0), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{whole_s:02}" if hours else f"{minutes}:{whole_s:02}"
