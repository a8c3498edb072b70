"""The URIs of an outgoing call: the first one, then where redirections lead (RFC 3261 §8.1.3.4)."""

from collections.abc import Callable

from earwitness.sip.fields import NameAddress, read_addresses
from earwitness.sip.message import Response
from earwitness.sip.uri import SipUri, read_uri

MAX_TARGETS = 5
"""URIs tried in one call, the first one included."""


def anywhere(uri: SipUri) -> bool:
    """Follow a redirection wherever it leads."""
    return True


class Targets:
    """Who is left to try; no URI is tried twice, and none that `may_follow` refuses."""

    def __init__(self, first: SipUri, may_follow: Callable[[SipUri], bool] = anywhere) -> None:
        self._may_follow = may_follow
        self._left = [first]
        self._seen = {str(first).lower()}
        self._tried = 0

    def next(self) -> SipUri | None:
        """Return the best URI that is left, none when there is none or enough were tried."""
        if not self._left or self._tried >= MAX_TARGETS:
            return None
        self._tried += 1
        return self._left.pop(0)

    def add(self, response: Response) -> None:
        """Put the Contacts of a 3xx before the others, by falling q; what we can't or may not call is left
        out.
        """
        contacts = read_addresses(response.headers.getlist("Contact"))
        found = []
        for contact in sorted(contacts, key=_preference, reverse=True):
            uri = _callable(contact)
            if uri is not None and str(uri).lower() not in self._seen and self._may_follow(uri):
                self._seen.add(str(uri).lower())
                found.append(uri)
        self._left[:0] = found[:MAX_TARGETS]


def _preference(contact: NameAddress) -> float:
    try:
        return min(max(float(contact.parameters.get("q") or 1), 0.0), 1.0)
    except ValueError:
        return 0.0


def _callable(contact: NameAddress) -> SipUri | None:
    try:
        uri = read_uri(contact.uri)
    except ValueError:
        return None
    if uri.transport == "tls":
        return None
    parameters = {name: value for name, value in uri.parameters.items() if name != "method"}
    return SipUri(uri.scheme, uri.host, uri.user, None, uri.port, parameters)
