"""The summary: sentences chosen from the whole and reported as their speakers' words."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from earwitness.conversation.events import Understood
from earwitness.conversation.insight import Insight, SummaryItem
from earwitness.insights.seams import Found, Setting
from earwitness.insights.summary.summary import Spoken, summarise
from earwitness.insights.talk import Heard, Talk

_NOTHING = Found()


class SummaryAspect:
    """Chooses and words the summary in the end; see `Aspect`. It tells requests as the action items do."""

    def __init__(self, setting: Setting) -> None:
        """Begin with nothing heard."""

    def follow(self, talk: Talk, fresh: Sequence[Heard]) -> Found:
        """Return nothing: there is no live summary."""
        return _NOTHING

    def conclude(self, talk: Talk, so_far: Understood) -> Understood:
        """See `Aspect.conclude`; the insights must be there already."""
        to_do = {
            key: insight
            for insight in so_far.insights
            if insight.kind != "question" and insight.is_worth_reading
            for key in insight.message_ids
        }
        return replace(so_far, summary=tuple(_summary(talk, to_do)))


def _summary(talk: Talk, to_do: Mapping[str, Insight]) -> list[SummaryItem]:
    """Choose and word the summary; `to_do` holds the action items by the ids of their messages."""
    spoken: list[Spoken] = []
    for heard in talk.heard:
        speaker = talk.people.now(heard.message.speaker)
        name = speaker.name if speaker else None
        key = heard.message.id
        told = _told(to_do.get(key)) if len(heard.sentences) == 1 else None
        spoken.extend(Spoken(sentence, name, key, key in to_do, told) for sentence in heard.sentences)
    return [
        SummaryItem(talk.id("summary", *one.message_ids, one.text), one.text, one.message_ids)
        for one in summarise(spoken)
    ]


def _told(item: Insight | None) -> str | None:
    """Tell a promise as it is, and a request as one: "Anna asked Vikram to send the deck."."""
    if item is None or item.speaker is None or item.assignee is None:
        return None
    if item.speaker == item.assignee:
        return item.text if item.text.startswith(f"{item.speaker.name} ") else None
    request = f"{item.assignee.name} to "
    return f"{item.speaker.name} asked {item.text}" if item.text.startswith(request) else None
