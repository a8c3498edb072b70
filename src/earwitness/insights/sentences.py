"""Sentences of a message, and their light clean-up: fillers and false starts go, wording stays."""

import re
from collections.abc import Iterator

_SPLIT = re.compile(
    r"(?<=[.?!])(?<!\bMr\.)(?<!\bMs\.)(?<!\bDr\.)(?<!\bMrs\.)(?<!\be\.g\.)(?<!\bi\.e\.)\s+(?=\S)"
)
_AFTER_ABBREVIATION = re.compile(r"\b(?:[ap]\.m|[A-Z]|etc|vs|no)\.$", re.IGNORECASE)

_FILLER = r"(?:u+[hm]+|e+r+m*|m+h?m+|hm+|a+h+|o+h+|mm-?hmm|uh-?huh|huh)"
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
_SPACED_ENDING = re.compile(r"(?<=\w)\s+(?='(?:s|m|re|ll|ve|d)\b)|(?<=\w)\s+(?=n't\b)")
"""As texts have it that were cut into tokens."""


def split_sentences(text: str) -> list[str]:
    """Split a text after `.`, `?` and `!`, not after `p.m.`, initials and titles."""
    sentences: list[str] = []
    for piece in _SPLIT.split(text.strip()):
        if (
            sentences
            and _AFTER_ABBREVIATION.search(sentences[-1])
            and not re.match(r"(?:I|[A-Z][a-z]+)\b", piece)
        ):
            sentences[-1] += " " + piece
        elif piece:
            sentences.append(piece)
    return sentences


def clean(sentence: str) -> str:
    """Return the sentence without fillers, repeated words and openers such as "so" or "okay,".

    The result starts with a capital and ends with a stop; it is empty where nothing is left.
    """
    text = _SPACED_ENDING.sub("", " ".join(sentence.split()))
    text = _FILLERS.sub("", " " + _SMALL_I.sub("I", text))
    text = _ASIDES.sub("", text)
    text = _STUTTER.sub(_once, text)
    text = re.sub(r"[\s,]+(?=[.?!])|\s+(?=,)", "", text)
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
    """Yield the clean sentences of a message that have any words."""
    for sentence in split_sentences(text.replace("’", "'")):
        if cleaned := clean(sentence):
            yield cleaned


def _once(match: re.Match[str]) -> str:
    said = match.group(1)
    repeatable = all(word in _REPEATABLE or word.isdigit() for word in said.lower().split())
    return match.group(0) if repeatable else said
