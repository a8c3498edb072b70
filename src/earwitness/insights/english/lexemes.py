"""Words in the form in which they are compared: without case, inflection, hyphens and contractions.

"Top-ups", "top ups" and "topup" are the same to whoever looks for them, and so are "can't" and "cannot",
"$100" and "one hundred dollars", "cancelled" and "cancel". English inflection alone is taken off; words of
other languages are compared without case and accents.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from earwitness.conversation.number_words import BELOW_HUNDRED, TENS
from earwitness.insights.english.inflection import base_form


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A word of a text, or one of the words that a contraction stands for."""

    key: str
    """What is compared."""
    start: int
    """Of the word it comes from, in characters from the start of the text."""
    end: int
    ends_sentence: bool = False
    """Whether the next word belongs to another sentence."""


_WORD = re.compile(
    r"(?P<money>[$€£])?(?P<word>\d+(?:,\d{3})+(?:\.\d+)?|\d+\.\d+|[^\W_]+(?:['’][^\W_]+)*)|[%&]"
)
_ENDS = re.compile(
    r"(?<!\bMr)(?<!\bMs)(?<!\bDr)(?<!\bSt)(?<!\bMrs)(?<![.?!…])[.?!…]+[\"'”’)\]]*\s+(?=[\"'“‘(\[]*[A-Z0-9])"
)
_FILLERS = frozenset("um umm uh uhm erm er hmm hm mm mhm ah".split())
_CURRENCIES = {"$": "dollar", "€": "euro", "£": "pound"}
_ENDINGS = {"n't": "not", "'ll": "will", "'ve": "have", "'re": "be", "'m": "be", "'d": "would"}
_CONTRACTED = re.compile(rf"(.+?)({'|'.join(_ENDINGS)})")
_IS_AFTER = frozenset("it that this what who where how when why there here he she".split())
"""Words whose `'s` is "is"; elsewhere it marks a possessor and goes."""
_WHOLE = {
    "won't": ("will", "not"),
    "can't": ("can", "not"),
    "cannot": ("can", "not"),
    "shan't": ("shall", "not"),
    "let's": ("let", "us"),
    "gonna": ("go", "to"),
    "wanna": ("want", "to"),
    "gotta": ("get", "to"),
    "percent": ("per", "cent"),
    "okay": ("ok",),
}
_BARE = {
    f"{word}nt": f"{word}n't"
    for word in "do does did is are was were has have had could would should ca wo".split()
} | {f"{word}s": f"{word}'s" for word in "that what who where there".split()}
"""Contractions whose apostrophe was left out and that are no other word: `dont`, `whats`."""

_MULTIPLES = {"hundred": 100, "thousand": 1000}


def lexemes(text: str) -> list[Lexeme]:
    """Return the words of a text in order; fillers such as "um" are left out."""
    ends = [match.start() for match in _ENDS.finditer(text)]
    found: list[Lexeme] = []
    for match in _WORD.finditer(text):
        if found and ends and ends[0] < match.start():
            found[-1] = replace(found[-1], ends_sentence=True)
            while ends and ends[0] < match.start():
                ends.pop(0)
        found.extend(Lexeme(key, match.start(), match.end()) for key in _keys(match))
    return _with_numbers(found)


def _keys(match: re.Match[str]) -> Iterator[str]:
    if (word := match["word"]) is None:
        yield from ("per", "cent") if match[0] == "%" else ("and",)
        return
    plain = "".join(
        mark
        for mark in unicodedata.normalize("NFKD", word.replace("’", "'").casefold())
        if not unicodedata.combining(mark)
    )
    # A sound mark alone, such as that of half-width katakana, is no word.
    if not plain or plain in _FILLERS:
        return
    if plain[0].isdecimal():
        number = plain.replace(",", "")
        yield number.rstrip("0").rstrip(".") if "." in number else number
    else:
        yield from _parts(_BARE.get(plain, plain))
    if (money := match["money"]) is not None:
        yield _CURRENCIES[money]


def _parts(word: str) -> Iterator[str]:
    """Yield what a word stands for."""
    if word in BELOW_HUNDRED or word in _MULTIPLES:
        yield word
    elif (whole := _WHOLE.get(word)) is not None:
        yield from map(base_form, whole)
    elif (match := _CONTRACTED.fullmatch(word)) is not None:
        yield base_form(match[1])
        yield base_form(_ENDINGS[match[2]])
    elif word.endswith("'s"):
        owner = word.removesuffix("'s")
        yield base_form(owner)
        if owner in _IS_AFTER:
            yield "be"
    else:
        yield base_form(word.replace("'", ""))


def _with_numbers(found: Sequence[Lexeme]) -> list[Lexeme]:
    """Write number words as digits: "twenty-five" is 25, "three hundred" 300."""
    written: list[Lexeme] = []
    tens = False
    for one in found:
        number = BELOW_HUNDRED.get(one.key)
        last = written[-1] if written and not written[-1].ends_sentence else None
        if number is not None and 0 < number < 10 and tens and last is not None:
            written[-1] = replace(one, key=str(int(last.key) + number), start=last.start)
        elif one.key in _MULTIPLES and last is not None and last.key.isdecimal() and len(last.key) < 4:
            written[-1] = replace(one, key=str(int(last.key) * _MULTIPLES[one.key]), start=last.start)
        else:
            written.append(one if number is None else replace(one, key=str(number)))
        tens = one.key in TENS
    return written
