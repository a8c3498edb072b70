"""Call score: how well a conversation went, by six stated criteria that anybody can check.

Every criterion is arithmetic over times, insights and sentiment and gives 0 to 100; the score is their mean.
What cannot be judged (balance, where nobody knows who spoke) is left out. docs/call-score.md states the
criteria for people: keep both alike.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from earwitness.conversation.insight import Insight
from earwitness.conversation.message import Message
from earwitness.insights.analytics import Analytics, analyse
from earwitness.insights.sentiment import NEUTRAL_BAND, sentiment_of_message

_GOOD_PACE_WPM = (110.0, 180.0)
_LIMITS_OF_PACE_WPM = (50.0, 250.0)
_FREE_EXCESS, _WORST_EXCESS = 0.3, 0.9
"""Talk of the one who talks most, over a fair share: of two people, 65 % is fine and 95 % is worst."""
_FREE_OVERLAP_PERCENT, _WORST_OVERLAP_PERCENT = 5.0, 30.0
_FREE_TURN_S, _WORST_TURN_S = 120.0, 300.0
_TURN_GAP_S = 8.0
_LONG_TURN_COST = 50.0
_ANSWER_WITHIN = 3
"""Messages after a question in which its answer is looked for."""
_FAIR = 60.0
"""From this score on a criterion is praised, below it gets advice."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that a call is judged by."""

    name: str
    score: float
    """0 to 100."""
    summary: str
    """What was measured."""
    praise: str = ""
    advice: str = ""


@dataclass(frozen=True, slots=True)
class CallScore:
    """How well a conversation went."""

    score: float
    """0 to 100, the mean of the criteria; 0 where nothing was said."""
    summary: str
    criteria: tuple[Criterion, ...]


def score_call(messages: Sequence[Message], insights: Sequence[Insight], length_s: float) -> CallScore:
    """Judge a conversation.

    Args:
        messages: all of it, in order of speech.
        insights: questions, action items and follow-ups; those that are worth reading count.
        length_s: of the conversation.
    """
    if not messages:
        return CallScore(0.0, "Nothing was said, so there is nothing to judge.", ())
    figures = analyse(messages, length_s)
    insights = [insight for insight in insights if insight.is_worth_reading]
    criteria = tuple(
        criterion
        for criterion in (
            _talk_balance(figures),
            _listening(figures, messages),
            _pace(figures),
            _question_handling(messages, insights),
            _sentiment(messages),
            _forward_motion(insights),
        )
        if criterion is not None
    )
    score = round(sum(criterion.score for criterion in criteria) / len(criteria), 1)
    return CallScore(score, _told(score, criteria), criteria)


def _told(score: float, criteria: Sequence[Criterion]) -> str:
    best = max(criteria, key=lambda criterion: criterion.score)
    weakest = min(criteria, key=lambda criterion: criterion.score)
    told = f"The call scores {score:.0f} of 100."
    if best.score >= _FAIR:
        told += f" Its strength is {best.name.lower()}: {_lowered(best.summary)}"
    if weakest.score < _FAIR:
        told += f" Its weak point is {weakest.name.lower()}: {_lowered(weakest.summary)}"
    return told


def _lowered(text: str) -> str:
    """Lower the first letter, unless a name begins there."""
    starts = ("The ", "Nobody ", "No ")
    return text[0].lower() + text[1:] if text.startswith(starts) else text


def _judged(name: str, score: float, summary: str, praise: str, advice: str) -> Criterion:
    score = round(min(max(score, 0.0), 100.0), 1)
    return Criterion(
        name, score, summary, praise if score >= _FAIR else "", advice if score < 100 and advice else ""
    )


def _falling(value: float, free: float, worst: float) -> float:
    """Return 100 up to `free`, 0 from `worst` on, and a straight line between."""
    return 100 * (1 - min(max((value - free) / (worst - free), 0.0), 1.0))


def _talk_balance(figures: Analytics) -> Criterion | None:
    shares = [(one.talk.seconds, one.member.name) for one in figures.members]
    total = sum(seconds for seconds, _ in shares)
    if not shares or total <= 0:
        return None
    most, name = max(shares)
    share, fair = most / total, 1 / max(len(shares), 2)
    return _judged(
        "Talk balance",
        _falling((share - fair) / (1 - fair), _FREE_EXCESS, _WORST_EXCESS),
        f"{name} spoke {share:.0%} of the time, of {_people(len(shares))} who spoke.",
        "Everybody had room to speak.",
        f"{name} could leave the others more room, or ask them.",
    )


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"


