"""What is wrong with a request before anyone looks at what it wants (RFC 3261 §8.2)."""

from dataclasses import dataclass

from earwitness.sip.bodies import content_type
from earwitness.sip.context import ALLOW
from earwitness.sip.fields import read_tokens, split_list
from earwitness.sip.message import Request
from earwitness.sip.session_timer import MIN_SE_S, is_too_small
from earwitness.sip.uri import read_uri

_ALLOWED = frozenset(ALLOW.split(", "))
_KNOWN = frozenset({"REGISTER", "SUBSCRIBE", "REFER", "PUBLISH"})
"""Methods that we know and don't take: 405; others get 501 (§8.2.1, §21.5.2)."""
_EXTENSIONS = frozenset({"timer"})
_READABLE = frozenset({None, "application/sdp"})


@dataclass(frozen=True, slots=True)
class Answer:
    """The response that a request earns by itself."""

    status: int
    fields: tuple[tuple[str, str], ...] = ()


def screen(request: Request) -> Answer | None:
    """Return why a request other than ACK and CANCEL is refused, none when it may be looked at."""
    if request.method not in _ALLOWED:
        return Answer(405 if request.method in _KNOWN else 501, (("Allow", ALLOW),))
    if refusal := _screen_uri(request.uri):
        return refusal
    required = read_tokens(request.headers.getlist("Require"))
    if unsupported := [option for option in required if option not in _EXTENSIONS]:
        return Answer(420, (("Unsupported", ", ".join(unsupported)),))
    if request.method == "INVITE":
        return _screen_invite(request)
    return None


def _screen_uri(text: str) -> Answer | None:
    scheme = text.partition(":")[0].lower()
    if scheme not in ("sip", "sips", "tel"):
        return Answer(416 if scheme.isidentifier() or "." in scheme else 400)
    if scheme == "tel":
        return None
    try:
        uri = read_uri(text)
    except ValueError:
        return Answer(400)
    return Answer(400) if uri.headers is not None else None


def _screen_invite(request: Request) -> Answer | None:
    kind = content_type(request)
    if kind not in _READABLE and not (kind or "").startswith("multipart/"):
        return Answer(415, (("Accept", "application/sdp"),))
    encodings = [part for value in request.headers.getlist("Content-Encoding") for part in split_list(value)]
    if request.body and any(encoding.lower() != "identity" for encoding in encodings):
        return Answer(415, (("Accept-Encoding", "identity"),))
    if is_too_small(request):
        return Answer(422, (("Min-SE", str(MIN_SE_S)),))
    return None
