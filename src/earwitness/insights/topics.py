"""Topics: the noun phrases a conversation is about, and the broad ones that they belong to.

A phrase weighs more the oftener and the sooner it is said, the rarer its words are in English at large
(tf-idf with all of English as the collection; the lexicon's frequencies stand for that), and the better it
fits the themes of the whole conversation (see `abstract_topics`). The strongest themes are topics
themselves: they are the roots of the hierarchy. Names of speakers are no topics, and of phrases that share
words the better name stays.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from earwitness.insights.abstract_topics import scores_of, themes_of
from earwitness.insights.entities.gazetteer import first_names
from earwitness.insights.lexicon import lexicon
from earwitness.insights.phrases import Phrase, phrases_of
from earwitness.insights.sentences import words_of
from earwitness.insights.topic_tree import is_part, parents

MOST_TOPICS = 15
_LONG_FROM = 60
"""Sentences from which on a topic must be mentioned twice."""
_THEME_LEAST = 0.4
"""Score from which on a theme is a topic."""
_TOP_ZIPF, _RAREST_ZIPF, _UNKNOWN_ZIPF = 9.0, 4.5, 5.0
"""Rarer words count no more than those of 4.5: what nobody knows is as often misheard as important."""
_THEME_WORD, _THEME_FIT = 0.5, 1.0
"""What is added to the weight for being a word of any theme, and for the score of its strongest theme."""
_SOON = 0.5
_LONGER = 0.7
"""Part of the mentions of a phrase from which on a longer one that contains it is the better name."""
_BROADER = 2
"""How many times oftener a phrase must be said than a longer one to be a topic beside it."""
_HALF = 8.0
"""The weight that gives a score of 0.5."""

Stems = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A phrase with its weight."""

    text: str
    score: float
    """0 to 1, high = important."""
    mentions: tuple[int, ...]
    """Indexes of the texts that mention it, ascending."""
    parents: tuple[str, ...]
    """The broader topic of the same ranking that it belongs to; empty for a root."""
    has_article: bool = False
    """Whether it is mostly said with a word like "the" before it."""
    is_theme: bool = False
    """Whether it is the name of a theme, which nobody need have said."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    stems: Stems
    phrases: tuple[Phrase, ...]
    mentions: tuple[int, ...]
    weight: float

    @property
    def count(self) -> int:
        return len(self.phrases)

    @property
    def score(self) -> float:
        return round(self.weight / (self.weight + _HALF), 3)


def rank_topics(texts: Sequence[str], names: Iterable[str] = ()) -> list[Ranked]:
    """Rank what texts are about, best first.

    Args:
        texts: clean sentences, in order.
        names: of the speakers; they are no topics.
    """
    return rank_phrases([phrases_of(text) for text in texts], names)


def rank_phrases(said: Sequence[Sequence[Phrase]], names: Iterable[str] = ()) -> list[Ranked]:
    """Rank the phrases of clean sentences, see `rank_topics`; cheap when phrases are kept from before."""
    themes = scores_of(Counter(" ".join(phrase.stems) for sentence in said for phrase in sentence))
    candidates = _candidates(said, {word for name in names for word in words_of(name)}, themes)
    chosen = _best(candidates, min(MOST_TOPICS, 6 + len(said) // 10))
    roots = _theme_topics(chosen, themes, len(said))
    above = parents([one.stems for one in chosen], [one.mentions for one in chosen])
    texts = [_wording(one) for one in chosen]
    topics = [
        Ranked(
            text=text,
            score=one.score,
            mentions=one.mentions,
            parents=_theme_above(one, roots) if parent is None else (texts[parent],),
            has_article=2 * sum(phrase.has_article for phrase in one.phrases) > one.count,
        )
        for one, text, parent in zip(chosen, texts, above, strict=True)
    ]
    return sorted([*roots, *topics], key=lambda topic: -topic.score)[:MOST_TOPICS]


def _candidates(
    said: Sequence[Sequence[Phrase]], unwanted: set[str], themes: Mapping[str, float]
) -> list[_Candidate]:
    phrases: dict[Stems, list[Phrase]] = defaultdict(list)
    mentions: dict[Stems, list[int]] = defaultdict(list)
    for number, sentence in enumerate(said):
        for phrase in sentence:
            phrases[phrase.stems].append(phrase)
            if mentions[phrase.stems][-1:] != [number]:
                mentions[phrase.stems].append(number)
    fewest = 2 if len(said) >= _LONG_FROM else 1
    return [
        _Candidate(
            stems,
            tuple(found),
            tuple(mentions[stems]),
            _weight(stems, len(found), themes) * (1 + _SOON * (1 - mentions[stems][0] / len(said))),
        )
        for stems, found in phrases.items()
        if len(found) >= fewest
        and not unwanted.intersection(stems)
        and not _is_first_name(stems, found)
        and sum(phrase.evidence for phrase in found) >= 0
    ]


def _is_first_name(stems: Stems, found: Sequence[Phrase]) -> bool:
    """Say whether somebody is addressed or spoken of; where nothing has capitals, nobody can tell."""
    if len(stems) > 1 or stems[0] not in first_names():
        return False
    return 2 * sum(phrase.text[0].isupper() for phrase in found) > len(found)


def _weight(stems: Stems, count: int, themes: Mapping[str, float]) -> float:
    rarity = sum(map(_rarity, stems)) / len(stems)
    return rarity * math.log2(1 + count) * (1 + _fit(stems, themes))


def _rarity(stem: str) -> float:
    known = lexicon().get(stem)
    return _TOP_ZIPF - (_UNKNOWN_ZIPF if known is None else max(known.zipf, _RAREST_ZIPF))


def _fit(stems: Stems, themes: Mapping[str, float]) -> float:
    """Return how well a phrase fits the conversation's themes."""
    shown = _themes_shown(stems)
    return max((_THEME_WORD + _THEME_FIT * themes.get(theme, 0.0) for theme in shown), default=0.0)


