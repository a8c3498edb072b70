"""A client's word that a member started or stopped speaking."""

from dataclasses import dataclass
from typing import Literal

from earwitness.conversation.member import Member

SpeakerEventKind = Literal["started_speaking", "stopped_speaking", "joined", "left", "stopped"]


@dataclass(frozen=True, slots=True)
class SpeakerEvent:
    """One pushed event, placed on the conversation's clock."""

    kind: SpeakerEventKind
    at_s: float
    """Seconds since the media started; negative before."""
    member: Member | None = None
    """Absent on `stopped`, which ends everyone's speech."""
    said_s: float | None = None
    """When the client's own clock says it was; `at_s` is that put right."""
    arrived_s: float | None = None
    """When it came; None where `at_s` needs no putting right."""
