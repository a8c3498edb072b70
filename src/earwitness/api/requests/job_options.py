"""The options of the Async API: from query strings in all the spellings of its clients, and from JSON.

A list or an object comes as percent-encoded JSON, as repeated keys, in brackets (`name[0]`, `name[0][key]`,
as the JavaScript library `qs` writes it), as a list without quotes, or with one key for each character.
"""

import json
import logging
import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from earwitness.api.errors import ApiError
from earwitness.api.requests.custom_prompts import CustomPrompts
from earwitness.api.requests.redaction_option import with_redaction
from earwitness.api.requests.start_request import Line, known_zone
from earwitness.api.wire.words import folded

logger = logging.getLogger(__name__)

_LISTS = ("customPrompts", "customVocabulary", "entities", "customEntities", "trackers", "channelMetadata")
_OBJECTS = ("features", "metadata", "redaction")
_BRACKETS = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])+)\Z")
_STEP = re.compile(r"\[([^\[\]]*)\]")
_DEEPEST = 6
_MOST_ITEMS = 5_000


def _zone(name: str | None) -> str | None:
    return known_zone(name) if name else None


Flag = Annotated[bool, BeforeValidator(folded)]


class Speaker(BaseModel):
    """Who speaks on a channel."""

    name: Line | None = None
    email: Line | None = None
    user_id: Line | None = Field(None, alias="userId")


class Channel(BaseModel):
    """A channel of a recording."""

    channel: int = Field(ge=1, le=64)
    speaker: Speaker = Field(default_factory=Speaker)


_OF_ONE_JOB = {
    "name",
    "metadata",
    "timezone",
    "webhook_url",
    "language_code",
    "model",
    "separate_channels",
    "channel_metadata",
    "real_time",
}


class JobOptions(BaseModel):
    """What a client may say of how to process its text or audio."""

    model_config = ConfigDict(extra="allow", populate_by_name=True)

    name: Line | None = None
    confidence_threshold: float = Field(0.5, alias="confidenceThreshold", ge=0, le=1)
    detect_phrases: Flag = Field(False, alias="detectPhrases")
    detect_entities: Flag = Field(False, alias="detectEntities")
    entities: list[dict[str, Any]] = Field(default_factory=list)
    trackers: list[dict[str, Any]] = Field(default_factory=list)
    enable_all_trackers: Flag = Field(False, alias="enableAllTrackers")
    enable_summary: Flag = Field(False, alias="enableSummary")
    features: dict[str, Any] = Field(default_factory=dict)
    redaction: dict[str, Any] = Field(default_factory=dict)
    """Whether personal data are hidden; see docs/entities.md."""
    metadata: dict[str, Any] = Field(default_factory=dict)
    timezone: Annotated[str | None, AfterValidator(_zone)] = None
    """Of what is said about dates, an IANA name; Symbl has no such option here."""
    webhook_url: str | None = Field(None, alias="webhookUrl", max_length=2000)
    custom_vocabulary: list[str] = Field(default_factory=list, alias="customVocabulary")
    language_code: str | None = Field(None, alias="languageCode")
    model: str | None = Field(None, max_length=200)
    separate_channels: Flag = Field(False, alias="enableSeparateRecognitionPerChannel")
    channel_metadata: list[Channel] = Field(default_factory=list, alias="channelMetadata")
    tell_voices_apart: Flag = Field(False, alias="enableSpeakerDiarization")
    voice_count: int | None = Field(None, alias="diarizationSpeakerCount", ge=1, le=20)
    real_time: Flag = Field(False, alias="realTime")
    custom_prompts: CustomPrompts = Field(default_factory=list, alias="customPrompts")

    @property
    def of_conversation(self) -> dict[str, Any]:
        """What was said of how to understand the conversation, not of this text or recording alone."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude=_OF_ONE_JOB)


def options_of(given: Mapping[str, Any]) -> JobOptions:
    """Read options; a value that makes no sense is left out, with a line in the log.

    Raises:
        ApiError: 400, `redaction` cannot be understood.
    """
    present = {name: value for name, value in given.items() if value is not None}
    try:
        present = with_redaction(present)
    except ValueError as error:
        raise ApiError(400, f"{error}.") from None
    # One sample of the documentation calls the entities so.
    if "entities" not in present and "customEntities" in present:
        present["entities"] = present.pop("customEntities")
    while True:
        try:
            return JobOptions.model_validate(present)
        except ValidationError as error:
            wrong = {str(one["loc"][0]) for one in error.errors()}
            logger.info(
                "options of a job were left out, since they make no sense: %s", ", ".join(sorted(wrong))
            )
            present = {name: value for name, value in present.items() if name not in wrong}


def from_query(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return the options of a query string; of a key that is no list but comes again, the last counts."""
    plain: dict[str, list[str]] = {}
    nested: dict[str, Any] = {}
    for number, (key, value) in enumerate(pairs):
        if number >= _MOST_ITEMS:
            break
        if found := _BRACKETS.match(key):
            _put(nested, [found[1], *_STEP.findall(found[2])[:_DEEPEST]], value)
        else:
            plain.setdefault(key, []).append(value)
    options: dict[str, Any] = {name: _as_lists(value) for name, value in nested.items()}
    for name, values in plain.items():
        if name in _LISTS:
            options[name] = _listed(values)
        elif name in _OBJECTS:
            joined = "".join(values)
            parsed = _parsed(joined)
            # A word of redaction that nobody understands has to be refused.
            options[name] = joined if parsed is None and name == "redaction" and joined != "null" else parsed
        else:
            options[name] = values[-1]
    return options


def _listed(values: list[str]) -> list[Any]:
    """If all values joined are a JSON list, it is that; else they are the items."""
    joined = "".join(values).strip()
    whole = _parsed(joined)
    if isinstance(whole, list):
        return whole
    if isinstance(whole, dict):
        return [whole]
    if len(values) == 1 and joined.startswith("[") and joined.endswith("]"):
        return [part.strip() for part in joined[1:-1].split(",") if part.strip()]
    items = [_parsed(value) for value in values]
    return [item if isinstance(item, dict) else value for item, value in zip(items, values, strict=True)]


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _put(root: dict[str, Any], path: list[str], value: str) -> None:
    at = root
    for step in path[:-1]:
        inner = at.setdefault(step or str(len(at)), {})
        if not isinstance(inner, dict):
            return
        at = inner
    at[path[-1] or str(len(at))] = value


def _as_lists(value: Any) -> Any:
    """Turn objects whose keys are all numbers into lists."""
    if not isinstance(value, dict):
        return value
    if all(key.isascii() and key.isdigit() and len(key) < 6 for key in value):
        return [_as_lists(value[key]) for key in sorted(value, key=int)]
    return {key: _as_lists(inner) for key, inner in value.items()}
