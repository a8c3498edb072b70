"""Whether a call may be placed, under which SIP URI, and whether it takes the server's password along."""

import fnmatch
import re
from dataclasses import dataclass
from urllib.parse import unquote

from earwitness.calls.seams import CallRefusedError
from earwitness.sip.events import Credentials
from earwitness.sip.uri import SipUri, read_uri

_NUMBER = re.compile(r"\+?[0-9]{3,15}\Z")
_FILLERS = re.compile(r"[\s().\-/]")


@dataclass(frozen=True, slots=True)
class DialPolicy:
    """Where calls may go. Patterns are shell patterns over SIP hosts and phone numbers."""

    allow: tuple[str, ...] = ("*",)
    trunk: str | None = None
    """SIP URI with `{number}` that phone numbers are dialled through."""
    credentials: Credentials | None = None
    """The server's own, for the proxy or the trunk; where there is neither, for whoever is called."""
    proxied: bool = False
    """Whether every call goes through an outbound proxy."""

    def check_uri(self, uri: SipUri) -> None:
        """Refuse a SIP URI with a host that no pattern allows, also one in `maddr`, which is where it leads.

        Raises:
            CallRefusedError: 403.
        """
        for host in _hosts(uri):
            self._check(host, "SIP host")

    def may_follow(self, uri: SipUri) -> bool:
        """Tell whether a call may be redirected there (RFC 3261 §8.1.3.4): to a host that may be called, or
        within the trunk to a number that may be.
        """
        if all(map(self._allows, _hosts(uri))):
            return True
        number = _FILLERS.sub("", unquote(uri.user or ""))
        return self._is_trunk(uri) and bool(_NUMBER.match(number)) and self._allows(number)

    def credentials_for(self, uri: SipUri) -> Credentials | None:
        """Return the server's own credentials where a call to this URI may prove them.

        Whoever asks names the realm and the nonce, so a stranger who is called could ask for the trunk's
        (RFC 3261 §22.1, §26.1).
        """
        anyone = self.proxied or self.trunk is None
        return self.credentials if anyone or self._is_trunk(uri) else None

    def phone_uri(self, number: str) -> str:
        """Return the SIP URI for a phone number.

        Raises:
            CallRefusedError: 400 where it is no number or no trunk is set, 403 where it is not allowed.
        """
        digits = _FILLERS.sub("", number)
        if not _NUMBER.match(digits):
            raise CallRefusedError(
                400,
                f"endpoint.phoneNumber: {number!r} is not a phone number; "
                "give the digits with the country code, such as 14085551234",
            )
        if self.trunk is None:
            raise CallRefusedError(
                400,
                "endpoint.type 'pstn' needs a trunk and none is configured; start the server with "
                "EARWITNESS_TRUNK set to its SIP URI, such as sip:{number}@trunk.example;user=phone",
            )
        self._check(digits, "phone number")
        return self.trunk.replace("{number}", digits)

    def _is_trunk(self, uri: SipUri) -> bool:
        try:
            return _hosts(uri) <= _hosts(read_uri((self.trunk or "").replace("{number}", "0")))
        except ValueError:
            return False

    def _check(self, destination: str, kind: str) -> None:
        if not self._allows(destination):
            raise CallRefusedError(
                403,
                f"the {kind} {destination} may not be called from this server; "
                "its owner can allow it in EARWITNESS_DIAL_ALLOW",
            )

    def _allows(self, destination: str) -> bool:
        return any(fnmatch.fnmatchcase(destination.casefold(), pattern.casefold()) for pattern in self.allow)


def _hosts(uri: SipUri) -> set[str]:
    """Return whom the URI names and where it leads, which `maddr` may change (RFC 3261 §19.1.1)."""
    return {host.casefold() for host in (uri.host, uri.parameters.get("maddr")) if host}
