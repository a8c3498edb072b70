"""Action sentences in the third person: "I'll send my notes" by Anna is "Anna will send their notes"."""

import re

from earwitness.insights.acts.speech_acts import SpeechAct
from earwitness.insights.english.sentences import capitalise
from earwitness.insights.english.third_person import in_third_person

_YOUR = {"your": "their", "yours": "theirs", "yourself": "themselves", "yourselves": "themselves"}
_SECOND_PERSON = re.compile(r"(?<![\w'])(?:yourselves|yourself|yours|your|you)(?![\w'])", re.IGNORECASE)
_YOU_AS_SUBJECT = re.compile(
    r"\byou(?:'\w+| (?:are|were|have|had|do|did|can|could|will|would|should|need|want|know|think|like|see"
    r"|said|get|got|all|both|guys)\b)"
    r"|\b(?:of|both|if|when|what|that|whether|before|after|once|how|where|which|who) you\b",
    re.IGNORECASE,
)
_ME_AS_OBJECT = re.compile(r"(?<![\w'])me(?![\w'])", re.IGNORECASE)
_ANY_YOU = re.compile(r"(?<![\w'])you(?![\w'])", re.IGNORECASE)
_ANY_YOUR = re.compile(r"(?<![\w'])your(?![\w'])", re.IGNORECASE)
_MY = re.compile(r"(?<![\w'])my(?![\w'])", re.IGNORECASE)
_REST_OF_FIRST_PERSON = re.compile(r"(?<![\w'])(?:i|i'\w+|mine|myself)(?![\w'])", re.IGNORECASE)
_ON_CONDITION = re.compile(r"(?:if|unless|once|when|as soon as)\b", re.IGNORECASE)
_OF_SPEAKER = re.compile(r"(?<![\w'])(?:i|me|my|mine|your)(?![\w])", re.IGNORECASE)
_YOU_TOO = re.compile(r"(?<![\w'])you('\w+)?(?![\w'])", re.IGNORECASE)
_PROPOSING = re.compile(r"(?:how about|what if|why don't)\b", re.IGNORECASE)
_PROMISES_YOU = re.compile(
    r"we(?:(?:'ll| will| shall)|(?:'re| are) (?:going to|gonna)) (?:[\w-]+ ){1,3}?(?:to |with )?you\b",
    re.IGNORECASE,
)
_JUST = re.compile(r"^(?:just|please|go ahead and|be sure to)\s+", re.IGNORECASE)


def third_person(act: SpeechAct, speaker: str | None, other: str | None, actor: str | None) -> str:
    """Word an act so that it can be read without knowing who said it to whom.

    The words said are kept wherever a rewrite could change the meaning.

    Args:
        act: found in the sentence.
        speaker: the speaker's name.
        other: the name of the other party where exactly two people talk.
        actor: the name of who is to act, where that is somebody else than the speaker.
    """
    text = _worded(act, speaker, other, actor)
    if not act.condition:
        return text
    condition = _of_speaker(act.condition, None) if act.kind == "commitment" and speaker else act.condition
    if (
        actor
        and act.kind == "request"
        and _ON_CONDITION.match(condition)
        and not _OF_SPEAKER.search(condition)
    ):
        condition = _YOU_TOO.sub(lambda found: "they" + (found[1] or ""), condition.rstrip(" ,"))
        return f"{text.rstrip(' .?!')} {condition[0].lower()}{condition[1:]}."
    keeps_capital = text.startswith(tuple(filter(None, (speaker, actor, act.actor, "I ", "I'"))))
    if _ON_CONDITION.match(condition) and not condition.endswith(","):
        condition += ","
    return f"{capitalise(condition)} {text if keeps_capital else text[0].lower() + text[1:]}"


def _worded(act: SpeechAct, speaker: str | None, other: str | None, actor: str | None) -> str:
    phrase = _JUST.sub("", act.phrase)
    match act.kind:
        case "commitment" if act.partner:
            return _jointly(act, phrase, speaker, other)
        case "commitment" if speaker:
            return _stop(f"{speaker} {act.modal} {_of_speaker(phrase, other)}")
        case "plan" if other and promises_you(act) and not _YOU_AS_SUBJECT.search(act.phrase):
            return _stop(f"{act.head} {_of_speaker(act.phrase, other)}")
        case "plan" if speaker and act.modal:
            return _stop(f"{speaker} {act.modal} {_of_speaker(phrase, other)}")
        case "request" | "duty":
            return _asked(act, phrase, speaker, actor)
        case "assignment" if speaker:
            return _stop(f"{act.head} {_of_assigner(act.phrase, speaker)}")
    return _as_said(act)


def _as_said(act: SpeechAct) -> str:
    clause = f"{act.head} {act.phrase}" if act.head else act.phrase
    if act.actor and act.kind != "assignment":
        clause = f"{act.actor}, {clause if clause.startswith('I') else clause[0].lower() + clause[1:]}"
    return capitalise(clause) + ("?" if act.asks or _PROPOSING.match(act.head) else ".")


def promises_you(act: SpeechAct) -> bool:
    """Say whether a plan of "we" is for whoever is spoken to: "We'll send you a replacement"."""
    return act.kind == "plan" and _PROMISES_YOU.match(f"{act.head} {act.phrase}") is not None


def _jointly(act: SpeechAct, phrase: str, speaker: str | None, other: str | None) -> str:
    partner = other if act.partner.lower() == "you" else act.partner
    if speaker is None or partner is None:
        return _as_said(act)
    return _stop(f"{partner} and {speaker} {act.modal} {_of_speaker(phrase, None)}")


def _asked(act: SpeechAct, phrase: str, speaker: str | None, actor: str | None) -> str:
    if _YOU_AS_SUBJECT.search(phrase) or _REST_OF_FIRST_PERSON.search(phrase):
        return _as_said(act)
    if _ME_AS_OBJECT.search(phrase) or _MY.search(phrase):
        if speaker is None:
            return _as_said(act)
        phrase = _with_speaker(phrase, speaker)
    if actor is None:
        return _stop(capitalise(phrase)) if act.kind == "request" else _as_said(act)
    phrase = _SECOND_PERSON.sub(lambda found: _YOUR.get(found[0].lower(), found[0]), phrase)
    return _stop(f"{actor} {act.modal} {phrase[:1].lower()}{phrase[1:]}")


def _of_speaker(phrase: str, other: str | None) -> str:
    if other and not _YOU_AS_SUBJECT.search(phrase):
        # Names are no templates: some have a backslash in them.
        phrase = _ANY_YOUR.sub(lambda _: f"{other}'s", phrase)
        phrase = _ANY_YOU.sub(lambda _: other, phrase)
    return in_third_person(phrase)


def _of_assigner(phrase: str, speaker: str) -> str:
    if _REST_OF_FIRST_PERSON.search(phrase):
        return phrase
    return _with_speaker(phrase, speaker)


def _with_speaker(phrase: str, speaker: str) -> str:
    return _MY.sub(lambda _: f"{speaker}'s", _ME_AS_OBJECT.sub(lambda _: speaker, phrase))


def _stop(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else text + "."
