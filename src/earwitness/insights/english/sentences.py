"""Sentences of a message, and their light clean-up: fillers and false starts go, wording stays."""

import re
from collections.abc import Iterator

from earwitness.conversation.pieces import pieces

_SPLIT = re.compile(
    r"(?<=[.?!])(?<!\bMr\.)(?<!\bMs\.)(?<!\bDr\.)(?<!\bMrs\.)(?<!\be\.g\.)(?<!\bi\.e\.)\s+(?=\S)"
)
_AFTER_ABBREVIATION = re.compile(r"\b(?:[ap]\.m|[A-Z]|etc|vs|no)\.$", re.IGNORECASE)
_LONGEST_ABBREVIATION = 4
LONGEST_SENTENCE = 1_500
"""Characters of a sentence; what is longer is no sentence that anybody said."""

_FILLER = r"(?:u+[hm]+|e+r+m*|m{2,}(?:hm+)?|mhm+|hm+|a+h+|o+h+|mm-?hmm|uh-?huh|huh)"
_FILLERS = re.compile(rf"(?:,\s*)?(?<![\w'-]){_FILLER}(?![\w'-])[,.…]*(?=\s|$)", re.IGNORECASE)
_ASIDES = re.compile(
    r",\s*(?:you know|i mean|like|sort of|kind of|you see|basically|actually)\s*,", re.IGNORECASE
)
_STUTTER = re.compile(r"(?<![\w'])(\w+(?:'\w+)?(?:\s\w+(?:'\w+)?){0,3})(?:[,\s]+\1(?![\w']))+", re.IGNORECASE)
_REPEATABLE = frozenset(
    "had that very no really bye many much so zero oh one two three four five six seven eight nine".split()
)
_OPENERS = re.compile(
    r"^(?:"
    r"(?:okay|ok|yeah|yep|yup|alright|all right|and|but|so(?! far| that| much| many| long| on|$))\b[,.]?\s+"
    r"|(?:well|right|now|then|yes|sure|great|perfect|good|fine|exactly|absolutely|thanks|thank you|hey|hi"
    r"|hello|anyway|actually|basically|you know|i mean|like|look|listen|first of all|cool|excellent|of course"
    r"|no problem|sounds good|got it|oh|also),\s+"
    r")+",
    re.IGNORECASE,
)
_SMALL_I = re.compile(r"(?<![\w'.-])i(?=(?:'(?:m|ll|ve|d))?(?:[\s,]|[.?!]?$))")
_STRAY_MARKS = re.compile(r"(?<![\s,])[\s,]+(?=[.?!])|\s+(?=,)")
_BEGINS = re.compile(r"(?:I|[A-Z][a-z]+)\b")
_SPACED_ENDING = re.compile(r"(?<=\w)\s+(?='(?:s|m|re|ll|ve|d)\b)|(?<=\w)\s+(?=n't\b)")
"""As texts have it that were cut into tokens."""


def split_sentences(text: str) -> list[str]:
    """Split a text after `.`, `?` and `!`, not after `p.m.`, initials and titles."""
    sentences: list[list[str]] = []
    last = ""
    for piece in _SPLIT.split(text.strip()):
        if _AFTER_ABBREVIATION.search(last, max(len(last) - _LONGEST_ABBREVIATION, 0)) and not _BEGINS.match(
            piece
        ):
            sentences[-1].append(piece)
        elif piece:
            sentences.append([piece])
        last = piece
    return [" ".join(parts) for parts in sentences]


def clean(sentence: str) -> str:
    """Return the sentence without fillers, repeated words and openers such as "so" or "okay,".

    The result starts with a capital and ends with a stop; it is empty where nothing is left.
    """
    text = _SPACED_ENDING.sub("", " ".join(sentence.split()))
    text = _FILLERS.sub("", " " + _SMALL_I.sub("I", text))
    text = _ASIDES.sub("", text)
    text = _STUTTER.sub(_once, text)
    text = _STRAY_MARKS.sub("", text)
    text = " ".join(text.split()).lstrip(" ,.-–—…")
    text = _OPENERS.sub("", text)
    if not any(character.isalnum() for character in text):
        return ""
    text = text.rstrip(" ,;:-–—…")
    if text[-1] not in ".?!":
        text += "."
    return capitalise(text)


def hesitates(text: str) -> bool:
    """Say whether a text has fillers ("um", "uh-huh") in it, as only what is spoken has."""
    return _FILLERS.search(text) is not None


def capitalise(text: str) -> str:
    """Return the text with its first letter in upper case."""
    return text[:1].upper() + text[1:]


def words_of(text: str) -> list[str]:
    """Return the lower-cased words of a text; apostrophes and inner hyphens belong to words."""
    return re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", text.lower())


def cleaned_sentences(text: str) -> Iterator[str]:
    """Yield the clean sentences of a message that have any words, what is too long for one in pieces."""
    for sentence in split_sentences(text.replace("’", "'")):
        for piece in pieces(sentence, LONGEST_SENTENCE):
            if cleaned := clean(piece):
                yield cleaned


def _once(match: re.Match[str]) -> str:
    said = match.group(1)
    repeatable = all(word in _REPEATABLE or word.isdigit() for word in said.lower().split())
    return match.group(0) if repeatable else said
