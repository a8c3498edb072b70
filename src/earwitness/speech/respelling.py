"""Writing the words that a client said are likely in the way they are spelled.

An engine that takes no hot words writes a name that it doesn't know as it sounds: "ear witness", "Cuba
Nettie's". Where words of the text sound like one of a given vocabulary and are not ordinary words themselves,
that one takes their place. Ordinary words stay, unless their letters are the same or several of them together
sound just like it: better a name misspelled than a sentence changed.
"""

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from earwitness.conversation.utterance import Word
from earwitness.conversation.word_times import estimate_words
from earwitness.speech.engine import Decoded
from earwitness.speech.ordinary_words import is_ordinary
from earwitness.speech.sounding import difference, sounds_of, weight_of

MOST_ENTRIES = 500
"""Of a vocabulary; more are left out."""
_MOST_EXTRA = 2
"""Words by which what is heard may be longer than what was said."""


@dataclass(frozen=True, slots=True)
class _Likeness:
    """How alike what was heard and what was meant must be."""

    misheard: float
    """Share of the sounds that may be others, at most."""
    written: float
    """Share of the letters that are the same, at least."""
    weight: float
    """Of the sounds, at least: shorter words sound like many others."""

    def holds(self, misheard: float, written: float, weight: float) -> bool:
        """Tell whether two words are so alike."""
        return misheard <= self.misheard and written >= self.written and weight >= self.weight


_MOST_MISHEARD = 0.2
_OF_NAMES = (_Likeness(_MOST_MISHEARD, 0.6, 3.5), _Likeness(_MOST_MISHEARD, 0.8, 2.0))
_OF_ORDINARY = (_Likeness(0.07, 0.75, 4.5),)
_SMALL = frozenset(
    "a an the this that these those to of in on at by for from with and or but so as is are was were be been"
    " am i you he she it we they me him her us them my your his its our their do does did has have had will"
    " would can could not no if than then there here what who how when where why all any very just".split()
)
"""Words that are never part of a misheard name: at its edges, or anywhere where all words are ordinary."""
_EDGES = re.compile(r"^(\W*)(.*?)((?:['’]s)?\W*)$", re.DOTALL)
_STOP = re.compile(r"[.?!…,;:]")


@dataclass(frozen=True, slots=True)
class _Entry:
    text: str
    letters: str
    sounds: str
    weight: float
    words: int
    is_ordinary: bool


@dataclass(frozen=True, slots=True)
class _Place:
    """A vocabulary word and the tokens that it takes the place of."""

    entry: _Entry
    first: int
    count: int
    cost: float


