"""What several replies of the Conversation API have in common, as the OpenAPI description shows it.

Replies describe what is there at least; they may say more. Nothing is built from them: tests check what
handlers return against them.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Id = Annotated[str, Field(pattern=r"^[0-9]{16}$")]
"""Of a conversation, message, insight, topic or bookmark."""
Moment = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
Share = Annotated[float, Field(ge=0)]
Source = Annotated[
    str | None, Field(description="Who found it: `embedded`, or the name of a language model.")
]


class Reply(BaseModel):
    """An object that may hold more fields than are described."""

    model_config = ConfigDict(extra="allow", populate_by_name=True)


def told(model: Any) -> dict[int | str, dict[str, Any]]:
    """Return the description of a reply with status 200: a model, or a list of one."""
    return {200: {"model": model}}


class ErrorReply(Reply):
    """Why a request was not carried out."""

    message: str = Field(description="What is wrong, where, and what to do.")


class Told(Reply):
    """That a request was carried out."""

    message: str


class Person(Reply):
    """A member; empty where nobody is known."""

    id: str | None = None
    name: str | None = None
    email: str | None = None
    user_id: str | None = Field(None, alias="userId")


class KnownPerson(Person):
    """A member."""

    id: str
    name: str


class Ref(Reply):
    """A message."""

    id: str


class Polarity(Reply):
    """How positive it is."""

    score: float = Field(ge=-1, le=1)


class SentimentReply(Reply):
    """A sentiment."""

    polarity: Polarity
    suggested: Literal["positive", "neutral", "negative"]


class PhraseReply(Reply):
    """A key phrase."""

    type: str
    text: str


class StatusReply(Reply):
    """Whether something is final."""

    status: Literal["scheduled", "in_progress", "completed", "failed"]


class UrlReply(Reply):
    """The address of a page."""

    url: str
