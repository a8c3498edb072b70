"""The body of `POST /v1/endpoint:connect`, as sloppy as real clients write it."""

import re
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from earwitness.api.requests.custom_prompts import CustomPrompts
from earwitness.api.requests.redaction_option import with_redaction
from earwitness.api.wire.words import folded
from earwitness.conversation.intent import IntentName
from earwitness.delivery.mailer import is_address

_HEADER_NAME = re.compile(r"[Xx]-[A-Za-z0-9-]{1,60}\Z")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def one_line(text: str) -> str:
    """Return a text without line ends and other control characters, so that it stays where it is put."""
    return _CONTROL.sub(" ", text).strip()


Line = Annotated[str, Field(max_length=1000), AfterValidator(one_line)]
"""A name of something or somebody."""


def empty_object_is_none(value: Any) -> Any:
    """Take `{}` for nothing, as some clients write it."""
    return None if value == {} else value


def _code_alone(value: Any) -> Any:
    return {"code": value} if isinstance(value, str) else value


class Loose(BaseModel):
    """An object of which nobody knows all fields; one that is null is one that is not there."""

    model_config = ConfigDict(extra="allow", populate_by_name=True)

    @model_validator(mode="before")
    @classmethod
    def _null_is_absent(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        return {name: value for name, value in given.items() if value is not None}


class Redactable(Loose):
    """A request that may ask for redaction."""

    @model_validator(mode="before")
    @classmethod
    def _redaction(cls, given: Any) -> Any:
        return with_redaction(given) if isinstance(given, dict) else given


class AudioConfig(Loose):
    """A preference for the codec; never a reason to refuse a call."""

    encoding: str | None = None
    sample_rate: float | None = Field(None, alias="sampleRate")
    sample_size: float | None = Field(None, alias="sampleSize")
    payload_type: float | None = Field(None, alias="payloadType")


class Endpoint(Loose):
    """Whom to call."""

    type: Annotated[Literal["sip", "pstn"], BeforeValidator(folded)]
    uri: str | None = None
    phone_number: str | None = Field(None, alias="phoneNumber")
    dtmf: str | None = Field(None, max_length=256)
    provider_name: str | None = Field(None, alias="providerName")
    transport_config: str | None = Field(None, alias="transportConfig")
    audio_config: Annotated[AudioConfig | None, BeforeValidator(empty_object_is_none)] = Field(
        None, alias="audioConfig"
    )
    language: str | None = None
    timezone_offset: float | None = Field(None, alias="timezoneOffset")
    idle_timeout: float | None = Field(None, alias="idleTimeout", ge=-1)

    @field_validator("phone_number", mode="before")
    @classmethod
    def _number(cls, value: Any) -> Any:
        return str(value) if isinstance(value, int) else value

    @field_validator("dtmf")
    @classmethod
    def _keys(cls, value: str | None) -> str | None:
        if value and (wrong := set(value.upper()) - set("0123456789*#ABCD, ")):
            raise ValueError(f"{''.join(sorted(wrong))!r} are no keys; use 0-9 * # A-D, and ',' for a pause")
        return value


class Action(Loose):
    """Something to do when the call starts or stops."""

    invoke_on: Annotated[Literal["start", "stop"], BeforeValidator(folded)] = Field(alias="invokeOn")
    name: str
    parameters: dict[str, Any] = Field(default_factory=dict)

    @field_validator("name")
    @classmethod
    def _known(cls, value: str) -> str:
        if value != "sendSummaryEmail":
            raise ValueError(f"{value!r} is not an action; there is sendSummaryEmail")
        return value

    @field_validator("parameters")
    @classmethod
    def _addresses(cls, value: dict[str, Any]) -> dict[str, Any]:
        emails = value.get("emails", [])
        if not isinstance(emails, list):
            raise ValueError("emails must be a list of addresses")
        for address in emails:
            if not isinstance(address, str) or not is_address(address.strip()):
                raise ValueError(f"emails: {address!r} is not an e-mail address")
        return value


class User(Loose):
    """A participant named in advance."""

    user_id: Line | None = Field(None, alias="userId")
    name: Line | None = None
    email: Line | None = None
    role: Line | None = None


class SessionUser(Loose):
    """A participant and how they take part."""

    user: User = Field(default_factory=User)


class TimeZone(Loose):
    """The name of a time zone."""

    name: str | None = None


class Location(Loose):
    """Where a session takes place."""

    time_zone: TimeZone = Field(default_factory=TimeZone, alias="timeZone")


class Session(Loose):
    """The meeting that the call belongs to."""

    name: Line | None = None
    users: list[SessionUser] = Field(default_factory=list, max_length=500)
    location: Location = Field(default_factory=Location)


class Data(Loose):
    """What goes with the call."""

    session: Session = Field(default_factory=Session)


class Language(Loose):
    """A BCP-47 language tag."""

    code: str


class IntentWish(Loose):
    """An intent that the client wants to be told of."""

    intent: Annotated[IntentName, BeforeValidator(folded)]
    silence_timeout: float | None = Field(None, alias="silenceTimeout", ge=0)
    """Seconds of silence after which it is looked for no longer; 0 is never."""


def _webhook_url(value: str | None) -> str | None:
    if not value or not value.strip():
        return None
    if not value.strip().casefold().startswith(("http://", "https://")):
        raise ValueError("must begin with http:// or https://")
    return value.strip()


WebhookUrl = Annotated[str | None, Field(max_length=2000), AfterValidator(_webhook_url)]
"""Where something is posted; empty is none."""


class ConnectRequest(Redactable):
    """Start a call, or stop one."""

    operation: Annotated[Literal["start", "stop"], BeforeValidator(folded)]
    endpoint: Annotated[Endpoint | None, BeforeValidator(empty_object_is_none)] = None
    connection_id: str | None = Field(None, alias="connectionId")
    actions: Annotated[list[Action] | None, BeforeValidator(empty_object_is_none)] = None
    data: Data | None = None
    languages: list[Annotated[Language, BeforeValidator(_code_alone)]] = Field(default_factory=list)
    timezone: str | None = None
    model: str | None = Field(None, max_length=200)
    """The engine that is to hear the call; see `GET /v1/models`. Symbl has no such field."""
    headers: dict[str, Any] | None = None
    tell_voices_apart: bool = Field(False, alias="enableSpeakerDiarization")
    """Whether to find out by voice, after the call, who said what nothing else tells. As in the Async API."""
    voice_count: int | None = Field(None, alias="diarizationSpeakerCount", ge=1, le=20)
    intents: list[IntentWish] = Field(default_factory=list, max_length=20)
    custom_prompts: CustomPrompts = Field(default_factory=list, alias="customPrompts")
    endpoint_webhook_url: WebhookUrl = Field(
        None, alias="endpointWebhookUrl", description="The results are posted there, as on the sockets."
    )
    callback_url: WebhookUrl = Field(None, alias="callbackUrl", description="As endpointWebhookUrl.")

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str | None) -> str | None:
        return None if not value else known_zone(value)

    @property
    def language(self) -> str | None:
        """The first language that is asked for."""
        if self.languages:
            return self.languages[0].code
        return self.endpoint.language if self.endpoint else None

    @property
    def session(self) -> Session:
        """The session, empty where none is given."""
        return self.data.session if self.data else Session()

    @property
    def zone(self) -> str:
        """The time zone, from either place where clients put it."""
        return self.timezone or self.session.location.time_zone.name or "UTC"

    @property
    def sip_headers(self) -> dict[str, str]:
        """The given headers that may go into the INVITE."""
        return {
            name: str(value)
            for name, value in (self.headers or {}).items()
            if _HEADER_NAME.match(name) and isinstance(value, str | int) and str(value).isprintable()
        }


def known_zone(name: str) -> str:
    """Return the name of a time zone.

    Raises:
        ValueError: there is no such zone.
    """
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is not an IANA time zone; write it as US/Pacific or Asia/Tokyo") from None
    return name
