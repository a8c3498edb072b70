"""Ages of people: "31 years old", "just turned forty", "when she was 12"."""

import re
from collections.abc import Iterator

from earwitness.conversation.number_words import DIGITS, TEENS, TENS, any_of
from earwitness.insights.entities.digit_runs import digit_runs
from earwitness.insights.entities.span import Span

_ONE_TO_NINE = [word for word in DIGITS if word != "zero"]
_WORDS = rf"(?:{any_of(TENS)}(?:[\s-]{any_of(_ONE_TO_NINE)})?|{any_of([*_ONE_TO_NINE, *TEENS])})"
_AGE = rf"(?P<age>\d{{1,3}}|{_WORDS})"
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{_AGE}(?:[\s-]+years?|[\s-]+yrs?\.?)[\s-]+olds?\b(?!\s+(?:whisk|wine|compan|law|rule|code|bug|build|house))",
        rf"\b{_AGE}\s*(?:y/o|y\.o\.|yo)\b",
        rf"\baged?\s+(?:of\s+)?{_AGE}\b(?!\s*(?:%|percent|days|weeks|hours|minutes))",
        rf"\b(?:turn(?:s|ed|ing)?)\s+{_AGE}(?=\s*(?:$|[.,!?;]|today|tomorrow|on\b|in\b|next\b|this\b|last\b|and\b|years?\b))",
        rf"\bwhen\s+(?:i|he|she|they|you|we)\s+(?:was|were|turned)\s+{_AGE}(?=\s*(?:$|[.,!?;]|years?\b))",
        rf"\b(?:i'm|i am|he's|he is|she's|she is)\s+(?P<age>\d{{2}}|{_WORDS})(?=\s*(?:$|[.,!?;]"
        rf"|years\s+of\s+age))"
        r"(?<!\bone)(?<!\btwo)(?<!\bthree)",
    )
)
_HINT = re.compile(r"\bold|\baged?\b|\bturn|\bwhen\b|y/?o\b|y\.o|['’ ](?:m|am|is|s)\s", re.IGNORECASE)
_OLDEST = 120


def find_ages(text: str) -> Iterator[Span]:
    """Yield the ages, the number alone."""
    if not _HINT.search(text):
        return
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            run = next(digit_runs(match["age"]), None)
            if run is not None and int(run.digits) <= _OLDEST:
                yield Span("age", *match.span("age"), run.digits.lstrip("0") or "0")
