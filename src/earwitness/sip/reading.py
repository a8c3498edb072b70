"""Bytes from the wire to messages, tolerantly.

The strictness of RFC 3261's grammar drops calls in practice, so folded headers, bare line feeds,
Latin-1, leading empty lines, a missing reason phrase and missing final empty line are all read.
A request that makes no sense still keeps what a 400 must echo.
"""

import logging
import re

from sipmessage.message import COMPACT_FORMS

from earwitness.sip.fields import first_of_list, read_address, read_cseq, read_via
from earwitness.sip.headers import Headers
from earwitness.sip.message import Request, Response

logger = logging.getLogger(__name__)

MAX_HEAD_BYTES = 32 * 1024
"""Start line and headers; carriers' longest are a few kilobytes."""
MAX_BODY_BYTES = 256 * 1024
"""A session description is 1 to 10 kB."""
MAX_HEADER_LINES = 256

_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_FOLD = re.compile(r"\n[ \t]+")
_TOKEN = re.compile(r"[A-Za-z0-9\-.!%*_+`'~]+")
_STATUS_LINE = re.compile(r"SIP/2\.0[ \t]+([0-9]{3})(?:[ \t]+(.*))?", re.IGNORECASE | re.DOTALL)
_SINGLE = ("From", "To", "Call-ID", "CSeq")


class MalformedMessageError(ValueError):
    """A peer sent what can't be used.

    `request` is what could be read of a request that deserves an answer with `status`; without it
    the message is to be dropped.
    """

    def __init__(self, problem: str, status: int = 400, request: Request | None = None) -> None:
        super().__init__(problem)
        self.status = status
        self.request = request


def read_message(data: bytes) -> Request | Response | None:
    """Read one complete message; none when the datagram is a keep-alive (RFC 5626 §3.5.1).

    Raises:
        MalformedMessageError: the message can't be used.
    """
    data = data.lstrip(b"\r\n")
    if not data.strip(b"\0"):
        return None
    end = _END_OF_HEAD.search(data, 0, MAX_HEAD_BYTES)
    if end is None and len(data) > MAX_HEAD_BYTES:
        raise MalformedMessageError("the headers are too long")
    head = data[: end.start()] if end else data
    body = data[end.end() :] if end else b""
    text = head.decode("utf-8", "surrogateescape").replace("\r\n", "\n")
    # A lone carriage return could end a line for the peer that gets it echoed.
    lines = _FOLD.sub(" ", text).replace("\r", " ").split("\n")
    headers = _read_headers(lines[1:])
    if lines[0][:4].upper() == "SIP/":
        return _read_response(lines[0], headers, body)
    return _read_request(lines[0], headers, body)


def _read_headers(lines: list[str]) -> Headers:
    if len(lines) > MAX_HEADER_LINES:
        raise MalformedMessageError("there are too many headers")
    headers = Headers()
    for line in lines:
        name, colon, value = line.partition(":")
        name = name.strip()
        if colon and _TOKEN.fullmatch(name):
            headers.add(COMPACT_FORMS.get(name.lower(), name), value.strip())
        elif line.strip():
            logger.debug("header line left out: %.80r", line)
    return headers


def _read_response(line: str, headers: Headers, body: bytes) -> Response:
    match = _STATUS_LINE.fullmatch(line.strip())
    if match is None or not 100 <= int(match[1]) <= 699:
        raise MalformedMessageError("the status line is not SIP/2.0 and a status from 100 to 699")
    if problem := _missing(headers) or _unreadable(headers):
        raise MalformedMessageError(problem)
    response = Response(int(match[1]), (match[2] or "").strip(), headers)
    response.body, problem = _read_body(headers, body)
    if problem:
        raise MalformedMessageError(problem)
    return response


