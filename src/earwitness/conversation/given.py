"""Messages from a text that a client gives: its sentences, and when they were said.

Words have estimated times. What comes without a time follows what goes before it, at the pace of speech.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from earwitness.conversation.ids import new_id
from earwitness.conversation.member import Member
from earwitness.conversation.message import Message
from earwitness.conversation.pieces import pieces
from earwitness.conversation.sentences import split_sentences
from earwitness.conversation.word_times import estimate_words

LEG = "text"
_WORD_S = 0.4
_MOST_WORDS = 150
"""A message without any stop that is longer, such as a transcript without punctuation, is cut."""
_LONGEST_WORD = 200
"""Characters of a word; what comes without any space is cut after so many."""
_MOST_CHARACTERS = 2_000
"""Of a message, up to the end of a word: what reads messages takes time by their length."""
_CUT_FROM = 75
"""Where it is cut: after the last comma behind so many words, else at the longest."""
_PARAGRAPH = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class Piece:
    """What somebody said, as a client gives it; it may hold many sentences."""

    content: str
    speaker: Member | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def start(self) -> datetime | None:
        """When it begins, as far as that is given."""
        if self.started_at is None and self.ended_at is not None:
            return self.ended_at - self.spoken
        return self.started_at

    @property
    def spoken(self) -> timedelta:
        """How long it takes to say."""
        return timedelta(seconds=_WORD_S * max(len(self.content.split()), 1))


def beginning(pieces: Sequence[Piece], arrived_at: datetime) -> datetime:
    """Return when the first of the pieces was said: when they arrived, if no time is given at all."""
    before = timedelta()
    for piece in pieces:
        if piece.start is not None:
            return piece.start - before
        before += piece.spoken
    return arrived_at


def placed(pieces: Sequence[Piece], after: datetime) -> list[tuple[datetime, datetime]]:
    """Return when each piece was said; the first follows `after` unless its own time is given."""
    spans = []
    at = after
    for number, piece in enumerate(pieces):
        start = piece.start or at
        if piece.ended_at is not None and piece.ended_at > start:
            end = piece.ended_at
        else:
            end = start + piece.spoken
            following = pieces[number + 1].start if number + 1 < len(pieces) else None
            if following is not None and following > start:
                end = min(end, following)
        spans.append((start, end))
        at = end
    return spans


def messages_of(piece: Piece, start_s: float, end_s: float) -> Iterator[Message]:
    """Yield the sentences of a piece as messages that share its time by their length."""
    sentences = [sentence for part in _PARAGRAPH.split(piece.content) for sentence in split_sentences(part)]
    sentences = [_with_short_words(sentence) for sentence in sentences]
    words = estimate_words(" ".join(sentences), start_s, end_s)
    at = 0
    for sentence in sentences:
        for count in _counts(sentence.split()):
            part = words[at : at + count]
            at += count
            yield Message(
                id=new_id(),
                text=" ".join(word.text for word in part),
                start_s=part[0].start_s,
                end_s=part[-1].end_s,
                leg=LEG,
                speaker=piece.speaker,
                provenance="unknown" if piece.speaker is None else "given",
                words=part,
            )


def _counts(words: Sequence[str]) -> Iterator[int]:
    """Yield how many words go into each message of a sentence: mostly all."""
    begin = 0
    while begin < len(words):
        end, length = begin, 0
        while end < len(words) and end - begin < _MOST_WORDS and length <= _MOST_CHARACTERS:
            length += len(words[end]) + 1
            end += 1
        if end < len(words):
            ends = (at for at in range(end, begin + _CUT_FROM, -1) if words[at - 1].endswith((",", ";", ":")))
            end = next(ends, end)
        yield end - begin
        begin = end


def _with_short_words(sentence: str) -> str:
    """Return a sentence with every word that is too long in pieces."""
    return " ".join(piece for word in sentence.split() for piece in pieces(word, _LONGEST_WORD))
