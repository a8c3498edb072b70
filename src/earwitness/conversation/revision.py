"""Messages in the words of a second hearing: their ids stay, wherever a sentence lives on.

The words of both hearings are aligned leg by leg. A new sentence takes the id, and with it the place in every
insight, of the old message that most of its words come from; a message whose words went into others is gone.
Who spoke was found out while the call went on, from evidence that is not there any more: each word takes the
speaker of the old word that it stands for, and a sentence that clearly belongs to several is cut.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import groupby

from earwitness.conversation.attribution import as_sentence
from earwitness.conversation.ids import new_id
from earwitness.conversation.message import Message
from earwitness.conversation.timeline import Timeline
from earwitness.conversation.utterance import Utterance, Word
from earwitness.conversation.word_times import estimate_words

_MARKS = ".,;:!?…\"'“”‘’()[]-–—"
_APART_S = 1.0
"""Silence of both hearings at which the alignment is cut: its cost grows with the call's length only."""
_SHORTEST_PART = 3
"""Words of a sentence that are a part of their own."""
_LEAST_WORDS = 0.6
"""A second hearing with a smaller share of the words lost some: it is not to be believed."""
_HEARD_AGAIN = 0.5
"""Share of a message's time that new sentences must cover before it may go."""


@dataclass(frozen=True, slots=True)
class Revision:
    """What changes."""

    messages: tuple[Message, ...] = ()
    """Those with other words than before, and new ones, in order of time."""
    removed: tuple[str, ...] = ()
    """Ids of messages whose words went into others."""

    def __bool__(self) -> bool:
        return bool(self.messages or self.removed)

    def with_messages(self, messages: Iterable[Message]) -> "Revision":
        """Return it with these messages as well, which take the place of those with the same id."""
        changed = {message.id: message for message in (*self.messages, *messages)}
        return replace(self, messages=tuple(sorted(changed.values(), key=lambda one: one.start_s)))


@dataclass(frozen=True, slots=True)
class _Old:
    word: Word
    message: Message


def revise(messages: Sequence[Message], utterances: Iterable[Utterance], language: str = "en-US") -> Revision:
    """Return what a second hearing changes of the messages; both on the same clock.

    A leg that wasn't heard again, or of which too few words were, stays as it is.
    """
    heard: dict[str, list[Utterance]] = {}
    for utterance in utterances:
        heard.setdefault(utterance.leg, []).append(utterance)
    revised: list[Message] = []
    removed: list[str] = []
    for leg, again in heard.items():
        old = sorted((message for message in messages if message.leg == leg), key=lambda one: one.start_s)
        new = _sentences(again, language)
        count = sum(len(words_of(message)) for message in old)
        if sum(len(sentence.words) for sentence in new) < _LEAST_WORDS * count:
            continue
        changed, gone = _revise_leg(old, new)
        revised += changed
        removed += gone
    return Revision(tuple(sorted(revised, key=lambda one: one.start_s)), tuple(removed))


def applied(messages: Iterable[Message], revision: Revision) -> tuple[Message, ...]:
    """Return all messages after a revision, in order of time."""
    now = {message.id: message for message in messages}
    now |= {message.id: message for message in revision.messages}
    kept = [message for message in now.values() if message.id not in revision.removed]
    return tuple(sorted(kept, key=lambda message: message.start_s))


def words_of(message: Message) -> tuple[Word, ...]:
    """Return the words of a message, with estimated times where it has none."""
    return message.words or estimate_words(message.text, message.start_s, message.end_s)


def _sentences(utterances: Sequence[Utterance], language: str) -> list[Message]:
    timeline = Timeline(language)
    sentences: list[Message] = []
    for utterance in utterances:
        sentences += timeline.begin(utterance.leg, utterance.start_s)
        sentences += timeline.hear(utterance).messages
    return [*sentences, *timeline.flush()]


def _revise_leg(old: Sequence[Message], new: Sequence[Message]) -> tuple[list[Message], list[str]]:
    before = [_Old(word, message) for message in old for word in words_of(message)]
    words = [word for sentence in new for word in sentence.words]
    matched = _matched(before, words)
    origins = [_origin(one, word, before) for one, word in zip(matched, words, strict=True)]
    if all(sentence.words_estimated for sentence in new):
        words = _timed(words, [None if one is None else one.word for one in matched])
    parts: list[tuple[Message, Message | None]] = []
    at = 0
    for sentence in new:
        after = at + len(sentence.words)
        its = words[at:after]
        placed = replace(sentence, words=tuple(its), start_s=its[0].start_s, end_s=its[-1].end_s)
        parts += _parts(placed, origins[at:after])
        at = after
    taken = _ids(parts)
    changed = []
    by_id = {message.id: message for message in old}
    for (part, origin), id_ in zip(parts, taken, strict=True):
        known = by_id.get(id_ or "")
        if known is None or known.text != part.text:
            changed.append(_as_message(part, origin, id_))
    gone = [
        message.id
        for message in old
        if message.id not in taken and _is_covered(message, [p for p, _ in parts])
    ]
    return changed, gone


def _as_message(part: Message, origin: Message | None, id_: str | None) -> Message:
    if origin is None:
        return replace(part, id=id_ or part.id)
    return replace(
        part,
        id=id_ or part.id,
        speaker=origin.speaker,
        provenance=origin.provenance,
        utterance_id=origin.utterance_id,
    )