def _read_request(line: str, headers: Headers, body: bytes) -> Request:
    words = line.split()
    if len(words) < 3 or not _TOKEN.fullmatch(words[0]) or words[-1][:4].upper() != "SIP/":
        raise MalformedMessageError("the message is neither a request nor a response")
    request = Request(words[0], " ".join(words[1:-1]), headers)
    answerable = request if headers.getlist("Via") and request.method != "ACK" else None
    if words[-1].upper() != "SIP/2.0":
        raise MalformedMessageError("the version is not SIP/2.0", 505, answerable)
    if len(words) != 3:
        raise MalformedMessageError("the Request-URI holds white space", 400, answerable)
    if problem := _missing(headers) or _unreadable(headers):
        raise MalformedMessageError(problem, 400, answerable)
    if request.cseq.method != request.method:
        raise MalformedMessageError("the CSeq method is not the request's", 400, answerable)
    request.body, problem = _read_body(headers, body)
    if problem:
        raise MalformedMessageError(problem, 400, answerable)
    return request


def _missing(headers: Headers) -> str:
    for name in _SINGLE:
        count = len(headers.getlist(name))
        if count != 1:
            return f"{name} is missing" if count == 0 else f"{name} is there {count} times"
    return "" if headers.getlist("Via") else "Via is missing"


def _unreadable(headers: Headers) -> str:
    try:
        read_cseq(headers["CSeq"])
        read_address(headers["From"])
        read_address(headers["To"])
        read_via(first_of_list(headers["Via"])[0])
    except ValueError as error:
        return str(error)
    return "" if headers["Call-ID"] else "Call-ID is empty"


def _read_body(headers: Headers, rest: bytes) -> tuple[bytes, str]:
    """Cut the body by Content-Length (RFC 3261 §18.3) and take that header out."""
    values = set(headers.getlist("Content-Length"))
    headers.remove("Content-Length")
    if not values:
        return rest, ""
    if len(values) > 1 or not (value := values.pop()).isascii() or not value.isdigit():
        return b"", "Content-Length is not one number"
    # The number of digits is checked first: int() of a very long text raises.
    if len(value) > 9 or int(value) > len(rest):
        return b"", "Content-Length is more than there is"
    return rest[: int(value)], ""


class FramingError(ValueError):
    """A byte stream in which the next message can't be found; the connection must be closed."""


class StreamFramer:
    """Cuts a byte stream into messages by Content-Length (RFC 3261 §18.3).

    It holds at most one head and one body of the sizes above and what one read adds.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._searched = 0
        self._length: int | None = None

    def feed(self, data: bytes) -> list[bytes]:
        """Add bytes; return the messages that are now complete. Empty lines between them are skipped.

        Raises:
            FramingError: no message end can be found within the limits.
        """
        self._buffer += data
        messages = []
        while (message := self._next()) is not None:
            messages.append(message)
        return messages

    def _next(self) -> bytes | None:
        if self._length is None:
            self._length = self._find_length()
        if self._length is None or len(self._buffer) < self._length:
            return None
        message = bytes(self._buffer[: self._length])
        del self._buffer[: self._length]
        self._length, self._searched = None, 0
        return message

    def _find_length(self) -> int | None:
        if self._buffer.startswith((b"\r", b"\n")):
            del self._buffer[: len(self._buffer) - len(self._buffer.lstrip(b"\r\n"))]
        end = _END_OF_HEAD.search(self._buffer, max(0, self._searched - 3))
        head_length = end.end() if end else len(self._buffer)
        if head_length > MAX_HEAD_BYTES:
            raise FramingError("the headers are too long")
        if end is None:
            self._searched = len(self._buffer)
            return None
        return head_length + _content_length(bytes(self._buffer[:head_length]))


_CONTENT_LENGTH = re.compile(rb"\n(?:content-length|l)[ \t]*:(?:[ \t]|\r?\n[ \t])*([^\r\n]*)", re.IGNORECASE)


def _content_length(head: bytes) -> int:
    values = {value.strip() for value in _CONTENT_LENGTH.findall(head)}
    if not values:
        return 0
    if len(values) > 1 or not (value := values.pop()).isdigit() or len(value) > 9:
        raise FramingError("Content-Length is not one number")
    if int(value) > MAX_BODY_BYTES:
        raise FramingError(f"a body of {int(value)} bytes is too long")
    return int(value)
