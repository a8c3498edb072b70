"""Finding out by voice who said what nothing else tells: an option, since it takes time and may err."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from earwitness.calls.spool import Tape
from earwitness.conversation.by_voice import Recognized, VoiceTurn, recognize, stretches_of
from earwitness.conversation.member import Member
from earwitness.conversation.message import Message
from earwitness.speech.voice_encoder import VoiceEncoder
from earwitness.speech.voices import tell_apart


@dataclass(frozen=True, slots=True)
class VoiceWish:
    """Somebody wants voices told apart."""

    count: int | None = None
    """How many people there are on a leg; None where nobody knows."""

    @classmethod
    def of(cls, request: Mapping[str, Any]) -> "VoiceWish | None":
        """Read it from the request of a conversation."""
        if not request.get("enableSpeakerDiarization"):
            return None
        return cls(request.get("diarizationSpeakerCount"))


async def voice_turns(tape: Tape, messages: Sequence[Message], wish: VoiceWish) -> list[VoiceTurn]:
    """Return whose voice is heard when on a tape; none where everybody is known already."""
    said = [message for message in messages if message.leg == tape.leg]
    if all(message.speaker is not None for message in said):
        return []
    await asyncio.to_thread(tape.wait)
    return await asyncio.to_thread(_told_apart, tape, stretches_of(said), wish.count)


def recognized(
    messages: Sequence[Message],
    turns: Mapping[str, Sequence[VoiceTurn]],
    newcomer: Callable[[], Member],
) -> Recognized:
    """Return whose the messages without a speaker are, by the voices on each leg."""
    found = [
        recognize([message for message in messages if message.leg == leg], heard, newcomer)
        for leg, heard in turns.items()
    ]
    return Recognized(
        tuple(member for one in found for member in one.members),
        tuple(message for one in found for message in one.messages),
    )


def _told_apart(tape: Tape, stretches: Sequence[tuple[float, float]], count: int | None) -> list[VoiceTurn]:
    return tell_apart(tape.read, stretches, _encoder(), count)


@lru_cache(maxsize=1)
def _encoder() -> VoiceEncoder:
    return VoiceEncoder()
