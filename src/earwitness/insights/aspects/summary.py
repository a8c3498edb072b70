"""The summary: sentences chosen from the whole and reported as their speakers' words."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from earwitness.conversation.events import Understood
from earwitness.conversation.insight import Insight, SummaryItem
from earwitness.insights.common_words import common_words
from earwitness.insights.reporting import report
from earwitness.insights.seams import Found, Setting
from earwitness.insights.summary import Spoken, choose
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
            if insight.kind != "question"
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
        spoken.extend(Spoken(sentence, name, key, key in to_do) for sentence in heard.sentences)
    lowered = common_words().union(*(one.text.split()[1:] for one in spoken))
    items = []
    last_speaker = None
    for one in choose(spoken):
        again = one.speaker is not None and one.speaker == last_speaker
        text = _asked(to_do.get(one.message_id)) or report(one.text, one.speaker, lowered, again)
        items.append(SummaryItem(talk.id("summary", one.message_id, one.text), text, (one.message_id,)))
        last_speaker = one.speaker
    return items


def _asked(item: Insight | None) -> str | None:
    """Tell a request as one: Anna's "Vikram to send the deck." → "Anna asked Vikram to send the deck."."""
    if item is None or item.speaker is None or item.assignee is None or item.speaker == item.assignee:
        return None
    request = f"{item.assignee.name} to "
    return f"{item.speaker.name} asked {item.text}" if item.text.startswith(request) else None
