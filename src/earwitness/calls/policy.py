"""Whether a call may be placed, and under which SIP URI."""

import fnmatch
import re
from dataclasses import dataclass

from earwitness.calls.seams import CallRefusedError

_NUMBER = re.compile(r"\+?[0-9]{3,15}\Z")
_FILLERS = re.compile(r"[\s().\-/]")


@dataclass(frozen=True, slots=True)
class DialPolicy:
    """Where calls may go. Patterns are shell patterns over SIP hosts and phone numbers."""

    allow: tuple[str, ...] = ("*",)
    trunk: str | None = None
    """SIP URI with `{number}` that phone numbers are dialled through."""

    def check_host(self, host: str) -> None:
        """Refuse a SIP host that no pattern allows.

        Raises:
            CallRefusedError: 403.
        """
        self._check(host, "SIP host")

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

    def _check(self, destination: str, kind: str) -> None:
        if not any(fnmatch.fnmatchcase(destination.casefold(), pattern.casefold()) for pattern in self.allow):
            raise CallRefusedError(
                403,
                f"the {kind} {destination} may not be called from this server; "
                "its owner can allow it in EARWITNESS_DIAL_ALLOW",
            )
