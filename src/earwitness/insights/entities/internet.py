"""E-mail addresses, web addresses and IP addresses, written or said: "j doe at example dot com"."""

import ipaddress
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from earwitness.conversation.number_words import DIGITS
from earwitness.insights.english.common_words import common_words
from earwitness.insights.entities.digit_runs import DigitRun
from earwitness.insights.entities.span import Span, overlaps
from earwitness.insights.entities.token import Token, tokens_of

_TOP_LEVEL = frozenset(
    "com org net edu gov mil int io ai app dev info biz me tv co us uk ca au nz ie in de at ch fr it"
    " es pt nl be"
    " lu dk se no fi is ee lv lt pl cz sk hu ro bg gr hr si rs tr ru ua il za br mx ar cl jp cn kr sg"
    " hk eu".split()
)
"""Top-level domains that are worth believing where nothing else says that it is an address."""

_EMAIL = re.compile(
    r"(?<![\w.+@-])[\w+-](?:[\w.%+-]{0,62}[\w+-])?@(?:[\w-]{1,63}\.){1,8}[^\W\d_][\w-]{1,23}(?![\w@])"
)
_URL = re.compile(r"(?:https?://|(?<![\w.@/-])www\.)[^\s<>\"'()\[\]{}|\\^`]{1,1000}", re.IGNORECASE)
_DOMAIN = re.compile(
    r"(?<![\w.@/-])(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,5}(?P<top>[a-z]{2,6})(?![\w@-]|\.\w)(?:/[^\s]{0,500})?",
    re.IGNORECASE,
)
_IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)")
_IPV6 = re.compile(r"(?<![\w:.])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?![\w:]|\.\d)")
_JOINT = re.compile(r"\s*(?:dot|point)\s*", re.IGNORECASE)
_LAST_MARKS = ".,;:!?…"

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?|[.@_+/-]")
_DOTS = frozenset({"dot", "."})
_DASHES = {
    "dash": "-",
    "hyphen": "-",
    "minus": "-",
    "-": "-",
    "underscore": "_",
    "_": "_",
    "plus": "+",
    "+": "+",
}
_DIGITS = {word: str(value) for word, value in DIGITS.items()}
_ASKS_FOR_ADDRESS = re.compile(r"\b(?:e-?\s?mail\w*|mailbox|mail me|inbox)\b", re.IGNORECASE)
_LEADS_IN = frozenset(
    "is it's its it address email mail e-mail to at me my that's thats the on for and or as are was"
    " of be so at's"
    " use via under by with from send contact write reach you can will would name yeah yes okay ok"
    " its' spelled"
    " uh um er i'm i am we're you're they're he's she's this that your our their his her".split()
)
"""Words that stand before an address and are never in it."""
_HOSTS = frozenset("mail email me contact".split())
_SPELLED = re.compile(r"(?<=\b[a-z0-9])-(?=[a-z0-9]\b)")
"""The dashes of "j-o-h-n"."""
_MOST_WORDS = 6
_LONGEST_SPOKEN = 15
"""Words of an address that is said."""


def find_internet_addresses(text: str) -> list[Span]:
    """Return the e-mail, web and IP addresses of a text; they do not overlap."""
    found: list[Span] = []
    for span in (*_written_emails(text), *_spoken(text), *_written(text)):
        if not overlaps(span, found):
            found.append(span)
    return found


def _written_emails(text: str) -> Iterator[Span]:
    if "@" in text:
        for match in _EMAIL.finditer(text):
            yield Span("email_address", *match.span(), match.group().casefold())


def _written(text: str) -> Iterator[Span]:
    if "." in text:
        for match in _URL.finditer(text):
            url = match.group().rstrip(_LAST_MARKS)
            if "." in url:
                yield Span("url", match.start(), match.start() + len(url), url.casefold())
        for match in _IPV4.finditer(text):
            if (address := _ip(match.group())) is not None:
                yield Span("ip_address", *match.span(), address)
        for match in _DOMAIN.finditer(text):
            url = match.group().rstrip(_LAST_MARKS)
            if match["top"] in _TOP_LEVEL and not url.replace(".", "").isdigit():
                yield Span("url", match.start(), match.start() + len(url), url.casefold())
    if text.count(":") > 1:
        for match in _IPV6.finditer(text):
            if len(match.group()) > 4 and (address := _ip(match.group())) is not None:
                yield Span("ip_address", *match.span(), address)


