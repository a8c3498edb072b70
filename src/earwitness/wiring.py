"""What settings mean for the parts of a server."""

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from earwitness.calls.policy import DialPolicy
from earwitness.delivery.maildir import MaildirMailer
from earwitness.delivery.mailer import Mailer
from earwitness.delivery.smtp import SmtpMailer, SmtpServer
from earwitness.insights.entities.kinds import KINDS, PERSONAL, kinds_of_tag
from earwitness.settings import Settings, SettingsError
from earwitness.sip.agent import AgentConfig, SipAgent
from earwitness.sip.events import Credentials

_UNREAD_FOR_S = 60.0
"""A client that lets what was sent to it lie for so long is gone: the system ends its connection (tcp(7)).

Closing alone would wait for ever until it has read."""


def maildir_of(settings: Settings) -> Path | None:
    """Where mail is kept, unless a server sends it."""
    return settings.home / "mail" if settings.smtp_url is None else None


def mailer_of(settings: Settings) -> Mailer:
    """Return who sends e-mail."""
    folder = maildir_of(settings)
    if folder is not None:
        return MaildirMailer(folder)
    with naming("EARWITNESS_SMTP_URL"):
        return SmtpMailer(SmtpServer.parse(settings.smtp_url or ""))


def check_kinds(excluded: Sequence[str]) -> None:
    """See that each is a kind of personal data.

    Raises:
        SettingsError: one is none.
    """
    for tag in excluded:
        if not kinds_of_tag(tag):
            raise SettingsError(
                f"EARWITNESS_REDACT_EXCLUDE: there is no kind of personal data {tag!r}; there is "
                + ", ".join(sorted(KINDS[name].tag for name in PERSONAL))
            )


def agent_config(settings: Settings) -> AgentConfig:
    """Return how our side of SIP is set up."""
    from earwitness import __version__

    return AgentConfig(
        host=settings.sip_host,
        port=settings.sip_port,
        advertised_host=settings.sip_advertised_host,
        user_agent=f"earwitness/{__version__}",
        from_user=settings.sip_user or "earwitness",
        proxy=settings.sip_proxy,
    )


def dial_policy(settings: Settings) -> DialPolicy:
    """Return what may be called, and with which password."""
    credentials = None
    if settings.sip_user and settings.sip_password:
        credentials = Credentials(settings.sip_user, settings.sip_password)
    return DialPolicy(
        tuple(pattern.strip() for pattern in settings.dial_allow.split(",")),
        settings.trunk,
        credentials,
        proxied=settings.sip_proxy is not None,
    )


async def start_agent(settings: Settings) -> SipAgent:
    """Open SIP.

    Raises:
        SettingsError: the address or a name cannot be used.
    """
    with naming("EARWITNESS_SIP_USER or EARWITNESS_SIP_PROXY"):
        agent = SipAgent(agent_config(settings))
    try:
        await agent.start()
    except OSError as error:
        raise SettingsError(
            f"cannot open SIP on {settings.sip_host} port {settings.sip_port}: {error.strerror or error}; "
            "choose another with --sip-host or --sip-port (0 takes a free one)"
        ) from error
    return agent


@contextmanager
def naming(setting: str) -> Iterator[None]:
    """Say which setting it is that another room does not take."""
    try:
        yield
    except SettingsError:
        raise
    except ValueError as error:
        raise SettingsError(f"{setting}: {error}") from error


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens for HTTP.

    Raises:
        SettingsError: the address cannot be used.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio turns Nagle's algorithm off: replies and frames would wait 40 ms.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(_UNREAD_FOR_S * 1000))
        listening.bind((host, port))
        listening.listen(1024)
    except OSError as error:
        listening.close()
        raise SettingsError(
            f"cannot listen on {host} port {port}: {error.strerror}; "
            "choose another with --port (0 takes a free one)"
        ) from error
    return listening
