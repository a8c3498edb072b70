"""Giving messages their speakers by their voices, when all of a conversation has been heard.

A voice is a member's where that member, by better evidence, says most of what it says elsewhere; else it is
somebody new, `Speaker 1`, `Speaker 2` … Only messages whose speaker nothing else tells are touched.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from earwitness.conversation.attribution import Part, parts_of
from earwitness.conversation.ids import new_id
from earwitness.conversation.member import Member
from earwitness.conversation.message import Message
from earwitness.conversation.revision import words_of
from earwitness.conversation.turns import Turn
from earwitness.conversation.voice import Voice

_PAUSE_S = 0.3
"""Words so far apart are not one stretch of speech."""
_LEAST_KNOWN_S = 3.0
"""So much of a voice must be known as a member's …"""
_LEAST_SHARE = 0.7
"""… and that much of all of it that is known."""


@dataclass(frozen=True, slots=True)
class VoiceTurn:
    """One voice speaks."""

    voice: int
    """0, 1, … in the order in which they are first heard."""
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Recognized:
    """Whose messages are."""

    members: tuple[Member, ...] = ()
    """Those that were not known before."""
    messages: tuple[Message, ...] = ()
    """Those with a speaker now; where one was cut, its longest part keeps the id."""


def stretches_of(messages: Iterable[Message]) -> list[tuple[float, float]]:
    """Return where there is speech without a pause, by the words of a leg's messages, in order."""
    stretches: list[tuple[float, float]] = []
    words = sorted((word.start_s, word.end_s) for message in messages for word in words_of(message))
    for start_s, end_s in words:
        if stretches and start_s - stretches[-1][1] < _PAUSE_S:
            stretches[-1] = stretches[-1][0], max(end_s, stretches[-1][1])
        else:
            stretches.append((start_s, end_s))
    return stretches


def recognize(
    messages: Sequence[Message], turns: Sequence[VoiceTurn], newcomer: Callable[[], Member]
) -> Recognized:
    """Return whose the unattributed messages of one leg are; `newcomer` makes a member nobody knew."""
    owners = _owners([message for message in messages if message.speaker is not None], turns)
    new: dict[int, Member] = {}
    spoken = []
    for turn in turns:
        member = owners.get(turn.voice) or new.get(turn.voice)
        if member is None:
            member = new[turn.voice] = newcomer()
        spoken.append(Turn(member, turn.start_s, turn.end_s))
    voice = Voice()
    for start_s, end_s in stretches_of(messages):
        voice.heard(start_s, end_s)
    spoken = voice.fit(spoken)
    changed: list[Message] = []
    for message in messages:
        if message.speaker is None:
            changed += _attributed(message, parts_of(words_of(message), spoken))
    heard = {message.speaker.id for message in changed if message.speaker is not None}
    return Recognized(tuple(one for one in new.values() if one.id in heard), tuple(changed))


def _owners(known: Sequence[Message], turns: Sequence[VoiceTurn]) -> dict[int, Member]:
    """Return the members whose voices are known, each with the voice that is theirs for longest."""
    said_s: dict[int, dict[str, float]] = {}
    members: dict[str, Member] = {}
    for message in known:
        assert message.speaker is not None
        members[message.speaker.id] = message.speaker
        for turn in turns:
            common_s = min(turn.end_s, message.end_s) - max(turn.start_s, message.start_s)
            if common_s > 0:
                its = said_s.setdefault(turn.voice, {})
                its[message.speaker.id] = its.get(message.speaker.id, 0.0) + common_s
    owners: dict[int, Member] = {}
    for voice, shares in sorted(said_s.items(), key=lambda item: -max(item[1].values())):
        member_id, most_s = max(shares.items(), key=lambda share: share[1])
        is_clear = most_s >= _LEAST_KNOWN_S and most_s >= _LEAST_SHARE * sum(shares.values())
        if is_clear and members[member_id] not in owners.values():
            owners[voice] = members[member_id]
    return owners


def _attributed(message: Message, parts: Sequence[Part]) -> list[Message]:
    if all(member is None for member, _ in parts):
        return []
    longest = max(range(len(parts)), key=lambda place: len(parts[place][1]))
    return [
        replace(
            message,
            id=message.id if place == longest else new_id(),
            text=message.text if len(parts) == 1 else " ".join(word.text for word in words),
            words=message.words if len(parts) == 1 else tuple(words),
            start_s=message.start_s if len(parts) == 1 else words[0].start_s,
            end_s=message.end_s if len(parts) == 1 else words[-1].end_s,
            speaker=member,
            provenance="unknown" if member is None else "voice",
        )
        for place, (member, words) in enumerate(parts)
    ]
