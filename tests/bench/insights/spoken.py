"""The same measures on what the recogniser hears when some of the material is spoken.

Each group of sentences is a recording, sent to `POST /v1/process/audio`; the sentences are known again by
when they are said. Beside each figure stands that of the same sentences as text.
"""

import json
import re
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jiwer
from whisper_normalizer.english import EnglishTextNormalizer

from tests.bench.insights import acts, names
from tests.bench.insights.gold import DIALOGUE, Row, figure, rows, score
from tests.bench.insights.reading import Found, Reader, Said, ended
from tests.bench.insights.speaking import Spoken, as_said, recording
from tests.support.recordings import write_recording

HEADS = ["insight", "sentences", "measure", "as text", "as heard", "words in error"]
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 ,.'?!]*")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_NEAR_S = 0.5
"""Messages may begin so much before, and end so much after, what they are about."""
_SOCIAL = (
    *("536-90-4399", "212-09-7694", "409-52-2002", "574-31-1120"),
    *("464-72-7630", "463-66-9624", "195-24-8388", "488-81-3051"),
    *("097-58-4971", "146-12-8826", "831-89-0687", "610-51-7422"),
)
"""The set has none."""
_DUE = 32
"""Sentences with a due date."""
_normal = EnglishTextNormalizer()

Figures = list[tuple[str, float]]
"""Measures with their values."""


@dataclass(frozen=True, slots=True)
class Group:
    """Sentences with their annotations, how they are asked for, and how what is found is judged."""

    insight: str
    texts: Sequence[str]
    gold: Sequence[Row]
    judge: Callable[["Group", Found], Awaitable[Figures]]
    options: dict[str, Any] = field(default_factory=dict)


async def measure(reader: Reader) -> list[list[str]]:
    """Return the lines of the table."""
    lines = []
    for group in (_questions(), _actions(), _personal(), _trackers()):
        text = await reader.read(_said(group.texts), **group.options)
        heard, errors = await _heard(reader, group.texts, group.options)
        as_text, as_heard = await group.judge(group, text), await group.judge(group, heard)
        for (measured, before), (_, after) in zip(as_text, as_heard, strict=True):
            cells = [measured, figure(before), figure(after), f"{100 * errors:.1f}%"]
            lines.append([group.insight, str(len(group.texts)), *cells])
    return [*lines, *await _dates(reader)]


def _questions() -> Group:
    usable = [row for row in rows("mrda.jsonl") if 5 <= len(row["text"].split()) <= 20]
    usable = [row for row in usable if _PLAIN.fullmatch(row["text"])]
    gold = _some([row for row in usable if row["question"]], 16)
    gold += _some([row for row in usable if not row["question"]], 24)

    async def judge(group: Group, found: Found) -> Figures:
        told = score("score_questions.py", group.gold, await acts.questions_found([found]))
        return [("F1", told["F1"])]

    return Group("questions", [row["text"] for row in gold], gold, judge)


def _actions() -> Group:
    usable = [row for row in rows("emailintent.jsonl") if 5 <= len(row["text"].split()) <= 18]
    usable = [row for row in usable if _PLAIN.fullmatch(row["text"])]
    gold = _some([row for row in usable if row["action"]], 14)
    gold += _some([row for row in usable if not row["action"]], 14)

    async def judge(group: Group, found: Found) -> Figures:
        told = score("score_actions.py", group.gold, await acts.actions_found([found]))
        return [("F1", told["F1"])]

    return Group("action sentences", [row["text"] for row in gold], gold, judge)


def _personal() -> Group:
    gold: list[Row] = []
    for kind, count in (("PHONE_NUMBER", 8), ("CREDIT_CARD", 8), ("EMAIL_ADDRESS", 4), ("DATE_TIME", 6)):
        usable = [
            row
            for row in rows("pii_synth.jsonl")
            if len(row["text"].split()) <= 25
            and row["text"].isascii()
            and [span[0] for span in row["spans"]].count(kind) == 1
            and ":" not in row["text"]
        ]
        gold += [{**row, "kind": kind} for row in _some(usable, count)]
    for number in _SOCIAL:
        text = f"My social security number is {number}."
        start = text.index(number)
        spans = [["US_SSN", start, start + len(number), number]]
        gold.append({"text": text, "spans": spans, "kind": "US_SSN"})
    return Group("personal data", [row["text"] for row in gold], gold, _judge_personal, _ENTITIES)


_ENTITIES = {"detectEntities": True}


async def _judge_personal(group: Group, found: Found) -> Figures:
    """The share of sentences whose datum is found as what it is, and of findings that are right."""
    named: dict[str, set[int]] = {}
    for kind, message_id, _, _ in names.named(await found.get("entities")):
        named.setdefault(names.PERSONAL.get(kind, ""), set()).update(found.rows_of([message_id]))
    figures = []
    for kind in dict.fromkeys(row["kind"] for row in group.gold):
        wanted = {
            number for number, row in enumerate(group.gold) if kind in (span[0] for span in row["spans"])
        }
        hits = len(wanted & named.get(kind, set()))
        said = len(named.get(kind, set()))
        figures.append((f"F1 {kind}", 2 * hits / (len(wanted) + said)))
    return figures


