"""Figures on annotated conversations must not fall; the floors lie a little under what was measured."""

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import pytest

from earwitness.conversation.member import Member
from earwitness.conversation.message import Message
from earwitness.insights.acts.action_items import find_action_item
from earwitness.insights.acts.due_dates import find_due_date
from earwitness.insights.aspects.insights import InsightAspect
from earwitness.insights.embedded import EmbeddedAnalysis
from earwitness.insights.english.sentences import cleaned_sentences
from earwitness.insights.seams import Setting
from tests.support.dialogue import DIALOGUE, needs_dialogue

SOME_DAY = datetime(2024, 5, 15, 10, tzinfo=UTC)

pytestmark = [
    pytest.mark.shared,
    needs_dialogue,
]


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DIALOGUE / name).read_text("utf-8").splitlines()]


def f1(gold: Sequence[bool], said: Sequence[bool]) -> float:
    hits = sum(g and s for g, s in zip(gold, said, strict=True))
    return 2 * hits / (sum(gold) + sum(said))


def asking(meetings: Sequence[dict[str, Any]], marked: bool) -> list[bool]:
    """Say of each utterance whether a question is found in it that is shown by default."""
    found: set[str] = set()
    numbered = enumerate(meetings)
    for _, rows_of_meeting in groupby(numbered, key=lambda pair: pair[1]["conv"]):
        said = [
            Message(
                str(number), text, number * 3.0, number * 3.0 + 2.0, speaker=Member(row["spk"], row["spk"])
            )
            for number, row in rows_of_meeting
            if (text := row["text"] if marked else re.sub(r"[?.,!]", "", row["text"])).strip()
        ]
        analysis = EmbeddedAnalysis(Setting(SOME_DAY), [InsightAspect])
        analysis.follow(said)
        insights = analysis.conclude(Setting(SOME_DAY)).insights
        found.update(key for one in insights if one.kind == "question" for key in one.message_ids)
    return [str(number) in found for number in range(len(meetings))]


def acts(text: str, threshold: float, spoken: bool) -> bool:
    items = (find_action_item(sentence, None, (), SOME_DAY, spoken) for sentence in cleaned_sentences(text))
    return any(item is not None and item.score >= threshold for item in items)


def test_questions_in_meetings() -> None:
    every = rows("mrda.jsonl")
    chosen = list(dict.fromkeys(row["conv"] for row in every))[::3]
    meetings = [row for row in every if row["conv"] in chosen]
    gold = [row["question"] for row in meetings]
    marked = [row["text"].rstrip().endswith("?") for row in meetings]
    assert f1(gold, asking(meetings, marked=True)) >= f1(gold, marked) + 0.025
    assert f1(gold, asking(meetings, marked=False)) >= 0.6


def test_actions_in_meetings() -> None:
    meetings = rows("mrda.jsonl")
    gold = [row["commit"] or row["directive"] for row in meetings]
    assert f1(gold, [acts(row["text"], 0.5, spoken=True) for row in meetings]) >= 0.36


def test_action_sentences_in_mail() -> None:
    mail = rows("emailintent.jsonl")
    assert f1([row["action"] for row in mail], [acts(row["text"], 0.5, spoken=False) for row in mail]) >= 0.76


def test_dates_raise_no_false_alarm() -> None:
    right = alarms = 0
    for row in rows("dates.jsonl"):
        said_at = datetime.fromisoformat(row["ref"] or "2024-05-15").replace(tzinfo=UTC)
        due = find_due_date(row["text"], said_at)
        values = [v.get("value") or v.get("start") or "" for g in row["gold"] for v in g["values"] or []]
        alarms += due is not None and not row["gold"]
        right += due is not None and any(value.startswith(due.value[:10]) for value in values)
    assert alarms <= 1
    assert right >= 175
