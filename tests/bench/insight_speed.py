"""What the embedded analyst costs: each message of a meeting while it goes on, and the meeting in the end."""

import json
import re
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from earwitness.calls.shown import Shown
from earwitness.conversation.custom_entity import CustomEntity
from earwitness.conversation.events import Understood
from earwitness.conversation.ids import new_id
from earwitness.conversation.insight import InsightKind
from earwitness.conversation.member import Member, new_member
from earwitness.conversation.message import Message
from earwitness.conversation.sentences import split_sentences
from earwitness.conversation.tracker import Tracker
from earwitness.conversation.wishes import Wishes
from earwitness.insights.aspects.aspect import Aspect
from earwitness.insights.embedded import ASPECTS, EmbeddedAnalysis, preload
from earwitness.insights.seams import Found, Setting
from earwitness.insights.sentiment import with_sentiment
from earwitness.insights.talk import Heard, Talk
from earwitness.testing.demo import load_demo
from tests.bench.material import SHARED
from tests.bench.rig import percentiles, table

_HOUR = 1000
"""Messages of an hour's meeting."""
_WORD_S = 0.4
_MARKS_APART = re.compile(r" (?=[,.?!]|'\w)")
"""Marks and endings that a transcript sets apart."""
_WHOLE = "all, with news"

_PHRASES = ["how much is it", "too expensive", "a special offer", "send the plan", "the budget", "call me"]

Said = tuple[str, str]
"""Speaker and text."""


@dataclass(slots=True)
class Spent:
    """Thread time of one part of the work."""

    live_s: list[float] = field(default_factory=list)
    """For each message."""
    end_s: float = 0.0


class _Timed:
    """An aspect that is timed."""

    def __init__(self, aspect: Aspect, spent: Spent) -> None:
        self._aspect = aspect
        self._spent = spent

    def follow(self, talk: Talk, fresh: Sequence[Heard]) -> Found:
        before = time.thread_time()
        found = self._aspect.follow(talk, fresh)
        self._spent.live_s.append(time.thread_time() - before)
        return found

    def conclude(self, talk: Talk, so_far: Understood) -> Understood:
        before = time.thread_time()
        understood = self._aspect.conclude(talk, so_far)
        self._spent.end_s = time.thread_time() - before
        return understood


async def measure() -> str:
    """Return the tables."""
    preload()
    meetings = _meetings()
    rows, parts = [], []
    for name, said in meetings.items():
        spent, shown = _followed(said)
        whole = spent.pop(_WHOLE)
        p50, p95, most = percentiles(whole.live_s, 50, 95, 100)
        kept = _kept_bytes(said) / len(whole.live_s) / 1000
        rows.append(
            [
                name,
                str(len(whole.live_s)),
                f"{p50:.2f} / {p95:.2f} / {most:.0f}",
                f"{whole.end_s:.2f} s",
                str(shown),
                f"{kept:.1f} kB",
            ]
        )
        parts += [_row(name, part, one) for part, one in spent.items()]
    heads = [
        "meeting",
        "messages",
        "live ms p50 / p95 / most",
        "concluded in",
        "things shown",
        "kept a message",
    ]
    part_heads = ["meeting", "part", "live ms p50 / p95 / most", "in the end"]
    return f"{table(heads, rows)}\n\n{table(part_heads, parts)}"


def _row(meeting: str, part: str, spent: Spent) -> list[str]:
    p50, p95, most = percentiles(spent.live_s, 50, 95, 100)
    return [meeting, part, f"{p50:.2f} / {p95:.2f} / {most:.1f}", f"{spent.end_s:.2f} s"]


def _followed(said: Sequence[Said]) -> tuple[dict[str, Spent], int]:
    """Follow a meeting and conclude it; returns what was spent by part, and how much was shown."""
    messages, setting = _messages(said)
    spent: dict[str, Spent] = {"sentiment": Spent(), _WHOLE: Spent()}

    def timed(make: Callable[[Setting], Aspect]) -> Callable[[Setting], Aspect]:
        def opened(of: Setting) -> Aspect:
            aspect = make(of)
            return _Timed(aspect, spent.setdefault(type(aspect).__name__, Spent()))

        return opened

    analysis, shown = EmbeddedAnalysis(setting, [timed(make) for make in ASPECTS]), Shown()
    events = 0
    for message in messages:
        before = time.thread_time()
        with_sentiment([message])
        spent["sentiment"].live_s.append(time.thread_time() - before)
        before = time.thread_time()
        events += len(shown.news(analysis.follow([message], setting)))
        spent[_WHOLE].live_s.append(time.thread_time() - before)
    before = time.thread_time()
    news, _ = shown.last(analysis.conclude(setting))
    spent[_WHOLE].end_s = time.thread_time() - before
    return spent, events + len(news)


def _kept_bytes(said: Sequence[Said]) -> int:
    """Return the memory that a meeting takes while it is followed, besides its messages themselves."""
    messages, setting = _messages(said)
    tracemalloc.start()
    analysis, shown = EmbeddedAnalysis(setting), Shown()
    for message in messages:
        shown.news(analysis.follow([message], setting))
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return kept


def _messages(said: Sequence[Said]) -> tuple[list[Message], Setting]:
    """Return an hour of messages, a sentence each, in times of their lengths."""
    members: dict[str, Member] = {}
    messages: list[Message] = []
    at_s = 0.0
    for speaker, text in said:
        member = members.setdefault(speaker, new_member(speaker))
        for sentence in split_sentences(_MARKS_APART.sub("", text)):
            end_s = at_s + _WORD_S * len(sentence.split())
            messages.append(Message(new_id(), sentence, at_s, end_s, speaker=member))
            at_s = end_s
    messages = messages[:_HOUR]
    known = {message.speaker.id: message.speaker for message in messages if message.speaker}
    return messages, Setting(
        datetime(2026, 1, 5, 9, tzinfo=UTC), members=tuple(known.values()), wishes=_wishes()
    )


def _wishes() -> Wishes:
    kinds: frozenset[InsightKind] = frozenset(("question", "action_item", "follow_up"))
    return Wishes(
        insight_kinds=kinds,
        entities=True,
        custom_entities=(CustomEntity("Device", "remote control", "remote control"),),
        trackers=tuple(_trackers()),
    )


def _trackers() -> Iterator[Tracker]:
    """Return 20 trackers of six phrases."""
    path = SHARED / "dialogue" / "trackers_banking77.json"
    listed: dict[str, list[str]] = {f"Tracker {number}": _PHRASES for number in range(20)}
    if path.exists():
        listed = json.loads(path.read_text("utf-8"))["trackers"]
    for number, (name, vocabulary) in enumerate(list(listed.items())[:20]):
        yield Tracker(str(10**15 + number), name, tuple(vocabulary[:6]))


def _meetings() -> dict[str, list[Said]]:
    folder = SHARED / "dialogue"
    if not folder.exists():
        lines = [(line.speaker.name, line.text) for line in load_demo().lines]
        return {"demo": lines * (_HOUR // len(lines) + 1)}
    ami = [json.loads(line) for line in (folder / "ami.jsonl").read_text("utf-8").splitlines()]
    qmsum = [json.loads(line) for line in (folder / "qmsum.jsonl").read_text("utf-8").splitlines()]
    return {
        "AMI": [(one["spk"], one["text"]) for conv in ami for one in conv["utts"]],
        "QMSum": [(speaker, text) for conv in qmsum for speaker, text in conv["utts"]],
    }
