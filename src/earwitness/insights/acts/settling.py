"""What later words make of insights: what is said again is one, what is taken back goes, duties change hands.

It looks at all of a conversation's turns each time, so that what is shown live is what the final look gives.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from earwitness.conversation.insight import Insight
from earwitness.conversation.member import Member
from earwitness.insights.acts.taking_back import Reply, is_vague
from earwitness.insights.acts.taking_over import taken_over
from earwitness.insights.english.content import content_of

_REPLY_MESSAGES = 4
_REPLY_S = 45.0
"""How soon after an item words without an object ("never mind") can be about it."""
_ABOUT = 0.6
"""Share of the content words that name a thing which have to be in the item that it is taken for."""
_REPEAT_MESSAGES = 25
"""How soon the same duty in other words is one, where one wording holds all content words of the other."""
_FEWEST_SHARED = 3


@dataclass(frozen=True, slots=True)
class Turn:
    """A message that has insights, or says something about earlier ones."""

    place: int
    """Which message of the conversation it is."""
    message_id: str
    start_s: float
    speaker: Member | None
    """Under the present name."""
    insights: tuple[Insight, ...]
    reply: Reply | None = None

    def __bool__(self) -> bool:
        return bool(self.insights or self.reply)


@dataclass(slots=True)
class _Item:
    """An insight as it stands, and where it was said last."""

    insight: Insight
    place: int
    end_s: float
    content: frozenset[str]
    is_gone: bool = False

    @property
    def is_duty(self) -> bool:
        return self.insight.kind != "question"


def settle(turns: Sequence[Turn]) -> list[Insight]:
    """Return the insights of a conversation as they stand, in the order in which they were said first.

    Args:
        turns: in the order of speech.
    """
    standing = _Standing()
    for turn in turns:
        own = turn.insights
        if turn.reply is not None:
            standing.answer(turn, turn.reply)
            own = tuple(one for one in own if not _points_back(one))
        for insight in own:
            standing.add(insight, turn)
    return standing.insights()


def _points_back(insight: Insight) -> bool:
    return insight.kind != "question" and any(map(is_vague, insight.phrases))


class _Standing:
    def __init__(self) -> None:
        self._items: list[_Item] = []
        self._by_text: dict[tuple[str, str], _Item] = {}
        self._by_content: dict[tuple[str | None, frozenset[str]], _Item] = {}

    def insights(self) -> list[Insight]:
        return [item.insight for item in self._items if not item.is_gone]

    def add(self, insight: Insight, turn: Turn) -> None:
        """Take an insight, or fold it into one that says the same: that cites its message too."""
        content = content_of(" ".join(insight.phrases) if insight.phrases else insight.text)
        first = self._same(insight, content, turn.place)
        if first is not None:
            first.insight = _folded(first.insight, insight, wins=len(content) > len(first.content))
            first.content |= content
            first.place, first.end_s = turn.place, turn.start_s
        else:
            first = _Item(insight, turn.place, turn.start_s, content)
            self._items.append(first)
        self._by_text[insight.kind, insight.text.casefold()] = first
        if content and first.is_duty:
            self._by_content[_whose(insight), content] = first

    def answer(self, turn: Turn, reply: Reply) -> None:
        """Let words about an earlier item take effect."""
        item = self._meant(turn, reply)
        if item is None:
            return
        actor = turn.speaker
        is_same = (
            actor is not None and item.insight.assignee is not None and item.insight.assignee.id == actor.id
        )
        if reply.takes_over and (reply.instead or item.insight.assignee is None):
            if not is_same:
                item.insight = taken_over(item.insight, actor, turn.message_id)
        elif reply.takes_back:
            item.is_gone = True
            for one in self._items:
                # The question that asked for it goes as well.
                one.is_gone |= one.place == item.place and not one.is_duty and item.content <= one.content

    def _meant(self, turn: Turn, reply: Reply) -> _Item | None:
        """Return the item that a reply is about, the latest that it can be."""
        for item in sorted(self._items, key=lambda item: item.place, reverse=True):
            if item.is_gone or not item.is_duty or item.place == turn.place:
                continue
            if reply.thing:
                if len(reply.thing & item.content) >= max(
                    _ABOUT * len(reply.thing), min(2, len(item.content))
                ):
                    return item
            elif (
                item.insight.is_worth_reading
                and turn.place - item.place <= _REPLY_MESSAGES
                and turn.start_s - item.end_s <= _REPLY_S
            ):
                return item
        return None

    def _same(self, insight: Insight, content: frozenset[str], place: int) -> _Item | None:
        found = self._by_text.get((insight.kind, insight.text.casefold()))
        if found is None and content and insight.kind != "question":
            found = self._by_content.get((_whose(insight), content)) or self._reworded(
                insight, content, place
            )
        if found is None or found.is_gone or not _can_be_one(found.insight, insight):
            return None
        return found

    def _reworded(self, insight: Insight, content: frozenset[str], place: int) -> _Item | None:
        for item in reversed(self._items):
            if place - item.place > _REPEAT_MESSAGES:
                continue
            shared = item.content & content
            if (
                item.is_duty
                and not item.is_gone
                and len(shared) >= _FEWEST_SHARED
                and len(shared) == min(len(item.content), len(content))
                and _whose(item.insight) == _whose(insight)
            ):
                return item
        return None


def _whose(insight: Insight) -> str | None:
    return insight.assignee.id if insight.assignee is not None else None


def _can_be_one(first: Insight, again: Insight) -> bool:
    """What is due at two times is two things."""
    if (first.kind == "question") != (again.kind == "question"):
        return False
    return first.due_by is None or again.due_by is None or first.due_by == again.due_by


def _folded(first: Insight, again: Insight, *, wins: bool) -> Insight:
    """Return the first, which cites the other's messages too; the wording that says more is kept."""
    worded = again if (wins and first.due_by is None) or (again.due_by and not first.due_by) else first
    message_ids = tuple(dict.fromkeys(first.message_ids + again.message_ids))
    return replace(
        worded,
        id=first.id,
        message_ids=message_ids,
        score=max(first.score, again.score),
        speaker=first.speaker,
    )
