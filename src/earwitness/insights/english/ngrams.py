"""What linear models look at in a sentence: its words, how it begins and ends, and its grammar words."""

import functools
from collections.abc import Iterator

from earwitness.insights.english.sentences import words_of

GRAMMAR_WORDS = frozenset(
    """
    a an the this that these those there here it its i you he she we they me him her us them my your
    his our their someone somebody anyone anybody everyone everybody something anything one what who
    whom whose which where when why how am is are was were be been being do does did done have has
    had can could will would shall should may might must isn't aren't wasn't weren't don't doesn't
    didn't haven't hasn't hadn't can't couldn't won't wouldn't shouldn't i'm you're he's she's it's
    we're they're that's there's what's who's where's how's i'll you'll he'll she'll it'll we'll
    they'll i'd you'd he'd she'd we'd they'd i've you've we've they've let's ain't not no yes and or
    but so if then than because as to of in on at by for from with about into over after before up
    out off down any some all every no none other another more most much many please just also maybe
    perhaps really actually right okay well know think mean want need like guess wonder wondering
    going gonna got get let tell say
    """.split()
)
_LONGEST = 60
"""Words of a sentence that are looked at."""


@functools.lru_cache(maxsize=8)
def features(sentence: str) -> frozenset[str]:
    """Return the features of a sentence; marks, capitals and digits make no difference."""
    words = ["0" if word.isdigit() else word for word in words_of(sentence.replace("’", "'"))[:_LONGEST]]
    found = {
        "",
        f"length {min(len(words), 12)}" if len(words) < 12 else f"length {min(len(words) // 6 * 6, 48)}",
    }
    found.update(_runs("", ["<", *words, ">"], 3))
    shape = [word if word in GRAMMAR_WORDS else _ending(word) for word in words]
    found.update(_runs("~", ["<", *shape, ">"], 4))
    for count in range(1, 6):
        found.add("^" + " ".join(shape[:count]))
    for count in range(1, 4):
        found.add("$" + " ".join(words[-count:]))
    if words:
        found.add(f"^{words[0]} ${words[-1]}")
    return frozenset(found)


def _runs(prefix: str, words: list[str], longest: int) -> Iterator[str]:
    for length in range(1, longest + 1):
        for start in range(len(words) - length + 1):
            yield prefix + " ".join(words[start : start + length])


def _ending(word: str) -> str:
    """Content words keep what tells their kind."""
    for ending in ("ing", "ed", "ly", "s"):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            return "*" + ending
    return "*"
