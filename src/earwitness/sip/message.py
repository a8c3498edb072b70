"""Requests and responses as values, and the making of replies.

Text that is no valid UTF-8 travels as surrogate escapes, so that what a peer must get back
(Via, From, To, Call-ID) is exactly what it sent.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sipmessage import CSeq, Via

from earwitness.sip.fields import NameAddress, first_of_list, read_address, read_cseq, read_via
from earwitness.sip.headers import Headers

REASONS = {
    100: "Trying",
    180: "Ringing",
    181: "Call Is Being Forwarded",
    182: "Queued",
    183: "Session Progress",
    200: "OK",
    202: "Accepted",
    300: "Multiple Choices",
    301: "Moved Permanently",
    302: "Moved Temporarily",
    305: "Use Proxy",
    380: "Alternative Service",
    400: "Bad Request",
    401: "Unauthorized",
    402: "Payment Required",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    407: "Proxy Authentication Required",
    408: "Request Timeout",
    410: "Gone",
    413: "Request Entity Too Large",
    415: "Unsupported Media Type",
    416: "Unsupported URI Scheme",
    420: "Bad Extension",
    421: "Extension Required",
    422: "Session Interval Too Small",
    423: "Interval Too Brief",
    469: "Bad Info Package",
    480: "Temporarily Unavailable",
    481: "Call/Transaction Does Not Exist",
    482: "Loop Detected",
    483: "Too Many Hops",
    484: "Address Incomplete",
    485: "Ambiguous",
    486: "Busy Here",
    487: "Request Terminated",
    488: "Not Acceptable Here",
    489: "Bad Event",
    491: "Request Pending",
    493: "Undecipherable",
    500: "Server Internal Error",
    501: "Not Implemented",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Server Time-out",
    505: "Version Not Supported",
    513: "Message Too Large",
    600: "Busy Everywhere",
    603: "Decline",
    604: "Does Not Exist Anywhere",
    606: "Not Acceptable",
}
"""Phrases of the statuses (RFC 3261 §21 and its extensions)."""

Fields = Iterable[tuple[str, str]]


class _Message:
    __slots__ = ()

    headers: Headers
    body: bytes

    @property
    def via(self) -> Via:
        """The topmost Via."""
        return read_via(first_of_list(self.headers["Via"])[0])

    @property
    def cseq(self) -> CSeq:
        """Number and method."""
        return read_cseq(self.headers["CSeq"])

    @property
    def call_id(self) -> str:
        """The Call-ID."""
        return self.headers["Call-ID"]

    @property
    def from_address(self) -> NameAddress:
        """The caller."""
        return read_address(self.headers["From"])

    @property
    def to_address(self) -> NameAddress:
        """The callee."""
        return read_address(self.headers["To"])

    @property
    def from_tag(self) -> str:
        """The caller's tag; empty for RFC 2543 peers, which send none."""
        return self.from_address.tag or ""

    @property
    def to_tag(self) -> str:
        """The callee's tag; empty when there is none."""
        return self.to_address.tag or ""

    def _serialize(self, start_line: str) -> bytes:
        head = f"{start_line}\r\n{self.headers}Content-Length: {len(self.body)}\r\n\r\n"
        return head.encode("utf-8", "surrogateescape") + self.body


@dataclass(slots=True)
class Request(_Message):
    """A request; treat it as frozen once it is sent or received."""

    method: str
    uri: str
    """The Request-URI as written."""
    headers: Headers = field(default_factory=Headers)
    body: bytes = b""

    def __bytes__(self) -> bytes:
        return self._serialize(f"{self.method} {self.uri} SIP/2.0")


@dataclass(slots=True)
class Response(_Message):
    """A response; treat it as frozen once it is sent or received."""

    status: int
    reason: str
    headers: Headers = field(default_factory=Headers)
    body: bytes = b""

    def __bytes__(self) -> bytes:
        return self._serialize(f"SIP/2.0 {self.status} {self.reason}")


def make_headers(fields: Fields) -> Headers:
    """Return headers in the given order."""
    return Headers(fields)


def reply(
    request: Request,
    status: int,
    reason: str | None = None,
    *,
    to_tag: str | None = None,
    fields: Fields = (),
    body: bytes = b"",
) -> Response:
    """Make a response to a request (RFC 3261 §8.2.6): what is present of Via, From, To, Call-ID and CSeq
    goes back as it came, and `to_tag` is added to a To that has none.
    """
    headers = Headers()
    for name in ("Via", "From", "To", "Call-ID", "CSeq"):
        values = request.headers.getlist(name)
        if name == "To" and to_tag is not None and values and not _has_tag(values[0]):
            values = [f"{values[0]};tag={to_tag}"]
        if values:
            headers.setlist(name, list(values))
    for name, value in fields:
        headers.add(name, value)
    return Response(status, reason or REASONS.get(status, "Unknown"), headers, body)


def _has_tag(address: str) -> bool:
    try:
        return read_address(address).tag is not None
    except ValueError:
        return True
