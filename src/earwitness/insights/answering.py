"""Who answered, a person or a machine, from the first seconds of what is said.

People say something short and wait. Machines speak for long, say that nobody is there and ask for a message,
and beep. A verdict of a person is taken back once where a machine gives itself away later: many greetings
begin with "Hello" and a pause.
"""

import re
from dataclasses import dataclass
from typing import Literal

from earwitness.conversation.sound import Sound
from earwitness.conversation.utterance import Utterance

Answered = Literal["answered_by_human", "answered_by_machine"]

_MACHINE = re.compile(
    r"\b("
    r"leave (me |us )?(a|your|the) (\w+ )?(message|name)|leave your \w+ and \w+"
    r"|(after|at|until) the (tone|beep|signal)|you('ve| have) reached|record your (message|name)"
    r"|voice ?mail( ?box)?|mailbox|answering (machine|service)"
    r"|(is|am|are|'m|'re) (not available|unavailable)"
    r"|(can't|cannot|can not|unable to|not able to) (take|answer|come to|get to) (your|the) (call|phone)"
    r"|(i'll|i will|we'll|we will) (call|get back to|return|ring) (you|your)"
    r"|the (number|person|party|customer|subscriber) you (have |are |were )?(called|calling|dialed|dialled"
    r"|trying)"
    r"|your call has been (forwarded|transferred)|please (hang up|try again later)"
    r"|(press|dial) (one|two|three|zero|pound|star|[0-9#*])(?!\w)"
    r"|(circuits|lines) are (all )?busy|office hours|currently closed"
    r")",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"^\W*(hello|hi|hey|yes|yeah|yep|speaking|good (morning|afternoon|evening))\b"
    r"|\b(who('s| is) (this|calling|there)|can i help|may i help|how can i help|what can i do for you)\b",
    re.IGNORECASE,
)

_LONG_GREETING_S = 7.0
_SHORT_ANSWER_S = 2.5
_ANSWER_S = 4.5
_BEEP_AFTER_S = 1.0
"""Of speech; before that a beep may be a conference's or a handset's."""
_WITHIN_S = 45.0
"""After the first speech; later nothing tells who answered."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who answered."""

    answered: Answered
    score: float
    text: str
    at_s: float


class AnsweringDetector:
    """Follows what the called party says (sans-IO).

    Every method returns a verdict where there is a new one.
    """

    def __init__(self) -> None:
        self._first_s: float | None = None
        self._spoken_s = 0.0
        self._text = ""
        self._verdict: Verdict | None = None

    def hear(self, utterance: Utterance) -> Verdict | None:
        """Take a partial or final utterance."""
        if self._first_s is None:
            self._first_s = utterance.start_s
        if self._is_late(utterance.end_s):
            return None
        text = f"{self._text} {utterance.text}".strip()
        if _MACHINE.search(text):
            return self._decide("answered_by_machine", 0.95, text, utterance.end_s)
        if not utterance.is_final:
            return None
        self._text = text
        self._spoken_s += utterance.end_s - utterance.start_s
        if self._spoken_s >= _LONG_GREETING_S:
            return self._decide("answered_by_machine", 0.7, text, utterance.end_s, unsure=True)
        if self._spoken_s <= _SHORT_ANSWER_S:
            score = 0.9 if _PERSON.search(text) else 0.7
            return self._decide("answered_by_human", score, text, utterance.end_s)
        if self._spoken_s <= _ANSWER_S and _PERSON.search(text):
            return self._decide("answered_by_human", 0.8, text, utterance.end_s)
        if text.endswith("?"):
            return self._decide("answered_by_human", 0.7, text, utterance.end_s)
        return None

    def pause(self, at_s: float) -> Verdict | None:
        """Nobody has spoken for a while: the greeting is over."""
        if self._first_s is None or self._is_late(at_s):
            return None
        # Longer ones that say nothing of a machine are mostly those of companies.
        score = 0.65 if self._spoken_s <= _ANSWER_S else 0.55
        return self._decide("answered_by_human", score, self._text, at_s)

    def sound(self, sound: Sound) -> Verdict | None:
        """Take a sound that is not speech."""
        at_s = sound.start_s if sound.end_s is None else sound.end_s
        if self._is_late(at_s):
            return None
        greeted = self._spoken_s >= _BEEP_AFTER_S
        if sound.kind in ("fax", "special_information") or (sound.kind == "beep" and greeted):
            return self._decide("answered_by_machine", 0.97, self._text, at_s)
        return None

    def _is_late(self, at_s: float) -> bool:
        return self._first_s is not None and at_s - self._first_s > _WITHIN_S

    def _decide(
        self, answered: Answered, score: float, text: str, at_s: float, *, unsure: bool = False
    ) -> Verdict | None:
        """Return the verdict if it is the first, or a sure one against a person."""
        last = self._verdict
        if last is not None and (last.answered == answered or answered == "answered_by_human" or unsure):
            return None
        self._verdict = Verdict(answered, score, text, at_s)
        return self._verdict
