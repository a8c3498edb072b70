"""Mail through an SMTP server (RFC 5321), with STARTTLS (RFC 3207) where it is offered."""

import asyncio
import logging
import re
import ssl
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from functools import partial
from typing import Literal, Self
from urllib.parse import unquote, urlsplit

import aiosmtplib
from aiosmtplib.typing import Default

from earwitness.delivery.errors import MailError

TIMEOUT_S = 60.0
"""For connecting and for each reply, but for the one to the message."""

MESSAGE_TIMEOUT_S = 600.0
"""For the reply to the message (RFC 5321 §4.5.3.2.6). Who gives up earlier sends another copy to a server
that has taken this one and still looks for viruses in it."""

RECIPIENTS_S = 240.0
"""How long recipients may be named, since the connection was begun. A server that takes its time with each
gets the message for some of them, and for the others later."""

_SETTINGS_CODES = frozenset({530, 534, 535, 538})
"""Replies about credentials and encryption (RFC 4954 §6): mail waits until the settings are mended."""

_NO_TIME_LEFT = 450
"""What a recipient is said to be refused with who was not named."""

_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}\b")
"""What may stand at the beginning of a reply's text (RFC 3463)."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where and how to hand mail over."""

    host: str
    port: int
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    implicit_tls: bool = False
    """TLS from the first byte (`smtps:`); otherwise STARTTLS is used when the server offers it."""

    @classmethod
    def parse(cls, url: str) -> Self:
        """Read `smtp://user:password@host:port` or `smtps://…`; user and password are percent-encoded.

        The port defaults to 465 for `smtps:`, else to 587 with a user name and 25 without.

        Raises:
            ValueError: the URL is of another form; the message does not repeat it, as it may hold a password.
        """
        form = "Write it as smtp://user:password@host:port or smtps://user:password@host:port."
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise ValueError(f"The SMTP URL cannot be read. {form}") from error
        if parts.scheme not in ("smtp", "smtps"):
            raise ValueError(f"The SMTP URL has the scheme {parts.scheme!r}. {form}")
        if not parts.hostname:
            raise ValueError(f"The SMTP URL names no host. {form}")
        implicit_tls = parts.scheme == "smtps"
        username = unquote(parts.username) if parts.username else None
        password = unquote(parts.password) if parts.password else None
        if port is None:
            port = 465 if implicit_tls else 587 if username else 25
        return cls(parts.hostname, port, username, password, implicit_tls)

    @property
    def verifies(self) -> bool:
        """Whether the server's certificate is checked.

        It is where credentials or a `smtps:` URL ask for a trusted server. Otherwise encryption is
        opportunistic (RFC 7435): someone on the path could as well remove the offer of STARTTLS, and
        many relays inside a network have certificates of their own making.
        """
        return self.implicit_tls or self.username is not None


class _Client(aiosmtplib.SMTP):
    """A connection that leaves a server more time for a message, and less for many recipients."""

    def __init__(
        self, server: SmtpServer, *, timeout_s: float, message_s: float, recipients_s: float
    ) -> None:
        super().__init__(
            hostname=server.host,
            port=server.port,
            username=server.username,
            password=server.password,
            use_tls=server.implicit_tls,
            validate_certs=server.verifies,
            timeout=timeout_s,
        )
        self._message_s = message_s
        self._named_until_s = asyncio.get_running_loop().time() + recipients_s

    async def rcpt(
        self,
        recipient: str,
        /,
        *,
        options: Iterable[str] | None = None,
        encoding: str = "ascii",
        timeout: float | Literal[Default.token] | None = Default.token,
    ) -> aiosmtplib.SMTPResponse:
        """Name a recipient, unless the time for that is over."""
        if asyncio.get_running_loop().time() > self._named_until_s:
            raise aiosmtplib.SMTPRecipientRefused(_NO_TIME_LEFT, "", recipient)
        return await super().rcpt(recipient, options=options, encoding=encoding, timeout=timeout)

    async def data(
        self,
        message: str | bytes,
        /,
        *,
        timeout: float | Literal[Default.token] | None = Default.token,
    ) -> aiosmtplib.SMTPResponse:
        """Send the message."""
        return await super().data(message, timeout=self._message_s)


class SmtpMailer:
    """A `Mailer` that opens one connection a message."""

    def __init__(
        self,
        server: SmtpServer,
        *,
        timeout_s: float = TIMEOUT_S,
        message_s: float = MESSAGE_TIMEOUT_S,
        recipients_s: float = RECIPIENTS_S,
    ) -> None:
        self._server = server
        self._connect = partial(
            _Client, server, timeout_s=timeout_s, message_s=message_s, recipients_s=recipients_s
        )

    async def send(self, message: EmailMessage, recipients: Sequence[str]) -> None:
        """Hand a message over; see `Mailer.send`."""
        client = self._connect()
        try:
            async with client:
                refused, _ = await client.send_message(message, recipients=list(recipients))
        except aiosmtplib.SMTPRecipientsRefused as error:
            self._report({each.recipient: (each.code, each.message) for each in error.recipients})
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            raise self._mail_error(error, recipients) from error
        else:
            self._report(
                {address: (reply.code, reply.message) for address, reply in refused.items()}, sent=True
            )

    def _report(self, refused: Mapping[str, tuple[int, str]], *, sent: bool = False) -> None:
        """Raise what is left to do about refused recipients, if anything."""
        if not refused:
            return
        replies = Counter(_codes(code, text) for code, text in refused.values())
        said = ", ".join(f"{count} with {codes}" for codes, count in replies.items())
        unsent = [address for address, (code, _) in refused.items() if _may_pass(code)]
        if unsent or not sent:
            raise MailError(f"{self._name} refused recipients: {said}", unsent=unsent)
        _log.warning("%s refused some recipients for good: %s", self._name, said)

    def _mail_error(self, error: Exception, recipients: Sequence[str]) -> MailError:
        match error:
            case aiosmtplib.SMTPAuthenticationError():
                codes = _codes(error.code, error.message)
                what = f"{self._name} refused the login: {codes}. Check the SMTP URL."
                final = False
            case aiosmtplib.SMTPConnectResponseError() | aiosmtplib.SMTPHeloError():
                what = f"{self._name} does not take mail now: {_codes(error.code, error.message)}"
                final = False
            case aiosmtplib.SMTPResponseException():
                what = f"{self._name} refused the message: {_codes(error.code, error.message)}"
                final = not _may_pass(error.code)
            case ssl.SSLCertVerificationError():  # Which is a ValueError, too.
                what = f"{self._name} cannot be trusted: {error.verify_message}. Check the SMTP URL."
                final = False
            case aiosmtplib.SMTPNotSupported() | ValueError():
                what = f"The message cannot be sent through {self._name}: {error}"
                final = True
            case _:
                what = f"{self._name} cannot be reached: {error or type(error).__name__}. Check the SMTP URL."
                final = False
        return MailError(what, unsent=() if final else recipients)

    @property
    def _name(self) -> str:
        return f"SMTP server {self._server.host}:{self._server.port}"


def _codes(code: int, text: str) -> str:
    """Return the codes of a reply; its words often repeat the address, which has no place in a log."""
    enhanced = _ENHANCED.match(text)
    return f"{code} {enhanced[0]}" if enhanced else str(code)


def _may_pass(code: int) -> bool:
    """Tell whether a refusal may be taken back later: 4xx (RFC 5321 §4.2.1), or settings to be mended."""
    return code < 500 or code in _SETTINGS_CODES
