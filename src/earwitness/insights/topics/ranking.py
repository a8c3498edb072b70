"""Topics: the noun phrases a conversation is about, and the subject that they belong to.

A phrase weighs more the oftener and the sooner it is said, the rarer its words are in English at large
(tf-idf with all of English as the collection; the lexicon's frequencies stand for that), the better it
fits the themes of the whole conversation (see `abstract_topics`), and the nearer its vector is to that of
all that is said. Where it is clear what the whole conversation is about (see `subjects`), that is the first
topic, and the root of those that show it. Names of speakers are no topics, and of phrases that share words
the better name stays.
"""

import functools
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from earwitness.insights.english.gazetteer import given_names, surnames
from earwitness.insights.english.lexicon import lexicon
from earwitness.insights.english.marks import without_marks
from earwitness.insights.english.sentence_vectors import Vectors, sentence_vectors
from earwitness.insights.english.sentences import words_of
from earwitness.insights.topics.abstract_topics import scores_of
from earwitness.insights.topics.inventory import inventory, term_of
from earwitness.insights.topics.phrases import Phrase, phrases_of, stem
from earwitness.insights.topics.subjects import Subject, find_subject, subjects
from earwitness.insights.topics.tree import is_part, parents

MOST_TOPICS = 15
_LONG_FROM = 60
"""Sentences from which on a topic must be mentioned twice."""
_TOP_ZIPF, _RAREST_ZIPF, _UNKNOWN_ZIPF = 9.0, 4.5, 5.0
"""Rarer words count no more than those of 4.5: what nobody knows is as often misheard as important."""
_NEAR, _FARTHEST = 1.5, 0.1
"""What nearness to all that is said is multiplied with, and what at least is left of the weight."""
_SOON = 1.0
_CACHED_PHRASES = 20_000
_LONGER = 0.7
"""Part of the mentions of a phrase from which on a longer one that contains it is the better name."""
_BROADER = 2
"""How many times oftener a phrase must be said than a longer one to be a topic beside it."""
_HALF = 12.0
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
    """Whether it is the name of the subject, and nobody said it."""


@dataclass(frozen=True, slots=True, eq=False)
class Noted:
    """What topics are told by in a clean sentence; see `note`."""

    phrases: tuple[Phrase, ...]
    terms: tuple[str, ...]
    """Those that show subjects."""
    vector: Vectors
    """Of what it means, longer for a longer sentence."""


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
    return rank_noted([note(text) for text in texts], names)


def note(sentence: str) -> Noted:
    """Return what topics are told by in a clean sentence."""
    sentence = without_marks(sentence, ";")  # which ends a phrase
    return Noted(
        phrases_of(sentence), subjects().terms_in(sentence), sentence_vectors().sums_of([sentence])[0]
    )


