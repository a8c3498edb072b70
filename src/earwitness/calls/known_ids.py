"""Ids that stay: what is found anew in the same place is what it was before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from earwitness.conversation.insight import Insight, SummaryItem, Topic


def known_insights(found: Sequence[Insight], before: Sequence[Insight]) -> Iterator[Insight]:
    """Give insights the ids of those of their kind that were found before in the same message."""
    ids = {(one.kind, message_id): one.id for one in before for message_id in one.message_ids}
    taken: set[str] = set()
    for insight in found:
        keys = ((insight.kind, message_id) for message_id in insight.message_ids)
        known = next((ids[key] for key in keys if key in ids), None)
        if known is not None and known not in taken:
            taken.add(known)
            insight = replace(insight, id=known)
        yield insight


def known_topics(found: Sequence[Topic], before: Sequence[Topic]) -> Iterator[Topic]:
    """Give topics the ids of those of their text that were found before."""
    ids = {topic.text.casefold(): topic.id for topic in before}
    for topic in found:
        known = ids.get(topic.text.casefold())
        yield topic if known is None else replace(topic, id=known)


def known_items(found: Sequence[SummaryItem], before: Sequence[SummaryItem]) -> Iterator[SummaryItem]:
    """Give sentences the ids of those that rested on the same messages before."""
    ids: Mapping[tuple[str, ...], str] = {item.message_ids: item.id for item in before}
    taken: set[str] = set()
    for item in found:
        known = ids.get(item.message_ids)
        if known is not None and known not in taken:
            taken.add(known)
            item = replace(item, id=known)
        yield item
