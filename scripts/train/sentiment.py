"""Train `insights/data/sentiment.npz`: what words say about the sentiment of a text, beside VADER's lexicon.

    python scripts/train/sentiment.py DIALOGUE_DIR OUT

Needs scikit-learn. DIALOGUE_DIR holds `goemotions.jsonl` (Apache-2.0) and `vader_gt.jsonl` (MIT). The
figures of ten-fold cross-validation are printed; docs/models/sentiment.md quotes them.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from earwitness.insights.sentiment import LABELS, NEUTRAL_BAND, VADER_SHARE, ngrams_of, vader_polarity

SEED = 7
FEWEST_TEXTS = 4
"""Texts that an n-gram must be in to count."""
STRENGTH = 0.2
"""Inverse of the regularisation."""


def main(dialogue: Path, out: Path) -> None:
    """Cross-validate, then train on everything and write the weights."""
    texts, labels, valences = _data(dialogue)
    polarity = np.zeros(len(texts))
    for train, test in StratifiedKFold(10, shuffle=True, random_state=SEED).split(texts, labels):
        model = _Model([texts[i] for i in train], labels[train])
        polarity[test] = model.polarity([texts[i] for i in test])
    vader = np.array([vader_polarity(text) for text in texts])
    mixed = VADER_SHARE * vader + (1 - VADER_SHARE) * polarity
    rated = ~np.isnan(valences)
    for name, values in (("VADER", vader), ("n-grams", polarity), ("both", mixed)):
        said = np.where(values > NEUTRAL_BAND, 2, np.where(values < -NEUTRAL_BAND, 0, 1))
        right = (said == labels)[~rated].mean()
        r = np.corrcoef(values[rated], valences[rated])[0, 1]
        print(f"{name}: GoEmotions accuracy {right:.3f}, r with human valence {r:.3f}")
    model = _Model(texts, labels)
    np.savez_compressed(
        out,
        ngrams=np.array(model.ngrams),
        weights=model.weights[: len(model.ngrams)].astype(np.float16),
        vader=model.weights[len(model.ngrams)].astype(np.float32),
        bias=model.bias.astype(np.float32),
    )
    print(f"{len(model.ngrams)} n-grams, {out.stat().st_size} bytes")


class _Model:
    """Multinomial logistic regression over the n-grams that a text has, and its polarity by VADER."""

    def __init__(self, texts: list[str], labels: "np.ndarray[Any, Any]") -> None:
        self._counter = CountVectorizer(analyzer=ngrams_of, min_df=FEWEST_TEXTS, binary=True)
        self._counter.fit(texts)
        self.ngrams = list(self._counter.get_feature_names_out())
        self._fitted = LogisticRegression(C=STRENGTH, max_iter=2000, random_state=SEED)
        self._fitted.fit(self._features(texts), labels)
        self.weights = self._fitted.coef_.T
        self.bias = self._fitted.intercept_

    def polarity(self, texts: list[str]) -> "np.ndarray[Any, Any]":
        """Return how much likelier positive is than negative, for each text."""
        chances = self._fitted.predict_proba(self._features(texts))
        return chances[:, 2] - chances[:, 0]

    def _features(self, texts: list[str]) -> csr_matrix:
        vader = csr_matrix(np.array([[vader_polarity(text)] for text in texts]))
        return csr_matrix(hstack([self._counter.transform(texts), vader]))


def _data(dialogue: Path) -> tuple[list[str], "np.ndarray[Any, Any]", "np.ndarray[Any, Any]"]:
    texts, labels, valences = [], [], []
    for line in (dialogue / "goemotions.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        texts.append(row["text"])
        labels.append(LABELS.index(row["sentiment"]))
        valences.append(np.nan)
    for line in (dialogue / "vader_gt.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        texts.append(row["text"])
        labels.append(2 if row["valence"] >= 0.5 else 0 if row["valence"] <= -0.5 else 1)
        valences.append(row["valence"])
    return texts, np.array(labels), np.array(valences)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
