"""The demo recording: a business meeting of two people, about 90 seconds, with its script and exact times.

The speech is synthetic: `scripts/make_demo_recording.py` made `meeting.flac` and the times in `meeting.json`
with the free voices cmu_us_slt_arctic_hts (festival) and rms (flite).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Literal

import av
import msgspec
import numpy as np

from earwitness.audio.pcm import RATE_HZ, Samples
from earwitness.conversation.insight import InsightKind

SpeakerChange = Literal["started_speaking", "stopped_speaking"]


@dataclass(frozen=True, slots=True)
class Speaker:
    """A person in the meeting."""

    name: str
    user_id: str
    """An e-mail address."""


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of the meeting."""

    speaker: Speaker
    text: str
    """As spoken, with punctuation."""
    start_s: float
    """Where its speech starts, in seconds from the start of the recording."""
    end_s: float
    shows: tuple[InsightKind, ...] = ()
    """The insights that a careful listener takes from the sentence."""
    assignee: Speaker | None = None
    """Who has to do it, when the sentence is an action item."""
    due: str | None = None
    """The words that say when it is due."""


@dataclass(frozen=True, slots=True, eq=False)
class Demo:
    """The recording and what is said in it; the lines follow one another without overlap."""

    samples: Samples
    """Mono, shape (n,)."""
    rate_hz: int
    speakers: tuple[Speaker, ...]
    lines: tuple[Line, ...]

    @property
    def duration_s(self) -> float:
        """Length of the recording in seconds."""
        return len(self.samples) / self.rate_hz

    @property
    def text(self) -> str:
        """All sentences, joined by spaces: the reference for counting word errors."""
        return " ".join(line.text for line in self.lines)

    def showing(self, kind: InsightKind) -> tuple[Line, ...]:
        """Return the sentences that show an insight of the kind."""
        return tuple(line for line in self.lines if kind in line.shows)

    def speaker_events(self) -> Iterator[tuple[float, SpeakerChange, Speaker]]:
        """Yield, in order of time, when each turn starts and stops: (seconds, change, speaker).

        A turn is all that one person says until the other one speaks.
        """
        previous: Line | None = None
        for line in self.lines:
            if previous is None or previous.speaker != line.speaker:
                if previous is not None:
                    yield previous.end_s, "stopped_speaking", previous.speaker
                yield line.start_s, "started_speaking", line.speaker
            previous = line
        if previous is not None:
            yield previous.end_s, "stopped_speaking", previous.speaker


def load_demo() -> Demo:
    """Read the recording and its script from the package."""
    folder = resources.files(__name__)
    script = msgspec.json.decode(folder.joinpath("meeting.json").read_bytes(), type=_Script)
    speakers = {entry.name: Speaker(entry.name, entry.user_id) for entry in script.speakers}
    lines = tuple(
        Line(
            speaker=speakers[entry.speaker],
            text=entry.text,
            start_s=entry.start_s,
            end_s=entry.end_s,
            shows=entry.shows,
            assignee=speakers[entry.assignee] if entry.assignee else None,
            due=entry.due,
        )
        for entry in script.lines
    )
    with folder.joinpath("meeting.flac").open("rb") as file:
        return Demo(_decode(file), RATE_HZ, tuple(speakers.values()), lines)


class _SpeakerEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    user_id: str
    voice: str
    """Of the synthesiser; only the maker needs it."""


class _LineEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    speaker: str
    text: str
    start_s: float
    end_s: float
    shows: tuple[InsightKind, ...] = ()
    assignee: str | None = None
    due: str | None = None


class _Script(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    speakers: tuple[_SpeakerEntry, ...]
    lines: tuple[_LineEntry, ...]


def _decode(file: object) -> Samples:
    with av.open(file, "r", format="flac") as container:
        return np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)]).astype(np.int16)
