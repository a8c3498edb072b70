"""Train the model of questions: python scripts/train/questions.py DATA_DIR.

Transcripts carry their own labels: a sentence that ends in a question mark is a question. The model sees it
without marks and capitals, as a recogniser may give it.
"""

import sys
from pathlib import Path

import numpy as np
from fitting import fit, save
from material import meetings, rows, sentences

from earwitness.insights.acts.questions import question_features

TARGET = Path(__file__).parents[2] / "src" / "earwitness" / "insights" / "data" / "questions.npz"
_STRENGTH = 0.3
_WRITTEN_WEIGHT = 0.3
"""Sentences of forums and e-mail count less than spoken ones."""


def main(folder: Path) -> None:
    """Fit, say how well unseen meetings are judged, and write the weights."""
    spoken = [said for said in meetings(folder) if said.mark]
    written = [
        said
        for name in ("goemotions", "emailintent")
        for number, row in enumerate(rows(folder, name))
        for said in sentences(f"{name} {number % 50}", [row["text"]])
        if said.mark
    ]
    everything = spoken + written
    examples = [question_features(said.text) for said in everything]
    labels = [said.mark == "?" for said in everything]
    weights = [1.0] * len(spoken) + [_WRITTEN_WEIGHT] * len(written)
    model, unseen = fit(
        examples, labels, [s.meeting for s in everything], weights=weights, strength=_STRENGTH
    )
    asked, predicted = np.array(labels[: len(spoken)]), unseen[: len(spoken)] > 0
    hits = int((asked & predicted).sum())
    precision, recall = hits / predicted.sum(), hits / asked.sum()
    print(f"{len(spoken)} spoken sentences, {asked.sum()} questions, {len(written)} written sentences")
    f1 = 2 * hits / (predicted.sum() + asked.sum())
    print(f"unseen meetings: precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}")
    save(model, TARGET)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
