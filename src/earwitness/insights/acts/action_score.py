"""How surely a sentence makes somebody do something, by a linear model over its wording and its act."""

from earwitness.insights.acts.speech_acts import SpeechAct
from earwitness.insights.english.marks import without_marks
from earwitness.insights.english.ngrams import features
from earwitness.insights.english.sentences import words_of
from earwitness.insights.linear import load_model

_DATED_BONUS = 0.1
_RULES_SHARE = 0.7


def action_score(sentence: str, act: SpeechAct | None, dated: bool, spoken: bool) -> float:
    """Return the probability that a sentence makes somebody do something, 0 to 1.

    Args:
        sentence: one clean sentence.
        act: the speech act that rules found in it.
        dated: it names a date or time that lies ahead.
        spoken: it was spoken, not written.
    """
    chance = load_model("actions").probability(action_features(sentence, act, dated))
    return chance if act is None else with_rules(chance, act, dated, spoken)


def with_rules(chance: float, act: SpeechAct, dated: bool, spoken: bool) -> float:
    """Return the probability of a sentence in which rules see an act.

    The model alone may be surer of what is written; that is what it has learnt from.
    """
    ruled = min(act.score + _DATED_BONUS * dated, 0.98)
    both = _RULES_SHARE * ruled + (1 - _RULES_SHARE) * chance
    return both if spoken else max(both, chance)


def action_features(sentence: str, act: SpeechAct | None, dated: bool) -> set[str]:
    """Return what the model looks at."""
    found = set(features(without_marks(sentence)))
    if dated:
        found.add("dated")
    if act is None:
        return found | {"no act"}
    verb = (words_of(act.phrase) or [""])[0]
    found |= {
        f"act {act.kind}",
        f"act head {act.head.lower()}",
        f"act verb {verb}",
        f"act {act.kind} {verb}",
        f"act length {min(len(words_of(act.phrase)), 8)}",
    }
    found |= {f"act at least {tenth}" for tenth in range(1, int(act.score * 10) + 1)}
    if act.actor:
        found.add("act named")
    if act.condition:
        found.add("act on condition")
    return found
