"""Indirect speech: "I finished the draft." said by Anna → "Anna finished the draft."."""

import re
from collections.abc import Set as AbstractSet

from earwitness.insights.english.gazetteer import countries, nationalities
from earwitness.insights.english.sentences import capitalise
from earwitness.insights.english.third_person import has_first_person, in_third_person

_REPLY = re.compile(
    r"^(?:(?:not yet|no|nope|yes|yep|sure|right|true|well|exactly|true enough|of course|I know|I see|I mean"
    r"|(?:quite )?(?:honestly|frankly)(?: speaking)?"
    r"|to be (?:perfectly |quite )?(?:honest|frank)(?: with you)?"
    r"|(?:and )?one (?:more|last|other) thing)[,:]\s*"
    r"(?:(?:so|but|and)\s+)?(?=\w))+",
    re.IGNORECASE,
)
"""The answer to a question that the summary does not repeat, and words that only say how it is meant."""
_DEPENDS = re.compile(
    r"(?:if|when|while|since|as|because|unless|although|though|after|before|once|whether|who|what|where|how)\b",
    re.IGNORECASE,
)
_AND_I = re.compile(r", (?P<tie>and|but) (?=I\b)")
_SAYING = re.compile(
    r"^(?:I (?:will|would|have to|must|can|should) (?:also )?say (?:that )?"
    r"|I'(?:d|ll) (?:also )?say (?:that )?|I mean(?: that)?,? "
    r"|I (?:just )?(?:want|wanted) to say (?:that )?)(?=\w)"
)
_PROPOSAL = re.compile(
    r"^(?:let's|let us) (?P<no>not )?(?!(?:see|say|be|hope|assume|face|okay|ok)\b)", re.IGNORECASE
)
_DECISION = re.compile(
    r"^(?:I (?:think|believe) )?we(?:'ve| have| had)? (?:(?:all|now|also|just|already) )?"
    r"(?P<how>decided|agreed) (?=that\b|to\b|not to\b)",
    re.IGNORECASE,
)
_SELF = re.compile(
    r"^I(?P<short>'\w+)?\s+(?P<adverb>(?:just|really|also|actually|personally|only|still|always|never|already"
    r"|probably|definitely|certainly|honestly|kind of|sort of)\s+)?(?P<verb>[\w']+)\b"
)
_SHORT = {"'m": "is", "'ll": "will", "'ve": "has", "'d": "would"}
_SILENT = frozenset(("just", "really", "actually", "personally", "honestly", "kind of", "sort of"))
"""Adverbs that speech is full of and that say nothing."""
_SAME = frozenset(
    """
    can can't cannot could couldn't will won't would wouldn't should shouldn't may might must had hadn't
    was wasn't did didn't went got made said took saw came knew thought found gave told became left felt
    began kept held wrote heard meant met ran paid spoke led grew lost fell sent built understood drew
    broke spent drove bought wore chose brought taught caught
    """.split()
)
"""Verb forms that are alike in all persons, besides those in -ed."""
_THIRD = {"am": "is", "have": "has", "do": "does", "don't": "doesn't", "haven't": "hasn't", "go": "goes"}
_BARE = frozenset(
    """
    think believe guess hope expect suggest agree feel assume suppose propose need want like love know
    understand see hear prefer recommend suspect doubt wonder remember plan intend work live use find get
    look consider keep take make give try wish imagine worry care disagree appreciate
    """.split()
)
_DAYS_AND_MONTHS = frozenset(
    """
    monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays
    saturdays sundays january february march april june july august september october november december
    """.split()
)
_MAY = re.compile(r"May (?:\d|is\b|was\b|works\b)")
_REASON = re.compile(
    r"\b(?:because|since|therefore|which means|that's why|the reason|so that)\b", re.IGNORECASE
)
_TROUBLE = re.compile(
    r"\b(?:problem|issue|risk|but|however|although|difficult|unfortunately|concern|too (?:\w+ly )?\w+ to)\b",
    re.IGNORECASE,
)


def report(sentence: str, speaker: str | None, lowered: AbstractSet[str], again: bool = False) -> str:
    """Tell who said a clean statement; without a speaker it stays as it is.

    Args:
        sentence: a statement, as said.
        speaker: the speaker's name.
        lowered: words known to be written in lower case inside a sentence; others keep a capital.
        again: the speaker was also the last one quoted.
    """
    if speaker is None:
        return sentence
    sentence = capitalise(_SAYING.sub("", _REPLY.sub("", sentence)))
    verb = _verb(sentence, again)
    rest = ""
    tied = None if _DEPENDS.match(sentence) else _AND_I.search(sentence)
    if tied and (own := _of_self(sentence[tied.end() :])):
        sentence, rest = sentence[: tied.start()], f", {tied['tie']} {own}"
    decision = _DECISION.match(sentence)
    if decision and not rest and not in_first_person(what := sentence[decision.end() :]):
        told = f"it was {decision['how'].lower()} {what}"
    elif proposal := _PROPOSAL.match(sentence):
        negation = proposal["no"] or ""
        told = f"{speaker} proposed {negation}to {in_third_person(sentence[proposal.end() :])}"
    elif own := _of_self(sentence):
        told = f"{speaker} {own}"
    else:
        told = f"{speaker} {verb} that {_inside(sentence, lowered)}"
    told += rest
    return capitalise(told if told.endswith((".", "?", "!")) else told + ".")


def in_first_person(sentence: str) -> bool:
    """Say whether a statement cannot stand alone: it is about its speaker, or begins with an answer."""
    return has_first_person(sentence) or bool(_REPLY.match(sentence) or _PROPOSAL.match(sentence))


def _inside(sentence: str, lowered: AbstractSet[str]) -> str:
    first = re.split(r"[\s,.;:']", sentence, maxsplit=1)[0]
    if (
        first[1:] == first[1:].lower()
        and first != "I"
        and first.lower() in lowered
        and not _keeps_capital(first.lower())
        and not _MAY.match(sentence)
    ):
        sentence = sentence[0].lower() + sentence[1:]
    return in_third_person(sentence)


def _keeps_capital(word: str) -> bool:
    """Say whether a lower-cased word is written with a capital everywhere, for what it means."""
    return word in _DAYS_AND_MONTHS or word in nationalities() or word in countries()


def _verb(sentence: str, again: bool) -> str:
    if again:
        return "added"
    if _REASON.search(sentence):
        return "explained"
    return "pointed out" if _TROUBLE.search(sentence) else "said"


def _of_self(sentence: str) -> str | None:
    """Return what follows the name where a speaker talks of themselves: "I've sent it" → "has sent it"."""
    match = _SELF.match(sentence)
    if match is None:
        return None
    adverb, verb = match["adverb"] or "", match["verb"]
    if adverb.strip() in _SILENT:
        adverb = ""
    if match["short"]:
        if match["short"] not in _SHORT:
            return None
        said = f"{_SHORT[match['short']]} {adverb}{verb}"
    elif verb in _THIRD:
        said = adverb + _THIRD[verb]
    elif verb in _BARE:
        said = adverb + _third(verb)
    elif verb in _SAME or verb.endswith("ed"):
        said = adverb + verb
    else:
        return None
    return said + in_third_person(sentence[match.end() :])


def _third(verb: str) -> str:
    if verb.endswith(("s", "sh", "ch", "x", "o")):
        return verb + "es"
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return verb[:-1] + "ies"
    return verb + "s"
