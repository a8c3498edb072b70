"""Action items: who has to do what, by when."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from earwitness.conversation.insight import WORTH_READING, TextSpan
from earwitness.conversation.member import Member, member_called
from earwitness.insights.acts.action_score import action_score
from earwitness.insights.acts.due_dates import DueDate, find_due_date
from earwitness.insights.acts.follow_ups import is_follow_up
from earwitness.insights.acts.rewriting import promises_you, third_person
from earwitness.insights.acts.speech_acts import SpeechAct, find_speech_act
from earwitness.insights.acts.steering import STEERING_SCORE, find_steering, is_done_at_once
from earwitness.insights.english.names import calls_somebody_hidden, is_hidden
from earwitness.insights.english.repair import without_false_starts
from earwitness.insights.english.sentences import LONGEST_SENTENCE, capitalise

_SURE_SPOKEN = 0.78
"""Where rules see no act, the model alone has to be sure; it has learnt from written sentences."""
_ASKS = re.compile(
    r"\b(?:please|(?:would|could|can) you|if you (?:could|would)|appreciate|grateful|let (?:me|us) know"
    r"|would be (?:great|good|nice) if)\b",
    re.IGNORECASE,
)
_ASKED_FOR = re.compile(
    r"(?:(?:and|so|okay|well|\w+),? )?(?:can|could|may) i (?:please )?(?:have|get|ask(?: for)?|take) "
    r"(?:your|the) (?:\w+ ){0,4}(?:names?|numbers?|address|birth\w*|e-?mail|phone|code|zip)\b",
    re.IGNORECASE,
)
"""What is told at once."""
_NO_DEMAND = re.compile(
    r"(?:when|whenever|because|since|although|though|except|unless|that|which|see)\b"
    r"|(?:please,? )?(?:don't|do not|never|no need)\b(?! (?:hesitate|forget))",
    re.IGNORECASE,
)
"""Clauses that depend on another one, and what is not to be done."""


@dataclass(frozen=True, slots=True)
class ActionItem:
    """Something to be done, worded so that it can be read alone."""

    text: str
    phrase: str
    """What is to be done, in the words said."""
    score: float
    """0 to 1."""
    follow_up: bool
    assignee: Member | None
    due_by: str | None
    """ISO 8601 with zone; midnight at the start of the day where no time of day was said."""
    spans: tuple[TextSpan, ...]
    as_said: bool = False
    """No rule says by whom it is to be done: the text is the sentence itself."""
    asks: bool = False
    """It is asked for in a question: `could you …`."""


def find_action_item(
    sentence: str,
    speaker: Member | None,
    members: Sequence[Member],
    said_at: datetime,
    spoken: bool = False,
) -> ActionItem | None:
    """Find what a sentence makes somebody do.

    Args:
        sentence: one clean sentence (see `sentences.clean`); nothing is found beyond `LONGEST_SENTENCE`.
        speaker: who said it.
        members: everybody known to take part.
        said_at: when it was said, in the conversation's time zone.
        spoken: it was spoken, not written; talk has more sentences that only sound like a request.
    """
    if len(sentence) > LONGEST_SENTENCE:
        return None
    names = _names(members)
    if spoken and sentence.split(" ", 1)[0].strip(",") not in names:
        sentence = capitalise(without_false_starts(sentence)) or sentence
    act = find_speech_act(sentence, names)
    dated = find_due_date(sentence, said_at)
    score = _tiered(action_score(sentence, act, dated is not None, spoken))
    if spoken and act is not None and dated is None and score > STEERING_SCORE and is_done_at_once(act):
        score = STEERING_SCORE
    within_talk = find_steering(sentence) if spoken and score < WORTH_READING else None
    if within_talk is not None:
        score = max(score, STEERING_SCORE)
    if act is None:
        sure = score >= (_SURE_SPOKEN if spoken else WORTH_READING) and not _NO_DEMAND.match(sentence)
        sure = sure and (not spoken or _ASKS.search(sentence) is not None)
        if sure:
            is_told = score < _SURE_SPOKEN and not sentence.endswith("?") and not _ASKS.search(sentence)
            wants_an_answer = _ASKED_FOR.match(sentence) is not None
            return _as_said(sentence, STEERING_SCORE if is_told or wants_an_answer else score, dated)
        if within_talk is None:
            return None
        act = within_talk
    others = [member for member in members if speaker is None or member.id != speaker.id]
    other = others[0] if speaker is not None and len(others) == 1 else None
    # Whom a hidden name calls may be anybody, one who is not known to take part too.
    if calls_somebody_hidden(sentence) or (act.actor is not None and is_hidden(act.actor)):
        other = None
    assignee = _assignee(act, speaker, other, members)
    actor = act.actor if assignee is None else assignee.name
    text = third_person(act, speaker.name if speaker else None, other.name if other else None, actor)
    due = dated and find_due_date(text, said_at)
    spans = []
    name = assignee.name if assignee else act.actor
    said_name = next((said for said in (name, act.actor) if said and said in text), None)
    if name and said_name and not is_hidden(said_name):
        spans.append(TextSpan("person", said_name, text.index(said_name), name))
    spans.extend(_dates(due))
    return ActionItem(
        text=text,
        phrase=act.phrase,
        score=score,
        follow_up=is_follow_up(act.phrase),
        assignee=assignee,
        due_by=due.iso if due else None,
        spans=tuple(spans),
        asks=act.asks,
    )


def _tiered(chance: float) -> float:
    """Return the score of a probability: what is likelier than not is worth reading."""
    if chance < 0.5:
        return round(min(chance, 0.499), 3)
    return round(WORTH_READING + (chance - 0.5) * (1 - WORTH_READING) / 0.5, 3)


def _as_said(sentence: str, score: float, due: DueDate | None) -> ActionItem:
    """Something to be done of which no rule says by whom: the words stay as they are."""
    phrase = sentence.rstrip(" .?!")
    due_by = due.iso if due else None
    return ActionItem(sentence, phrase, score, is_follow_up(phrase), None, due_by, _dates(due), as_said=True)


def _dates(due: DueDate | None) -> tuple[TextSpan, ...]:
    if due is None:
        return ()
    return (TextSpan(due.kind, due.text, due.offset, due.named),)


def _names(members: Sequence[Member]) -> list[str]:
    """Full names and those first names that only one member has."""
    firsts = [member.name.split()[0] for member in members if member.name.split()]
    return [member.name for member in members if " " in member.name] + [
        first for first in dict.fromkeys(firsts) if firsts.count(first) == 1
    ]


def _assignee(
    act: SpeechAct, speaker: Member | None, other: Member | None, members: Sequence[Member]
) -> Member | None:
    if act.kind == "plan":
        # "We'll send you …": whoever says so answers for it.
        return speaker if promises_you(act) else None
    if act.kind == "commitment":
        return speaker
    if act.actor is not None:
        return member_called(act.actor, members)
    return None if _open_to_anyone(act) else other


def _open_to_anyone(act: SpeechAct) -> bool:
    return any(
        word in act.head.lower()
        for word in ("someone", "somebody", "anyone", "one of you", " all", " guys", " two", " both", "both ")
    )
