"""A few messages in indirect speech, where too little is said to choose from."""

import re
from collections.abc import Iterable

from earwitness.conversation.ids import stable_id
from earwitness.conversation.insight import SummaryItem
from earwitness.conversation.message import Message
from earwitness.insights.acts.questions import asks
from earwitness.insights.english.common_words import common_words
from earwitness.insights.english.sentences import cleaned_sentences
from earwitness.insights.summary.orders import asks_or_orders
from earwitness.insights.summary.reporting import report

_COURTESY = re.compile(
    r"(?:hi|hello|hey|good (?:morning|afternoon|evening|night)|thanks?|thank you|please|sorry|welcome|bye"
    r"|goodbye|have a (?:nice|good|great))\b",
    re.IGNORECASE,
)
MOST = 5
"""Sentences; of more, those that come first say what it is about."""


def told(messages: Iterable[Message]) -> tuple[SummaryItem, ...]:
    """Tell who said what, a sentence after the other."""
    items: list[SummaryItem] = []
    last_speaker = None
    for message in messages:
        speaker = message.speaker.name if message.speaker else None
        for sentence in cleaned_sentences(message.text):
            again = speaker is not None and speaker == last_speaker
            text = told_sentence(sentence, speaker, again=again)
            items.append(SummaryItem(stable_id(message.id, text), text, (message.id,)))
            last_speaker = speaker
            if len(items) == MOST:
                return tuple(items)
    return tuple(items)


def told_sentence(sentence: str, speaker: str | None, *, again: bool = False) -> str:
    """Tell who said a clean sentence; questions, orders and courtesies keep their words."""
    if speaker is not None and asks(sentence):
        return f"{speaker} asked: “{sentence}”"
    if speaker is not None and (_COURTESY.match(sentence) or asks_or_orders(sentence)):
        return f"{speaker} said: “{sentence}”"
    return report(sentence, speaker, common_words(), again)