def rank_noted(said: Sequence[Noted], names: Iterable[str] = ()) -> list[Ranked]:
    """Rank what clean sentences are about, see `rank_topics`; cheap when what was noted is kept."""
    if not said:
        return []
    about = _direction(said)
    subject = find_subject([one.terms for one in said], about)
    candidates = _candidates(said, {word for name in names for word in words_of(name)}, about)
    name = tuple(map(stem, subject.text.split())) if subject else ()
    named = [one for one in candidates if one.stems == name]
    chosen = _best([one for one in candidates if one not in named], min(MOST_TOPICS, 6 + len(said) // 10))
    above = parents([one.stems for one in chosen], [one.mentions for one in chosen])
    texts = [_wording(one) for one in chosen]
    topics = [
        Ranked(
            text=text,
            score=one.score,
            mentions=one.mentions,
            parents=_subject_above(text, subject) if parent is None else (texts[parent],),
            has_article=2 * sum(phrase.has_article for phrase in one.phrases) > one.count,
        )
        for one, text, parent in zip(chosen, texts, above, strict=True)
    ]
    if subject is not None:
        topics.insert(0, _root(subject, named, topics))
    return topics[:MOST_TOPICS]


def _direction(said: Sequence[Noted]) -> Vectors:
    """Return what all of the sentences mean, less what talk in general does."""
    vectors = sentence_vectors()
    whole: Vectors = np.sum([one.vector for one in said], axis=0)
    length = np.float32(np.linalg.norm(whole))
    return whole / length - vectors.general if length else whole


def _candidates(said: Sequence[Noted], unwanted: set[str], about: Vectors) -> list[_Candidate]:
    phrases: dict[Stems, list[Phrase]] = defaultdict(list)
    mentions: dict[Stems, list[int]] = defaultdict(list)
    for number, one in enumerate(said):
        for phrase in one.phrases:
            phrases[phrase.stems].append(phrase)
            if mentions[phrase.stems][-1:] != [number]:
                mentions[phrase.stems].append(number)
    counts: Counter[str] = Counter()
    for stems, found in phrases.items():
        counts[_key(stems)] += len(found)
    themes = scores_of(counts)
    unwanted |= _people(phrases)
    fewest = 2 if len(said) >= _LONG_FROM else 1
    return [
        _Candidate(
            stems,
            tuple(found),
            tuple(mentions[stems]),
            _weight(stems, len(found), themes, about) * (1 + _SOON * (1 - mentions[stems][0] / len(said))),
        )
        for stems, found in phrases.items()
        if len(found) >= fewest
        and not unwanted.intersection(stems)
        and sum(phrase.evidence for phrase in found) >= 0
    ]


def _people(phrases: Mapping[Stems, Sequence[Phrase]]) -> set[str]:
    """Return the stems of names of people that are said; where nothing has capitals, nobody can tell."""
    return {
        part
        for stems, found in phrases.items()
        if 2 * sum(_is_person(phrase.text) for phrase in found) > len(found)
        for part in stems
    }


@functools.lru_cache(_CACHED_PHRASES)
def _is_person(text: str) -> bool:
    """Say whether a phrase is a first name, or one with a surname."""
    first, *others = text.split()
    if first.lower() not in given_names() or not all(word[0].isupper() for word in text.split()):
        return False
    last = others[-1].lower() if others else ""
    return not others or last in surnames() or last not in lexicon()


def _weight(stems: Stems, count: int, themes: Mapping[int, float], about: Vectors) -> float:
    fit = max((themes.get(theme, 0.0) for theme in _themes_shown(stems)), default=0.0)
    nearness = max(1 + _NEAR * float(_vector(stems) @ about), _FARTHEST)
    return _rarity(stems) * math.log2(1 + count) * (1 + fit) * nearness


@functools.lru_cache(_CACHED_PHRASES)
def _key(stems: Stems) -> str:
    """Return the term that a phrase may be."""
    return term_of(" ".join(stems))


@functools.lru_cache(_CACHED_PHRASES)
def _vector(stems: Stems) -> Vectors:
    vector: Vectors = sentence_vectors().of([" ".join(stems)])[0]
    return vector


@functools.lru_cache(_CACHED_PHRASES)
def _rarity(stems: Stems) -> float:
    known = [lexicon().get(word) for word in stems]
    zipfs = [_UNKNOWN_ZIPF if word is None else max(word.zipf, _RAREST_ZIPF) for word in known]
    return _TOP_ZIPF - sum(zipfs) / len(zipfs)


@functools.lru_cache(_CACHED_PHRASES)
def _themes_shown(stems: Stems) -> tuple[int, ...]:
    places = inventory("themes").places
    return tuple(theme for part in _runs(stems) for theme in places.get(_key(part), ()))


@functools.lru_cache(_CACHED_PHRASES)
def _parts(stems: Stems) -> frozenset[Stems]:
    """Return what is in a phrase besides itself."""
    return frozenset(_runs(stems)) - {stems}


def _runs(words: Stems) -> list[Stems]:
    """Return the words that stand next to each other, one and more."""
    return [words[start:end] for start in range(len(words)) for end in range(start + 1, len(words) + 1)]


def _best(candidates: Sequence[_Candidate], most: int) -> list[_Candidate]:
    """Choose the weightiest candidates; of those that share words, only what stands beside each other."""
    ranked = sorted(candidates, key=lambda one: (-one.weight, one.mentions, one.stems))
    longer: dict[Stems, list[_Candidate]] = defaultdict(list)
    for one in ranked:
        for part in _parts(one.stems):
            longer[part].append(one)
    chosen: list[_Candidate] = []
    for one in ranked:
        names = (other for other in longer.get(one.stems, ()) if other.count >= _LONGER * one.count)
        best = next(names, one)
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


def _root(subject: Subject, named: Sequence[_Candidate], below: Sequence[Ranked]) -> Ranked:
    """Return the subject as the first topic.

    Args:
        subject: of the conversation.
        named: phrases that are its name.
        below: all other topics.
    """
    mentions = {*subject.mentions, *(mention for one in named for mention in one.mentions)}
    score = max(subject.score, *(topic.score for topic in below[:1]), 0.0)
    return Ranked(subject.text, score, tuple(sorted(mentions)), (), is_theme=not named)


def _subject_above(text: str, subject: Subject | None) -> tuple[str, ...]:
    """Return the subject's name where a phrase shows it."""
    if subject is None:
        return ()
    shown = (" ".join(part) for part in _runs(tuple(term_of(text).split())))
    return (subject.text,) if any(term in subject.terms for term in shown) else ()


def _wording(candidate: _Candidate) -> str:
    """Return the most frequent wording, the first of those that are equally frequent."""
    return Counter(phrase.text for phrase in candidate.phrases).most_common(1)[0][0]
