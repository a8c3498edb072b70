"""What a rule of the grammar is."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from earwitness.insights.dates.periods import Period
from earwitness.insights.dates.words import compile_rule

Resolve = Callable[[re.Match[str], date], Period | None]
"""Takes a match and the day on which it was said; None where the match is no date after all."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A wording and what it means."""

    pattern: re.Pattern[str]
    """With a group `when` where only that is the date."""
    resolve: Resolve


def rule(pattern: str, resolve: Resolve) -> Rule:
    """Make a rule of a pattern with `@FRAGMENTS`."""
    return Rule(compile_rule(pattern), resolve)
