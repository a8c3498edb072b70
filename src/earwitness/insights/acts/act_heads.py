"""How clauses begin that make somebody do something, and how much each beginning says that."""

import re
from typing import Literal

from earwitness.insights.english.names import NAME

ActKind = Literal["commitment", "plan", "request", "duty", "assignment"]

_MUST = r"(?:need to|have to|must|'ve got to|got to|gotta)"
_YOU = r"(?:you(?: all| both| two| guys)?|(?:both|all) of you)"
_SOMEONE = rf"(?:{_YOU}|one of you|someone|somebody|anyone)"
_TO_YOU = r"(?= (?:[\w-]+ ){1,3}?(?:to |with )?you\b)"
_JUST = r"(?: (?:just|also|really|still|actually|definitely|probably|then))*"
_LATER = r"(?:tonight|tomorrow|(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:next|this) (?:week|month|year))"
_DAY = rf"(?:today|{_LATER})"
_WANTED = (
    r"(?=(?: please| just)? (?:book|cancel|change|file|make an (?:appointment|order)|order|purchase|renew"
    r"|report|request|reschedule|reserve|return|schedule|set up|sign up|update)\b)"
)
_ADDRESSED = r"(?:do|would) you (?:want|like) to"
_HEADS: tuple[tuple[ActKind, str, str, float], ...] = (
    ("commitment", r"I(?:'ll| will| shall)", "will", 0.55),
    ("commitment", r"I(?:'ll| will) (?:just )?(?:have|need) to", "will have to", 0.5),
    ("commitment", r"I(?:'m| am) (?:going to|gonna)", "is going to", 0.5),
    ("commitment", r"I(?:'ll| will|'d| would) be (?:happy|glad|able) to", "will", 0.5),
    ("commitment", r"I(?:'m| am) (?:happy|glad) to", "will", 0.4),
    ("commitment", r"I (?:promise|plan|intend) to", "will", 0.5),
    ("commitment", r"(?:I(?:'m| am) supposed|it's on me|my (?:action|task|job) is) to", "needs to", 0.4),
    ("commitment", rf"I{_JUST}(?: |(?=')){_MUST}", "needs to", 0.4),
    ("commitment", r"(?<!so )I (?:can|could)", "can", 0.3),
    ("commitment", r"let me", "will", 0.25),
    ("request", rf"(?:can|could|would|will) {_SOMEONE},? please", "to", 0.65),
    ("request", rf"please,? (?:can|could|would|will) {_SOMEONE}", "to", 0.65),
    ("request", rf"(?:can|could|would|will) {_SOMEONE}(?: be able to)?", "to", 0.45),
    ("request", r"(?:I|we)(?:'d| would) (?:appreciate it|be grateful) if you (?:could|can)", "to", 0.65),
    ("request", r"if you could(?: just| please)?", "to", 0.45),
    ("request", rf"can I (?:have|get|ask) {_YOU}(?: to)?", "to", 0.5),
    ("request", r"why don't you(?: guys)?", "to", 0.5),
    ("request", _ADDRESSED, "to", 0.55),
    ("request", rf"I(?: just)?(?: need| want|'d like| would like) {_YOU} to", "to", 0.55),
    ("request", r"(?:please|kindly)(?! (?:note|don't|do not)\b)", "to", 0.6),
    ("request", r"(?:don't forget to|remember to|make sure (?:to|you|that you))", "to", 0.55),
    ("request", r"(?:just )?(?=(?:talk|speak) to (?:me|us)\b)", "to", 0.4),
    ("request", r"(?:just )?(?=(?!let )\w+ (?:me|us)\b|let (?:me|us) know\b)", "to", 0.4),
    ("request", r"(?:just )?(?=\w+ (?:[\w']+ ){1,4}to (?:me|us)$)", "to", 0.4),
    ("duty", rf"{_YOU}{_JUST} need to|{_YOU}(?:'ll| will) (?:need|have) to", "needs to", 0.35),
    ("duty", rf"{_YOU}{_JUST}(?: |(?=')){_MUST}", "needs to", 0.25),
    ("duty", rf"{_YOU}(?:'re| are) (?:going to|gonna)", "is going to", 0.25),
    ("duty", rf"{_YOU} should", "should", 0.3),
    ("duty", rf"{_YOU}(?:'ll| will)", "will", 0.3),
    ("duty", r"(?:you (?:two|both|all|guys)|both of you)(?: will|'ll| are going to)", "will", 0.45),
    ("plan", rf"(?:I(?:'d| would) (?:like|love) to|I want to){_WANTED}", "would like to", 0.4),
    ("plan", rf"we(?:'ll| will)?{_JUST}(?: |(?=')){_MUST}", "", 0.25),
    ("plan", rf"we(?:(?:'ll| will| shall)|(?:'re| are) (?:going to|gonna)){_TO_YOU}", "", 0.45),
    ("plan", r"we(?:'ll| will| shall)", "", 0.2),
    ("plan", r"we(?:'re| are) (?:going to|gonna)", "", 0.2),
    ("plan", r"(?<!so )we (?:should|ought to|can|could)", "", 0.1),
    ("plan", rf"(?:can|could|shall|should|how about|what if) we(?=.*\b{_DAY}\b)", "", 0.35),
    ("plan", r"(?:let's|let us|why don't we)", "", 0.25),
    ("plan", rf"(?:he|she|they|someone|somebody)(?:'ll| will){_TO_YOU}", "", 0.45),
    ("plan", r"(?:someone|somebody|one of (?:us|you)) (?:has to|needs to|must|should|ought to)", "", 0.35),
    (
        "plan",
        r"(?:I|we)(?: also| still| just)? (?:need|want|'d like|would like) (?:someone|somebody) to",
        "",
        0.45,
    ),
    ("plan", r"(?:everyone|everybody|each of (?:us|you)) (?:has to|needs to|must|should)", "", 0.35),
    ("plan", r"(?:everyone|everybody),? please", "", 0.6),
)
_ADVERBS = (
    r"(?:(?:also|just|then|now|please|definitely|certainly|probably|maybe|still|first|quickly|really|actually"
    r"|perhaps|always|all|both|simply|personally|gladly|go ahead and|be sure to|try to|try and"
    r"|go(?: back| over| down| up| out)? and|remember to|not forget to|make sure to|sit down and"
    r"|go(?=\s(?:check|get|find|look|ask|talk|see|do|grab|fetch|pick|buy|make|download|read|call|print|meet"
    r"|visit|tell|try)\b)),?\s+)*"
)
_PHRASE = rf"\s*(?<![\w'])(?P<phrase>{_ADVERBS}(?P<action>(?!not\b)(?P<verb>[a-z][\w-]*)\b.*))"
RULES = tuple(
    (kind, re.compile(rf"(?P<head>{head}){_PHRASE}", re.IGNORECASE), modal, weight)
    for kind, head, modal, weight in _HEADS
)
"""Kind, pattern, modal and weight of each beginning."""
ANY_OF_RULES = re.compile("|".join(f"(?:{head})" for _, head, _, _ in _HEADS), re.IGNORECASE)
"""Where this does not match, no rule does."""
ONLY_NAMED = re.compile(_ADDRESSED, re.IGNORECASE)
"""Asks only somebody who is named to do something; others are asked what they would like."""
SUGGESTS = re.compile(r"let|why", re.IGNORECASE)

