"""The body of `POST /v1/process/text`: what was said, by whom and when.

What was said is required; of the rest, what makes no sense is taken as not given.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError

from earwitness.api.errors import bad_fields
from earwitness.api.requests.start_request import Loose, one_line
from earwitness.api.wire.times import as_utc
from earwitness.conversation.given import Piece
from earwitness.conversation.member import Member, new_member, person_key

_LONGEST_NAME = 1000
_YEARS = range(1900, 2200)
"""Instants outside of these are mistakes; arithmetic with them would leave the calendar."""


def _said(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be blank")
    return text


def _name(value: Any) -> str | None:
    if isinstance(value, str | int) and not isinstance(value, bool):
        return one_line(str(value))[:_LONGEST_NAME] or None
    return None


def _moment(value: Any) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        moment = as_utc(datetime.fromisoformat(value.strip()))
    except ValueError:
        return None
    return moment if moment.year in _YEARS else None


def _named(value: Any) -> Any:
    return value if isinstance(value, dict) else {"name": value}


def _object(value: Any) -> Any:
    return value if isinstance(value, dict) else {}


Name = Annotated[str | None, BeforeValidator(_name)]
Moment = Annotated[datetime | None, BeforeValidator(_moment)]


class From(Loose):
    """Who said it: the same person has the same `userId`, else `email`, `id`, `name`."""

    name: Name = None
    user_id: Name = Field(None, alias="userId")
    email: Name = None
    id: Name = None

    @property
    def key(self) -> str:
        """What tells two people apart; empty where it names nobody."""
        return person_key(self.user_id, self.email, self.id or self.name)


class Duration(Loose):
    """When it was said, in ISO 8601."""

    start_time: Moment = Field(None, alias="startTime")
    end_time: Moment = Field(None, alias="endTime")


class Payload(Loose):
    """What was said."""

    content: Annotated[str, AfterValidator(_said)]


class TextMessage(Loose):
    """What one person said at once; it may hold many sentences."""

    payload: Payload
    said_by: Annotated[From, BeforeValidator(_named)] = Field(default_factory=From, alias="from")
    duration: Annotated[Duration, BeforeValidator(_object)] = Field(default_factory=Duration)


class TextRequest(Loose):
    """A text to process; options stand beside the messages."""

    messages: list[TextMessage] = Field(min_length=1)

    @property
    def pieces(self) -> list[Piece]:
        """What was said, with everything that any message tells of its speaker."""
        people = _people(message.said_by for message in self.messages)
        return [
            Piece(
                message.payload.content,
                people.get(message.said_by.key),
                message.duration.start_time,
                message.duration.end_time,
            )
            for message in self.messages
        ]


def text_of(body: Mapping[str, Any]) -> TextRequest:
    """Read a body.

    Raises:
        ApiError: 400, it has no messages, or one of them no content.
    """
    try:
        return TextRequest.model_validate(body)
    except ValidationError as error:
        raise bad_fields(error) from None


def _people(named: Iterable[From]) -> dict[str, Member]:
    known: dict[str, dict[str, str]] = {}
    for one in named:
        if one.key:
            person = known.setdefault(one.key, {})
            given = {"name": one.name, "user_id": one.user_id or one.email or one.id, "email": one.email}
            for field, value in given.items():
                if value:
                    person.setdefault(field, value)
    return {
        key: new_member(person.get("name"), person.get("user_id"), person.get("email"))
        for key, person in known.items()
    }
