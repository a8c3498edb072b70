"""Topics: the phrases a conversation is about.

Candidates come from YAKE (R. Campos et al., Information Sciences 509, 2020), which needs no
corpus. Speech needs more care than text: fillers, names of speakers and common words go, a single
word must be used like a noun, and phrases that always occur inside a longer one give way to it.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from earwitness.insights.common_words import common_words
from earwitness.insights.sentences import words_of

MOST_TOPICS = 15
_FEWEST = 5
_CANDIDATES = 200
_WEAK = 0.6
"""Factor on what is said once, or not clearly as a noun; such topics only fill a short list."""
_TALKATIVE_FROM = 12
"""Sentences from which on a topic must be mentioned twice."""

_BEFORE_NOUN = frozenset(
    """
    the a an our your their my his her its this that these those some any of for about on with from in
    by no each every first next last new and or
    """.split()
)
_BEFORE_VERB = frozenset(
    """
    to will can could would should i we you they he she it not don't didn't doesn't won't can't please
    let's i'll we'll you'll they'll might may must is are was were be been being really very so too more
    i'm we're you're it's just also already
    """.split()
)


@dataclass(frozen=True, slots=True)
class Ranked:
    """A phrase with its weight."""

    text: str
    score: float
    """0 to 1, high = important."""
    mentions: tuple[int, ...]
    """Indexes of the texts that mention it, ascending."""
    parents: tuple[str, ...]
    """Broader phrases of the same ranking that it contains."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    text: str
    stems: tuple[str, ...]
    score: float
    places: tuple[tuple[int, int], ...]
    """Index of the text and of the word in it."""


def rank_topics(texts: Sequence[str], names: Iterable[str] = ()) -> list[Ranked]:
    """Rank what texts are about, best first.

    Args:
        texts: clean sentences or messages, in order.
        names: of the speakers; they are no topics.
    """
    import yake

    index = _Index([words_of(text) for text in texts], texts)
    unwanted = {word for name in names for word in words_of(name)}
    extractor = yake.KeywordExtractor(lan="en", n=3, dedup_lim=1.0, top=_CANDIDATES)
    sure: dict[tuple[str, ...], _Candidate] = {}
    weak: dict[tuple[str, ...], _Candidate] = {}
    for text, weight in extractor.extract_keywords("\n".join(texts)):
        parts = words_of(text)
        stems = tuple(map(_stem, parts))
        if stems in sure or stems in weak or not _topical(parts, unwanted):
            continue
        places = index.places(stems)
        if not places:
            continue
        repeated = len(places) > 1
        is_sure = index.used_as_noun(stems, places) and (repeated or len(texts) < _TALKATIVE_FROM)
        score = 1 / (1 + 5 * float(weight)) * (1 if repeated else 0.8) * (1 if is_sure else _WEAK)
        candidate = _Candidate(index.surface(stems, places), stems, round(score, 3), places)
        (sure if is_sure else weak)[stems] = candidate
    kept = _without_parts(list(sure.values()))
    kept.sort(key=lambda candidate: -candidate.score)
    kept = kept[: min(MOST_TOPICS, 6 + len(texts) // 10)]
    if len(kept) < _FEWEST:
        spare = [one for one in weak.values() if not any(_overlap(one, other) for other in kept)]
        spare = _without_parts([one for one in spare if len(one.stems) == 1 or len(one.places) > 1])
        kept += sorted(spare, key=lambda candidate: -candidate.score)[: _FEWEST - len(kept)]
        kept.sort(key=lambda candidate: -candidate.score)
    return [
        Ranked(
            text=one.text,
            score=one.score,
            mentions=tuple(sorted({text for text, _ in one.places})),
            parents=tuple(other.text for other in kept if _inside(other.stems, one.stems)),
        )
        for one in kept
    ]


class _Index:
    """Where the words of texts stand."""

    def __init__(self, texts: Sequence[Sequence[str]], written: Sequence[str]) -> None:
        self._texts = texts
        self._written = written
        self._stems = [[_stem(word) for word in text] for text in texts]
        self._places: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for number, stems in enumerate(self._stems):
            for at, stem in enumerate(stems):
                self._places[stem].append((number, at))

    def places(self, stems: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
        """Return where a phrase occurs."""
        return tuple(
            (number, at)
            for number, at in self._places.get(stems[0], ())
            if tuple(self._stems[number][at : at + len(stems)]) == stems
        )

    def used_as_noun(self, stems: tuple[str, ...], places: Sequence[tuple[int, int]]) -> bool:
        """Say whether the neighbours of a phrase are those of a noun rather than a verb or adjective."""
        common = common_words()
        like_noun = like_verb = 0
        for number, at in places:
            text = self._texts[number]
            before = text[at - 1] if at else ""
            after = text[at + len(stems)] if at + len(stems) < len(text) else ""
            whole = not after or after in common
            like_noun += whole and (before in _BEFORE_NOUN or (len(stems) > 1 and before not in _BEFORE_VERB))
            like_verb += before in _BEFORE_VERB
        return like_noun > 0 and like_noun >= like_verb

    def surface(self, stems: tuple[str, ...], places: Sequence[tuple[int, int]]) -> str:
        """Return the most frequent wording, with the capitals it has inside sentences."""
        forms: dict[str, int] = defaultdict(int)
        for number, at in places:
            forms[" ".join(self._texts[number][at : at + len(stems)])] += 1
        best = max(forms, key=lambda form: forms[form])
        inside = re.compile(rf"(?<=[\w,] ){re.escape(best)}(?!\w)", re.IGNORECASE)
        written = Counter(found for number, _ in places for found in inside.findall(self._written[number]))
        return written.most_common(1)[0][0] if written else best


def _topical(words: Sequence[str], unwanted: set[str]) -> bool:
    common = common_words()
    if not words or any(word in unwanted or word.removesuffix("'s") in unwanted for word in words):
        return False
    if not all(len(word) > 1 and word[0].isalpha() for word in words):
        return False
    return not any(word in common or word.endswith("ly") or "'" in word for word in (words[0], words[-1]))


def _without_parts(candidates: list[_Candidate]) -> list[_Candidate]:
    """Drop phrases said (nearly) only inside a longer one."""
    return [
        one
        for one in candidates
        if not any(
            _inside(one.stems, other.stems) and len(one.places) < 1.5 * len(other.places)
            for other in candidates
        )
    ]


def _inside(part: tuple[str, ...], whole: tuple[str, ...]) -> bool:
    return len(part) < len(whole) and any(
        whole[at : at + len(part)] == part for at in range(len(whole) - len(part) + 1)
    )


def _overlap(one: _Candidate, other: _Candidate) -> bool:
    return bool(set(one.stems) & set(other.stems))


def _stem(word: str) -> str:
    """Fold the plural and the possessive."""
    word = word.removesuffix("'s")
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