def find_said_ip_addresses(text: str, runs: Sequence[DigitRun]) -> Iterator[Span]:
    """Yield IP addresses among a text's digits: "one nine two dot one six eight dot zero dot one"."""
    for at in range(len(runs) - 3):
        four = runs[at : at + 4]
        joints = (text[one.end : other.start] for one, other in pairwise(four))
        if all(_JOINT.fullmatch(joint) for joint in joints):
            address = _ip(".".join(str(int(run.digits)) for run in four if len(run.digits) <= 3))
            if address is not None:
                yield Span("ip_address", four[0].start, four[-1].end, address)


def _ip(text: str) -> str | None:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return None


def _spoken(text: str) -> Iterator[Span]:
    lowered = text.casefold()
    if " dot " not in lowered and " at " not in lowered and "@" not in text:
        return
    words = tokens_of(_WORD, text)
    at = 0
    while at < len(words):
        domain = _domain(text, words, at)
        if domain is None:
            at += 1
            continue
        name, first, last = domain
        said = [word.key for word in words[first : last + 1]]
        local = _local(text, words, first - 1)
        if local is not None:
            yield Span("email_address", words[local[1]].start, words[last].end, f"{local[0]}@{name}")
        elif "dot" in said:
            yield Span("url", words[first].start, words[last].end, name)
        at = last + 1


def _is_host(words: Sequence[Token], at: int) -> bool:
    """Say whether a word that leads in to addresses is a domain itself, as in "at mail dot com"."""
    return (
        words[at].key in _HOSTS
        and 0 < at < len(words) - 1
        and words[at - 1].key == "at"
        and words[at + 1].key in _DOTS
    )


def _domain(text: str, words: Sequence[Token], first: int) -> tuple[str, int, int] | None:
    """Read "example dot co dot uk" from a word on: the name, the first and the last word."""
    labels: list[str] = []
    label = ""
    at = first
    top = None
    if words[first].key in _LEADS_IN and not _is_host(words, first):
        return None
    while at < len(words) and at - first < _LONGEST_SPOKEN:
        key = words[at].key
        if key in _DOTS:
            # A stop with a space behind it ends a sentence.
            if not label or (key == "." and text[words[at].end : words[at].end + 1].isspace()):
                break
            labels.append(label)
            label = ""
        elif key in ("dash", "hyphen", "-"):
            label += "-"
        elif key in ("@", "/", "_", "+") or (label and not _continues(label, words, at)):
            break
        else:
            label += _DIGITS.get(key, key)
            if labels and label in _TOP_LEVEL:
                top = (".".join([*labels, label]), at)
        at += 1
    if top is None or not any(character.isalpha() for character in top[0].partition(".")[0]):
        return None
    return top[0], first, top[1]


def _continues(label: str, words: Sequence[Token], at: int) -> bool:
    """Whether a word goes on a label: letters said one by one, a dash, or "g mail"."""
    return label.endswith("-") or len(words[at].text) == 1 or len(words[at - 1].text) == 1


def _local(text: str, words: Sequence[Token], at: int) -> tuple[str, int] | None:
    """Read backwards what stands before "at" and a domain: the part of an address and its first word."""
    if at < 1 or words[at].key not in ("at", "@"):
        return None
    parts: list[str] = []
    first = at
    has_joints = False
    for place in range(at - 1, max(at - 1 - 2 * _MOST_WORDS, -1), -1):
        key = words[place].key
        gap = text[words[place].end : words[place + 1].start]
        if key in _LEADS_IN or "'" in key or "’" in key or gap.strip():
            break
        if key in _DOTS:
            # The stop of the sentence before.
            if key == "." and (gap or place == 0):
                break
            parts.append(".")
            has_joints = True
        elif key in _DASHES:
            parts.append(_DASHES[key])
            has_joints = True
        else:
            if sum(part.isalnum() for part in parts) >= _MOST_WORDS:
                break
            parts.append(_DIGITS.get(key, key))
        first = place
    while parts and parts[-1] in (".", "-", "_", "+"):
        parts.pop()
        first += 1
    if not parts:
        return None
    asked = bool(_ASKS_FOR_ADDRESS.search(text[max(words[first].start - 60, 0) : words[first].start]))
    # "Have a look at example dot com" names a site, "anna at example dot com" an address.
    plain = parts[0] in common_words() and not has_joints
    if not asked and plain and words[at].key == "at":
        return None
    if not asked and not has_joints:
        # Of "that was sent by anna smith at …" only what can be a name.
        while len(parts) > 1 and len(parts[-1]) > 1 and (parts[-1] in common_words() or len(parts) > 3):
            parts.pop()
            first += 1
    return _SPELLED.sub("", "".join(reversed(parts))), first
