"""Hiding personal data in what is said, as it is said.

It is the first thing that happens to an utterance: what is stored, shown, understood and sent afterwards
never held the original. A number that goes on in the next utterance is not known to be one yet, so digits at
the end of an utterance are hidden rather too often, and so are those that go on from them.
"""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from earwitness.conversation.message import Message
from earwitness.conversation.utterance import Utterance
from earwitness.insights.entities.digit_runs import DigitRun, digit_runs
from earwitness.insights.entities.finder import begins_with_digits
from earwitness.insights.entities.hiding import hidden, hidden_words, personal_spans
from earwitness.insights.entities.redaction import Redaction
from earwitness.insights.entities.sound_alikes import are_sound_alikes, with_sound_alikes
from earwitness.insights.entities.span import Span, overlaps, without_overlaps

_NUMBER_AHEAD = re.compile(
    r"\b(?:numbers?|digits?|cards?|phone|call|dial|reach|social|ssn|account|code|pin|zip|cvv|fax|mobile|cell"
    r"|passport|licen[cs]e|policy|member|birth)\b",
    re.IGNORECASE,
)
_AROUND = " \t\n.,;:!?…-–—"
_ANY_DIGIT = "0"
_LEAST_AT_END = 2
_LEAST_GUESSED = 7
_LEAST_PIECES = 5
"""Digits, and pieces that they are said in, of a number in which words that sound like digits are taken for
them: "for 100 to 200" is an amount."""
_APART_S = 30.0
_CONTEXT = 200
_MOST_NAMES = 200


@dataclass(frozen=True, slots=True)
class _Open:
    """How the last utterance of a speaker ended."""

    text: str
    end_s: float
    is_number: bool
    """Whether it ended in digits that were hidden."""


class Redactor:
    """Hides personal data in one conversation; remembers the last words of each speaker, in memory alone."""

    def __init__(self, redaction: Redaction, members: Callable[[], Collection[str]] = lambda: ()) -> None:
        """Make it; `members` returns the names of the participants as now known."""
        self._redaction = redaction
        self._members = members
        self._open: dict[str, _Open] = {}
        self._names: dict[str, None] = {}
        """Names that were hidden: once known, they are hidden wherever they come again."""
        self._before = ""

    def utterance(self, utterance: Utterance) -> Utterance:
        """Return an utterance without personal data; of partials nothing is remembered."""
        spans = self._spans(utterance.leg, utterance.text, utterance.start_s)
        if utterance.is_final:
            self._remember(utterance.leg, utterance.text, utterance.end_s, spans)
        if not spans:
            return utterance
        return replace(
            utterance,
            text=hidden(utterance.text, spans, self._redaction),
            words=hidden_words(utterance.text, utterance.words, spans, self._redaction),
        )

    def message(self, message: Message) -> Message:
        """Return a message without personal data."""
        key = message.speaker.id if message.speaker is not None else message.leg
        spans = self._spans(key, message.text, message.start_s)
        self._remember(key, message.text, message.end_s, spans)
        if not spans:
            return message
        return replace(
            message,
            text=hidden(message.text, spans, self._redaction),
            words=hidden_words(message.text, message.words, spans, self._redaction),
        )

    def messages(self, messages: Iterable[Message]) -> tuple[Message, ...]:
        """Return messages, in the order in which they were said, without personal data."""
        return tuple(self.message(message) for message in messages)

    def text(self, text: str, speaker: str = "") -> str:
        """Return what a speaker says without personal data."""
        spans = self._spans(speaker, text, 0.0)
        self._remember(speaker, text, 0.0, spans)
        return hidden(text, spans, self._redaction)

    def _spans(self, key: str, text: str, start_s: float) -> list[Span]:
        spans = personal_spans(
            text, self._redaction, before=self._before, members=[*self._members(), *self._names]
        )
        if "digits" not in self._redaction.kinds:
            return spans
        last = self._open.get(key)
        is_next = last is not None and last.is_number and start_s - last.end_s <= _APART_S
        return without_overlaps([*spans, *self._rows(text, spans, is_next=is_next)])

    def _rows(self, text: str, known: Sequence[Span], *, is_next: bool) -> list[Span]:
        """Return the digits that may be a piece of a number, besides what is known to be one.

        `is_next` says that the speaker's last words ended in one: digits that begin these go on from it.
        """
        if is_next and are_sound_alikes(text):
            said = text.strip(_AROUND)
            start = text.index(said)
            return [Span("digits", start, start + len(said), _ANY_DIGIT)]
        rows: list[Span] = []
        runs = list(digit_runs(text))
        first = begins_with_digits(text)
        if is_next and first is not None:
            rows = [
                _digits(run) for run in with_sound_alikes(text, runs) if run.start <= first.start < run.end
            ][:1]
        guesses = list(with_sound_alikes(text, runs, before=False)) if self._is_announced(text) else []
        for run in [*guesses, *runs]:
            if overlaps(span := _digits(run), [*known, *rows]):
                continue
            begins = first is not None and first.start == run.start
            ends = not any(character.isalnum() for character in text[run.end :])
            is_long = len(run.digits) >= _LEAST_GUESSED and len(run.parts) >= _LEAST_PIECES
            if (is_long and run in guesses) or (is_next and begins) or (ends and self._may_go_on(run, text)):
                rows.append(span)
        return rows

    def _is_announced(self, text: str) -> bool:
        """Whether a word says that digits behind it are a number of somebody's."""
        return bool(_NUMBER_AHEAD.search(text) or _NUMBER_AHEAD.search(self._before))

    def _may_go_on(self, run: DigitRun, text: str) -> bool:
        """Whether digits at the end of what is said may be the beginning of a number."""
        if self._is_announced(text[: run.start]):
            return True
        return (
            run.is_spoken and len(run.parts) >= _LEAST_AT_END and all(len(p.digits) == 1 for p in run.parts)
        )

    def _remember(self, key: str, text: str, end_s: float, spans: list[Span]) -> None:
        ends_hidden = bool(spans) and not any(character.isalnum() for character in text[spans[-1].end :])
        is_number = ends_hidden and any(character.isdigit() for character in spans[-1].value)
        self._open[key] = _Open(text, end_s, is_number)
        self._before = text[-_CONTEXT:]
        for span in spans:
            if span.kind == "person" and len(self._names) < _MOST_NAMES and not span.value.startswith("["):
                self._names[span.value] = None


def _digits(run: DigitRun) -> Span:
    return Span("digits", run.start, run.end, run.digits)
