"""The intents that a start request asks for: who answered, and what the called party says it wants.

The latter are found by rules over single utterances, in English alone, and each is told once. After as much
silence as the request says (`silenceTimeout`) an intent is looked for no longer.
"""

import re
from collections.abc import Collection, Iterator, Mapping

from earwitness.conversation.ids import new_id
from earwitness.conversation.intent import Intent, IntentName
from earwitness.conversation.sound import Sound
from earwitness.conversation.utterance import Utterance
from earwitness.insights.answering import AnsweringDetector, Verdict

_SAYINGS: dict[IntentName, re.Pattern[str]] = {
    "do_not_call": re.compile(
        r"\b((do not|don't|never|stop|quit) (call|calling|phone|phoning|ring|ringing)"
        r"( me| us| here| this)?+\b(?! (back|the|him|her|them|it))"
        r"|(take|remove|delete) (me|us|my number|this number) (off|from)\b"
        r"|do[- ]not[- ]call (list|registry))",
        re.IGNORECASE,
    ),
    "not_interested": re.compile(
        r"\b(not (really |at all |at this time |very |quite |particularly |that )?interested"
        r"|no interest\b|isn't interested|aren't interested"
        r"|don't want (it|any|this|that|one)\b|no,? thank you|no,? thanks)",
        re.IGNORECASE,
    ),
    "interested": re.compile(
        r"\b((i'm|i am|we're|we are|i'd be|i would be|we'd be|(?<!not )(very|quite|definitely)) "
        r"(very |quite |definitely |really )?interested"
        r"|sounds (good|great|interesting)|tell me more|sign (me|us) up"
        r"|(i'd|i would|we'd|we would) (like|love) to (hear|know|learn) more)",
        re.IGNORECASE,
    ),
}
_SCORE = 0.8
_ANSWERING: IntentName = "answering_machine"


class IntentWatch:
    """Finds the wanted intents in one conversation (sans-IO)."""

    def __init__(
        self, wanted: Collection[str], silence_timeouts_s: Mapping[IntentName, float] | None = None
    ) -> None:
        """Look for intents by name, each until there was silence for so long, or to the end."""
        self._answering = AnsweringDetector() if _ANSWERING in wanted else None
        self._sayings = {name: saying for name, saying in _SAYINGS.items() if name in wanted}
        self._timeouts_s = dict(silence_timeouts_s or {})
        self._silent_since_s: float | None = None
        """In media time; None before the answer and the first words, when silence means nothing."""

    def answered(self, at_s: float) -> None:
        """The called party has answered: from here on its silence counts."""
        if self._silent_since_s is None:
            self._silent_since_s = at_s

    def hear(self, utterance: Utterance) -> Iterator[Intent]:
        """Take a partial or final utterance."""
        yield from self._lapse(utterance.start_s)
        self._silent_since_s = max(self._silent_since_s or 0.0, utterance.end_s)
        if self._answering is not None:
            yield from _told(self._answering.hear(utterance))
        if not utterance.is_final:
            return
        for name, saying in tuple(self._sayings.items()):
            if saying.search(utterance.text):
                del self._sayings[name]
                yield Intent(new_id(), name, _SCORE, utterance.text, at_s=utterance.end_s)

    def pause(self, at_s: float) -> Iterator[Intent]:
        """Nobody has spoken for a while; at the latest now an answer that waited is told."""
        if self._answering is not None:
            yield from _told(self._answering.pause(at_s))
        yield from self._lapse(at_s)

    def sound(self, sound: Sound) -> Iterator[Intent]:
        """Take a sound that is not speech."""
        yield from self._lapse(sound.start_s)
        if self._silent_since_s is not None and sound.kind != "silence":
            self._silent_since_s = max(self._silent_since_s, sound.end_s or sound.start_s)
        if self._answering is not None:
            yield from _told(self._answering.sound(sound))

    def _lapse(self, at_s: float) -> Iterator[Intent]:
        """Give up what nothing was said of for its time; who answered is then judged by what was heard."""
        if self._silent_since_s is None:
            return
        silence_s = at_s - self._silent_since_s
        for name in [name for name, timeout_s in self._timeouts_s.items() if silence_s > timeout_s]:
            timeout_s = self._timeouts_s.pop(name)
            if name == _ANSWERING and self._answering is not None:
                yield from _told(self._answering.pause(self._silent_since_s + timeout_s))
                self._answering = None
            else:
                self._sayings.pop(name, None)


def _told(verdict: Verdict | None) -> Iterator[Intent]:
    if verdict is not None:
        yield Intent(
            new_id(), "answering_machine", verdict.score, verdict.text, verdict.answered, verdict.at_s
        )
