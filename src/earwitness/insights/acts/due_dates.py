"""When something is due: the first date or time of an action sentence that lies ahead.

The grammar is in `dates/`. It would find dates in any sentence, mostly ones that nothing is due on,
so it is used inside action items alone.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from earwitness.insights.dates.mentions import DateMention, find_dates
from earwitness.insights.dates.moments import DAYS, PARTS_OF_DAY, Moment, find_times, with_time
from earwitness.insights.dates.words import compile_rule, number_of

_SOON = compile_rule(
    r"\b(?:(?:in|within) (?:the next )?(?P<count>half an?|@COUNT) (?P<unit>min(?:ute)?|h(?:ou)?r)s?"
    r"|(?P<later>half an?|@COUNT) (?P<later_unit>min(?:ute)?|h(?:ou)?r)s? (?:from now|later))\b"
)
_YEAR = compile_rule(r"@YEAR|/\d\d$|\b\d\d$|\d{8}")
_ABOUT = compile_rule(r"\b(?:of|since|in|during|between|about|dated) (?:the )?$")

_BEFORE = 40
"""Characters before a date that say what it is about."""


@dataclass(frozen=True, slots=True)
class DueDate:
    """A date found in a text."""

    text: str
    offset: int
    """In characters from the start of the text."""
    at: datetime
    """In the zone of the moment it was said; midnight where no time of day was said."""
    has_time: bool
    span: tuple[str, str] | None = None
    """When it begins and ends, where a part of a day was said: an afternoon."""

    @property
    def named(self) -> str:
        """The value as an entity has it: of a span both ends, with a slash between them."""
        return self.value if self.span is None else "/".join(self.span)

    @property
    def kind(self) -> str:
        """`date`, `datetime` or `datetimerange`, as entities are called."""
        if self.span is not None:
            return "datetimerange"
        return "datetime" if self.has_time else "date"

    @property
    def iso(self) -> str:
        """ISO 8601 with zone."""
        return self.at.isoformat()

    @property
    def value(self) -> str:
        """ISO 8601: the date, with the local time of day where one was said."""
        return self.at.strftime("%Y-%m-%dT%H:%M:%S" if self.has_time else "%Y-%m-%d")


def find_due_date(text: str, said_at: datetime) -> DueDate | None:
    """Find the first date or time in a text that has not passed.

    Args:
        text: an action sentence.
        said_at: when it was said, in the speakers' time zone; "today" is its date.
    """
    mentions = find_dates(text, said_at.date())
    for mention in mentions:
        if mention.period.due >= said_at.date() or _is_meant_though_past(mention, text):
            return _at(text, said_at, mention)
    return None if mentions else _soon(text, said_at) or _time_alone(text, said_at)


def _is_meant_though_past(mention: DateMention, text: str) -> bool:
    """A day said with its year is what it is: a transcript may come without the time at which it was said."""
    period = mention.period
    to_the_day = period.unit == "day" or (
        period.unit == "span" and not period.start.day == period.end.day == 1
    )
    before = text[max(mention.offset - _BEFORE, 0) : mention.offset]
    return bool(to_the_day and _YEAR.search(mention.text) and not _ABOUT.search(before))


def _at(text: str, said_at: datetime, mention: DateMention) -> DueDate:
    moment = with_time(text, mention)
    at = datetime.combine(mention.period.due, moment.clock or time(), said_at.tzinfo)
    has_time = moment.clock is not None
    return DueDate(text[moment.start : moment.end], moment.start, at, has_time, _span(moment))


def _span(moment: Moment) -> tuple[str, str] | None:
    period = moment.period
    if period is None or period.unit not in DAYS or not moment.part or moment.clock is not None:
        return None
    start, end = PARTS_OF_DAY[moment.part]
    return f"{period.start}T{start}", f"{period.start}T{end}"


def _soon(text: str, said_at: datetime) -> DueDate | None:
    """`In ten minutes`: counted from the moment, to the minute."""
    match = _SOON.search(text)
    if match is None:
        return None
    said = (match["count"] or match["later"]).lower()
    count = 0.5 if said.startswith("half") else number_of(said)
    hours = (match["unit"] or match["later_unit"]).lower().startswith("h")
    # An hour is 60 minutes, also in the night in which the clocks change.
    at = said_at.astimezone(UTC) + timedelta(minutes=count * (60 if hours else 1))
    return DueDate(
        match[0], match.start(), at.astimezone(said_at.tzinfo).replace(second=0, microsecond=0), True
    )


def _time_alone(text: str, said_at: datetime) -> DueDate | None:
    moment = next(find_times(text), None)
    if moment is None:
        return None
    at = datetime.combine(said_at.date(), moment.clock or time(), said_at.tzinfo)
    if at < said_at:
        at += timedelta(days=1)
    return DueDate(text[moment.start : moment.end], moment.start, at, True)
