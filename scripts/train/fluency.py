"""Count the model of fluency: python scripts/train/fluency.py DATA_DIR.

Counted are written sentences, and those of a parliament, whose minutes are edited.
"""

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from material import meetings, rows

from earwitness.insights.english.sentences import cleaned_sentences, words_of
from earwitness.insights.summary.fluency import ORDER, ngram_key, shape_of

TARGET = Path(__file__).parents[2] / "src" / "earwitness" / "insights" / "data" / "fluency.npz"
_SHORTEST, _LONGEST = 6, 40
_PLAIN = re.compile(r"[A-Za-z ,.;:'’?!0-9-]+")
_EDITED = "covid"
"""What the parliament's meetings in QMSum are called."""
_LEAST_COUNT = 2
"""Of the longest runs; what was seen once only counts for what follows it."""
_SPARE_KINDS = 500
"""So many kinds of words are taken to exist that were never seen."""
_Ngram = tuple[str, ...]


def main(folder: Path) -> None:
    """Count and write the model."""
    texts = sorted({*written(folder), *edited(folder)})
    counts: Counter[_Ngram] = Counter()
    followers: defaultdict[_Ngram, set[str]] = defaultdict(set)
    for text in texts:
        shape = ["<"] * (ORDER - 1) + shape_of(text) + [">"]
        for at in range(ORDER - 1, len(shape)):
            for length in range(1, ORDER + 1):
                ngram = tuple(shape[at - length + 1 : at + 1])
                counts[ngram] += 1
                followers[ngram[:-1]].add(ngram[-1])
    seen: Counter[_Ngram] = Counter()
    for ngram, count in counts.items():
        seen[ngram[:-1]] += count

    def rest(context: _Ngram) -> float:
        kinds = len(followers[context])
        return kinds / (seen[context] + kinds) if seen[context] else 1.0

    unseen = 1 / (len(followers[()]) + _SPARE_KINDS)

    def probability(ngram: _Ngram) -> float:
        if not ngram:
            return unseen
        context = ngram[:-1]
        kept = 1 - rest(context)
        own = kept * counts[ngram] / seen[context] if seen[context] else 0.0
        return own + rest(context) * probability(ngram[1:])

    kept = [ngram for ngram, count in counts.items() if len(ngram) < ORDER or count >= _LEAST_COUNT]
    entries = {ngram_key(one): (probability(one), rest(one)) for one in [(), *kept]}
    for context in followers:
        entries.setdefault(ngram_key(context), (0.0, rest(context)))
    keys = sorted(entries)
    np.savez_compressed(
        TARGET,
        keys=np.array(keys, np.uint32),
        probabilities=np.array([entries[key][0] for key in keys], np.float32),
        rests=np.array([entries[key][1] for key in keys], np.float16),
    )
    print(f"{len(texts)} sentences; {TARGET}: {len(keys)} runs, {TARGET.stat().st_size / 1000:.0f} kB")


def written(folder: Path) -> Iterator[str]:
    """Yield clean written statements."""
    texts = [row["text"] for name in ("emailintent", "goemotions") for row in rows(folder, name)]
    texts += [row["summary"] for name in ("ami", "qmsum") for row in rows(folder, name)]
    for text in texts:
        yield from _statements(re.sub(r"\s+(?=[.,])", "", text))


def edited(folder: Path) -> Iterator[str]:
    """Yield clean statements of edited minutes."""
    for one in meetings(folder):
        if one.meeting.startswith(_EDITED) and one.mark == ".":
            yield from _statements(one.text)


def _statements(text: str) -> Iterator[str]:
    for sentence in cleaned_sentences(text):
        if (
            sentence.endswith(".")
            and not sentence.endswith("..")
            and _PLAIN.fullmatch(sentence)
            and _SHORTEST <= len(words_of(sentence)) <= _LONGEST
        ):
            yield sentence


if __name__ == "__main__":
    main(Path(sys.argv[1]))
