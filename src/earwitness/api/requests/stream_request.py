"""The frames that clients send on a streaming socket, as sloppy as real clients write them."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from earwitness.api.requests.custom_prompts import CustomPrompts
from earwitness.api.requests.start_request import (
    Action,
    Line,
    Loose,
    Redactable,
    User,
    empty_object_is_none,
    known_zone,
)
from earwitness.api.wire.marks import BookmarkBody
from earwitness.api.wire.words import folded, upper
from earwitness.audio.stream_decoder import StreamDecoder, open_stream_decoder
from earwitness.conversation.insight import InsightKind
from earwitness.conversation.member import Member, new_member, person_key

_LONGEST_S = 1800.0
_DEFAULT_RATE_HZ = 16_000
_DEFAULT_ENCODING = "LINEAR16"


def _listed(value: Any) -> Any:
    """Insight types that are none, or unknown, are passed over."""
    known = ("action_item", "question", "follow_up")
    return [one for one in value if one in known] if isinstance(value, list) else []


def _within(value: float) -> float:
    """Keep a wait within what the contract allows."""
    return min(max(value, 0.0), _LONGEST_S)


Seconds = Annotated[float, Field(allow_inf_nan=False), AfterValidator(_within)]


class SpeechRecognition(Loose):
    """How the audio comes."""

    encoding: Annotated[str, BeforeValidator(upper)] = _DEFAULT_ENCODING
    sample_rate_hertz: int = Field(_DEFAULT_RATE_HZ, alias="sampleRateHertz")

    def open(self) -> StreamDecoder:
        """Start to decode such audio.

        Raises:
            ValueError: that is not possible.
        """
        return open_stream_decoder(self.encoding, self.sample_rate_hertz)


class StreamConfig(Loose):
    """What the conversation is like."""

    meeting_title: Line | None = Field(None, alias="meetingTitle")
    confidence_threshold: float = Field(0.5, alias="confidenceThreshold", ge=0, le=1)
    language_code: str | None = Field(None, alias="languageCode")
    model: str | None = Field(None, max_length=200)
    """The engine that is to hear it; see `GET /v1/models`. Symbl has no such field."""
    timezone: str | None = None
    speech_recognition: SpeechRecognition = Field(
        default_factory=SpeechRecognition, alias="speechRecognition"
    )


_OF_SESSION = (
    "noConnectionTimeout",
    "disconnectOnStopRequest",
    "disconnectOnStopRequestTimeout",
    "meetingTitle",
)
"""Fields that clients write at the top level or in `config`."""


class StartRequest(Redactable):
    """A client begins to send."""

    type: Literal["start_request"]
    insight_types: Annotated[list[InsightKind], BeforeValidator(_listed)] = Field(
        default_factory=list, alias="insightTypes"
    )
    config: StreamConfig = Field(default_factory=StreamConfig)
    speaker: Annotated[User | None, BeforeValidator(empty_object_is_none)] = None
    actions: Annotated[list[Action] | None, BeforeValidator(empty_object_is_none)] = None
    custom_prompts: CustomPrompts = Field(default_factory=list, alias="customPrompts")
    no_connection_timeout: Seconds = Field(0.0, alias="noConnectionTimeout")
    disconnect_on_stop_request: bool = Field(True, alias="disconnectOnStopRequest")
    disconnect_on_stop_request_timeout: Seconds = Field(_LONGEST_S, alias="disconnectOnStopRequestTimeout")

    @model_validator(mode="before")
    @classmethod
    def _from_either_place(cls, given: Any) -> Any:
        config = given.get("config") if isinstance(given, dict) else None
        if not isinstance(config, dict):
            config = {}
        both = {**config, **{name: value for name, value in given.items() if value is not None}}
        moved = {name: both[name] for name in _OF_SESSION if name in both}
        return {**given, **moved, "config": {**config, **moved}}

    @property
    def zone(self) -> str:
        """The time zone."""
        try:
            return known_zone(self.config.timezone or "UTC")
        except ValueError:
            return "UTC"

    @property
    def member(self) -> Member | None:
        """Who speaks, where the client says so."""
        user = self.speaker
        if user is None or not person_key(user.user_id, user.email, user.name):
            return None
        return new_member(user.name, user.user_id, user.email, user.role)

    @property
    def linger_s(self) -> float:
        """How long the session goes on after this client's `stop_request`, if nobody else is there."""
        return 0.0 if self.disconnect_on_stop_request else self.disconnect_on_stop_request_timeout


class ModifyRequest(Loose):
    """A client goes on with another kind of audio."""

    type: Literal["modify_request"]
    speech_recognition: SpeechRecognition = Field(alias="speechRecognition")


class BookmarkRequest(Loose):
    """A client marks a stretch of what is heard; the fields are those of the Conversation API.

    They stand beside `operation`, or in an object named `bookmark`.
    """

    type: Literal["bookmark_request"]
    operation: Annotated[Literal["create", "update", "delete"], BeforeValidator(folded)] = "create"
    id: str | None = Field(None, max_length=64)
    bookmark: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _whole(self) -> "BookmarkRequest":
        given = self.bookmark or {}
        if self.id is None and isinstance(given.get("id"), str):
            self.id = given["id"]
        return self

    @property
    def body(self) -> BookmarkBody:
        """The bookmark.

        Raises:
            ValidationError: it is none.
        """
        beside = self.model_extra or {}
        return BookmarkBody.model_validate({**beside, **(self.bookmark or {})})
