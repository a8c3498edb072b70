"""Comprehensive action items: what has to be done together with what led to it.

Items that one member takes over in a breath are one; before them stands what they answer or take up: the
sentence a little earlier that shares most content words with them, or, where they only say "it" or "that",
the one right before. Items that already tell what was asked for ("Bo will send the plan", who had said "I can
do that") need none.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from earwitness.conversation.insight import Insight, TextSpan
from earwitness.conversation.message import Message
from earwitness.insights.english.common_words import common_words
from earwitness.insights.english.sentences import cleaned_sentences, words_of
from earwitness.insights.summary.excerpt import told_sentence

_LOOKS_BACK = 4
"""Messages before the first one of an item."""
_LOOKS_BACK_S = 60.0
_FEWEST_WORDS = 4
"""Shorter messages ("Yes, sure.") explain nothing."""
_ANAPHOR = re.compile(
    r"\b(?:it|this|these|those|them|they|there|him|her(?! \w)|one(?! of)"
    r"|(?:that|so)(?=[.,;!?]|$| (?:and|but|by|to|for|at|on|in|with|as|now|too|today|tomorrow|tonight"
    r"|before|after|next|right|later)\b))\b",
    re.IGNORECASE,
)
"""Words that stand for what was said before; "that" and "so" may only tie clauses."""
_THING = re.compile(r"(?:\b(?:an?|the|my|our|your|their|his|its|some|every|each)|\w's) \w", re.IGNORECASE)
_UNNAMED = 0.5
"""How much a word weighs that may stand for what was said right before, against a shared word's 1."""


def comprehensive(insights: Sequence[Insight], messages: Sequence[Message]) -> list[Insight]:
    """Return the action items with their context, each with all messages it was made of.

    Args:
        insights: of all kinds; only action items that are worth reading count.
        messages: in the order of speech.
    """
    places = {message.id: place for place, message in enumerate(messages)}
    items = [one for one in insights if one.kind == "action_item" and one.is_worth_reading]
    known = [one for one in items if any(key in places for key in one.message_ids)]
    known.sort(key=lambda one: _first(one, places))
    rest = [one for one in items if one not in known]
    return [_with_context(group, messages, places) for group in _groups(known, places)] + rest


def _first(insight: Insight, places: dict[str, int]) -> int:
    return min(places[key] for key in insight.message_ids if key in places)


def _groups(items: Sequence[Insight], places: dict[str, int]) -> Iterator[list[Insight]]:
    group: list[Insight] = []
    for item in items:
        if group and not _goes_on(group[-1], item, places):
            yield group
            group = []
        group.append(item)
    if group:
        yield group


def _goes_on(last: Insight, item: Insight, places: dict[str, int]) -> bool:
    near = _first(item, places) - _first(last, places) <= 1
    return near and last.assignee == item.assignee and last.speaker == item.speaker


def _joined(group: Sequence[Insight]) -> Insight:
    """Return several items as one, which is the first with more to say."""
    text = ""
    spans: list[TextSpan] = []
    for item in group:
        text += " " if text else ""
        spans += [replace(span, offset=span.offset + len(text)) for span in item.spans]
        text += item.text
    return replace(
        group[0],
        text=text,
        spans=tuple(spans),
        score=max(item.score for item in group),
        message_ids=tuple(dict.fromkeys(key for item in group for key in item.message_ids)),
        phrases=tuple(dict.fromkeys(phrase for item in group for phrase in item.phrases)),
        due_by=next((item.due_by for item in group if item.due_by), None),
        definitive=all(item.definitive for item in group),
    )


def _with_context(group: Sequence[Insight], messages: Sequence[Message], places: dict[str, int]) -> Insight:
    item = _joined(group)
    context = _context(group[0], messages, _first(item, places), item.message_ids)
    if context is None:
        return item
    message, sentence = context
    said = told_sentence(sentence, message.speaker.name if message.speaker else None)
    return replace(
        item,
        text=f"{said} {item.text}",
        spans=tuple(replace(span, offset=span.offset + len(said) + 1) for span in item.spans),
        message_ids=(message.id, *item.message_ids),
    )


def _context(
    item: Insight, messages: Sequence[Message], first: int, own: Sequence[str]
) -> tuple[Message, str] | None:
    """Return the message and its sentence that the item takes up, if it does any."""
    leans = _leans(item.text)
    if len(item.message_ids) > 1 and not leans:
        return None
    before = [
        (message, sentence)
        for message in messages[max(first - _LOOKS_BACK, 0) : first]
        if message.id not in own and messages[first].start_s - message.end_s <= _LOOKS_BACK_S
        for sentence in cleaned_sentences(message.text)
    ]
    names = (person.name for person in (item.speaker, item.assignee) if person is not None)
    wanted = _content_words(item.text).difference(*map(words_of, names))
    weights = [
        float(len(wanted & _content_words(sentence))) if len(words_of(sentence)) >= _FEWEST_WORDS else 0.0
        for _, sentence in before
    ]
    if before and len(words_of(before[-1][0].text)) >= _FEWEST_WORDS and leans:
        weights[-1] += _UNNAMED
    best = max(weights, default=0.0)
    if not best:
        return None
    return next(
        said for said, weight in zip(reversed(before), reversed(weights), strict=True) if weight == best
    )


def _leans(text: str) -> bool:
    """Say whether a word stands for something that the item does not name before it."""
    found = _ANAPHOR.search(text)
    return found is not None and not _THING.search(text, 0, found.start())


def _content_words(text: str) -> set[str]:
    return {word for word in words_of(text) if len(word) > 2 and word not in common_words()}
