"""The words of a sentence that carry its content, folded so that they can be compared."""

from earwitness.insights.english.inflection import base_form
from earwitness.insights.english.sentences import words_of
from earwitness.insights.short_keys import kept_for_short

_EMPTY = frozenset(
    """
    a an the this that these those it its i me my mine myself you your yours yourself he him his she her hers
    we us our ours they them their theirs who whom which what there here
    am is are was were be been being do does did done doing have has had having will would shall should can
    could may might must need needs let get gets got getting make makes made go goes going gonna gotta
    of to in on at by for from with about into over under as than up out off down through
    and or but so because if then also too just please very really quite maybe perhaps actually anyway again
    not don't doesn't didn't won't i'll we'll you'll they'll i'm we're you're it's that's let's
    all some any each one ones thing things stuff something anything bit lot sure okay ok yeah yes well now
    still already ahead able
    """.split()
)
"""Words that stand in any sentence; verbs of doing, days and numbers are not among them."""


@kept_for_short(2000, longest=300)
def content_of(text: str) -> frozenset[str]:
    """Return the base forms of the words that carry content."""
    words = (word.removesuffix("'s") for word in words_of(text))
    return frozenset(base_form(word) for word in words if word not in _EMPTY)
