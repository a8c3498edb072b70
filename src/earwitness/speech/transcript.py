"""Putting a decoder's raw text right: white space, loops in which it repeats itself, names of sounds."""

import math
import re
import zlib
from collections.abc import Sequence

_REPEATED_MARK = re.compile(r"([,;:])[,;:]+")
_LONGEST_PHRASE_WORDS = 8
_MOST_REPEATS_OF_A_WORD = 4
_MOST_REPEATS_OF_A_PHRASE = 2

_MOST_WORDS_PER_S = 6.5
_WORDS_BESIDES = 3
"""No more words than 6.5 a second and three are said; hurried people say five or six a second at most."""

_MOST_COMPRESSION = 2.4
_LEAST_LOOP_CHARACTERS = 80
"""What zlib makes 2.4 times smaller repeats itself: the compression ratio of Radford and others, "Robust
Speech Recognition via Large-Scale Weak Supervision", 2022 (Whisper). Short texts don't compress."""

_LONGEST_SOUND_WORDS = 4


def clean(text: str) -> str:
    """Return the text in single spaces, with loops cut to one turn; empty without any letter or digit."""
    words = _REPEATED_MARK.sub(r"\1", text).split()
    if not any(character.isalnum() for character in text):
        return ""
    return " ".join(words[index] for index in without_loops(words))


def without_loops(words: Sequence[str], audio_s: float = math.inf) -> list[int]:
    """Return which words to keep of what a decoder wrote for so much audio.

    A loop is a word said more than four times in a row, or a phrase of up to eight words said more than
    twice: small decoders fall into them on noise and at cut words, people hardly ever. It is cut to one turn.
    Of a text that repeats itself in longer or changing phrases the part up to the first repetition is kept,
    and of more words than anybody can say in that time, as many as can be said.
    """
    kept = list(range(len(words)))
    keys = [word.strip(".,;:!?…-").casefold() for word in words]
    for size in range(1, _LONGEST_PHRASE_WORDS + 1):
        most = _MOST_REPEATS_OF_A_WORD if size == 1 else _MOST_REPEATS_OF_A_PHRASE
        kept = _without_repeats(kept, keys, size, most)
    if _repeats_itself([words[index] for index in kept]):
        kept = kept[: _news([keys[index] for index in kept])]
    if audio_s < math.inf:
        kept = kept[: int(audio_s * _MOST_WORDS_PER_S) + _WORDS_BESIDES]
    return kept


def without_sounds(words: Sequence[str]) -> list[int]:
    """Return which words to keep where an engine also writes what it hears besides speech.

    "[Music]", "(laughs)", "*coughs*" and "♪" are names of sounds; longer asides are kept.
    """
    kept = []
    at = 0
    while at < len(words):
        after = _end_of_sound(words, at)
        if after == at and words[at].strip("♪♫*.,") != "":
            kept.append(at)
        at = max(after, at + 1)
    return kept


def _end_of_sound(words: Sequence[str], at: int) -> int:
    for opening, closing in (("[", "]"), ("(", ")"), ("*", "*"), ("♪", "♪")):
        if words[at].startswith(opening) and len(words[at]) > 1:
            for end in range(at, min(at + _LONGEST_SOUND_WORDS, len(words))):
                if words[end].rstrip(".,!?").endswith(closing):
                    return end + 1
    return at


def _without_repeats(kept: list[int], keys: Sequence[str], size: int, most: int) -> list[int]:
    said = [keys[index] for index in kept]
    left: list[int] = []
    at = 0
    while at < len(said):
        phrase = said[at : at + size]
        after = at + size
        while len(phrase) == size and said[after : after + size] == phrase:
            after += size
        if (after - at) // size > most:
            left.extend(kept[at : at + size])
            at = after
        else:
            left.append(kept[at])
            at += 1
    return left


def _repeats_itself(words: Sequence[str]) -> bool:
    text = " ".join(words).encode()
    return len(text) >= _LEAST_LOOP_CHARACTERS and len(text) > _MOST_COMPRESSION * len(zlib.compress(text))


def _news(keys: Sequence[str]) -> int:
    """Return how many words go by before the first pair of words comes again for good.

    The last pair that is new ends what is worth keeping.
    """
    seen: set[tuple[str, str]] = set()
    last = 0
    for at in range(1, len(keys)):
        pair = keys[at - 1], keys[at]
        if pair not in seen:
            seen.add(pair)
            last = at
    return last + 1
