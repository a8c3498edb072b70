"""People, places and organisations: the tagger, and what wording and lists prove."""

import re
from collections.abc import Collection, Iterator, Sequence

from earwitness.insights.english.common_words import common_words
from earwitness.insights.english.gazetteer import countries, first_names, nationalities, phrases_in
from earwitness.insights.entities.name_tagger import Token, tagger, tokens_of
from earwitness.insights.entities.span import Span

_CAP = r"[^\W\d_a-z](?:[^\W\d_]+(?:[-][^\W\d_]+)*|['’][^\W\d_a-z][^\W\d_]+)"
_NAME = rf"{_CAP}(?:\s(?:[A-Z]\.|(?:de|la|van|von|der|del|da|dos|di|bin|al)\s{_CAP}|{_CAP})){{0,3}}"
_MAY_NAME = re.compile(r"[^\W\d_a-z]\w|@")
_TITLE = r"(?:Mr|Mrs|Ms|Miss|Dr|Prof|Professor|Sir|Madam|Doctor)"
_TITLED = re.compile(rf"\b(?P<title>{_TITLE}\b\.?)\s(?P<name>{_NAME})")
_INTRODUCED = re.compile(
    rf"\b(?i:my (?:full |first |last )?name is|my name['’]s|(?:his|her|their|the|whose|by the) (?:full "
    rf"|first |last )?"
    rf"names? (?:is|was)|(?:i am|i['’]m|it['’]s|it is|this is)(?= {_NAME}(?: (?i:speaking|here|calling"
    rf"|from|with"
    rf"|again)\b))|(?:people|they|friends) call me|(?:name|named|called|surname|name it to"
    rf"|addressed to))\s(?P<name>{_NAME})"
)
_MOST_PARTS = 3
_LEAST_IN_ANY_CASE = 4
_GREETED = re.compile(
    rf"\b(?i:hi|hello|hey|dear|thanks|thank you|welcome|good (?:morning|afternoon"
    rf"|evening)),?\s(?P<name>{_CAP})(?=\s*[,.!?])"
)
_GREETED_TOO = frozenset(
    "everyone everybody all team folks guys sir madam there again ladies gentlemen mom dad".split()
)
_COMPANY = re.compile(
    rf"\b(?P<name>{_CAP}(?:[\s,&]+(?:and\s)?{_CAP}){{0,3}},?\s(?:Inc|LLC|Ltd|Corp|GmbH|PLC|Plc|Incorporated|Corporation"
    r"|Limited|Holdings|Partners|Technologies|University|Institute|Foundation)\b\.?)"
)
_PLACED = frozenset(
    "in from to at near into around via across visit visiting outside inside leave leaving".split()
)
_MANY_MEANINGS = frozenset("turkey jordan chad georgia china guinea mali niger cuba iran man jersey".split())
_NOT_NAMES = frozenset(
    "chair chairman chairperson speaker president minister "
    "i i'm god ok okay tv pm am ceo cto cfo hr it us uk monday tuesday wednesday thursday friday"
    " saturday sunday"
    " january february march april may june july august september october november december".split()
)


def find_names(text: str, *, hiding: bool = False) -> Iterator[Span]:
    """Yield people, places, organisations, nationalities and titles, the surest first; they may overlap.

    Args:
        text: what was said.
        hiding: whether they are to be hidden: then less sure ones count too.
    """
    for match in _TITLED.finditer(text):
        if _can_be_name(match["name"]):
            yield Span("title", *match.span("title"), match["title"])
            yield Span("person", *match.span("name"), match["name"])
    for match in _GREETED.finditer(text):
        if _can_be_name(match["name"]) and match["name"].casefold() not in _GREETED_TOO:
            yield Span("person", *match.span("name"), match["name"])
    for match in _INTRODUCED.finditer(text):
        if _can_be_name(match["name"]):
            yield Span("person", *match.span("name"), match["name"])
    for match in _COMPANY.finditer(text):
        yield Span("organization", *match.span("name"), match["name"])
    if not _MAY_NAME.search(text):
        return
    tokens = tokens_of(text)
    listed = list(_listed(text, tokens))
    known = {(span.start, span.end) for span in listed}
    tagged = [
        span for span in tagger().find(text, tokens, hiding=hiding) if (span.start, span.end) not in known
    ]
    yield from (span for span in tagged if " " in span.value)
    yield from listed
    for span in tagged:
        key = span.value.casefold()
        if " " not in key and len(key) > 1 and key not in _NOT_NAMES and not _is_plain_word(key):
            yield span


def find_known_names(text: str, members: Collection[str], *, hiding: bool = False) -> Iterator[Span]:
    """Yield names that are known beforehand, such as those of the participants, and parts of them.

    Args:
        text: what was said.
        members: the names.
        hiding: whether they are to be hidden: then they count in whatever case.
    """
    for name in members:
        parts = [part for part in name.split() if len(part) > 1 and part[0].isupper()]
        for said in (name.strip(), *(parts if len(parts) <= _MOST_PARTS else ())):
            if len(said) < 2 or said.casefold() in common_words() or said[0].isdigit() or said == "Speaker":
                continue
            # What is to be hidden is so in any case: in an address, say.
            flags = re.IGNORECASE if hiding and len(said) >= _LEAST_IN_ANY_CASE else re.NOFLAG
            for match in re.finditer(rf"(?<!\w){re.escape(said)}(?!\w)", text, flags):
                yield Span("person", *match.span(), name)


def _is_plain_word(key: str) -> bool:
    return key in common_words() and key not in first_names()


def _can_be_name(name: str) -> bool:
    first = name.split()[0].casefold()
    return first not in _NOT_NAMES and (first not in common_words() or first in first_names())


def _listed(text: str, tokens: Sequence[Token]) -> Iterator[Span]:
    keys = [token.text.casefold() for token in tokens]
    capitals = [token.text[0].isupper() for token in tokens]
    for first, count in phrases_in(keys, capitals, countries()):
        start, end = tokens[first].start, tokens[first + count - 1].end
        said = text[start:end]
        before = keys[first - 1] if first else ""
        if count == 1 and said.casefold() in _MANY_MEANINGS and before not in _PLACED:
            continue
        yield Span("location", start, end, said)
    for token, key in zip(tokens, keys, strict=True):
        if token.text[0].isupper() and key in nationalities():
            yield Span("nationality", token.start, token.end, token.text)
