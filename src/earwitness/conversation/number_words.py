"""English number words and what they are worth: the tables that everything that reads numbers shares."""

from collections.abc import Iterable

DIGITS = {word: at for at, word in enumerate("zero one two three four five six seven eight nine".split())}
TEENS = {
    word: at
    for at, word in enumerate(
        "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(), 10
    )
}
TENS = {
    word: 10 * at
    for at, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
}
BELOW_HUNDRED = DIGITS | TEENS | TENS
"""Words, not numbers: "twenty five" is two of them."""
SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9}
ORDINALS = {
    word: at
    for at, word in enumerate(
        "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth"
        " fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split()
    )
} | {"thirtieth": 30}
"""Those of days of a month that are one word."""


def any_of(words: Iterable[str]) -> str:
    """Return a pattern for one of the words, the longer ones first, as the first that fits is taken."""
    return f"(?:{'|'.join(sorted(words, key=len, reverse=True))})"
