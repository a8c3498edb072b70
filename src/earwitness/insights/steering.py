"""What makes somebody do something within the talk: wait, go ahead, let me show you.

Such sentences are commitments and directives all the same, so they get a score; but nobody has anything to
do after the talk, so it lies below what is shown by default.
"""

from earwitness.insights.wording import any_of

STEERING_SCORE = 0.45
_STEERING = any_of(
    r"""
    (?:wait|hang on|hold on|go ahead|never mind|leave it|stop|continue)\b
    let me (?!see\b|say\b|just say\b|know\b|guess\b)
    let's (?!see\b|say\b|assume\b|suppose\b|just say\b|imagine\b|face\b)
    i(?:'ll| will) (?!be\b|say\b|have\b|never\b|bet\b|admit\b|not\b|always\b)
    i(?:'m| am) (?:going to|gonna) (?!be\b|have\b|say\b)
    (?:send|give|tell|show|say|take|put|read|close|talk|cut|name|discuss) (?!(?:i|we|you|it's|that's|is)\b)
    """,
    before=r"^(?:(?:no|just|then|well|okay|so|and|but),? )?",
)


def steers(sentence: str) -> bool:
    """Say whether a clean sentence moves the talk itself along."""
    return _STEERING.match(sentence) is not None
