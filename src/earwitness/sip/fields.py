"""Values of header fields, read tolerantly (RFC 3261 §20, §25).

Whatever has one clear meaning is accepted: white space in odd places, display names that should
have been quoted, host names with underscores. Everything runs in linear time.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from sipmessage import CSeq, Parameters, Via

_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_QUOTES = r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)'
"""A quoted string, to the end where the closing quote is missing."""
_PART = re.compile(rf'(?:[^,"<]|{_QUOTES}|<(?:[^">]|{_QUOTES})*+(?:>|\Z))++', re.DOTALL)
_PARAMETER = re.compile(r';\s*([^\s=;,"]+)\s*(?:=\s*("(?:[^"\\]|\\.)*"|[^;]*))?', re.DOTALL)
_CSEQ = re.compile(r"\s*([0-9]{1,20})\s+(\S+)\s*")
_VIA = re.compile(
    r"SIP ?/ ?2\.0 ?/ ?(?P<transport>[A-Za-z0-9.\-]+) "
    r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_.\-]+) ?"
    r"(?:: ?(?P<port>[0-9]{1,5}))? ?"
    r"(?P<parameters>;.*)?",
    re.IGNORECASE | re.DOTALL,
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)

MAX_PARAMETERS = 64
"""Of one value; peers send up to ten, and each value is read several times."""
MAX_CSEQ = 2**31 - 1
"""RFC 3261 §8.1.1.5."""


@dataclass(frozen=True, slots=True)
class NameAddress:
    """A `From`, `To`, `Contact`, `Route` or `Record-Route` value."""

    uri: str
    """As written, of any scheme; `*` in `Contact: *`."""
    display: str
    parameters: Mapping[str, str | None]
    """Names in lower case, quotes removed."""

    @property
    def tag(self) -> str | None:
        """The dialog tag of `From` and `To`."""
        return self.parameters.get("tag")


def unquoted(text: str) -> str:
    """Return the meaning of a quoted string, or the text itself."""
    text = text.strip()
    if len(text) >= 2 and text[0] == text[-1] == '"':
        return _ESCAPED.sub(r"\1", text[1:-1])
    return text


def quoted(text: str) -> str:
    """Return the text as a quoted string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def split_list(value: str) -> list[str]:
    """Split at the commas that stand outside quotes and angle brackets; leaves out empty parts."""
    return [part for match in _PART.finditer(value) if (part := match[0].strip())]


def first_of_list(value: str) -> tuple[str, str]:
    """Return the first part of a list, which may be empty, and all that follows, without looking into it."""
    start = len(value) - len(value.lstrip(" \t,"))
    match = _PART.match(value, start)
    return (match[0].strip(), value[match.end() :].lstrip(" \t,")) if match else ("", "")


def read_parameters(text: str) -> dict[str, str | None]:
    """Read `;name=value;flag`; names in lower case, quotes removed, empty ones left out."""
    if not text:
        return {}
    found = islice(_PARAMETER.finditer(text), MAX_PARAMETERS)
    return {match[1].lower(): unquoted(match[2]) if match[2] else None for match in found}


def read_address(value: str) -> NameAddress:
    """Read one name-addr or addr-spec.

    Raises:
        ValueError: quotes or brackets don't match, or there is no URI.
    """
    value = value.strip()
    display = ""
    rest = value
    if value.startswith('"'):
        match = _QUOTED.match(value)
        if match is None:
            raise ValueError("the quotes of a display name do not match")
        display = unquoted(match[0])
        rest = value[match.end() :].lstrip()
    name, bracket, rest = rest.partition("<")
    if bracket:
        uri, bracket, rest = rest.partition(">")
        if not bracket:
            raise ValueError("an address has no closing bracket")
        display = display or name.strip()
    else:
        uri, semicolon, rest = name.partition(";")
        rest = semicolon + rest
    uri = uri.strip()
    if uri.split() != [uri]:
        raise ValueError("an address holds no URI")
    return NameAddress(uri, display, read_parameters(rest))


def read_addresses(values: list[str]) -> list[NameAddress]:
    """Read every address of a header that may be repeated; leaves out what can't be read."""
    found = []
    for part in (part for value in values for part in split_list(value)):
        try:
            found.append(read_address(part))
        except ValueError:
            continue
    return found


def read_via(value: str) -> Via:
    """Read one Via value; the host of an IPv6 address loses its brackets.

    Raises:
        ValueError: it isn't `SIP/2.0/TRANSPORT HOST…`.
    """
    match = _VIA.fullmatch(" ".join(value.split()))
    port = int(match["port"]) if match and match["port"] else None
    if match is None or (port is not None and not 0 < port < 65536):
        raise ValueError("Via is not SIP/2.0/TRANSPORT HOST[:PORT]")
    parameters = read_parameters(match["parameters"] or "")
    # Parameters takes keyword arguments, so this one name can't be passed; no peer needs it back.
    parameters.pop("self", None)
    return Via(
        transport=match["transport"].upper(),
        host=match["host"].strip("[]"),
        port=port,
        parameters=Parameters(**parameters),
    )


def read_cseq(value: str) -> CSeq:
    """Read a CSeq value.

    Raises:
        ValueError: it isn't a number below 2³¹ and a method.
    """
    match = _CSEQ.fullmatch(value)
    if match is None or int(match[1]) > MAX_CSEQ:
        raise ValueError("CSeq is not a number below 2**31 and a method")
    return CSeq(int(match[1]), match[2])


def read_seconds(value: str | None) -> int | None:
    """Read delta-seconds at the start of a value (`Retry-After: 60 (lunch)`), at most 2³² − 1."""
    match = re.match(r"\s*([0-9]{1,40})(?![0-9])", value or "")
    return min(int(match[1]), 2**32 - 1) if match else None


def read_tokens(values: list[str]) -> list[str]:
    """Return the option tags or methods of a header, in lower case."""
    return [part.lower() for value in values for part in split_list(value)]


def readable(text: str) -> str:
    """Return text from the wire as people may see it: bytes that aren't UTF-8 taken as Latin-1."""
    try:
        return text.encode("utf-8").decode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogateescape").decode("latin-1")