_THIRD_PERSON = r"(?:will|'ll|is going to|is gonna|'s going to|needs to|has to|must|should|is to|can)"
ASSIGNMENT = re.compile(
    rf"(?!(?:Perhaps|Maybe|Then|So|And|But|Now)\b)"
    rf"(?P<head>(?P<name>{NAME})(?:\s|(?='))(?P<modal>{_THIRD_PERSON})){_PHRASE}"
)
"""Of somebody by name: "Vikram will …"."""
_ROLE = (
    r"(?:(?:the|our|your|my|their) (?:[\w-]+ ){0,2}(?:team|department|group|designer|expert|specialist"
    r"|manager|engineer|developer|analyst|assistant|director|secretary|lawyer|technician|colleague)s?"
    r"|(?:legal|marketing|finance|sales|accounting|engineering|purchasing|procurement|logistics|hr))"
)
ROLE_ASSIGNMENT = re.compile(
    rf"(?P<head>(?P<name>{_ROLE})(?:\s|(?='))"
    rf"(?P<modal>{_THIRD_PERSON}|are going to|need to|have to)){_PHRASE}",
    re.IGNORECASE,
)
"""Of somebody by what they are: "the marketing team will …"."""
ROLE_WEIGHT = 0.4
JOINT = re.compile(
    rf"(?P<head>(?:(?P<partner>{NAME}|[Yy]ou) and [Ii]|(?:[Ii]|[Mm]e) and (?P<other>{NAME}))(?:\s|(?='))"
    rf"(?P<modal>'ll|will|shall|are going to|can|should|need to|have to)){_PHRASE}"
)
"""Of two people, the speaker and another: "Jane and I will …"."""
JOINT_WEIGHT = 0.5
_OBJECT = (
    r"(?:me|us|him|her|them|it|this|that|these|those|the|a|an|my|your|our|his|their|some|all|to|with|about"
    r"|up|out|in|on|off|down|over|back|for|into|at)"
)
ORDER = re.compile(
    rf"(?P<name>{NAME})(?P<comma>,?)\s(?P<phrase>(?:just |please |go (?:and )?)?"
    rf"(?P<action>(?P<verb>[a-z]+)\s{_OBJECT}\b.*))"
)
"""Of somebody who is called: "Vikram send me the deck"."""
ORDER_WEIGHT = 0.45
PAST_TOO = frozenset("put read cut set let hit shut split spread come run".split())
"""Verbs whose past looks the same: "Vikram put it there" tells what was done."""
PASTS = frozenset(
    """
    gave sent told got made left took brought bought found paid kept led lent taught met wrote spoke said went
    came saw had did held built drew drove broke chose knew thought felt heard began became wore won lost
    """.split()
)
"""Pasts that no rule makes."""
ERRAND = re.compile(
    r"(?:(?:just|please|then|now|anyway|well),? )*(?P<phrase>(?:go (?:and )?)?(?P<action>(?P<verb>"
    r"arrange|ask|book|bring|buy|call|cancel|contact|download|e-?mail|forward|get|invite|mail|order|prepare|print"
    r"|read|remind|reserve|schedule|send|sign|submit|tell|upload|write)\s"
    rf"(?:{_OBJECT}|(?-i:[A-Z]\w+)(?! (?:\w+ )?(?:is|are|was|were)\b))\b.*))",
    re.IGNORECASE,
)
"""Of whoever is spoken to: "book a room for Monday"."""
ERRAND_WEIGHT = 0.25
MIND = re.compile(
    r"(?P<head>(?:would|do) you mind)(?: please)? (?P<phrase>(?P<verb>\w+ing)\b(?P<rest>.*))", re.IGNORECASE
)
"""Politely: "would you mind sending me the report"."""
MIND_WEIGHT = 0.55
ONGOING = re.compile(
    rf"(?P<head>I(?:'m| am)) (?P<phrase>(?P<verb>(?!going\b)\w+ing)\b(?P<rest>.*\b{_LATER}\b.*))",
    re.IGNORECASE,
)
"""What is as good as begun: "I'm calling the bank tomorrow"."""
ONGOING_WEIGHT = 0.4
ANY_HEAD = re.compile(
    r"\b(?:I|we|you|me|us|let's|please|kindly|\w+(?:one|body)|make sure|forget|remember"
    r"|will|to|must|should|can)\b|'ll\b",
    re.IGNORECASE,
)
"""No rule but ORDER and ERRAND can match without one of these: many sentences need no closer look."""
