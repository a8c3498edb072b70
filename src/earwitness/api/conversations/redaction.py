"""Hiding personal data in one answer, of a conversation that is stored as it was said."""

import re
from dataclasses import replace

from earwitness.insights.entities.kinds import PERSONAL
from earwitness.insights.entities.redaction import Redaction, excluded
from earwitness.store.seams import Content

_TAGS = re.compile(r"[A-Za-z_]+")


def redacted_content(content: Content, exclude: str) -> Content:
    """Return a conversation whose messages hold no personal data.

    Args:
        content: as it is stored.
        exclude: kinds that stay, however they are separated: `["PERSON_NAME"]`, `person,age` …
    """
    from earwitness.insights.entities.redactor import Redactor

    redactor = Redactor(
        Redaction(PERSONAL - excluded(_TAGS.findall(exclude))),
        lambda: [member.name for member in content.members],
    )
    return replace(content, messages=redactor.messages(content.messages))