def _themes_shown(stems: Stems) -> list[str]:
    parts = [stems[start:end] for start in range(len(stems)) for end in range(start + 1, len(stems) + 1)]
    return [theme for part in parts for theme in themes_of(" ".join(part))]


def _best(candidates: Sequence[_Candidate], most: int) -> list[_Candidate]:
    """Choose the weightiest candidates; of those that share words, only what stands beside each other."""
    ranked = sorted(candidates, key=lambda one: (-one.weight, one.mentions, one.stems))
    chosen: list[_Candidate] = []
    for one in ranked:
        longer = [
            other
            for other in ranked
            if is_part(one.stems, other.stems) and other.count >= max(_LONGER * one.count, 1)
        ]
        best = longer[0] if longer else one
        if best not in chosen and all(_beside(best, other) for other in chosen):
            chosen.append(best)
            if len(chosen) == most:
                break
    return sorted(chosen, key=lambda one: -one.weight)


def _beside(one: _Candidate, other: _Candidate) -> bool:
    """Say whether two candidates can both be topics: they share no words, or one is clearly broader."""
    if not set(one.stems) & set(other.stems):
        return True
    rarer, oftener = sorted((one, other), key=lambda candidate: candidate.count)
    return rarer.count > 1 and oftener.count >= _BROADER * rarer.count and is_part(oftener.stems, rarer.stems)


def _theme_topics(chosen: Sequence[_Candidate], themes: Mapping[str, float], texts: int) -> list[Ranked]:
    """Return the strongest themes that hold two topics or more, as the roots of what belongs to them."""
    roots = []
    for theme, score in list(themes.items())[: 2 if texts >= _LONG_FROM else 1]:
        below = [one for one in chosen if theme in _themes_shown(one.stems)]
        if score >= _THEME_LEAST and len(below) > 1:
            mentions = tuple(sorted({mention for one in below for mention in one.mentions}))
            score = max(score, *(one.score for one in below))
            roots.append(Ranked(theme[0].lower() + theme[1:], score, mentions, (), is_theme=True))
    return roots


def _theme_above(candidate: _Candidate, roots: Sequence[Ranked]) -> tuple[str, ...]:
    shown = {theme.lower() for theme in _themes_shown(candidate.stems)}
    return next(((root.text,) for root in roots if root.text.lower() in shown), ())


def _wording(candidate: _Candidate) -> str:
    """Return the most frequent wording, the first of those that are equally frequent."""
    return Counter(phrase.text for phrase in candidate.phrases).most_common(1)[0][0]
