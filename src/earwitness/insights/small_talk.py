"""Questions that tell a reader nothing: small talk, and what is of use within the talk alone."""

from earwitness.insights.wording import any_of

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


def is_small_talk(sentence: str) -> bool:
    """Say whether the whole sentence is a greeting, a check of the line or an idiom that asks nothing."""
    return _SMALL_TALK.match(sentence) is not None


def is_of_the_talk(sentence: str) -> bool:
    """Say whether the whole sentence asks about the talk itself: to agree, to go on, to say it again."""
    return _OF_THE_TALK.match(sentence) is not None
