"""Speech acts that make somebody do something: commitments, plans, requests, duties, assignments.

Rules over the wording of one clean sentence: how a clause begins ("I'll …", "could you …",
"Vikram needs to …") gives the act, the verb that follows says whether anything is done.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from earwitness.insights.clauses import clause_starts, leading
from earwitness.insights.entities.gazetteer import first_names
from earwitness.insights.names import (
    NAME,
    addressed_before,
    looks_like_name,
    split_addressed_after,
    with_comma,
)
from earwitness.insights.sentences import words_of
from earwitness.insights.verbs import at_hand, doing

ActKind = Literal["commitment", "plan", "request", "duty", "assignment"]


@dataclass(frozen=True, slots=True)
class SpeechAct:
    """What a clause makes somebody do."""

    kind: ActKind
    head: str
    """The beginning of the clause as said: `I'll`, `could you please`, `Vikram needs to`."""
    modal: str
    """What stands between a name and the verb phrase: `will`, `needs to`, `to` …"""
    phrase: str
    """The verb phrase as said, without the final stop."""
    actor: str | None
    """The name of who is addressed or spoken of, as said."""
    score: float
    """0 to 1."""
    condition: str = ""
    """A clause before it that it depends on: `If we win the deal,`."""
    partner: str = ""
    """Who does it together with the speaker, as said: a name, or `you`."""


_MUST = r"(?:need to|have to|must|'ve got to|got to|gotta)"
_YOU = r"you(?: all| both| guys)?"
_SOMEONE = rf"(?:{_YOU}|one of you|someone|somebody|anyone)"
ADDRESSED_ONLY = r"(?:do|would) you (?:want|like) to"
"""Asks only somebody who is named to do something; others are asked what they would like."""
_HEADS: tuple[tuple[ActKind, str, str, float], ...] = (
    ("commitment", r"I(?:'ll| will| shall)", "will", 0.55),
    ("commitment", r"I(?:'ll| will) (?:just )?(?:have|need) to", "will have to", 0.5),
    ("commitment", r"I(?:'m| am) (?:going to|gonna)", "is going to", 0.5),
    ("commitment", r"I(?:'m| am) (?:happy|glad) to", "will", 0.4),
    ("commitment", r"I (?:promise|plan|intend) to", "will", 0.5),
    ("commitment", rf"I(?: |(?=')){_MUST}", "needs to", 0.4),
    ("commitment", r"I (?:can|could)", "can", 0.3),
    ("commitment", r"let me", "will", 0.25),
    ("request", rf"(?:can|could|would|will) {_SOMEONE},? please", "to", 0.65),
    ("request", rf"please,? (?:can|could|would|will) {_SOMEONE}", "to", 0.65),
    ("request", rf"(?:can|could|would|will) {_SOMEONE}(?: be able to)?", "to", 0.45),
    ("request", r"(?:I|we)(?:'d| would) (?:appreciate it|be grateful) if you (?:could|can)", "to", 0.65),
    ("request", r"why don't you(?: guys)?", "to", 0.5),
    ("request", ADDRESSED_ONLY, "to", 0.55),
    ("request", rf"I(?: just)?(?: need| want|'d like| would like) {_YOU} to", "to", 0.55),
    ("request", r"(?:please|kindly)(?! (?:note|don't|do not)\b)", "to", 0.6),
    ("request", r"(?:don't forget to|remember to|make sure (?:to|you|that you))", "to", 0.55),
    ("request", r"(?:just )?(?=(?:talk|speak) to (?:me|us)\b)", "to", 0.4),
    ("request", r"(?:just )?(?=(?!let )\w+ (?:me|us)\b|let (?:me|us) know\b)", "to", 0.4),
    ("duty", rf"{_YOU}(?: |(?='))(?:will )?{_MUST}|you'll (?:need|have) to", "needs to", 0.35),
    ("duty", rf"{_YOU} should", "should", 0.3),
    ("duty", rf"{_YOU}(?:'ll| will)", "will", 0.3),
    ("plan", rf"we(?:'ll| will)?(?: |(?=')){_MUST}", "", 0.25),
    ("plan", r"we(?:'ll| will| shall)", "", 0.2),
    ("plan", r"we(?:'re| are) (?:going to|gonna)", "", 0.2),
    ("plan", r"we (?:should|ought to|can|could)", "", 0.1),
    ("plan", r"(?:let's|let us|why don't we)", "", 0.25),
    ("plan", r"(?:someone|somebody|one of (?:us|you)) (?:has to|needs to|must|should|ought to)", "", 0.35),
)
_THIRD_PERSON = r"(?:will|'ll|is going to|is gonna|'s going to|needs to|has to|must|should|is to|can)"
_MEMBER_WEIGHT, _FULL_NAME_WEIGHT, _ONE_NAME_WEIGHT = 0.5, 0.4, 0.1
_DOING_WEIGHT = 0.3

_ADVERBS = (
    r"(?:(?:also|just|then|now|please|definitely|certainly|probably|maybe|still|first|quickly|really|actually"
    r"|perhaps|always|all|both|simply|personally|gladly|go ahead and|be sure to|try to|try and"
    r"|go(?: back| over| down| up| out)? and|remember to|not forget to|make sure to|sit down and"
    r"|go(?=\s(?:check|get|find|look|ask|talk|see|do|grab|fetch|pick|buy|make|download|read|call|print|meet|visit"
    r"|tell|try)\b)),?\s+)*"
)
_PHRASE = rf"\s*(?<![\w'])(?P<phrase>{_ADVERBS}(?P<action>(?!not\b)(?P<verb>[a-z][\w-]*)\b.*))"
_RULES = tuple(
    (kind, re.compile(rf"(?P<head>{head}){_PHRASE}", re.IGNORECASE), modal, weight)
    for kind, head, modal, weight in _HEADS
)
_ASSIGNMENT = re.compile(
    rf"(?!(?:Perhaps|Maybe|Then|So|And|But|Now)\b)"
    rf"(?P<head>(?P<name>{NAME})(?:\s|(?='))(?P<modal>{_THIRD_PERSON})){_PHRASE}"
)
_JOINT = re.compile(
    rf"(?P<head>(?:(?P<partner>{NAME}|[Yy]ou) and [Ii]|(?:[Ii]|[Mm]e) and (?P<other>{NAME}))(?:\s|(?='))"
    rf"(?P<modal>'ll|will|shall|are going to|can|should|need to|have to)){_PHRASE}"
)
_JOINT_WEIGHT = 0.5
_ORDER = re.compile(
    rf"(?P<name>{NAME})(?P<comma>,?)\s(?P<phrase>(?:just |please |go (?:and )?)?(?P<action>(?P<verb>[a-z]+)\s"
    r"(?:me|us|him|her|them|it|this|that|these|those|the|a|an|my|your|our|his|their|some|all|to|with|about|up|out"
    r"|in|on|off|down|over|back|for|into|at)\b.*))"
)
_ORDER_WEIGHT = 0.45
_PAST_TOO = frozenset("put read cut set let hit shut split spread come run".split())
"""Verbs whose past looks the same: "Vikram put it there" tells what was done."""
_SUGGESTS = re.compile(r"let|why", re.IGNORECASE)
_WISHES = re.compile(ADDRESSED_ONLY, re.IGNORECASE)
_ANY_HEAD = re.compile(
    r"\b(?:I|we|you|me|us|let's|please|kindly|someone|somebody|anyone|make sure|forget|remember"
    r"|will|to|must|should|can)\b|'ll\b",
    re.IGNORECASE,
)
"""No rule can match without one of these: many sentences need no closer look."""
_ASIDE_AFTER = re.compile(
    r",\s+(?:that's|it's|i'm|i think|i guess|you know|right|okay|ok|is that|isn't|or is|or not|so then"
    r"|if that's)\b.*$",
    re.IGNORECASE,
)
_LONG_WORDS = 25
_NEXT_CLAUSE = re.compile(
    r",?\s(?:because|'cause|but|which means|and then|so then|so that|so)\s|[;:]\s"
    r"|,\s(?=(?:and )?(?:i|we|you|he|she|they|it|that|there|if)(?:'\w+)?\s)",
    re.IGNORECASE,
)
"""Where a long phrase is cut, after at least six words: what comes then is another matter."""
_NO_VERBS = frozenset(
    "a an the this that these those it i you we they he she for in on at to of from with and or but so if as"
    " yes no yeah okay well just very not am is are was were my your our their his her there here".split()
)
_UNFINISHED = frozenset(
    "a an the and or but so to of my your our their his on's because if that's like is are be".split()
)
_VAGUE = frozenset(
    "it that this them these those something things thing stuff out up in on for with all too".split()
)
_STEERING = re.compile(
    r"(?:now |just |all |first )*"
    r"(?:(?:take |have )?(?:a )?look\b|talk\b|speak\b|begin\b|start\b|hear\b|discuss\b|continue\b"
    r"|move (?:on|to)\b|turn to\b|jump\b|get (?:started|going)\b|go (?:on|over|through|to|back|around)\b)",
    re.IGNORECASE,
)
"""What "let's" steers the talk to, unless it is for a later time; nobody has to do it."""
_HEDGE = re.compile(r"\b(?:might|maybe|perhaps|possibly|probably|guess)\b", re.IGNORECASE)
_CONDITION = re.compile(r"\b(?:if|unless|whenever|when|once|until)\s", re.IGNORECASE)


def find_speech_act(sentence: str, names: Sequence[str] = ()) -> SpeechAct | None:
    """Find the strongest act in a clean sentence.

    Args:
        sentence: one sentence without openers and fillers.
        names: full and first names of the members; a member's duty counts more than a stranger's.
    """
    body = with_comma(sentence.rstrip(" .?!"), names)
    if not _ANY_HEAD.search(body) and not _ORDER.match(body):
        return None
    return max(_acts(body, names), key=lambda act: act.score, default=None)


def _acts(body: str, names: Sequence[str]) -> Iterator[SpeechAct]:
    starts = clause_starts(body)
    joint = _joint(body, starts, names)
    for kind, pattern, modal, weight in _RULES:
        if (match := _first_match(pattern, body, starts)) is None or (kind == "commitment" and joint):
            continue
        before = body[: match.start()]
        score = _score(weight, match, before, kind)
        if score is None:
            continue
        phrase, actor = _trimmed(match["phrase"]), None
        if kind in ("request", "duty"):
            phrase, actor = split_addressed_after(phrase, names)
            actor = addressed_before(before, names) or actor
        if kind == "plan" and _SUGGESTS.match(match["head"]) and _STEERING.match(match["phrase"]):
            continue
        if actor is None and _WISHES.match(match["head"]):
            continue
        yield SpeechAct(kind, match["head"], modal, phrase, actor, score, leading(before))
    for act in (joint, _assignment(body, starts, names), _order(body, names)):
        if act is not None:
            yield act


def _assignment(body: str, starts: Sequence[int], names: Sequence[str]) -> SpeechAct | None:
    """Find "Vikram will prepare the demo"."""
    match = _first_match(_ASSIGNMENT, body, starts)
    if match is None or not (weight := _subject_weight(match["name"], names)):
        return None
    before = body[: match.start()]
    score = _score(weight, match, before, "assignment")
    if score is None:
        return None
    phrase, modal = _trimmed(match["phrase"]), match["modal"]
    return SpeechAct("assignment", match["head"], modal, phrase, match["name"], score, leading(before))


def _joint(body: str, starts: Sequence[int], names: Sequence[str]) -> SpeechAct | None:
    """Find "Jane and I will look at it"."""
    match = _first_match(_JOINT, body, starts)
    if match is None:
        return None
    partner, before = match["partner"] or match["other"], body[: match.start()]
    if not (partner.lower() == "you" or partner in names or looks_like_name(partner)):
        return None
    score = _score(_JOINT_WEIGHT, match, before, "commitment")
    if score is None:
        return None
    modal = "will" if match["modal"].endswith("ll") else match["modal"]
    phrase = _trimmed(match["phrase"])
    return SpeechAct("commitment", match["head"], modal, phrase, None, score, leading(before), partner)


def _order(body: str, names: Sequence[str]) -> SpeechAct | None:
    """Find "Vikram send me the deck"."""
    match = _ORDER.match(body)
    if match is None:
        return None
    name, verb = match["name"], match["verb"].lower()
    if name not in names and (name.lower() not in first_names() or not looks_like_name(name)):
        return None
    if not match["comma"] and verb in _PAST_TOO:
        return None
    score = _score(_ORDER_WEIGHT, match, "", "request")
    if score is None:
        return None
    phrase, _ = split_addressed_after(_trimmed(match["phrase"]), names)
    return SpeechAct("request", "", "to", phrase, name, score)


def _trimmed(phrase: str) -> str:
    """Return a phrase without an aside at its end, a long one without what follows its first clause."""
    phrase = _ASIDE_AFTER.sub("", phrase)
    if len(phrase.split()) <= _LONG_WORDS:
        return phrase
    cuts = (cut.start() for cut in _NEXT_CLAUSE.finditer(phrase))
    return next((phrase[:cut] for cut in cuts if len(phrase[:cut].split()) >= 6), phrase)


def _first_match(pattern: re.Pattern[str], body: str, starts: Sequence[int]) -> re.Match[str] | None:
    return next((match for start in starts if (match := pattern.match(body, start))), None)


def _subject_weight(name: str, names: Sequence[str]) -> float:
    if name in names:
        return _MEMBER_WEIGHT
    if not looks_like_name(name):
        return 0.0
    return _FULL_NAME_WEIGHT if " " in name else _ONE_NAME_WEIGHT


def _score(weight: float, match: re.Match[str], before: str, kind: ActKind) -> float | None:
    worth = doing(match["verb"].lower(), match["action"])
    if kind != "commitment" or match["head"].lower() == "let me":
        worth = None if at_hand(match["action"]) else worth
    if worth is None or match["verb"].lower() in _NO_VERBS:
        return None
    words = words_of(_trimmed(match["phrase"]))
    if words[-1] in _UNFINISHED:
        return None
    score = weight + _DOING_WEIGHT * worth - 0.15 * (len(words) == 1) + 0.05 * (len(words) >= 4)
    score -= 0.4 * (words[1:2] != [] and not set(words[1:]) - _VAGUE)
    score -= 0.15 * ('"' in match["phrase"])  # what somebody else might say
    score -= 0.15 * bool(_HEDGE.search(before) or _HEDGE.search(match["phrase"]))
    if kind != "request":
        score -= 0.15 * bool(_CONDITION.search(before))
    return min(max(score, 0.0), 0.98)
