"""Questions that tell a reader nothing: small talk, and what is of use within the talk alone."""

from earwitness.insights.acts.question_form import begins_with_question_word, is_formed_as_question
from earwitness.insights.english.content import content_of
from earwitness.insights.english.inflection import base_form
from earwitness.insights.english.sentences import words_of
from earwitness.insights.english.wording import any_of

_GREETING = (
    r"(?:(?:hi|hey|hello|so|and|well|okay|ok|yeah|oh|no|yes|sorry|but|good \w+ing)\b[,.!]?\s*)*(?:\w+,\s)?"
)
_CLOSING = r"(?:,? (?:today|then|there|guys|everyone|everybody|please|though|\w+(?=\?)))?[\s.?!,]*$"
_SMALL_TALK = any_of(
    r"""
    how (?:are|'re) (?:you|things|we|y'all)(?: all| both| two| guys)?(?: doing| going)?
    how(?:'s| is| has| have) (?:it|everything|life|things|your \w+)(?: been)?(?: going)?
    how(?:'s| is| was| were) (?:your|the) (?:day|week|weekend|morning|holiday|vacation|trip|family|kids)
    how (?:do|have) you (?:do|been)(?: doing)?
    what'?s (?:up|new|happening)
    what is up
    (?:can|could|do) (?:you|everyone|everybody|anyone)(?: all| guys)? (?:hear|see) me(?: okay| now| well)?
    (?:can|could) (?:you|everyone|everybody)(?: all)? see (?:my|the) screen
    are you (?:still )?(?:there|with me|okay|ready)
    is (?:everyone|everybody|anybody|anyone) (?:here|there|ready)
    am i (?:audible|on mute|muted|still muted)
    are we (?:ready|all here|good)
    (?:who|god|heaven|heavens) knows
    who cares
    guess what
    hello
    """,
    before="^" + _GREETING,
    after=_CLOSING,
)
_OF_THE_TALK = any_of(
    r"""
    (?:can|shall|should) we (?:start|begin|go|get started|move on|go on)
    (?:do )?you know(?: what i mean| what)?
    (?:you )?(?:know|see) what i mean
    (?:you|i) see
    (?:is|isn't) (?:it|that)(?: so| right)?
    did you
    don't you(?: think)?
    aren't they
    right|really|okay|ok|yeah|yes|no|huh|hm+|mm+|eh|what|sorry|see|so|and|or|alright|all right
    pardon(?: me)?
    excuse me
    (?:make|makes|does that make) sense
    why not
    you think
    i guess
    """,
    before="^" + _GREETING,
    after=_CLOSING,
)
_UNFINISHED = frozenset("a an the my your our their his its of to or and but".split())
_CUT_OFF_AFTER = _UNFINISHED | frozenset(
    """
    in on at for with from by about is are was were am be do does did have has had can could will would
    should it that which who what how when where if so as like because than i we they you
    """.split()
)
"""What is cut off after one of these lacks too much to be understood."""
_NO_CONTENT = frozenset(map(base_form, "how when where why much many think know mean say said".split()))
_FRAGMENT = 3
"""Words of a statement that are too few."""


def is_small_talk(sentence: str) -> bool:
    """Say whether the whole sentence is a greeting, a check of the line or an idiom that asks nothing."""
    return _SMALL_TALK.match(sentence) is not None


def tells_nothing(sentence: str, is_cut_off: bool) -> bool:
    """Say whether a question is of use within the talk alone.

    That is what asks about the talk itself: to agree, to go on, to say it again; what was not said to its
    end; and what does not say what it is about ("Where is it?", "The case?").
    """
    words = words_of(sentence)
    return (
        len(words) == 1
        or words[-1] in (_CUT_OFF_AFTER if is_cut_off else _UNFINISHED if len(words) < 6 else ())
        or _OF_THE_TALK.match(sentence) is not None
        or not content_of(sentence) - _NO_CONTENT
        or (len(words) <= _FRAGMENT and not _is_formed(sentence))
    )


def _is_formed(sentence: str) -> bool:
    return is_formed_as_question(sentence) or begins_with_question_word(sentence)