def _trackers() -> Group:
    gold: dict[str, Any] = json.loads((DIALOGUE / "trackers_banking77.json").read_text("utf-8"))
    usable = [row for row in gold["utts"] if len(row["text"].split()) <= 18 and row["text"].isascii()]
    chosen = _some([row for row in usable if row["trackers"]], 25)
    chosen += _some([row for row in usable if not row["trackers"]], 10)

    async def judge(group: Group, found: Found) -> Figures:
        told = score("score_trackers.py", {"utts": list(group.gold)}, await names.tracked([found]))
        return [("F1", told["F1"])]

    options = {"trackers": names.trackers_of(gold["trackers"])}
    return Group("trackers", [row["text"] for row in chosen], chosen, judge, options)


async def _dates(reader: Reader) -> list[list[str]]:
    """A recording is of today: a date is right if the text gives the right one, and the same one today."""
    usable = [
        row
        for row in rows("dates.jsonl")
        if _lies_ahead(row) and len(row["text"].split()) <= 12 and _PLAIN.fullmatch(row["text"])
    ]
    gold = _some(usable, _DUE)
    texts = [acts.CARRIER.format(row["text"]) for row in gold]
    now = datetime.now(UTC).replace(microsecond=0)
    then = [
        Said(n, text, at=acts.said_at(row, n)) for n, (text, row) in enumerate(zip(texts, gold, strict=True))
    ]
    at_present = [Said(n, text, at=now + timedelta(seconds=n)) for n, text in enumerate(texts)]
    given = await acts.dates_due([await reader.read(then)])
    right = {
        one["n"]
        for one in given
        if score("score_dates.py", [gold[one["n"]]], [{**one, "n": 0}])["accuracy"] == 1
    }
    today = {one["n"]: set(one["dates"]) for one in await acts.dates_due([await reader.read(at_present)])}
    said = [text.replace(":", "") for text in texts]
    heard, errors = await _heard(reader, said, {})
    told = {one["n"]: set(one["dates"]) for one in await acts.dates_due([heard])}
    same = {row for row in right if told.get(row, set()) & today.get(row, set())}
    clear = {row for row, text in enumerate(said) if not _errors_of([text], [_text_of(heard, row)])}

    def shares(among: set[int]) -> list[float]:
        return [len(one & among) / max(len(among), 1) for one in (right, same)]

    lines = [("right", set(range(len(gold))), errors), ("right where no word is in error", clear, 0.0)]
    return [
        ["due dates", str(len(among)), measure, *map(figure, shares(among)), f"{100 * wrong:.1f}%"]
        for measure, among, wrong in lines
    ]


def _lies_ahead(row: Row) -> bool:
    """Tell whether a row has one date, and one that something can be due on."""
    days = [one for one in row["gold"] if (one["type"] or "").endswith(("date", "datetime", "daterange"))]
    starts = [
        [value.get("value") or value.get("start") or "" for value in one["values"] or []] for one in days
    ]
    known = [dated for each in starts if (dated := [start for start in each if _DAY.match(start)])]
    return len(known) == 1 and (not row["ref"] or max(known[0])[:10] >= row["ref"][:10])


async def _heard(reader: Reader, texts: Sequence[str], options: dict[str, Any]) -> tuple[Found, float]:
    """Speak sentences and have them heard; returns what was found, and the share of words in error."""
    spoken = recording(texts)
    query = {name: json.dumps(value) for name, value in options.items()}
    with tempfile.TemporaryDirectory() as folder:
        path = write_recording(Path(folder) / "said.wav", "wav", spoken.samples)
        begun = await reader.client.send_recording(path, query)
    await ended(reader.client, begun["jobId"])
    found = Found(reader.client, f"/v1/conversations/{begun['conversationId']}")
    messages = (await found.get("messages"))["messages"]
    zero = datetime.fromisoformat(messages[0]["startTime"])
    for message in messages:
        start, end = (
            (datetime.fromisoformat(message[key]) - zero).total_seconds() for key in ("startTime", "endTime")
        )
        row = _row_at(spoken, start, end)
        if row is not None:
            found.rows[message["id"]] = row
            found.messages[row].append(message)
    return found, _errors_of(texts, [_text_of(found, row) for row in range(len(texts))])


def _text_of(found: Found, row: int) -> str:
    return " ".join(message["text"] for message in found.messages.get(row, ()))


def _errors_of(texts: Sequence[str], heard: Sequence[str]) -> float:
    """Return the share of words in error."""
    return jiwer.wer([_normal(as_said(text)) for text in texts], [_normal(text) for text in heard])


def _row_at(spoken: Spoken, start_s: float, end_s: float) -> int | None:
    shared = [
        min(end_s, said_end + _NEAR_S) - max(start_s, said_start - _NEAR_S)
        for said_start, said_end in spoken.spans
    ]
    best = max(range(len(shared)), key=shared.__getitem__)
    return best if shared[best] > 0 else None


def _said(texts: Sequence[str]) -> list[Said]:
    return [Said(row, text) for row, text in enumerate(texts)]


def _some(gold: Sequence[Row], count: int) -> list[Row]:
    """Return so many rows from all over the set."""
    return [gold[len(gold) * number // count] for number in range(min(count, len(gold)))]
