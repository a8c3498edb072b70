"""Speech acts that make somebody do something: commitments, plans, requests, duties, assignments.

Rules over the wording of one clean sentence: how a clause begins ("I'll …", "could you …",
"Vikram needs to …") gives the act, the verb that follows says whether anything is done.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from earwitness.insights.acts.act_heads import (
    ANY_HEAD,
    ANY_OF_RULES,
    ASSIGNMENT,
    ERRAND,
    ERRAND_WEIGHT,
    JOINT,
    JOINT_WEIGHT,
    MIND,
    MIND_WEIGHT,
    ONGOING,
    ONGOING_WEIGHT,
    ONLY_NAMED,
    ORDER,
    ORDER_WEIGHT,
    PAST_TOO,
    PASTS,
    ROLE_ASSIGNMENT,
    ROLE_WEIGHT,
    RULES,
    SUGGESTS,
    ActKind,
)
from earwitness.insights.acts.verbs import at_hand, base_of, doing
from earwitness.insights.english.clauses import clause_starts, leading
from earwitness.insights.english.gazetteer import first_names
from earwitness.insights.english.names import (
    addressed_before,
    is_hidden,
    looks_like_name,
    split_addressed_after,
    with_comma,
)
from earwitness.insights.english.sentences import words_of

_ASKING = re.compile(r"(?:please,? )?(?:can|could|would|will|shall|should|do)\b", re.IGNORECASE)


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

    @property
    def asks(self) -> bool:
        """Whether it is worded as a question: `could you`, `do you want to`, `shall we`."""
        return _ASKING.match(self.head) is not None


_DOING_WEIGHT = 0.3
_MEMBER_WEIGHT, _FULL_NAME_WEIGHT, _ONE_NAME_WEIGHT = 0.5, 0.4, 0.1
_ASIDE_AFTER = re.compile(
    r",\s+(?:that's|it's|i'm|i think|i guess|you know|right|okay|ok|is that|isn't|or is|or not|so then"
    r"|if that's|let me|let's)\b.*$"
    r"|,?\s+(?:that|it)(?:'d| would| will) be (?:great|good|nice|helpful|appreciated|perfect)\b.*$"
    r"|,?\s+(?:i|we)(?:'d| would) (?:really |greatly )?appreciate (?:it|that)\b.*$",
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
    " me us him them yes no yeah okay well just very not am is are was were my your our their his her there"
    " here".split()
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
    if not (ANY_HEAD.search(body) or ORDER.match(body) or ERRAND.match(body)):
        return None
    acts = list(_acts(body, names))
    # "Send it to Bob?" asks whether.
    if not sentence.endswith("?") and (errand := _errand(body, names)):
        acts.append(errand)
    return max(acts, key=lambda act: act.score, default=None)


def _acts(body: str, names: Sequence[str]) -> Iterator[SpeechAct]:
    starts = clause_starts(body)
    joint = _joint(body, starts, names)
    begun = [start for start in starts if ANY_OF_RULES.match(body, start)]
    for kind, pattern, modal, weight in RULES if begun else ():
        if (match := _first_match(pattern, body, begun)) is None or (kind == "commitment" and joint):
            continue
        before, phrase = body[: match.start()], match["phrase"]
        score = _score(weight, kind, match["head"], phrase, match["action"], before)
        if score is None:
            continue
        if kind == "plan" and SUGGESTS.match(match["head"]) and _STEERING.match(phrase):
            continue
        phrase, actor = _trimmed(phrase), None
        if kind in ("request", "duty"):
            phrase, actor = split_addressed_after(phrase, names)
            actor = addressed_before(before, names) or actor
        if actor is None and ONLY_NAMED.match(match["head"]):
            continue
        yield SpeechAct(kind, match["head"], modal, phrase, actor, score, leading(before))
    others = (joint, _assignment(body, starts, names), _order(body, names), _gerund(body, starts, names))
    yield from filter(None, others)


def _assignment(body: str, starts: Sequence[int], names: Sequence[str]) -> SpeechAct | None:
    """Find "Vikram will prepare the demo"."""
    match, weight = _first_match(ROLE_ASSIGNMENT, body, starts), ROLE_WEIGHT
    if match is None and (match := _first_match(ASSIGNMENT, body, starts)):
        weight = _subject_weight(match["name"], names)
    if match is None or not weight:
        return None
    before, phrase, name = body[: match.start()], match["phrase"], match["name"]
    score = _score(weight, "assignment", match["head"], phrase, match["action"], before)
    if score is None:
        return None
    return SpeechAct(
        "assignment", match["head"], match["modal"], _trimmed(phrase), name, score, leading(before)
    )


def _joint(body: str, starts: Sequence[int], names: Sequence[str]) -> SpeechAct | None:
    """Find "Jane and I will look at it"."""
    match = _first_match(JOINT, body, starts)
    if match is None:
        return None
    partner, before, phrase = match["partner"] or match["other"], body[: match.start()], match["phrase"]
    if not (partner.lower() == "you" or partner in names or looks_like_name(partner)):
        return None
    score = _score(JOINT_WEIGHT, "commitment", match["head"], phrase, match["action"], before)
    if score is None:
        return None
    modal = "will" if match["modal"] == "'ll" else match["modal"]
    return SpeechAct(
        "commitment", match["head"], modal, _trimmed(phrase), None, score, leading(before), partner
    )


def _order(body: str, names: Sequence[str]) -> SpeechAct | None:
    """Find "Vikram send me the deck"."""
    match = ORDER.match(body)
    if match is None:
        return None
    name, phrase = match["name"], match["phrase"]
    is_known = name in names or is_hidden(name)
    if not is_known and (name.lower() not in first_names() or not looks_like_name(name)):
        return None
    if not match["comma"] and (match["verb"] in PAST_TOO | PASTS or match["verb"].endswith("ed")):
        return None
    # Most who are hidden are spoken of: "[PERSON_NAME] gave me a call".
    if is_hidden(name) and not match["comma"] and not ERRAND.match(phrase):
        return None
    score = _score(ORDER_WEIGHT, "request", "", phrase, match["action"], "")
    if score is None:
        return None
    return SpeechAct("request", "", "to", split_addressed_after(_trimmed(phrase), names)[0], name, score)


def _errand(body: str, names: Sequence[str]) -> SpeechAct | None:
    """Find "Book a room for Monday"."""
    match = ERRAND.match(body)
    if match is None:
        return None
    score = _score(ERRAND_WEIGHT, "request", "", match["phrase"], match["action"], "")
    if score is None:
        return None
    phrase, actor = split_addressed_after(_trimmed(match["phrase"]), names)
    return SpeechAct("request", "", "to", phrase, actor, score)


def _gerund(body: str, starts: Sequence[int], names: Sequence[str]) -> SpeechAct | None:
    """Find "Would you mind sending it" and "I'm sending it tomorrow"."""
    match, weight = _first_match(MIND, body, starts), MIND_WEIGHT
    asks = match is not None
    if match is None:
        match, weight = _first_match(ONGOING, body, starts), ONGOING_WEIGHT
    if match is None or (verb := base_of(match["verb"].lower())) is None:
        return None
    before, phrase = body[: match.start()], verb + match["rest"]
    score = _score(weight, "request", match["head"], phrase, phrase, before)
    if score is None:
        return None
    if not asks:
        phrase = _trimmed(match["phrase"])
        return SpeechAct("commitment", match["head"], "is", phrase, None, score, leading(before))
    phrase, actor = split_addressed_after(_trimmed(phrase), names)
    actor = addressed_before(before, names) or actor
    return SpeechAct("request", match["head"], "to", phrase, actor, score, leading(before))


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
    return _FULL_NAME_WEIGHT if " " in name or is_hidden(name) else _ONE_NAME_WEIGHT


def _score(weight: float, kind: ActKind, head: str, phrase: str, action: str, before: str) -> float | None:
    verb = action.split()[0].lower()
    worth = doing(verb, action)
    if kind != "commitment" or head.lower() == "let me":
        worth = None if at_hand(action) else worth
    if worth is None or verb in _NO_VERBS:
        return None
    words = words_of(_trimmed(phrase))
    if words[-1] in _UNFINISHED:
        return None
    score = weight + _DOING_WEIGHT * worth - 0.15 * (len(words) == 1) + 0.05 * (len(words) >= 4)
    score -= 0.4 * (words[1:2] != [] and not set(words[1:]) - _VAGUE)
    score -= 0.15 * ('"' in phrase)  # what somebody else might say
    score -= 0.15 * bool(_HEDGE.search(before) or _HEDGE.search(phrase))
    if kind != "request":
        score -= 0.15 * bool(_CONDITION.search(before))
    return min(max(score, 0.0), 0.98)
