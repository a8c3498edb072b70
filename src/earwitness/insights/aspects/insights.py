"""Questions, action items and follow-ups, sentence by sentence, and what later words make of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from earwitness.conversation.events import Understood
from earwitness.conversation.insight import Insight
from earwitness.conversation.member import Member
from earwitness.insights.acts.action_items import ActionItem, find_action_item
from earwitness.insights.acts.questions import (
    NOT_SHOWN,
    WITHIN_TALK,
    ending_of,
    find_question,
    is_marked,
    said_before,
)
from earwitness.insights.acts.settling import Turn, settle
from earwitness.insights.acts.tag_questions import Following, has_tag, is_answer
from earwitness.insights.acts.taking_back import reply_in
from earwitness.insights.aspects.sparing import sparing
from earwitness.insights.seams import Found, Setting
from earwitness.insights.talk import Heard, People, Talk

_LATELY = 40
"""Messages that tell how a talk is written."""
_LOOKED_BACK = 3
"""Messages before one that what its speaker said is looked for in."""

_Standing = tuple[People, str | None, str | None]
"""As whom people are known, and the ids of the messages before and after."""


class InsightAspect:
    """Finds insights in each message and settles them with each other; see `Aspect`."""

    def __init__(self, setting: Setting) -> None:
        """Begin with nothing heard."""
        self._turns: dict[str, Turn] = {}
        """By message id: those that have insights, or words about earlier ones."""
        self._seen: dict[str, _Standing] = {}
        """By message id: as whom people were known, and which message came next, when it was looked at."""
        self._settled: tuple[Insight, ...] = ()

    def follow(self, talk: Talk, fresh: Sequence[Heard]) -> Found:
        """See `Aspect.follow`; where people changed, what was found before is found anew.

        So are messages right before that end in a tag: who goes on tells whether they ask.
        """
        stale = [talk.heard[talk.place(key)] for key in self._turns if self._seen[key][0] is not talk.people]
        before = [talk.heard[at - 1] for one in fresh if (at := talk.place(one.message.id)) > 0]
        before = [one for one in before if one.sentences and has_tag(one.sentences[-1])]
        if self._look(talk, {one.message.id: one for one in (*stale, *before, *fresh)}.values()):
            self._settle(talk)
        return Found(insights=self._settled)

    def conclude(self, talk: Talk, so_far: Understood) -> Understood:
        """See `Aspect.conclude`; every message is looked at as people are known now, and in its place."""
        self._look(
            talk, [one for one in talk.heard if self._seen.get(one.message.id) != _standing(one, talk)]
        )
        self._settle(talk)
        return replace(so_far, insights=self._settled)

    def _look(self, talk: Talk, heard: Iterable[Heard]) -> bool:
        """Look at messages; False where nothing changed."""
        changed = False
        for one in heard:
            key = one.message.id
            self._seen[key] = _standing(one, talk)
            with sparing("insights", key):
                turn = _turn(one, talk)
                if turn:
                    changed |= self._turns.get(key) != turn
                    self._turns[key] = turn
                else:
                    changed |= self._turns.pop(key, None) is not None
        return changed

    def _settle(self, talk: Talk) -> None:
        turns = [replace(turn, place=talk.place(key)) for key, turn in self._turns.items()]
        settled = settle(sorted(turns, key=lambda turn: turn.start_s))
        before = {insight.id: insight for insight in self._settled}
        # What is equal stays the same object, which is what others compare first.
        self._settled = tuple(before[one.id] if before.get(one.id) == one else one for one in settled)


def _standing(heard: Heard, talk: Talk) -> _Standing:
    """Return what a message is understood by besides its words."""
    place, after = talk.place(heard.message.id), _next(heard, talk)
    before = talk.heard[place - 1].message.id if place else None
    return talk.people, before, after.message.id if after is not None else None


def _next(heard: Heard, talk: Talk) -> Heard | None:
    after = talk.place(heard.message.id) + 1
    return talk.heard[after] if after < len(talk.heard) else None


def _turn(heard: Heard, talk: Talk) -> Turn:
    message = heard.message
    replies = filter(None, map(reply_in, heard.sentences))
    return Turn(
        place=talk.place(message.id),
        message_id=message.id,
        start_s=message.start_s,
        speaker=talk.people.now(message.speaker),
        insights=tuple(_insights_of(heard, talk)),
        reply=next(replies, None),
    )


def _insights_of(heard: Heard, talk: Talk) -> Iterator[Insight]:
    people, message = talk.people, heard.message
    speaker = people.now(message.speaker)
    said_at = people.local_time(message)
    spoken, marked = _is_spoken(heard, talk), _is_marked(heard, talk)
    for number, sentence in enumerate(heard.sentences):
        item = find_action_item(sentence, speaker, people.members, said_at, spoken)
        is_last = number == len(heard.sentences) - 1
        ending = ending_of(sentence, message.text, is_last, marked)
        most = 1.0
        if item is not None and item.score >= people.threshold:
            key = talk.id("action", message.id, str(number))
            yield _action(key, item, message.id, speaker)
            if ending == "stated":
                continue
            # Whoever reads the list of actions need not read a request twice; a proposal asks nothing.
            if not item.as_said:
                most = WITHIN_TALK if item.asks else NOT_SHOWN
        said = said_before(_speaker_id(heard), _latest(heard, number, talk))
        following = _following(heard, talk) if is_last else "its speaker"
        question = find_question(sentence, ending, said, following)
        if question is None:
            continue
        score = min(question.score, most)
        if score >= people.threshold:
            key = talk.id("question", message.id, str(number))
            yield Insight(key, "question", question.text, score, (message.id,), speaker)


def _is_spoken(heard: Heard, talk: Talk) -> bool:
    """Say whether a message was heard, or is of a transcript of talk: such have hesitations in them."""
    return heard.message.utterance_id is not None or any(one.hesitates for one in _lately(heard, talk))


def _is_marked(heard: Heard, talk: Talk) -> bool:
    """Say whether the talk has punctuation."""
    return any(is_marked(one.message.text) for one in _lately(heard, talk))


def _lately(heard: Heard, talk: Talk) -> Iterator[Heard]:
    """Yield a message and those before it, the latest first."""
    place = talk.place(heard.message.id)
    return (talk.heard[at] for at in range(place, max(place - _LATELY, -1), -1))


def _following(heard: Heard, talk: Talk) -> Following:
    """Return what comes after a message."""
    after, speaker = _next(heard, talk), _speaker_id(heard)
    if after is None or speaker is None:
        return "nothing"
    if _speaker_id(after) == speaker:
        return "its speaker"
    return "an answer" if is_answer(after.message.text) else "something else"


def _latest(heard: Heard, number: int, talk: Talk) -> Iterator[tuple[str | None, str]]:
    """Yield the sentences before one of a message, with their speakers, the latest first."""
    place = talk.place(heard.message.id)
    yield from ((_speaker_id(heard), sentence) for sentence in reversed(heard.sentences[:number]))
    for earlier in reversed(talk.heard[max(place - _LOOKED_BACK, 0) : place]):
        yield from ((_speaker_id(earlier), sentence) for sentence in reversed(earlier.sentences))


def _speaker_id(heard: Heard) -> str | None:
    return heard.message.speaker.id if heard.message.speaker else None


def _action(key: str, item: ActionItem, message_id: str, speaker: Member | None) -> Insight:
    return Insight(
        id=key,
        kind="follow_up" if item.follow_up else "action_item",
        text=item.text,
        score=item.score,
        message_ids=(message_id,),
        speaker=speaker,
        assignee=item.assignee,
        due_by=item.due_by,
        spans=item.spans,
        phrases=(item.phrase,),
    )
