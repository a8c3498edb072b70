"""Turning utterances and evidence about speakers into messages.

A message is one sentence of one speaker. What a pause cut in mid-sentence waits for the next utterance, as
long as media time says that it may go on there. Evidence may come after a message was given out: the message
keeps its id and text, and `revise` tells whose it is now.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from earwitness.conversation.ids import new_id
from earwitness.conversation.joining import JOINS_WITHIN_S, goes_on, joined
from earwitness.conversation.member import Member
from earwitness.conversation.message import Assignment, Message
from earwitness.conversation.sentences import split_sentences
from earwitness.conversation.speaker_event import SpeakerEvent
from earwitness.conversation.speakers import Speaker, Speakers
from earwitness.conversation.utterance import Utterance, Word
from earwitness.conversation.word_times import estimate_words

_KEPT_S = 240.0
"""Messages so much older than the newest utterance are forgotten: nothing revises them live."""
_EVIDENCE_KEPT_S = 300.0
"""Evidence is kept longer than the messages that it is about."""
_MOST_KEPT = 1000
"""Messages that later evidence can revise; of more, the oldest are forgotten."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """What an utterance became."""

    messages: tuple[Message, ...]
    """Those that are complete now; they may end in words of earlier utterances, and lack its last ones."""
    speaker: Speaker
    """Who said most of the utterance."""


@dataclass(slots=True)
class _Sentence:
    """What was said of a sentence so far."""

    leg: str
    words: tuple[Word, ...]
    utterance: Utterance
    """The one that it began in."""

    @property
    def end_s(self) -> float:
        return self.words[-1].end_s


class Timeline:
    """The messages and the speakers of one conversation over time."""

    def __init__(self, language: str = "en-US") -> None:
        self._is_english = language.split("-")[0].casefold() == "en"
        self._speakers = Speakers()
        self._open: dict[str, _Sentence] = {}
        """By leg: the sentence that its next utterance may go on with."""
        self._given: deque[Message] = deque(maxlen=_MOST_KEPT)
        """Messages with the speaker they have now."""

    # Evidence.

    def seat(self, leg: str, member: Member) -> None:
        """Say that a leg carries one member's voice alone; all that is heard on it is theirs."""
        self._speakers.seat(leg, member)

    def place(self, said_s: float | None, arrived_s: float) -> float:
        """Return when something happened that a client reports now."""
        return self._speakers.place(said_s, arrived_s)

    def mark(self, event: SpeakerEvent) -> None:
        """Take a speaker event; events may come in any order, and late."""
        self._speakers.mark(event)

    def know_as(self, member_id: str, member: Member) -> None:
        """A member has another name from now on, or is the same person as another member."""
        self._speakers.know_as(member_id, member)

    def assign(self, assignments: Iterable[Assignment]) -> None:
        """Somebody knows whose messages are; evidence does not change that any more."""
        settled = {one.message_id for one in assignments}
        self._given = deque((one for one in self._given if one.id not in settled), maxlen=_MOST_KEPT)

    def contribute(self, leg: str, at_s: float, members: Sequence[Member]) -> None:
        """Take a mixer's word that from `at_s` on these members, and no others, are heard on a leg."""
        self._speakers.contribute(leg, at_s, members)

    # What is heard, in the order of each leg's media time.

    def begin(self, leg: str, at_s: float) -> tuple[Message, ...]:
        """Speech begins on a leg; returns the sentence that it comes too late for."""
        sentence = self._open.get(leg)
        if sentence is not None and at_s - sentence.end_s > JOINS_WITHIN_S:
            return self.pause(leg)
        return ()

    def pause(self, leg: str) -> tuple[Message, ...]:
        """Nobody has spoken on a leg for `JOINS_WITHIN_S`; returns the sentence that waited for more."""
        sentence = self._open.pop(leg, None)
        return tuple(self._give(sentence)) if sentence is not None else ()

    def hear(self, utterance: Utterance) -> Spoken:
        """Take a final utterance."""
        self._speakers.heard(utterance)
        words = _words_of(utterance)
        sentences = [_Sentence(utterance.leg, part, utterance) for part in _sentences(utterance.text, words)]
        messages: list[Message] = []
        if sentences:
            messages += self._go_on(sentences)
            if goes_on(sentences[-1].words, is_english=self._is_english):
                self._open[utterance.leg] = sentences.pop()
            for sentence in sentences:
                messages += self._give(sentence)
        self._forget(utterance.start_s)
        return Spoken(tuple(messages), self.speaker_of(utterance))

    def flush(self) -> tuple[Message, ...]:
        """Nothing more is heard; returns every sentence that waited for more."""
        return tuple(message for leg in list(self._open) for message in self.pause(leg))

    # What is known.

    def speaker_of(self, utterance: Utterance) -> Speaker:
        """Return who says most of an utterance, as far as it is known."""
        return self._speakers.speaker_of(utterance.leg, _words_of(utterance))

    def revise(self) -> tuple[Message, ...]:
        """Return the messages, of those given out lately, whose speaker turns out to be another."""
        revised = []
        for place, message in enumerate(self._given):
            now = self._speakers.speaker_of(message.leg, message.words)
            if not now.is_same(Speaker(message.speaker, message.provenance)):
                message = replace(message, speaker=now.member, provenance=now.provenance)
                self._given[place] = message
                revised.append(message)
        return tuple(revised)

    def _go_on(self, sentences: list[_Sentence]) -> list[Message]:
        """Join the sentence that waits with the first of the new ones, or give it out."""
        waiting = self._open.pop(sentences[0].leg, None)
        if waiting is None:
            return []
        first = sentences[0]
        speakers = [self._speakers.speaker_of(one.leg, one.words) for one in (waiting, first)]
        if first.words[0].start_s - waiting.end_s > JOINS_WITHIN_S or not speakers[0].is_same(speakers[1]):
            return list(self._give(waiting))
        first.words, first.utterance = joined(waiting.words, first.words), waiting.utterance
        return []

    def _give(self, sentence: _Sentence) -> Iterator[Message]:
        for speaker, words in self._speakers.parts_of(sentence.leg, sentence.words):
            message = _message(sentence.utterance, speaker, words)
            self._given.append(message)
            yield message

    def _forget(self, now_s: float) -> None:
        while self._given and self._given[0].end_s < now_s - _KEPT_S:
            self._given.popleft()
        self._speakers.forget(now_s - _EVIDENCE_KEPT_S)


def _words_of(utterance: Utterance) -> tuple[Word, ...]:
    if utterance.words:
        return utterance.words
    return estimate_words(utterance.text, utterance.start_s, utterance.end_s, utterance.pauses)


def _sentences(text: str, words: tuple[Word, ...]) -> Iterator[tuple[Word, ...]]:
    at = 0
    for sentence in split_sentences(text):
        count = len(sentence.split())
        if part := words[at : at + count]:
            yield part
        at += count


def _message(utterance: Utterance, speaker: Speaker, words: Sequence[Word]) -> Message:
    return Message(
        id=new_id(),
        text=" ".join(word.text for word in words),
        start_s=words[0].start_s,
        end_s=words[-1].end_s,
        leg=utterance.leg,
        speaker=speaker.member,
        provenance=speaker.provenance,
        words=tuple(words),
        words_estimated=utterance.words_estimated,
        confidence=utterance.confidence,
        utterance_id=utterance.id,
    )
