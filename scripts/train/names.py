"""Train the tagger of `earwitness.insights.entities.name_tagger`.

    python scripts/train/names.py DATA_DIR [--folds 5]

DATA_DIR holds `ner_btc.jsonl` (Broad Twitter Corpus, CC BY 4.0), `pii_synth.jsonl` (presidio-research, MIT),
and for sentences without names `ami.jsonl` (CC BY 4.0) and `qmsum.jsonl` (MIT). With `--folds` it prints
cross-validated figures, sentences of one template always in one fold, and writes nothing.
See docs/models/names.md.
"""

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from earwitness.insights.english.common_words import common_words
from earwitness.insights.english.sentences import split_sentences
from earwitness.insights.entities.name_tagger import (
    BUCKETS,
    LABELS,
    Features,
    Tagger,
    best_label,
    tokens_of,
)

TARGET = Path(__file__).parents[2] / "src" / "earwitness" / "insights" / "data" / "names.npz"
SEED = 11
EPOCHS = 8
RATE = 0.25
DECAY = 1e-4
SCALE = 256
"""Weights are kept as whole numbers of so many parts."""
LEAST_WEIGHT = 6
MOST_PLAIN = 4_000
"""Sentences of meetings without any name."""
KINDS = {"PERSON": "person", "GPE": "location", "ORGANIZATION": "organization"}
LEAST = {"person": 0.7, "location": 1.0, "organization": 1.5}
"""Margins over `O`, in units of log odds, from which on names are told."""
LEAST_HIDDEN = 0.0
"""And from which on they are hidden."""


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence with the label of each word."""

    words: tuple[str, ...]
    labels: tuple[int, ...]
    group: str
    """Examples of one group are trained on, or judged on, together."""


def tweets(path: Path) -> Iterator[Example]:
    """Read the Broad Twitter Corpus."""
    for number, line in enumerate(path.read_text("utf-8").splitlines()):
        row = json.loads(line)
        labels = [label.replace("organisation", "organization") for label in row["l"]]
        yield Example(tuple(row["t"]), tuple(LABELS.index(label) for label in labels), f"tweet {number}")


def templates(path: Path) -> Iterator[Example]:
    """Read sentences made from templates."""
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        tokens = tokens_of(row["text"])
        labels = [0] * len(tokens)
        for kind, start, end, _ in row["spans"]:
            if kind in KINDS:
                inside = [at for at, token in enumerate(tokens) if token.start < end and start < token.end]
                for at in inside:
                    labels[at] = LABELS.index(f"{'B' if at == inside[0] else 'I'}-{KINDS[kind]}")
        yield Example(tuple(token.text for token in tokens), tuple(labels), f"template {row['t']}")


def plain_sentences(texts: Iterable[str]) -> Iterator[Example]:
    """Yield sentences that can hold no name: only the first word has a capital, and is a common one."""
    for text in texts:
        for sentence in split_sentences(text):
            words = tuple(token.text for token in tokens_of(sentence))
            capitals = [word for word in words[1:] if word[:1].isupper() and word not in ("I",)]
            if len(words) > 2 and not capitals and words[0].casefold() in common_words():
                yield Example(words, (0,) * len(words), f"plain {sentence}")


def meetings(folder: Path) -> Iterator[str]:
    """Yield what was said in meetings."""
    for name in ("ami.jsonl", "qmsum.jsonl"):
        for line in (folder / name).read_text("utf-8").splitlines():
            yield from strings(json.loads(line))


def strings(value: object) -> Iterator[str]:
    """Yield all longer texts inside a value of JSON."""
    if isinstance(value, str):
        if " " in value:
            yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def train(examples: Sequence[Example]) -> NDArray[np.float32]:
    """Return the weights of a logistic regression, trained by stochastic gradient descent.

    Each word sees the label that was guessed for the one before it, as it will when the weights are used.
    """
    weights = np.zeros((BUCKETS, len(LABELS)), np.float32)
    order = list(range(len(examples)))
    chance = random.Random(SEED)
    seen = [Features(example.words) for example in examples]
    for epoch in range(EPOCHS):
        chance.shuffle(order)
        rate = RATE / (1 + epoch)
        for index in order:
            example, features = examples[index], seen[index]
            before = 0
            for at, gold in enumerate(example.labels):
                if not features.is_asked(at, before):
                    before = 0
                    continue
                rows = features.rows(at, before)
                scores = weights[rows].sum(axis=0)
                step = np.exp(scores - scores.max())
                step *= -rate / step.sum()
                step[gold] += rate
                weights[rows] += step - rate * DECAY * weights[rows]
                before = best_label(scores, before)
    return weights


def as_tagger(weights: NDArray[np.float32]) -> Tagger:
    """Return the weights as they are kept."""
    kept = np.rint(weights * SCALE)
    kept[np.abs(kept) < LEAST_WEIGHT] = 0
    limit = np.iinfo(np.int16).max
    least = tuple(LEAST[kind] * SCALE for kind in KINDS.values())
    return Tagger(np.clip(kept, -limit, limit).astype(np.int16), least, LEAST_HIDDEN * SCALE)


def spans(labels: Sequence[int]) -> set[tuple[str, int, int]]:
    """Return kind, first and end of each name."""
    found = set()
    at = 0
    while at < len(labels):
        name = LABELS[labels[at]]
        end = at + 1
        if name != "O":
            while end < len(labels) and LABELS[labels[end]] == "I-" + name[2:]:
                end += 1
            found.add((name[2:], at, end))
        at = end
    return found


def judge(tagger: Tagger, examples: Sequence[Example], counts: dict[str, Counter[str]]) -> None:
    """Count right, wrong and missed names, by source and kind; exact spans, as sure as they must be."""
    for example in examples:
        source = example.group.split()[0]
        tagged = tagger.tag(example.words)
        ours = set()
        for kind, start, end in spans([label for label, _ in tagged]):
            is_handle = "@" in example.words[max(start - 1, 0) : start + 1]
            least = tagger.least_hidden if is_handle else tagger.least_of(kind)
            if max(margin for _, margin in tagged[start:end]) >= least:
                ours.add((kind, start, end))
        gold = spans(example.labels)
        for kind, *_ in ours & gold:
            counts[f"{source} {kind}"]["right"] += 1
        for kind, *_ in ours - gold:
            counts[f"{source} {kind}"]["wrong"] += 1
        for kind, *_ in gold - ours:
            counts[f"{source} {kind}"]["missed"] += 1


def cross_validate(examples: Sequence[Example], folds: int) -> None:
    """Print figures of examples that were not trained on."""
    groups = sorted({example.group for example in examples})
    random.Random(SEED).shuffle(groups)
    fold_of = {group: place % folds for place, group in enumerate(groups)}
    counts: dict[str, Counter[str]] = {}
    for fold in range(folds):
        tagger = as_tagger(train([one for one in examples if fold_of[one.group] != fold]))
        held_out = [one for one in examples if fold_of[one.group] == fold]
        for example in held_out:
            for kind in ("person", "location", "organization"):
                counts.setdefault(f"{example.group.split()[0]} {kind}", Counter())
        judge(tagger, held_out, counts)
    for name, count in sorted(counts.items()):
        right, wrong, missed = count["right"], count["wrong"], count["missed"]
        f1 = 2 * right / max(2 * right + wrong + missed, 1)
        sys.stdout.write(f"{name:26} F1 {f1:.3f}  right {right} wrong {wrong} missed {missed}\n")


def main() -> None:
    """Train, and keep the weights; or cross-validate."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--folds", type=int, default=0)
    given = parser.parse_args()
    plain = list(plain_sentences(meetings(given.data)))
    random.Random(SEED).shuffle(plain)
    examples = [
        *tweets(given.data / "ner_btc.jsonl"),
        *templates(given.data / "pii_synth.jsonl"),
        *plain[:MOST_PLAIN],
    ]
    if given.folds:
        cross_validate(examples, given.folds)
        return
    tagger = as_tagger(train(examples))
    rows = np.flatnonzero(tagger.weights.any(axis=1)).astype(np.uint32)
    np.savez_compressed(
        TARGET,
        rows=rows,
        weights=tagger.weights[rows],
        least=np.array(tagger.least, np.float32),
        least_hidden=np.float32(tagger.least_hidden),
    )
    sys.stdout.write(f"{len(examples)} examples, {len(rows)} rows, {TARGET.stat().st_size} bytes\n")


if __name__ == "__main__":
    main()