class Respelling:
    """The vocabulary of one stream."""

    def __init__(self, vocabulary: Sequence[str]) -> None:
        """Take words and phrases as they are to be written."""
        given = list(dict.fromkeys(" ".join(text.split()) for text in vocabulary))[:MOST_ENTRIES]
        self._entries = [_entry(text) for text in given if _letters(text)]
        self._by_letters = {entry.letters: entry for entry in self._entries}
        self._longest = max((entry.words for entry in self._entries), default=0) + _MOST_EXTRA
        self._like = functools.lru_cache(8192)(self._nearest)

    def applied(self, decoded: Decoded) -> Decoded:
        """Return the text with the vocabulary's spelling; its words, if it has any, go with its tokens."""
        tokens = decoded.text.split()
        if not self._entries or not tokens:
            return decoded
        words = decoded.words
        texts: list[str] = []
        kept: list[Word] = []
        at = 0
        for place in self._chosen(tokens):
            end = place.first + place.count
            texts += tokens[at : place.first]
            starts = not texts or texts[-1][-1] in ".?!…"
            text = _dressed(place.entry.text, tokens[place.first : end], starts=starts)
            texts.append(text)
            if words is not None:
                kept += [*words[at : place.first], *_spread(text, words[place.first : end])]
            at = end
        texts += tokens[at:]
        if words is None:
            return replace(decoded, text=" ".join(texts))
        return replace(decoded, text=" ".join(texts), words=(*kept, *words[at:]))

    def _chosen(self, tokens: Sequence[str]) -> Iterator[_Place]:
        """Yield places in order, none over another: of those that overlap the one that fits best."""
        places = [place for first in range(len(tokens)) for place in self._places(tokens, first)]
        taken: set[int] = set()
        chosen = []
        for place in sorted(places, key=lambda place: (place.cost, -place.count, place.first)):
            covered = range(place.first, place.first + place.count)
            if taken.isdisjoint(covered):
                taken.update(covered)
                chosen.append(place)
        yield from sorted(chosen, key=lambda place: place.first)

    def _places(self, tokens: Sequence[str], first: int) -> Iterator[_Place]:
        for count in range(1, min(self._longest, len(tokens) - first) + 1):
            window = tokens[first : first + count]
            if count > 1 and _STOP.search(window[-2][-1:]):
                return
            bare = [_bare(token) for token in window]
            if not all(map(_letters, bare)):
                return
            found = self._like(" ".join(bare))
            if found is not None and not _is_so_already(" ".join(bare), found[0].text):
                yield _Place(found[0], first, count, found[1])

    def _nearest(self, heard: str) -> tuple[_Entry, float] | None:
        """Return the entry that these words are meant to be, and how far they are from it."""
        bare = heard.split()
        ordinary = all(is_ordinary(word) for word in bare)
        same = self._by_letters.get(_letters(heard))
        if same is not None:
            return None if ordinary and same.is_ordinary else (same, 0.0)
        small = [word.casefold() in _SMALL for word in bare]
        if small[0] or small[-1] or (ordinary and any(small)):
            return None
        if (ordinary and len(bare) < 2) or not all(map(_is_plain, bare)):
            return None
        sounds, letters = sounds_of(heard), _letters(heard)
        weight = weight_of(sounds)
        near: list[tuple[float, _Entry]] = []
        for entry in self._entries:
            most = _MOST_MISHEARD * min(weight, entry.weight)
            if abs(weight - entry.weight) > most or entry.is_ordinary:
                continue
            cost = difference(sounds, entry.sounds, most)
            if cost <= most and len(bare) <= entry.words + _MOST_EXTRA:
                near.append((cost, entry))
        likenesses = _OF_ORDINARY if ordinary else _OF_NAMES
        for cost, entry in sorted(near, key=lambda pair: pair[0]):
            same_letters = SequenceMatcher(None, letters, entry.letters, autojunk=False).ratio()
            lighter = min(weight, entry.weight)
            if any(like.holds(cost / lighter, same_letters, lighter) for like in likenesses):
                return entry, cost
        return None


def _entry(text: str) -> _Entry:
    words = text.split()
    bare = [_bare(word) for word in words]
    sounds = sounds_of(text)
    return _Entry(text, _letters(text), sounds, weight_of(sounds), len(words), all(map(is_ordinary, bare)))


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def _is_so_already(heard: str, text: str) -> bool:
    """Tell whether nothing is to be written otherwise: who gives a word without capitals cares about none."""
    return heard == text or (text.islower() and heard.casefold() == text)


def _is_plain(word: str) -> bool:
    return word.replace("'", "").replace("’", "").isalpha()


def _bare(token: str) -> str:
    match = _EDGES.match(token)
    return match[2] if match else token


def _dressed(text: str, window: Sequence[str], *, starts: bool) -> str:
    """Return a text with the marks around what it takes the place of, and its capital where it `starts`."""
    before, after = _EDGES.match(window[0]), _EDGES.match(window[-1])
    if starts and window[0][:1].isupper() and text.islower():
        text = text[0].upper() + text[1:]
    return (before[1] if before else "") + text + (after[3] if after else "")


def _spread(text: str, words: Sequence[Word]) -> Iterator[Word]:
    """Yield the words of a text in the time of those that it takes the place of."""
    given = [word.confidence for word in words if word.confidence is not None]
    for word in estimate_words(text, words[0].start_s, words[-1].end_s):
        yield replace(word, confidence=min(given) if given else None)