def _listening(figures: Analytics, messages: Sequence[Message]) -> Criterion | None:
    if not figures.members:
        return None
    longest_s, name = max(_turns(messages), default=(0.0, ""))
    cost = _LONG_TURN_COST * (1 - _falling(longest_s, _FREE_TURN_S, _WORST_TURN_S) / 100)
    overlap = figures.overlap.percent
    return _judged(
        "Listening",
        _falling(overlap, _FREE_OVERLAP_PERCENT, _WORST_OVERLAP_PERCENT) - cost,
        f"Two or more spoke at once in {overlap:.0f} % of the talk; the longest turn, {name}'s, "
        f"took {longest_s:.0f} s.",
        "People let one another finish.",
        f"{name} could pause sooner." if cost else "People could let one another finish.",
    )


def _turns(messages: Iterable[Message]) -> Iterator[tuple[float, str]]:
    """Yield length and speaker of what one person said without another or a long pause between."""
    speaker: str | None = None
    name = ""
    start_s = end_s = 0.0
    for message in messages:
        if message.speaker is None:
            continue
        if message.speaker.id != speaker or message.start_s - end_s > _TURN_GAP_S:
            if speaker is not None:
                yield end_s - start_s, name
            speaker, name, start_s = message.speaker.id, message.speaker.name, message.start_s
        end_s = max(end_s, message.end_s)
    if speaker is not None:
        yield end_s - start_s, name


def _pace(figures: Analytics) -> Criterion | None:
    spoken = [(one.pace_wpm, one.talk.seconds) for one in figures.members if one.talk.seconds > 0]
    if not spoken:
        return None
    pace = sum(wpm * seconds for wpm, seconds in spoken) / sum(seconds for _, seconds in spoken)
    slow, fast = _GOOD_PACE_WPM
    slowest, fastest = _LIMITS_OF_PACE_WPM
    return _judged(
        "Pace",
        min(_falling(-pace, -slow, -slowest), _falling(pace, fast, fastest)),
        f"The speakers' pace was {pace:.0f} words a minute.",
        "The pace is easy to follow.",
        "Slower speech would be easier to follow." if pace > fast else "The speech could be more fluent.",
    )


def _question_handling(messages: Sequence[Message], insights: Sequence[Insight]) -> Criterion:
    asked = {
        message_id for insight in insights if insight.kind == "question" for message_id in insight.message_ids
    }
    places = [place for place, message in enumerate(messages) if message.id in asked]
    if not places:
        return Criterion(
            "Question handling", 50.0, "Nobody asked a question.", advice="Questions would show interest."
        )
    open_questions = [place for place in places if not _answered(messages, place, asked)]
    answered = len(places) - len(open_questions)
    left = f', such as "{messages[open_questions[0]].text}"' if open_questions else ""
    return _judged(
        "Question handling",
        100 * answered / len(places),
        f"{answered} of {len(places)} questions got an answer.",
        "Questions were answered.",
        f"Questions were left open{left}" if open_questions else "",
    )


def _answered(messages: Sequence[Message], place: int, asked: set[str]) -> bool:
    """Say whether somebody else tells something soon after a question."""
    speaker = messages[place].speaker
    return any(
        later.id not in asked and (speaker is None or later.speaker is None or later.speaker.id != speaker.id)
        for later in messages[place + 1 : place + 1 + _ANSWER_WITHIN]
    )


def _sentiment(messages: Sequence[Message]) -> Criterion:
    felt = [sentiment_of_message(message).polarity for message in messages]
    good = sum(polarity > NEUTRAL_BAND for polarity in felt)
    bad = sum(polarity < -NEUTRAL_BAND for polarity in felt)
    return _judged(
        "Sentiment",
        # One neutral message on either side keeps a single word from deciding a short call.
        100 * (good + 1) / (good + bad + 2),
        f"{good} of {len(felt)} messages sound positive and {bad} negative.",
        "The tone was friendly.",
        "The negative messages are worth a second look." if bad else "",
    )


def _forward_motion(insights: Sequence[Insight]) -> Criterion:
    tasks = [insight for insight in insights if insight.kind != "question"]
    if not tasks:
        return Criterion(
            "Forward motion", 0.0, "No next step was agreed.", advice="Agree who does what, by when."
        )
    owned = sum(task.assignee is not None for task in tasks)
    dated = sum(task.due_by is not None for task in tasks)
    steps = "1 next step was" if len(tasks) == 1 else f"{len(tasks)} next steps were"
    return _judged(
        "Forward motion",
        50 + 25 * owned / len(tasks) + 25 * dated / len(tasks),
        f"{steps} agreed: {owned} with somebody to do it, {dated} with a date.",
        "The call leads on.",
        "Give each next step somebody to do it and a date.",
    )
