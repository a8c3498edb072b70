"""How many words were heard wrongly."""

import re
import unicodedata

_NOT_SPOKEN = re.compile(r"[^\w\s']|_")


def words(text: str) -> list[str]:
    """Return the words as they are compared: without case and punctuation; numbers stay as they are."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return _NOT_SPOKEN.sub(" ", plain).split()


def word_errors(said: str, heard: str) -> tuple[int, int]:
    """Return the errors (words put in, left out or changed, the fewest that explain it) and the words said.

    Levenshtein's distance over words, as in every published word error rate.
    """
    reference, other = words(said), words(heard)
    row = list(range(len(other) + 1))
    for index, word in enumerate(reference, 1):
        before, row[0] = row[0], index
        for at, against in enumerate(other, 1):
            before, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, before + (word != against))
    return row[-1], len(reference)
