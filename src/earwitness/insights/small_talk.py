"""Questions that ask nothing: greetings, checks of the line, tags and politeness."""

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
    (?:can|shall|should) we (?:start|begin|go|get started|move on|go on)
    (?:do )?you know(?: what i mean| what)?
    know what i mean
    (?:you|i) see
    (?:is|isn't) (?:it|that)(?: so| right)?
    did you
    don't you(?: think)?
    aren't they
    right|really|okay|ok|yeah|yes|no|huh|hm+|mm+|eh|what|sorry|see|so|and|or|alright|all right|hello
    pardon(?: me)?
    excuse me
    (?:make|makes|does that make) sense
    who (?:knows|cares)
    why not
    you think
    i guess
    guess what
    """,
    before="^" + _GREETING,
    after=_CLOSING,
)


def is_small_talk(sentence: str) -> bool:
    """Say whether the whole sentence is small talk."""
    return _SMALL_TALK.match(sentence) is not None
