"""An action item of who does it after all: "Vikram to send me the deck." → "Anna will send the deck."."""

import re
from dataclasses import replace

from earwitness.conversation.insight import Insight, TextSpan
from earwitness.conversation.member import Member
from earwitness.insights.english.sentences import capitalise

_I = re.compile(r"(?<![\w'])(?:i|me)(?![\w'])", re.IGNORECASE)
_MY = re.compile(r"(?<![\w'])my(?![\w'])", re.IGNORECASE)
_YOU = re.compile(r"(?<![\w'])you(?![\w'])", re.IGNORECASE)
_YOUR = re.compile(r"(?<![\w'])your(?![\w'])", re.IGNORECASE)
_SPACES = re.compile(r"\s{2,}")


def taken_over(insight: Insight, actor: Member | None, message_id: str) -> Insight:
    """Return the item as `actor`'s, who said so in a later message; None: nobody knows whose voice it was."""
    phrase = insight.phrases[0] if insight.phrases else insight.text.rstrip(" .?!")
    phrase = _told(phrase, insight, actor)
    text = capitalise(phrase) if actor is None else f"{actor.name} will {phrase}"
    text = text.rstrip(" .?!") + "."
    spans = [] if actor is None else [TextSpan("person", actor.name, 0, actor.name)]
    for span in insight.spans:
        if span.kind != "person" and (at := text.find(span.text)) >= 0:
            spans.append(replace(span, offset=at))
    return replace(
        insight,
        text=text,
        message_ids=tuple(dict.fromkeys((*insight.message_ids, message_id))),
        speaker=actor,
        assignee=actor,
        spans=tuple(spans),
    )


def _told(phrase: str, insight: Insight, actor: Member | None) -> str:
    """Tell a phrase of the first speaker's in the third person, from the side of whoever acts."""
    first, asked = insight.speaker, insight.assignee
    if actor is not None and first is not None and actor.id == first.id:
        # Nobody sends themselves what they asked for.
        phrase = _MY.sub("their", _I.sub("", phrase))
    elif first is not None:
        phrase = _MY.sub(lambda _: f"{first.name}'s", _I.sub(lambda _: first.name, phrase))
    if asked is not None and (first is None or asked.id != first.id):
        phrase = _YOUR.sub(lambda _: f"{asked.name}'s", _YOU.sub(lambda _: asked.name, phrase))
    else:
        phrase = _YOUR.sub("their", _YOU.sub("", phrase))
    return _SPACES.sub(" ", phrase).strip()
