"""Numbers of cards, accounts, licences and of social security, written or said digit by digit."""

import re
from collections.abc import Iterator, Sequence

from earwitness.insights.entities.checks import is_card_prefix, is_iban, is_ssn, passes_luhn
from earwitness.insights.entities.digit_runs import DigitRun, split
from earwitness.insights.entities.sound_alikes import with_sound_alikes
from earwitness.insights.entities.span import Span

_BEFORE = 80
"""Characters ahead of a number in which a word may say what it is."""
_BEHIND = 30
_CARD_SIZES = range(12, 20)
_LEAST_MISHEARD = 15
"""A digit that was misheard does not make a number of so many anything else."""
_CARD = re.compile(r"\b(?:cards?|visa|master\s?card|amex|american express|maestro|credit|debit|cc)\b", re.I)
_SSN = re.compile(r"\b(?:social(?: security)?|s\.?s\.?n)\b", re.I)
_CODE = re.compile(
    r"\b(?:cvv2?|cvc2?|security code|three digits on the back|pin(?: code| number)?)\b[^\d.?!]{0,30}$", re.I
)
_ACCOUNT = re.compile(
    r"\b(?:account|routing|policy|member(?:ship)?|customer|sort code|tax|national insurance|medicare|swift"
    r"|reference|confirmation|order|claim|case|invoice|booking|tracking)\b"
    r"(?: (?:number|code|id|no\.?|#))?[^\d.?!]{0,25}$",
    re.I,
)
_ID_WORDS = r"(?:\s+(?:number|no\.?|id))?(?:\s+(?:is|was)|:|,)?\s+(?:it's\s+)?"
_LICENCE = re.compile(
    r"\b(?:driv(?:er|ing)(?:['’]?s)?)\s+licen[cs]e" + _ID_WORDS + r"(?P<id>[A-Z]{0,3}[\d][\d-]{3,20}\d)\b",
    re.I,
)
_PASSPORT = re.compile(r"\bpassport" + _ID_WORDS + r"(?P<id>[A-Z]{0,3}\d{6,9})\b", re.I)
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){2,7}(?:\s?[A-Z0-9]{1,4})?(?!\w)")
_NAMES_IBAN = re.compile(r"\biban\b", re.I)
_CARD_GROUPS = frozenset({(4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 4, 4, 3), (4, 4, 5)})
"""How cards are written; other groups are several numbers in a row."""
_SSN_GROUPS = (3, 2, 4)
_CARD_CODES = range(3, 7)
_ACCOUNT_SIZES = range(5, 18)


def find_account_numbers(text: str, runs: Sequence[DigitRun]) -> Iterator[Span]:
    """Yield the numbers of accounts and identities; `runs` are the text's digits that mean nothing yet.

    The surest come first, and they may overlap.
    """
    yield from _ibans(text)
    for kind, pattern in (("drivers_license", _LICENCE), ("passport_number", _PASSPORT)):
        for match in pattern.finditer(text):
            value = match["id"].upper().replace("-", "")
            yield Span(kind, *match.span("id"), value)
    for run in runs:
        yield from _proven(text, run)
    for run in with_sound_alikes(text, runs):
        yield from _proven(text, run, is_guess=True)
    for run in runs:
        yield from _named(text, run)


def _proven(text: str, run: DigitRun, *, is_guess: bool = False) -> Iterator[Span]:
    """Yield what check digits, or the form and the words before it, prove; of a guess both are asked."""
    digits, before = run.digits, _before(text, run)
    if run.has_plus:
        return
    card = _card(text, run)
    if card is not None:
        yield Span("credit_card", card.start, card.end, card.digits)
    elif len(digits) == 9 and is_ssn(digits):
        is_named = bool(_SSN.search(before))
        if is_named or (run.groups == _SSN_GROUPS and not is_guess):
            yield Span("ssn", run.start, run.end, f"{digits[:3]}-{digits[3:5]}-{digits[5:]}")


def _named(text: str, run: DigitRun) -> Iterator[Span]:
    """Yield what only the words before it say."""
    digits, before = run.digits, _before(text, run)
    if run.has_plus:
        return
    is_card = passes_luhn(digits) or len(digits) >= _LEAST_MISHEARD
    if len(digits) in _CARD_SIZES and is_card and _is_named_card(text, run):
        yield Span("credit_card", run.start, run.end, digits)
    elif len(digits) in (4, 9) and _SSN.search(before):
        yield Span("ssn", run.start, run.end, digits)
    elif len(digits) in _CARD_CODES and _CODE.search(before):
        yield Span("cvv", run.start, run.end, digits)
    elif len(digits) in _ACCOUNT_SIZES and _ACCOUNT.search(before):
        yield Span("account_number", run.start, run.end, digits)


def _before(text: str, run: DigitRun) -> str:
    return text[max(run.start - _BEFORE, 0) : run.start]


def _is_named_card(text: str, run: DigitRun) -> bool:
    return bool(_CARD.search(_before(text, run)) or _CARD.search(text[run.end : run.end + _BEHIND]))


def _card(text: str, run: DigitRun) -> DigitRun | None:
    """Return the card's number at the beginning of a run: an expiry date may follow it in one breath."""
    digits, is_named = run.digits, _is_named_card(text, run)
    if len(digits) in _CARD_SIZES and passes_luhn(digits) and is_card_prefix(digits):
        is_one = run.is_spoken or len(run.groups) == 1 or run.groups in _CARD_GROUPS
        if is_named or (is_one and len(digits) > 12):
            return run
    if is_named and len(digits) > 16:
        whole = split(run, (15, 16))
        if whole is not None and passes_luhn(whole.digits):
            return whole
    return None


def _ibans(text: str) -> Iterator[Span]:
    for match in _IBAN.finditer(text):
        value = "".join(match.group().split())
        end = match.end()
        if not is_iban(value):
            # A word in capitals may follow: the longest beginning that fits is the number.
            parts = list(re.finditer(r"\S+", match.group()))
            for count in range(len(parts) - 1, 0, -1):
                shorter = "".join(part.group() for part in parts[:count])
                if is_iban(shorter):
                    value, end = shorter, match.start() + parts[count - 1].end()
                    break
        if is_iban(value) or _NAMES_IBAN.search(text[max(match.start() - _BEFORE, 0) : match.start()]):
            yield Span("iban", match.start(), end, value)
