"""Indirect speech: "I finished the draft." said by Anna → "Anna said they finished the draft."."""

import re
from collections.abc import Set as AbstractSet

from earwitness.insights.sentences import capitalise

_OPINION = re.compile(
    r"^I (?P<verb>think|believe|guess|hope|expect|suggest|agree|feel|assume|suppose|propose)(?: that)? (?=\w)"
)
_SAYING = re.compile(
    r"^I (?:will|would|have to|must|can) say (?:that )?(?=\w)|^I'(?:d|ll) say (?:that )?(?=\w)"
)
_REPLY = re.compile(
    r"^(?:not yet|no|yes|sure|right|true|well),\s*(?:(?:so|but|and)\s+)?(?=\w)", re.IGNORECASE
)
"""The answer to a question that the summary does not repeat."""
_FIRST_PERSON = (
    (re.compile(r"\bI'm\b|\bI am\b"), "they are"),
    (re.compile(r"\bI was\b"), "they were"),
    (re.compile(r"\bI'(?=(?:ll|ve|d)\b)"), "they'"),
    (re.compile(r"\bI\b"), "they"),
    (re.compile(r"\bme\b", re.IGNORECASE), "them"),
    (re.compile(r"\bmy\b", re.IGNORECASE), "their"),
    (re.compile(r"\bmine\b", re.IGNORECASE), "theirs"),
    (re.compile(r"\bmyself\b", re.IGNORECASE), "themselves"),
)


def report(sentence: str, speaker: str | None, lowered: AbstractSet[str], again: bool = False) -> str:
    """Tell who said a clean sentence; without a speaker it stays as it is.

    Args:
        sentence: a statement, as said.
        speaker: the speaker's name.
        lowered: words known to be written in lower case inside a sentence; others keep a capital.
        again: the speaker was also the last one quoted.
    """
    if speaker is None:
        return sentence
    said = "added that" if again else "said"
    sentence = _REPLY.sub("", sentence)
    if match := _OPINION.match(sentence):
        said = match["verb"] + "s"
        sentence = sentence[match.end() :]
    sentence = _SAYING.sub("", sentence)
    first = sentence.split()[0]
    if first.strip(",.;:").lower() in lowered and not re.match(r"I\b", first):
        sentence = first[0].lower() + sentence[1:]
    for pattern, third in _FIRST_PERSON:
        sentence = pattern.sub(third, sentence)
    return capitalise(f"{speaker} {said} {sentence}")
