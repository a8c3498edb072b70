"""Fit the weights of `earwitness.insights.summary.sentence_worth` and print them.

    python scripts/train/summary.py DIALOGUE_DIR

Ridge regression over the sentences of the meetings in `ami.jsonl` (CC BY 4.0) and `qmsum.jsonl` (MIT), each
with the mean of its meeting taken off. What is fitted is how many of a sentence's words are in the meeting's
summary.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np

from earwitness.insights.english.sentences import cleaned_sentences, words_of
from earwitness.insights.summary import summary
from earwitness.insights.summary.quoting import quotable
from earwitness.insights.summary.sentence_worth import WEIGHTS, features
from earwitness.insights.topics.phrases import stem
from earwitness.insights.topics.ranking import rank_topics

RIDGE = 200.0


def main(dialogue: Path) -> None:
    """Fit and print."""
    rows, wanted = [], []
    for name in ("ami", "qmsum"):
        for line in (dialogue / f"{name}.jsonl").read_text("utf-8").splitlines():
            meeting = json.loads(line)
            found, shares = _meeting(meeting)
            rows.append(found - found.mean(axis=0))
            wanted.append(shares - shares.mean())
    features_of_all, shares_of_all = np.vstack(rows), np.concatenate(wanted)
    spread = features_of_all.std(axis=0) + 1e-9
    scaled = features_of_all / spread
    weights = np.linalg.solve(scaled.T @ scaled + RIDGE * np.eye(len(WEIGHTS)), scaled.T @ shares_of_all)
    for name, weight in zip(WEIGHTS, weights / spread, strict=True):
        print(f"{name}: {weight:.3f}")


def _meeting(meeting: dict[str, Any]) -> "tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]":
    texts = [turn["text"] if isinstance(turn, dict) else _joined(turn[1]) for turn in meeting["utts"]]
    sentences = [sentence for text in texts for sentence in cleaned_sentences(text)]
    about = [0.0] * len(sentences)
    for topic in rank_topics(sentences):
        for mention in topic.mentions:
            about[mention] += topic.score
    kept = [(at, text) for at, one in enumerate(sentences) if (text := quotable(one))]
    vectors = summary.vectors_of([text for _, text in kept])
    relevance = vectors @ summary.unit(vectors.sum(axis=0))
    found = features([text for _, text in kept], relevance, [about[at] for at, _ in kept])
    gold = {stem(word) for word in words_of(meeting["summary"])}
    shares = [np.mean([stem(word) in gold for word in words_of(text)]) for _, text in kept]
    return found, np.array(shares)


def _joined(text: str) -> str:
    """Undo the spaces that QMSum has before marks."""
    return re.sub(r"\s+(?=[,.?!;:]|'\w)", "", text)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
