"""Putting a decoder's raw text right: white space, and loops in which a decoder repeats itself."""

import re

_REPEATED_MARK = re.compile(r"([,;:])[,;:]+")
_LONGEST_PHRASE_WORDS = 8
_MOST_REPEATS_OF_A_WORD = 4
_MOST_REPEATS_OF_A_PHRASE = 2


def clean(text: str) -> str:
    """Return the text in single spaces, with loops cut to one turn and text without any letter or digit gone.

    A loop is a word said more than four times in a row, or a phrase of up to eight words said more than
    twice: small decoders fall into them on noise and at cut words, people hardly ever.
    """
    words = _REPEATED_MARK.sub(r"\1", text).split()
    if not any(character.isalnum() for character in text):
        return ""
    for size in range(1, _LONGEST_PHRASE_WORDS + 1):
        most = _MOST_REPEATS_OF_A_WORD if size == 1 else _MOST_REPEATS_OF_A_PHRASE
        words = _without_loops(words, size, most)
    return " ".join(words)


def _without_loops(words: list[str], size: int, most: int) -> list[str]:
    keys = [word.strip(".,;:!?…-").casefold() for word in words]
    kept: list[str] = []
    at = 0
    while at < len(words):
        phrase = keys[at : at + size]
        after = at + size
        while len(phrase) == size and keys[after : after + size] == phrase:
            after += size
        turns = (after - at) // size
        if turns > most:
            kept.extend(words[at : at + size])
            at = after
        else:
            kept.append(words[at])
            at += 1
    return kept
