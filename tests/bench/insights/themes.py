"""Topics, summaries and sentiment."""

from collections.abc import Sequence

from earwitness.conversation.insight import WORTH_READING
from tests.bench.insights.gold import Line, Row, rows, score
from tests.bench.insights.reading import Found, Reader, Said, batches

_SIZE = 400
_ROLES = {
    "PM": "Project Manager",
    "ME": "Marketing Expert",
    "ID": "Industrial Designer",
    "UI": "User Interface Designer",
}
"""AMI's summaries call people by their roles, so these are the speakers' names."""
_SENTIMENTS = 4000
"""Rows of GoEmotions; the set has three times as many."""


async def topics(reader: Reader) -> list[Line]:
    """Topics of dialogues and of meetings."""
    talks = await reader.read_all(_dialogues(rows("dialogsum.jsonl")))
    meetings = await _meetings(reader)
    told = score("score_topics.py", "dialogsum.jsonl", await _topics_of(talks))
    long = score("score_topics.py", "qmsum.jsonl", await _topics_of(meetings))
    return [
        Line("topics", "DialogSum", "label in top 5", told["hit_or_recall"], ".72–.74", 0.74, _precise(told)),
        Line("topics", "QMSum", "recall, top 15", long["hit_or_recall"], ".53", 0.55, _precise(long)),
    ]


async def summaries(reader: Reader) -> list[Line]:
    """Summaries of whole meetings."""
    meetings = [
        [Said(0, one["text"], _ROLES[one["role"]]) for one in row["utts"] if one["text"].strip()]
        for row in rows("ami.jsonl")
    ]
    designs = await reader.read_all(meetings, enableSummary=True)
    by_ami = score("score_summary.py", "ami.jsonl", await _summaries_of(designs))
    by_qmsum = score("score_summary.py", "qmsum.jsonl", await _summaries_of(await _meetings(reader)))
    return [
        Line(
            "summary",
            "AMI (also fitted to)",
            "ROUGE-1",
            by_ami["mean_ref"]["rouge1"],
            "33.6",
            34.0,
            _rouge(by_ami),
        ),
        Line(
            "summary",
            "QMSum (also fitted to)",
            "ROUGE-1",
            by_qmsum["mean_ref"]["rouge1"],
            "26.9",
            26.9,
            _rouge(by_qmsum),
        ),
        Line("action list", "AMI, worth reading", "ROUGE-1", *await _action_lists(designs, WORTH_READING)),
        Line("action list", "AMI, all that is given", "ROUGE-1", *await _action_lists(designs, 0.0)),
    ]


async def sentiment(reader: Reader) -> list[Line]:
    """Sentiment of messages."""
    emotions = rows("goemotions.jsonl")[:_SENTIMENTS]
    rated = rows("vader_gt.jsonl")
    by_label = score("score_sentiment.py", emotions, await _polarities(reader, emotions))
    by_value = score("score_sentiment.py", rated, await _polarities(reader, rated))
    return [
        Line("sentiment", "GoEmotions (also trained on)", "accuracy", by_label["acc"], ".65", 0.65),
        Line("sentiment", "human valence (also trained on)", "r", by_value.get("pearson"), ".69", 0.69),
    ]


async def _meetings(reader: Reader) -> list[Found]:
    async def read() -> list[Found]:
        return await reader.read_all(_dialogues(rows("qmsum.jsonl")), enableSummary=True)

    return await reader.once("qmsum", read)


def _dialogues(gold: Sequence[Row]) -> list[list[Said]]:
    return [
        [Said(0, text, speaker.strip("#")) for speaker, text in row["utts"] if text.strip()] for row in gold
    ]


async def _topics_of(found: Sequence[Found]) -> list[Row]:
    return [
        {"n": number, "topics": [topic["text"] for topic in (await one.get("topics"))["topics"]]}
        for number, one in enumerate(found)
    ]


async def _summaries_of(found: Sequence[Found]) -> list[Row]:
    return [
        {"n": number, "summary": " ".join(item["text"] for item in (await one.get("summary"))["summary"])}
        for number, one in enumerate(found)
    ]


async def _action_lists(found: Sequence[Found], least: float) -> tuple[float, str, None, str]:
    predictions = []
    for number, one in enumerate(found):
        items = (await one.get("action-items"))["actionItems"] + (await one.get("follow-ups"))["followUps"]
        predictions.append(
            {"n": number, "actions": [item["text"] for item in items if item["score"] >= least]}
        )
    told = score("score_actions.py", "ami.jsonl", predictions)
    note = f"({told['gold_covered']:.2f} of gold covered, precision {told['list_precision']:.2f})"
    return told["rouge1"], "–", None, note


async def _polarities(reader: Reader, gold: Sequence[Row]) -> list[Row]:
    said = [Said(row, one["text"]) for row, one in enumerate(gold) if one["text"].strip()]
    predictions = []
    for one in await reader.read_all(batches(said, _SIZE)):
        for row, messages in one.messages.items():
            weights = [len(message["text"]) for message in messages]
            scores = [message["sentiment"]["polarity"]["score"] for message in messages]
            mean = sum(map(float.__mul__, map(float, weights), map(float, scores))) / sum(weights)
            predictions.append({"n": row, "polarity": mean})
    return predictions


def _precise(told: Row) -> str:
    return f"(precision {told['precision']:.2f})"


def _rouge(told: Row) -> str:
    mean = told["mean_ref"]
    return f"({mean['rouge2']} / {mean['rougeLsum']}, {told['mean_words']:.0f} words)"
