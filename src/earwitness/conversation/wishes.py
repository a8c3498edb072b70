"""What a client asks to be told of a conversation besides its words.

Read from the request as it is stored with the conversation, so that a server that takes the conversation up
again knows it too. Requests of calls and texts carry these fields at the top, those of streams some of them
in `config`; what makes no sense is passed over.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, get_args

from earwitness.conversation.custom_entity import CustomEntity
from earwitness.conversation.ids import stable_id
from earwitness.conversation.insight import InsightKind
from earwitness.conversation.tracker import Tracker

_MOST = 1000
"""Trackers or custom entities of one conversation, or phrases of a tracker; more are passed over."""
_LONGEST_PHRASE = 500
"""Characters, as with kept trackers; longer ones are passed over."""
MOST_TERMS = 10_000
"""Of all custom entities of one conversation together."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is to be looked for."""

    insight_kinds: frozenset[InsightKind] | None = None
    """Those that live frames are wanted of; None: all."""
    entities: bool = False
    """Whether persons, places, dates … are to be found."""
    custom_entities: tuple[CustomEntity, ...] = ()
    trackers: tuple[Tracker, ...] = ()
    identifies: bool = False
    """Whether messages are to say which personal data they hold."""
    confidence_threshold: float = 0.5
    """The least score of insights."""


def wishes_of(request: Mapping[str, Any]) -> Wishes:
    """Read a start request, or the options of a job, as JSON."""
    config = request.get("config")
    given = {**(config if isinstance(config, Mapping) else {}), **request}
    redaction = given.get("redaction")
    identifies = isinstance(redaction, Mapping) and is_set(redaction.get("identifyContent"))
    return Wishes(
        insight_kinds=insight_kinds_of(request),
        entities=is_set(given.get("detectEntities")) or identifies,
        custom_entities=tuple(islice(_custom_entities(given), MOST_TERMS)),
        trackers=tuple(_trackers(request, config)),
        identifies=identifies,
        confidence_threshold=_share(given.get("confidenceThreshold"), 0.5),
    )


def insight_kinds_of(request: Mapping[str, Any]) -> frozenset[InsightKind] | None:
    """Return the kinds of insights of which frames are wanted; None where the request says nothing of it."""
    wanted = request.get("insightTypes")
    if not isinstance(wanted, list):
        return None
    return frozenset(kind for kind in get_args(InsightKind) if kind in wanted)


def tracker_id(name: str) -> str:
    """Return the id of a tracker that has none of its own: it depends on the name alone."""
    return stable_id("tracker", name)


def is_set(value: Any) -> bool:
    """Say whether a client means yes: `true`, or the word in whatever case."""
    return value is True or (isinstance(value, str) and value.strip().casefold() == "true")


def _share(value: Any, default: float) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and 0 <= value <= 1 else default


def _custom_entities(given: Mapping[str, Any]) -> Iterator[CustomEntity]:
    """Yield terms: of an object one (`customType`, `text`, `value`) or many (`type`, `subType`, `values`)."""
    for one in _objects(given.get("entities") or given.get("customEntities")):
        kind, subtype = (
            _text(one.get("customType")) or _text(one.get("type")),
            _text(one.get("subType")) or None,
        )
        if not kind:
            continue
        if text := _text(one.get("text")) or _text(one.get("value")):
            yield CustomEntity(kind, text, _text(one.get("value")) or text, subtype)
        for value in _texts(one.get("values")):
            yield CustomEntity(kind, value, value, subtype)


def _trackers(request: Mapping[str, Any], config: Any) -> Iterator[Tracker]:
    listed = request.get("trackers")
    if not listed and isinstance(config, Mapping):
        listed = config.get("trackers")
    for one in _objects(listed):
        vocabulary = [text for text in _texts(one.get("vocabulary")) if len(text) <= _LONGEST_PHRASE][:_MOST]
        if (name := _text(one.get("name"))) and vocabulary:
            own_id = _text(one.get("id"))
            yield Tracker(own_id or tracker_id(name), name, tuple(dict.fromkeys(vocabulary)))


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, list | tuple):
        yield from (one for one in value[:_MOST] if isinstance(one, Mapping))


def _texts(value: Any) -> list[str]:
    return [text for one in value if (text := _text(one))] if isinstance(value, list | tuple) else []


def _text(value: Any) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""
