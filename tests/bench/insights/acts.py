"""Questions, action sentences and due dates."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import groupby

from tests.bench.insights.gold import Line, Row, rows, score
from tests.bench.insights.reading import ZERO, Found, Reader, Said, batches

MAIL_SIZE = 400
DATES_SIZE = 100
CARRIER = "I will send you the report: {}"
"""Makes an action sentence of any text with a date."""


async def questions(reader: Reader) -> list[Line]:
    """Utterances of meetings, as they are written and as they would be without marks."""
    found = await questions_found(await reader.read_all(_texts(str)))
    bare = await questions_found(await reader.read_all(_texts(_unmarked)))
    marked = [
        {"n": row, "question": True}
        for row, one in enumerate(rows("mrda.jsonl"))
        if one["text"].rstrip().endswith("?")
    ]
    better = [ours > plain for ours, plain in zip(_by_meeting(found), _by_meeting(marked), strict=True)]
    note = f"(more than the mark alone in {sum(better)} of {len(better)} meetings)"
    return [
        Line("questions", "MRDA meetings", "F1", _f1("score_questions.py", found), ".892", 0.89, note),
        Line("questions", 'MRDA meetings, a final "?" alone', "F1", _f1("score_questions.py", marked)),
        Line("questions", "MRDA, no punctuation", "F1", _f1("score_questions.py", bare), ".57–.63", 0.6),
    ]


async def actions(reader: Reader) -> list[Line]:
    """Sentences of e-mails, and utterances of meetings."""
    gold = rows("emailintent.jsonl")
    said = [Said(row, one["text"], "Anna") for row, one in enumerate(gold) if one["text"].strip()]
    mail = await reader.read_all(batches(said, MAIL_SIZE))
    by_mail = score("score_actions.py", "emailintent.jsonl", await actions_found(mail))["F1"]
    by_meeting = _f1("score_actions.py", await actions_found(await reader.read_all(_texts(str))))
    return [
        Line("action sentences", "e-mail intent (also trained on)", "F1", by_mail, ".761", 0.76),
        Line("action sentences", "MRDA meetings", "F1", by_meeting, ".25–.33", 0.33),
    ]


async def dates(reader: Reader) -> list[Line]:
    """Dates of all sorts in action sentences, counted from the reference time of each row."""
    gold = rows("dates.jsonl")
    plain = [Said(row, one["text"], "Anna", said_at(one, row)) for row, one in enumerate(gold)]
    acting = [replace(one, text=CARRIER.format(one.text)) for one in plain]
    due = await dates_due(await reader.read_all(batches(acting, DATES_SIZE)))
    named = await dates_named(await reader.read_all(batches(plain, DATES_SIZE), detectEntities=True))
    reference = "95 of 297 right (.32), 48 false alarms"
    return [
        *_lines_of_dates("due dates", "dates in action sentences", due, reference),
        *_lines_of_dates("dates as entities", "dates as they are", named, reference),
    ]


async def questions_found(found: Sequence[Found]) -> list[Row]:
    """Return the predictions of the rows that ask something."""
    scores: dict[int, float] = {}
    for one in found:
        for question in (await one.get("questions"))["questions"]:
            for row in one.rows_of(question["messageIds"]):
                scores[row] = max(scores.get(row, 0.0), question["score"])
    return [{"n": row, "question": True, "score": value} for row, value in scores.items()]


async def actions_found(found: Sequence[Found]) -> list[Row]:
    """Return the predictions of the rows that make somebody do something."""
    scores: dict[int, float] = {}
    for one in found:
        items = (await one.get("action-items"))["actionItems"] + (await one.get("follow-ups"))["followUps"]
        for item in items:
            for row in one.rows_of(item["messageIds"]):
                scores[row] = max(scores.get(row, 0.0), item["score"])
    return [{"n": row, "action": True, "score": value} for row, value in scores.items()]


async def dates_due(found: Sequence[Found]) -> list[Row]:
    """Return the predictions of what is due when."""
    predictions = []
    for one in found:
        items = (await one.get("action-items"))["actionItems"] + (await one.get("follow-ups"))["followUps"]
        for item in items:
            if "dueBy" in item:
                predictions += [
                    {"n": row, "dates": [item["dueBy"][:10]]} for row in one.rows_of(item["messageIds"])
                ]
    return _merged(predictions)


async def dates_named(found: Sequence[Found]) -> list[Row]:
    """Return the predictions of the dates that are entities."""
    predictions = []
    for one in found:
        for entity in (await one.get("entities"))["entities"]:
            if entity["type"].startswith("date") and isinstance(entity.get("value"), str):
                ids = (ref["id"] for ref in entity["messageRefs"])
                predictions += [{"n": row, "dates": [entity["value"][:10]]} for row in one.rows_of(ids)]
    return _merged(predictions)


def _lines_of_dates(insight: str, material: str, predictions: Sequence[Row], reference: str) -> list[Line]:
    told = score("score_dates.py", "dates.jsonl", predictions)
    alarms, of = map(int, told["false_alarms"].split("/"))
    kept = 1 - alarms / of
    return [
        Line(insight, material, "right", told["accuracy"], reference, 0.60),
        Line(insight, "no date at all", "without false alarm", kept, "–", 0.90, _alarms(told)),
    ]


def _alarms(told: Row) -> str:
    return f"({told['false_alarms']} false alarms)"


def _merged(predictions: Sequence[Row]) -> list[Row]:
    days: dict[int, list[str]] = {}
    for one in predictions:
        days.setdefault(one["n"], []).extend(one["dates"])
    return [{"n": row, "dates": found} for row, found in days.items()]


def said_at(row: Row, number: int) -> datetime:
    """Each row has a second of its own, so that its messages can be told from others'."""
    reference = datetime.fromisoformat(row["ref"]).replace(tzinfo=UTC) if row["ref"] else ZERO
    return reference + timedelta(seconds=number)


def _texts(wording: Callable[[str], str]) -> list[list[Said]]:
    numbered = enumerate(rows("mrda.jsonl"))
    return [
        [Said(row, text, one["spk"]) for row, one in utterances if (text := wording(one["text"])).strip()]
        for _, utterances in groupby(numbered, key=lambda pair: pair[1]["conv"])
    ]


def _unmarked(text: str) -> str:
    return re.sub(r"[?.,!]", "", text)


def _by_meeting(predictions: Sequence[Row]) -> list[float]:
    """Return F1 of questions in each meeting."""
    asked = {one["n"] for one in predictions}
    return [
        2
        * sum(one["question"] and row in asked for row, one in utterances)
        / (sum(one["question"] for _, one in utterances) + sum(row in asked for row, _ in utterances))
        for _, group in groupby(enumerate(rows("mrda.jsonl")), key=lambda pair: pair[1]["conv"])
        if (utterances := list(group))
    ]


def _f1(scorer: str, predictions: Sequence[Row]) -> float:
    return float(score(scorer, "mrda.jsonl", predictions)["F1"])
