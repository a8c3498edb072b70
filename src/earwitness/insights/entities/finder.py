"""The entities of a conversation, message by message.

A number or an address may be spread over messages: "four one one one", "one one one one" … Messages of one
speaker that end and begin with digits, or around an "at" or a "dot", are looked at as one text, and what is
found over their border belongs to both.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from earwitness.conversation.custom_entity import CustomEntity
from earwitness.conversation.insight import Entity, EntityMatch
from earwitness.conversation.message import Message
from earwitness.conversation.places import gathered
from earwitness.insights.entities.custom import CustomTerms
from earwitness.insights.entities.detection import find_spans
from earwitness.insights.entities.digit_runs import DigitRun, digit_runs
from earwitness.insights.entities.phone_numbers import is_whole_number
from earwitness.insights.entities.sound_alikes import with_sound_alikes
from earwitness.insights.entities.span import Span

_LONGEST_CHAIN = 8
"""Messages that are looked at as one text."""
_LONGEST_TEXT = 800
_WHOLE = frozenset({"credit_card", "ssn", "iban", "email_address", "url"})
_APART_S = 20.0
"""Silence of the speaker over which a number is not expected to go on."""
_ENDS_OPEN = re.compile(r"(?:^|\s)(?:at|dot|underscore|@)[\s.,…]*$", re.IGNORECASE)
_BEGINS_OPEN = re.compile(
    r"^\W*(?:(?:uh|um|er|and|then|it's)\W+)*(?:dot|underscore|at\s(?:[\w-]+\s){1,4}dot|at\s[\w-]+\.[a-z]{2,})\b",
    re.IGNORECASE,
)
_HAS_DOT = re.compile(r"\bdot\b|\w\.[a-z]{2}", re.IGNORECASE)
_LEAD_IN = re.compile(r"^\W*(?:(?:uh|um|er|and|then|okay|yeah|so|plus)\W+)*$", re.IGNORECASE)
_CLAUSE_ENDS = re.compile(r"\s*(?:[.,;:!?…]|$)")
_FIRST_RUNS = 4
_LEAST_GUESSED = 4
_LEAST_WHOLE_CARD = 15
"""Shorter numbers of cards are rare, and pieces of longer ones."""
_BETWEEN = " \t\n.,;:!?…-–—"
_ONLY_MARKS = re.compile(r"^\W*$")

MakeId = Callable[..., str]


@dataclass(slots=True)
class _Chain:
    """Messages of one speaker that may be parts of one number or address."""

    messages: list[Message] = field(default_factory=list)
    before: str = ""
    """What was said before them, by whomever."""


class EntityFinder:
    """Finds the entities of one conversation; takes its messages in the order in which they come."""

    def __init__(
        self,
        make_id: MakeId,
        custom: Iterable[CustomEntity] = (),
        *,
        managed: bool = True,
        region: str = "US",
    ) -> None:
        """Begin with nothing heard.

        Args:
            make_id: returns the id for a key, always the same for the same key.
            custom: terms of the client's own kinds.
            managed: whether our own kinds are looked for.
            region: see `find_spans`.
        """
        self._make_id = make_id
        self._custom = CustomTerms(custom)
        self._managed = managed
        self._region = region
        self._chains: dict[str, _Chain] = {}
        self._last = ""
        self._found: dict[str, tuple[Entity, ...]] = {}
        """By message."""
        self._whole: tuple[Entity, ...] | None = ()

    def follow(self, message: Message, today: date, members: Collection[str] = ()) -> None:
        """Take a message, or one that has changed; it may change what those before it hold.

        Args:
            message: the words; who said them and when tells what belongs together.
            today: the day it was said on, where the conversation takes place.
            members: names of the participants.
        """
        is_new = message.id not in self._found
        chain = self._chain(message)
        self._look(chain, today, members)
        if is_new:
            self._last = message.text

    @property
    def found(self) -> tuple[Entity, ...]:
        """What was found, for every message by itself, in the order of the messages."""
        if self._whole is None:
            self._whole = tuple(entity for entities in self._found.values() for entity in entities)
        return self._whole

    def _chain(self, message: Message) -> _Chain:
        """Return the messages that a message is looked at with, itself included."""
        key = message.speaker.id if message.speaker is not None else message.leg
        for other, known_chain in self._chains.items():
            if other != key:  # it was taken for somebody else's before
                known_chain.messages = [one for one in known_chain.messages if one.id != message.id]
        chain = self._chains.get(key)
        if chain is not None:
            for place, known in enumerate(chain.messages):
                if known.id == message.id:
                    chain.messages[place] = message
                    return chain
        if (
            chain is None
            or not chain.messages
            or message.id in self._found
            or len(chain.messages) >= _LONGEST_CHAIN
            or sum(len(one.text) for one in chain.messages) > _LONGEST_TEXT
            or message.start_s - chain.messages[-1].end_s > _APART_S
            or not goes_on(chain.messages[-1].text, message.text)
            or self._is_whole(chain.messages[-1])
        ):
            chain = _Chain([], self._last)
            if message.id not in self._found:
                self._chains[key] = chain
        chain.messages.append(message)
        return chain

    def _is_whole(self, message: Message) -> bool:
        """Whether a message ends with a number that lacks nothing: digits behind it are another one."""
        for entity in self._found.get(message.id, ()):
            match = entity.matches[-1]
            if _ONLY_MARKS.match(message.text[match.offset + len(match.said) :]):
                if entity.kind == "phone_number":
                    return is_whole_number(entity.value)
                is_piece = entity.kind == "credit_card" and len(entity.value) < _LEAST_WHOLE_CARD
                return entity.kind in _WHOLE and not is_piece
        return False

    def _look(self, chain: _Chain, today: date, members: Collection[str]) -> None:
        text = " ".join(message.text for message in chain.messages)
        spans: list[tuple[Span, CustomEntity | None]] = [
            (one.span, one.term) for one in self._custom.find(text)
        ]
        if self._managed:
            found = find_spans(text, today, before=chain.before, members=members, region=self._region)
            spans += [(span, None) for span in found if span.kind != "digits"]
        spans.sort(key=lambda one: one[0].start)
        at = 0
        for message in chain.messages:
            end = at + len(message.text)
            inside = [one for one in spans if one[0].start < end and at < one[0].end]
            entities = gathered(self._entities(text, message, at, inside))
            # What did not change stays the same object, so that whoever compares is done at once.
            if entities != self._found.setdefault(message.id, ()):
                self._found[message.id] = entities
                self._whole = None
            at = end + 1

    def _entities(
        self, text: str, message: Message, at: int, spans: Sequence[tuple[Span, CustomEntity | None]]
    ) -> Iterator[Entity]:
        """Yield an entity for each place in one message, whose text begins at `at` of the whole text."""
        for span, term in spans:
            start, end = max(span.start - at, 0), min(span.end - at, len(message.text))
            said = message.text[start:end]
            if (start, end) != (span.start - at, span.end - at):
                # A piece of a longer one begins and ends with words, not with the marks between them.
                start += len(said) - len(said.lstrip(_BETWEEN))
                said = said.strip(_BETWEEN)
            if not said:
                continue
            match = EntityMatch(message.id, message.text, start, message.start_s, message.end_s, said)
            whole = " ".join(text[span.start : span.end].split())
            kind, subtype = (None, None) if term is None else (term.kind, term.subtype)
            key = ["entity", kind or "", span.kind, span.value.casefold(), *([subtype] if subtype else [])]
            yield Entity(self._make_id(*key), span.kind, whole, span.value, (match,), kind, subtype)


def goes_on(before: str, after: str) -> bool:
    """Return whether a text may go on a number or an address that another one ends with."""
    if _BEGINS_OPEN.match(after) or (_ENDS_OPEN.search(before) and _HAS_DOT.search(after)):
        return True
    runs = list(digit_runs(before))
    if not runs or not _ONLY_MARKS.match(before[runs[-1].end :]):
        return False
    return begins_with_digits(after) is not None


def begins_with_digits(text: str) -> DigitRun | None:
    """Return the digits that a text begins with; "one" of "one of them" is none.

    Words that sound like digits count among several: "six to one two", "for zero, five five".
    """
    runs = list(digit_runs(text))
    for guess in with_sound_alikes(text, runs[:_FIRST_RUNS]):
        if len(guess.parts) >= _LEAST_GUESSED and _LEAD_IN.match(text[: guess.start]):
            return guess
    first = next(iter(runs), None)
    if first is None or not _LEAD_IN.match(text[: first.start]):
        return None
    is_alone = len(first.digits) == 1 and not _CLAUSE_ENDS.match(text, first.end)
    return None if is_alone else first
