"""Postal addresses and codes."""

import re
from collections.abc import Iterator

from earwitness.conversation.number_words import BELOW_HUNDRED, any_of
from earwitness.insights.entities.span import Span

_CAP = r"[^\W\d_a-z][^\W\d_]*(?:['’.-][^\W\d_]+)*\.?"
_NUMBER = r"\d{1,5}[A-Za-z]?"
_SPOKEN_NUMBER = rf"(?:{any_of([*BELOW_HUNDRED, 'oh', 'hundred'])}[\s-]+){{1,6}}"
_SUFFIX = (
    r"(?:street|str|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|court|ct|way|place|pl|terrace|square|sq"
    r"|parkway|pkwy|highway|hwy|close|crescent|circle|cir|trail|alley|row|plaza|mews|walk|turnpike)\b\.?"
)
_UNIT = (
    r"(?:apt\.?|apartment|suite|ste\.?|unit|flat|floor|room|building|bldg\.?)\s*(?:#|no\.?\s*)?"
    r"(?:\d{1,5}[A-Za-z]?|[A-Z]\b)"
)
_TAIL = (
    rf"(?:,?\s+{_UNIT}){{0,2}}"
    rf"(?:(?:\s*,)?\s+{_CAP}(?:[ -]{_CAP}|[ -](?:de|la|del|upon|on|do|da|di)\b){{0,3}}"
    r"(?:\s*,\s*[A-Z]{2}\b)?"
    rf"(?:(?:\s*,)?\s+{_CAP}(?: {_CAP}|\s\([^)]{{2,20}}\))?)?\s+(?:[A-Z]{{1,2}}\d[\dA-Z]?\s?\d[A-Z]{{2}}"
    rf"|\d{{4,5}}(?:-\d{{3,4}})?)\b)?"
)
"""Flat or suite; and a town, where a postal code proves it."""

_PATTERNS = (
    re.compile(
        rf"\b(?:{_NUMBER}\s+){{1,2}}(?:(?:N|S|E|W|NE|NW|SE|SW|North|South|East|West)\.?\s+)?"
        rf"(?:(?:{_CAP}|\d{{1,3}}(?:st|nd|rd|th))\s+){{1,4}}(?i:{_SUFFIX})(?:\s+\d{{1,4}}(?=[\s,]+(?i:apt|suite)))?{_TAIL}"
    ),
    re.compile(
        rf"\b(?i:{_SPOKEN_NUMBER})(?:{_CAP}\s+){{1,2}}(?i:street|avenue|road|lane|drive|boulevard|court|terrace|parkway"
        rf"|highway)\b(?:,?\s+(?i:{_UNIT}))?"
    ),
    re.compile(
        rf"\b(?:{_NUMBER}\s+)?(?:[^\W\d_][^\W\d_.'’-]{{1,24}}\.?\s+){{1,4}}{_NUMBER}\.?,?\s+(?i:{_UNIT})"
        r"(?:(?:\s*,)?\s*[^\W\d_][^\n,\d]{1,40})?(?:\s*,\s*[^\W\d_]{2,3}\b)?(?:(?:\s*,)?\s*[^\W\d_][^\n,\d]{0,30})?"
        r"(?:\s+\d{4,5}\b)?",
    ),
    re.compile(
        rf"\b(?:{_CAP}\s+){{0,3}}[^\W\d_]*(?i:stra(?:ss|ß)e|straat|gatan|gata|gade|vej|veien|vegen|katu|utca|utja|ulica|gasse|weg"
        rf"|platz|allee|laan|tänav)\s+{_NUMBER}\b\.?"
    ),
    re.compile(
        rf"\b(?:Rue|Via|Calle|Avenida|Avenue|Rua|Strada|Piazza|Plaza|Chaussée|Boulevard|ul\.|Ulica|Ulice)\s+"
        rf"(?:(?:de|du|des|la|le|del|della|di|do|da)\s+)*(?:{_CAP}\s+){{1,3}}{_NUMBER}\b"
    ),
    re.compile(
        r"\b(?:PSC|Unit|CMR)\s+\d{3,5},?\s+Box\s+\d{3,5}(?:\s+(?:APO|FPO|DPO),?\s+[A-Z]{2}(?:\s+\d{5}(?:-\d{4})?)?)?",
        re.IGNORECASE,
    ),
    re.compile(r"\b(?:P\.?\s?O\.?\s+Box|Post(?:al)? (?:office )?box|Postbox)\s+\d{1,6}\b", re.IGNORECASE),
    re.compile(
        r"\bthe corner of\s+[^\W_][\w.'’ -]{2,40}?\s+and\s+(?:[^\W\d_][\w.'’-]*\s+){1,2}[^\W_][\w.'’-]*\b"
        r"(?:\s\d{1,4}\b)?"
    ),
)
_HINT = re.compile(
    r"\d|street|avenue|road|lane|drive|boulevard|court|terrace|parkway|highway|corner", re.IGNORECASE
)
_CODE = re.compile(
    r"\b(?:zip(?:\s?code)?s?|post\s?codes?|postal\s?codes?)\b(?:\s+(?:is|are|was|number|would be"
    r"|should be)|:|,)*\s+"
    r"(?:it's\s+)?(?P<code>(?:[A-Za-z]{1,2}\d[\dA-Za-z]?\s?\d[A-Za-z]{2}|\d{3,6}(?:[\s-]\d{2,4})?))(?!\w)",
    re.IGNORECASE,
)
_STATES = (
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY"
    " NC ND OH OK"
    " OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC PR"
).replace(" ", "|")
_STATE_AND_CODE = re.compile(rf"\b(?:{_STATES}),?\s+(?P<code>\d{{5}}(?:-\d{{4}})?)\b")


def find_street_addresses(text: str) -> Iterator[Span]:
    """Yield street addresses and post boxes, as long as they can be told."""
    if not _HINT.search(text):
        return
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            said = match.group().rstrip(" ,\n\r\t")
            yield Span("street_address", match.start(), match.start() + len(said), " ".join(said.split()))


def find_postal_codes(text: str) -> Iterator[Span]:
    """Yield postal codes that are called so, or follow a US state."""
    for pattern in (_CODE, _STATE_AND_CODE):
        for match in pattern.finditer(text):
            yield Span("zip_code", *match.span("code"), match["code"].upper())
