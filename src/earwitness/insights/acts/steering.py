"""What makes somebody do something within the talk: "let me show you the slide", "turn off the lights".

Such sentences are commitments, plans and requests all the same; but nobody has anything to do after the talk,
so their score lies below what is worth reading. What only passes the turn ("wait", "go ahead") is none.
"""

import re

from earwitness.insights.acts.act_heads import ActKind
from earwitness.insights.acts.follow_ups import is_follow_up
from earwitness.insights.acts.speech_acts import SpeechAct
from earwitness.insights.acts.verbs import doing
from earwitness.insights.english.clauses import clause_starts, leading
from earwitness.insights.english.sentences import words_of
from earwitness.insights.english.wording import any_of

STEERING_SCORE = 0.52
_THINKING = (
    r"see|say|just say|guess|know|be|not|always|never|admit|assume|suppose|imagine|bet|tell you|wait|thank"
    r"|point out|note|state|remember|continue|assure|stop|go first|try again|repeat|remind (?:you|the)"
    r"|(?:confirm|clarify|mention) that|very|yes|no|or|for|the|that|just$"
)
"""What is only thought or said, after "I'll" or "let's"; and what shows that somebody broke off."""
_BEGINNING = "get started|get going|begin|start|move on|go on|continue|proceed"
_HEADS: tuple[tuple[ActKind, str, str, str], ...] = (
    ("commitment", "let me", "will", "finish|just finish"),
    ("commitment", "i(?:'ll| will)", "will", r"have\b(?! to)"),
    ("commitment", "i(?:'m| am) (?:going to|gonna)", "is going to", r"have\b(?! to)|try"),
    ("request", "why don't you", "to", "have|like|want|need|think|get"),
    ("plan", "why don't we", "", "have|like|want|need|think|get"),
    ("plan", "let's", "", f"face|hope|call|have|think|take|keep|{_BEGINNING}"),
)
_OTHERS = tuple(
    (
        kind,
        re.compile(rf"(?P<head>{head}) (?P<phrase>(?!(?:{_THINKING}|{idle})\b)\w.*)", re.IGNORECASE),
        modal,
    )
    for kind, head, modal, idle in _HEADS
)
_WE_WILL = re.compile(
    r"(?P<head>we(?:'ll| will)) (?P<phrase>(?:just |then |also )?(?P<action>(?P<verb>\w+)\b.*))",
    re.IGNORECASE,
)
"""A plan where it takes time; else it tells how something goes: "we'll add a type of action here"."""
_OBJECT = (
    r" (?:it|them|this|that|these|those|the|an?|your|my|our|his|him|her|all|some|every\w*|each|me|us|up|down"
    r"|off|on|out|in|away|back|over)\b"
)
_ORDER = any_of(
    rf"""
    (?:turn|switch|put|hand|close|open|move|fill|push|pull|draw|cut|strike|cross|slide|stretch|pass|mark){_OBJECT}
    (?:focus|leave|name|explain|describe|show|read|pick){_OBJECT}
    (?:just|please) (?:take|give|make|write|send|tell|ask|use|try|do|keep|add|bring|finish){_OBJECT}
    say (?:what you|your)\b
    (?:go|move|scroll|slide) (?:back|up|down|forward|on) (?:to|again)\b
    talk (?:to|slowly|louder|into)\b
    """
)
_BEFORE_ORDER = re.compile(r"(?:(?:just|well|okay|now|anyway|please|or),? )*", re.IGNORECASE)
_AT_ONCE = re.compile(
    r"(?:just |then |also |go ahead and )*(?:(?:transfer|connect|patch|put) (?:you|him|her|them|the call)\b"
    r"|(?:pull|bring|look) (?:\w+ ){0,4}up\b"
    r"|make (?:a|another) (?:quick )?note(?: of (?:that|this|it))?$"
    r"|spell\b|repeat (?:that|this|it)\b"
    r"|(?:give|tell|verify|confirm|spell|provide|repeat|read|say)\b.* (?:your|the) (?:\w+ ){0,4}"
    r"(?:names?|numbers?|zip|address|birth\w*|e-?mail|phone|code)\b)",
    re.IGNORECASE,
)
"""What is done while the other one waits for it on the line."""
_LET_ME = any_of(
    r"""
    check (?!with\b|in with\b)
    (?:look|pull|bring|get|read|find|search|open|add|update|make|write|draw|put|verify|confirm|review|try|show|do)\b
    """,
    before=r"(?:just |then |also |go ahead and |quickly )*",
)
_CUT_OFF = frozenset(
    """
    a an the and or but so to of my your our their his if that's like is are be with i'm at as from let's yeah
    """.split()
)
_FEWEST_WORDS = 3


def find_steering(sentence: str) -> SpeechAct | None:
    """Find what a clean sentence makes somebody do within the talk."""
    body = sentence.rstrip(" .?!")
    words = words_of(body)
    if len(words) < _FEWEST_WORDS or words[-1] in _CUT_OFF:
        return None
    for start in clause_starts(body):
        act = _steering_at(body, start, asked=sentence.endswith("?"))
        if act is not None:
            return act
    return None


def is_done_at_once(act: SpeechAct) -> bool:
    """Say whether what was asked or promised is done within the talk, unless a time is set for it."""
    if is_follow_up(act.phrase):
        return False
    return _AT_ONCE.match(act.phrase) is not None or (
        act.head.lower() == "let me" and _LET_ME.match(act.phrase) is not None
    )


def _steering_at(body: str, start: int, asked: bool) -> SpeechAct | None:
    for kind, pattern, modal in _OTHERS:
        if match := pattern.match(body, start):
            return _act(kind, match["head"], modal, match["phrase"], leading(body[:start]))
    if (match := _WE_WILL.match(body, start)) and doing(match["verb"].lower(), match["action"]) == 1:
        return _act("plan", match["head"], "", match["phrase"], leading(body[:start]))
    if asked:
        return None
    before = _BEFORE_ORDER.match(body, start)
    for begin in (before.end() if before else start, start):
        if _ORDER.match(body, begin):
            condition = leading(body[:start])
            return _act("request", "", "to", body[begin:], condition) if start == 0 or condition else None
    return None


def _act(kind: ActKind, head: str, modal: str, phrase: str, condition: str) -> SpeechAct:
    return SpeechAct(kind, head, modal, phrase, None, STEERING_SCORE, condition)