def _parts(sentence: Message, origins: Sequence[Message | None]) -> Iterator[tuple[Message, Message | None]]:
    """Cut a sentence where its speaker clearly changes; each part comes with the message it stands for."""
    runs: list[tuple[str | None, int]] = []
    for speaker_id, group in groupby(map(_speaker_id, origins)):
        count = len(list(group))
        if runs and (count < _SHORTEST_PART or speaker_id is None or runs[-1][0] in (None, speaker_id)):
            known = runs[-1][0] if count < _SHORTEST_PART or speaker_id is None else speaker_id
            runs[-1] = (known, runs[-1][1] + count)
        else:
            runs.append((speaker_id if count >= _SHORTEST_PART else None, count))
    at = 0
    for _, count in runs:
        words = tuple(as_sentence(sentence.words[at : at + count], sentence.words))
        votes = Counter(origin.id for origin in origins[at : at + count] if origin is not None)
        top = votes.most_common(1)[0][0] if votes else None
        at += count
        whole = count == len(sentence.words)
        part = (
            sentence
            if whole
            else replace(
                sentence,
                id=new_id(),
                text=" ".join(word.text for word in words),
                words=words,
                start_s=words[0].start_s,
                end_s=words[-1].end_s,
            )
        )
        yield part, next((one for one in origins if one is not None and one.id == top), None)


def _speaker_id(origin: Message | None) -> str | None:
    return None if origin is None or origin.speaker is None else origin.speaker.id


def _ids(parts: Sequence[tuple[Message, Message | None]]) -> list[str | None]:
    """Let each old id go to the longest of the parts that stand for it; the others have none."""
    longest: dict[str, int] = {}
    for place, (part, origin) in enumerate(parts):
        if origin is None:
            continue
        first = longest.setdefault(origin.id, place)
        if len(part.words) > len(parts[first][0].words):
            longest[origin.id] = place
    return [
        origin.id if origin is not None and longest[origin.id] == place else None
        for place, (_, origin) in enumerate(parts)
    ]


def _is_covered(message: Message, parts: Sequence[Message]) -> bool:
    """Whether what was said at a message's time is in the new sentences."""
    covered_s = sum(
        max(0.0, min(part.end_s, message.end_s) - max(part.start_s, message.start_s)) for part in parts
    )
    return covered_s >= _HEARD_AGAIN * (message.end_s - message.start_s)


def _matched(before: Sequence[_Old], words: Sequence[Word]) -> list[_Old | None]:
    """Return for each new word the old one that is spelled alike, in order."""
    found: list[_Old | None] = []
    for old, new in _pieces(before, words):
        its: list[_Old | None] = [None] * len(new)
        ours = [_key(one.word.text) for one in old]
        theirs = [_key(word.text) for word in new]
        for block in SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks():
            for offset in range(block.size):
                its[block.b + offset] = old[block.a + offset]
        found += its
    return found


def _origin(matched: _Old | None, word: Word, before: Sequence[_Old]) -> Message | None:
    """Return the message that a new word stands for: by its old word, else by time."""
    if matched is not None:
        return matched.message
    at_s = (word.start_s + word.end_s) / 2
    first = max(bisect_left(before, at_s, key=lambda one: one.word.start_s) - 2, 0)
    nearest = min(before[first : first + 4], key=lambda one: _distance_s(one.word, at_s), default=None)
    return nearest.message if nearest is not None and _distance_s(nearest.word, at_s) < _APART_S else None


def _timed(words: Sequence[Word], matched: Sequence[Word | None]) -> list[Word]:
    """Give new words, whose times are estimates over pauses, those of their old words, the others between."""
    timed: list[Word] = []
    at = 0
    while at < len(words):
        known = matched[at]
        if known is not None:
            timed.append(replace(words[at], start_s=known.start_s, end_s=known.end_s))
            at += 1
            continue
        after = at
        while after < len(words) and matched[after] is None:
            after += 1
        following = matched[after] if after < len(words) else None
        start_s = max(words[at].start_s, timed[-1].end_s) if timed else words[at].start_s
        end_s = following.start_s if following is not None else max(words[after - 1].end_s, start_s)
        start_s = min(start_s, end_s)
        spread = estimate_words(" ".join(word.text for word in words[at:after]), start_s, end_s)
        timed += [
            replace(word, start_s=place.start_s, end_s=place.end_s)
            for word, place in zip(words[at:after], spread, strict=True)
        ]
        at = after
    return timed


def _distance_s(word: Word, at_s: float) -> float:
    return max(word.start_s - at_s, at_s - word.end_s, 0.0)


def _pieces(before: Sequence[_Old], words: Sequence[Word]) -> Iterator[tuple[Sequence[_Old], Sequence[Word]]]:
    """Cut both hearings where neither has a word for a while."""
    spans = sorted(
        [(one.word.start_s, one.word.end_s) for one in before] + [(w.start_s, w.end_s) for w in words]
    )
    cuts: list[float] = []
    end_s = spans[0][1] if spans else 0.0
    for start_s, until_s in spans:
        if start_s - end_s >= _APART_S:
            cuts.append((start_s + end_s) / 2)
        end_s = max(end_s, until_s)
    first_old = first_new = 0
    for cut_s in [*cuts, float("inf")]:
        last_old, last_new = first_old, first_new
        while last_old < len(before) and before[last_old].word.start_s < cut_s:
            last_old += 1
        while last_new < len(words) and words[last_new].start_s < cut_s:
            last_new += 1
        yield before[first_old:last_old], words[first_new:last_new]
        first_old, first_new = last_old, last_new


def _key(word: str) -> str:
    return word.strip(_MARKS).casefold() or word
