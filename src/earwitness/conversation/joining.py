"""Joining what a pause cut in mid-sentence.

A recogniser sees one segment at a time, writes it like a whole sentence, and so puts a full stop before the
pause and a capital after it.
"""

from collections.abc import Sequence
from dataclasses import replace

from earwitness.conversation.clauses import seems_complete
from earwitness.conversation.sentences import ABBREVIATIONS
from earwitness.conversation.utterance import Word

JOINS_WITHIN_S = 2.5
"""A sentence goes on in the next speech if that begins so soon after it broke off."""
_LONGEST_S = 30.0
"""A sentence that gets longer is given out as it is."""

_DETERMINERS = frozenset(
    "a an the my your our their its his her this that these those every each some any no which what".split()
)
"""What follows one of these is lower-case in English unless it is a name, and names seldom follow them."""

_NEVER_NAMES = _DETERMINERS | frozenset(
    "he she it we you they who whom whose where when why how there here then than so and or but nor if "
    "because while although though unless until since before after as at by for from in into of off on "
    "onto out over to under up with about between through during against without within not yes no yeah "
    "okay ok well also just only very really quite too still even already again maybe perhaps both "
    "either neither all most more much many few another other such same be am is are was were been "
    "being have has had having do does did doing done can could shall should would must might ought go "
    "goes going went gone get gets getting got make makes making made take takes taking took put think "
    "thought know knew want wanted need needed see saw look looked come came like uh um er them us me "
    "him now today tomorrow yesterday something anything nothing everything someone anyone everyone one "
    "two three four five six seven eight nine ten first last next".split()
)
"""Words that are no names wherever they stand; months, weekdays and the like are left out."""


def goes_on(words: Sequence[Word], *, is_english: bool) -> bool:
    """Return whether a sentence seems to go on after these words; not in English, only punctuation tells."""
    text = " ".join(word.text for word in words[-3:])
    if words[-1].end_s - words[0].start_s > _LONGEST_S:
        return False
    return not seems_complete(text) if is_english else text.endswith((",", "…", "..."))


def joined(before: Sequence[Word], after: Sequence[Word]) -> tuple[Word, ...]:
    """Return the words of one sentence that a pause cut; neither part is empty."""
    last = replace(before[-1], text=_without_stop(before[-1].text))
    first = replace(after[0], text=_in_mid_sentence(after[0].text, last.text))
    return (*before[:-1], last, first, *after[1:])


def _without_stop(word: str) -> str:
    if word.rstrip(".").casefold() in ABBREVIATIONS:
        return word
    return word.rstrip(".…") or word


def _in_mid_sentence(word: str, before: str) -> str:
    bare = word.strip("\"'“‘(.,;:!?…")
    is_capitalised = bare[:1].isupper() and (bare[1:].islower() or (len(bare) == 1 and bare != "I"))
    if not is_capitalised or bare.startswith(("I'", "I’")):
        return word
    stem = bare.replace("’", "'").split("'")[0].casefold()
    if stem in _NEVER_NAMES or before.casefold() in _DETERMINERS:
        at = word.index(bare)
        return word[:at] + bare[0].lower() + word[at + 1 :]
    return word
