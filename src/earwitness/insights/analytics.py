"""Who spoke how long: arithmetic over the times of messages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from earwitness.conversation.member import Member
from earwitness.conversation.message import Message
from earwitness.insights.english.sentences import words_of

_Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Share:
    """A length of time and its part of a whole."""

    seconds: float
    percent: float


@dataclass(frozen=True, slots=True)
class Overlap:
    """The time in which another member spoke too."""

    member: Member
    share: Share
    """Of the talk time of both."""


@dataclass(frozen=True, slots=True)
class MemberAnalytics:
    """What one member's speech amounts to."""

    member: Member
    pace_wpm: float
    """Words a minute of own talk."""
    talk: Share
    """Of the total talk time."""
    listen: Share
    """Total talk time in which the member was silent."""
    overlap_s: float
    """Seconds in which anybody else spoke too."""
    overlaps: tuple[Overlap, ...]


@dataclass(frozen=True, slots=True)
class Analytics:
    """Figures of a conversation; silence and talk add up to its length."""

    silence: Share
    talk: Share
    overlap: Share
    """Two or more members at once, as a part of the total talk time."""
    members: tuple[MemberAnalytics, ...]
    """In order of first speech; messages of unknown speakers count in the totals only."""


def analyse(messages: Sequence[Message], length_s: float) -> Analytics:
    """Compute the figures of a conversation.

    Args:
        messages: in any order; times in seconds since the media started.
        length_s: of the conversation; taken as longer where messages lie outside of it.
    """
    length_s = max([length_s, *(message.end_s for message in messages)])
    length_s -= min([0.0, *(message.start_s for message in messages)])
    said: dict[str, list[Message]] = {}
    members: dict[str, Member] = {}
    for message in sorted(messages, key=lambda message: message.start_s):
        if message.speaker is not None:
            said.setdefault(message.speaker.id, []).append(message)
            members[message.speaker.id] = message.speaker
    everyone = _merge(_spans(messages))
    spans = {key: _merge(_spans(own)) for key, own in said.items()}
    talk_s = _total(everyone)
    shared = _merge(
        span for key in spans for other in spans if key < other for span in _common(spans[key], spans[other])
    )
    return Analytics(
        silence=_share(length_s - talk_s, length_s),
        talk=_share(talk_s, length_s),
        overlap=_share(_total(shared), talk_s),
        members=tuple(
            MemberAnalytics(
                member=members[key],
                pace_wpm=_pace(said[key], _total(spans[key])),
                talk=_share(_total(spans[key]), talk_s),
                listen=_share(talk_s - _total(spans[key]), talk_s),
                overlap_s=round(_total(_common(spans[key], shared)), 3),
                overlaps=tuple(
                    Overlap(
                        members[other],
                        _share(_total(common), _total(spans[key]) + _total(spans[other])),
                    )
                    for other in spans
                    if other != key and (common := _common(spans[key], spans[other]))
                ),
            )
            for key in spans
        ),
    )


def _spans(messages: Iterable[Message]) -> list[_Span]:
    return [(message.start_s, message.end_s) for message in messages if message.end_s > message.start_s]


def _merge(spans: Iterable[_Span]) -> list[_Span]:
    merged: list[_Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _common(first: Sequence[_Span], second: Sequence[_Span]) -> list[_Span]:
    """Intersect two merged lists of spans."""
    common = []
    i = j = 0
    while i < len(first) and j < len(second):
        start, end = max(first[i][0], second[j][0]), min(first[i][1], second[j][1])
        if start < end:
            common.append((start, end))
        if first[i][1] < second[j][1]:
            i += 1
        else:
            j += 1
    return common


def _total(spans: Iterable[_Span]) -> float:
    return sum(end - start for start, end in spans)


def _share(seconds: float, whole_s: float) -> Share:
    return Share(round(seconds, 3), round(100 * seconds / whole_s, 3) if whole_s > 0 else 0.0)


def _pace(messages: Sequence[Message], talk_s: float) -> float:
    words = sum(len(words_of(message.text)) for message in messages)
    return round(words / talk_s * 60, 1) if talk_s > 0 else 0.0
