"""Follow-ups: action items whose wording is about meeting, talking or answering again."""

from earwitness.insights.english.wording import any_of

_FOLLOWING_UP = any_of(
    r"""
    follow(?:ing)?[- ]up
    sync\b
    catch up
    touch base
    circle back
    loop back
    regroup
    reconvene
    (?:get|come|report) back to (?:you|me|us|them|him|her|everyone|(?-i:[A-Z]\w+))\b
    check (?:back|in)\b
    reach out
    (?:back|keep|be|get) in touch
    (?:meet|talk|speak|chat|connect|discuss)\b.{0,40}?\b(?:again|later|tomorrow)
    (?:meet|talk|speak|chat|connect|discuss)\b.{0,40}?\b(?:next|in an?|in \w+) (?:week|month|days)
    (?:meet|talk|speak|chat|connect|discuss)\b.{0,40}?\bnext (?:meeting|call|time|session)
    (?:meet|talk|speak|chat|connect|discuss)\b.{0,40}?\bon (?:mon|tues|wednes|thurs|fri)day
    (?:schedule|book|arrange|organi[sz]e|plan|set up|have|put) (?:\w+ ){0,3}?(?:call|meeting|session)\b
    (?:schedule|book|arrange|organi[sz]e|plan|set up|have|put) (?:\w+ ){0,3}?(?:check-in|chat|catch-up)\b
    remind (?:you|me|us|them|him|her|(?-i:[A-Z]\w+))\b
    """,
    before=r"\b",
)


def is_follow_up(phrase: str) -> bool:
    """Say whether an action's verb phrase is about following up."""
    return _FOLLOWING_UP.search(phrase) is not None
