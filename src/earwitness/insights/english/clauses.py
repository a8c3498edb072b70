"""Where clauses begin in a sentence of talk: recognisers and transcribers leave out many commas."""

import re

_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_WHEN = (
    r"(?:today|tonight|tomorrow(?: (?:morning|afternoon|evening|night))?|later(?: on)?|afterwards"
    rf"|(?:(?:on|by|next|this) )?{_DAY}|(?:next|this) (?:week|month|year|time|morning|afternoon|evening)"
    r"|(?:in|after) (?:a|an|one|two|three|the) (?:\w+ )?(?:minutes?|hours?|days?|weeks?|months?|meeting|call)"
    r"|until then|by then|after that|at the end|in the meantime)"
)
_AFTER = re.compile(
    r"[,;:–—-]\s|\b(?:or|so|and|but|then|think|guess|promise|maybe|perhaps|suggest"
    rf"|well|now|anyway|anyhow|otherwise|instead|meanwhile|actually|okay|sorry|{_WHEN})\s",
    re.IGNORECASE,
)
_DEPENDENT = re.compile(r"(?:if|unless|once|when|whenever|as soon as|after|before|until)\s", re.IGNORECASE)
_LEADING = re.compile(
    rf"(?:^(?:if|unless|once|when|as soon as)\s[^,]+|(?<![\w'-]){_WHEN}),?\s*$", re.IGNORECASE
)
_WILL = re.compile(
    r"(?<=\s)(?:i|we)(?:(?:'ll| will| shall)\b|(?:'m| am|'re| are) (?:going to|gonna)\b)", re.IGNORECASE
)
_ASKED = re.compile(
    r"(?<=\s)(?:(?:just|please) )?(?:let (?:me|us) know\b|talk to (?:me|us)\b"
    r"|(?:tell|send|call|e-?mail|mail|ask|give|show|ping|contact|text|remind) (?:me|us|him|her|them)\b)",
    re.IGNORECASE,
)
_LEAST_BEFORE = 3
"""Words of a clause that goes before another one."""
_LOOKED_BACK = 100
"""Characters in which they are counted."""
_JOINS = frozenset(
    """
    who whom whose which that what where when why how if whether because since than as like while until unless
    before after though although say says said know knows think thinks sure hope promise all everything
    anything nothing something thing things way time one is was it's
    """.split()
)
"""After these words "I will" belongs to the clause before it."""
_CARRIES_ON = frozenset(
    """
    i we you they he she it who which to and or can could will would should may might must don't doesn't
    didn't not never please just people they'll you'll i'll we'll i'd you'd we'd they'd he'll she'll always
    """.split()
)
"""After these words a verb has its subject before it, so that nobody is asked."""


def clause_starts(sentence: str) -> list[int]:
    """Return where clauses may begin in a sentence, ascending; rules about clauses are tried there alone.

    They begin after marks, after "and" or "so", and after when it is done ("tomorrow I'll …"). Without a
    comma "I will" begins the main clause after an "if" or "once", and so does a wish ("if you know tell me").
    """
    starts = {0, *(found.end() for found in _AFTER.finditer(sentence))}
    if _DEPENDENT.match(sentence):
        for pattern, joining in ((_WILL, _JOINS), (_ASKED, _CARRIES_ON)):
            for found in pattern.finditer(sentence):
                before = sentence[max(found.start() - _LOOKED_BACK, 0) : found.start()].lower().split()
                if len(before) >= _LEAST_BEFORE and before[-1] not in joining:
                    starts.add(found.start())
    return sorted(starts)


def leading(before: str) -> str:
    """Return what a clause depends on, of the words before it: `If we win the deal,`, `Tomorrow` …"""
    match = _LEADING.search(before)
    return match[0].strip() if match else ""
