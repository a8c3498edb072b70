"""From the outbox to a real SMTP server on loopback."""

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from earwitness.conversation.events import Closed, MessagesAdded, Opened
from earwitness.conversation.message import Message
from earwitness.delivery.backoff import Backoff
from earwitness.delivery.email_carrier import EmailCarrier, summary_deliveries
from earwitness.delivery.errors import MailError
from earwitness.delivery.outbox_worker import OutboxWorker
from earwitness.delivery.smtp import SmtpMailer, SmtpServer
from earwitness.store.seams import Draft
from earwitness.store.store import Store

HOST = "127.0.0.1"


class Postbox:
    """What the server accepts, and how it answers."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.contents: list[bytes] = []
        self.refusals: dict[str, list[str]] = {}
        """Replies to give for a recipient (or to `DATA`) before it is accepted."""
        self.encrypted: list[bool] = []
        self.slow_s: dict[str, float] = {}
        """How long it takes with the reply to a recipient (or to `DATA`)."""

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        await asyncio.sleep(self.slow_s.get(address, 0.0))
        refusals = self.refusals.get(address, [])
        if refusals:
            return refusals.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        refusals = self.refusals.get("DATA", [])
        if refusals:
            return refusals.pop(0)
        assert isinstance(envelope.content, bytes)
        self.contents.append(envelope.content)
        self.envelopes.append(envelope)
        self.encrypted.append(session.ssl is not None)
        await asyncio.sleep(self.slow_s.get("DATA", 0.0))
        return "250 Kept"

    @property
    def recipients(self) -> list[list[str]]:
        return [envelope.rcpt_tos for envelope in self.envelopes]

    @property
    def messages(self) -> list[EmailMessage]:
        return [message_from_bytes(content, EmailMessage, policy=SMTP_POLICY) for content in self.contents]


class _Connection(SMTP):
    """A server's connection that is closed even where a failed STARTTLS makes aiosmtpd forget it."""

    below: asyncio.BaseTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.below = self.below or transport
        super().connection_made(transport)


@asynccontextmanager
async def serving(
    postbox: Postbox, port: int = 0, *, implicit_tls: ssl.SSLContext | None = None, **options: Any
) -> AsyncIterator[int]:
    """Run an SMTP server on this event loop; gives its port."""
    connections: list[_Connection] = []

    def accept() -> SMTP:
        connections.append(_Connection(postbox, hostname="mail.example.com", **options))
        return connections[-1]

    server = await asyncio.get_running_loop().create_server(accept, HOST, port, ssl=implicit_tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()
        for connection in connections:
            if connection.below is not None:
                connection.below.close()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with await Store.open(tmp_path / "earwitness.db") as opened:
        yield opened


async def _close_call(store: Store, *recipients: str) -> None:
    """End a conversation and queue its e-mail in one transaction, as a call does."""
    now = datetime.now(UTC)
    said = MessagesAdded((Message("1000000000000001", "Grüße an alle.", 0.0, 1.0),))
    await store.log.append("1", [Draft(Opened("app", "Weekly", now)), Draft(said)], epoch=1)
    emails = summary_deliveries("sendSummaryEmail:0", recipients, "https://example.com/meeting/#/1")
    await store.log.append("1", [Draft(Closed(now))], epoch=1, deliveries=list(emails))


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC) + timedelta(minutes=1)

    def __call__(self) -> datetime:
        return self.now


def _worker(store: Store, port: int, now: Callable[[], datetime], user: str = "") -> OutboxWorker:
    mailer = SmtpMailer(SmtpServer.parse(f"smtp://{user}{HOST}:{port}"), timeout_s=10)
    carrier = EmailCarrier(store.conversations, mailer, sender="earwitness <calls@example.com>")
    return OutboxWorker(store.outbox, {"email": carrier}, now=now, backoff=Backoff(jitter=0))


async def test_a_summary_is_accepted_once(store: Store) -> None:
    postbox = Postbox()
    await _close_call(store, "ann@example.com", "bob@example.com")
    async with serving(postbox) as port:
        worker = _worker(store, port, Clock())
        assert await worker.deliver_due() == 1
        assert await worker.deliver_due() == 0

    assert postbox.recipients == [["ann@example.com", "bob@example.com"]]
    assert postbox.envelopes[0].mail_from == "calls@example.com"
    [message] = postbox.messages
    assert message["Subject"] == "Weekly"
    body = message.get_body(("plain",))
    assert body is not None
    assert "Grüße an alle." in body.get_content()


async def test_a_server_that_is_down_gets_it_later(store: Store) -> None:
    postbox, clock = Postbox(), Clock()
    async with serving(Postbox()) as port:
        pass
    await _close_call(store, "ann@example.com")
    worker = _worker(store, port, clock)
    assert await worker.deliver_due() == 1
    assert await store.outbox.next_due() == clock.now + timedelta(seconds=10)

    async with serving(postbox, port):
        assert await worker.deliver_due() == 0
        clock.now += timedelta(seconds=10)
        assert await worker.deliver_due() == 1
    assert len(postbox.messages) == 1
    assert await store.outbox.next_due() is None


@pytest.mark.parametrize("where", ["ann@example.com", "DATA"])
async def test_a_final_refusal_is_not_repeated(store: Store, where: str) -> None:
    postbox, clock = Postbox(), Clock()
    postbox.refusals = {where: ["550 5.1.1 No such user"]}
    await _close_call(store, "ann@example.com")
    async with serving(postbox) as port:
        worker = _worker(store, port, clock)
        await worker.deliver_due()
        clock.now += timedelta(days=1)
        assert await worker.deliver_due() == 0
    assert postbox.messages == []
    assert await store.outbox.next_due() is None


@pytest.mark.parametrize("where", ["ann@example.com", "DATA"])
async def test_a_passing_refusal_is_repeated(store: Store, where: str) -> None:
    postbox, clock = Postbox(), Clock()
    postbox.refusals = {where: ["451 4.7.1 Try again later"]}
    await _close_call(store, "ann@example.com")
    async with serving(postbox) as port:
        worker = _worker(store, port, clock)
        await worker.deliver_due()
        clock.now += timedelta(seconds=10)
        await worker.deliver_due()
    assert len(postbox.messages) == 1


async def test_only_deferred_recipients_get_it_again(store: Store) -> None:
    postbox, clock = Postbox(), Clock()
    postbox.refusals = {"bob@example.com": ["450 4.2.0 Greylisted"], "cal@example.com": ["550 5.1.1 Unknown"]}
    await _close_call(store, "ann@example.com", "bob@example.com", "cal@example.com")
    async with serving(postbox) as port:
        worker = _worker(store, port, clock)
        await worker.deliver_due()
        clock.now += timedelta(seconds=10)
        await worker.deliver_due()
        clock.now += timedelta(days=1)
        assert await worker.deliver_due() == 0
    assert postbox.recipients == [["ann@example.com"], ["bob@example.com"]]
    assert len({message["Message-ID"] for message in postbox.messages}) == 1


async def test_a_server_has_time_to_look_at_what_it_took() -> None:
    postbox = Postbox()
    postbox.slow_s = {"DATA": 1.0}
    async with serving(postbox) as port:
        await SmtpMailer(SmtpServer(HOST, port), timeout_s=0.5).send(_message(), ["ann@example.com"])
    assert len(postbox.messages) == 1


async def test_a_server_that_is_slow_with_recipients_gets_it_for_some_of_them() -> None:
    recipients = [f"{name}@example.com" for name in ("ann", "bob", "cal")]
    postbox = Postbox()
    postbox.slow_s = {recipients[0]: 0.5}
    async with serving(postbox) as port:
        with pytest.raises(MailError) as caught:
            await SmtpMailer(SmtpServer(HOST, port), recipients_s=0.4).send(_message(), recipients)
        assert postbox.recipients == [recipients[:1]]
        assert caught.value.unsent == tuple(recipients[1:])
        await SmtpMailer(SmtpServer(HOST, port)).send(_message(), caught.value.unsent)
    assert postbox.recipients == [recipients[:1], recipients[1:]]


async def test_errors_tell_how_many_were_refused_and_why_but_not_who(
    caplog: pytest.LogCaptureFixture,
) -> None:
    recipients = [f"{name}@example.com" for name in ("ann", "bob", "cal", "dan")]
    postbox = Postbox()
    postbox.refusals = {
        recipients[1]: ["550 5.1.1 <bob@example.com>: user unknown"] * 2,
        recipients[2]: ["550 5.1.1 <cal@example.com>: user unknown"] * 2,
        recipients[3]: ["450 <dan@example.com> is greylisted"],
        "DATA": ["250 Kept", "250 Kept", "554 5.7.1 Nothing about ann@example.com"],
    }
    async with serving(postbox) as port:
        mailer = SmtpMailer(SmtpServer(HOST, port))
        with pytest.raises(MailError) as some:
            await mailer.send(_message(), recipients)
        await mailer.send(_message(), recipients[:2])
        with pytest.raises(MailError) as all_:
            await mailer.send(_message(), recipients[:1])
    server = f"SMTP server {HOST}:{port} refused"
    assert str(some.value) == f"{server} recipients: 2 with 550 5.1.1, 1 with 450"
    assert some.value.unsent == ("dan@example.com",)
    assert [record.getMessage() for record in caplog.records if "refused" in record.getMessage()] == [
        f"{server} some recipients for good: 1 with 550 5.1.1"
    ]
    assert str(all_.value) == f"{server} the message: 554 5.7.1"


@pytest.mark.parametrize("takes_utf8", [False, True])
async def test_an_address_that_a_server_may_not_take_costs_the_others_nothing(
    store: Store, caplog: pytest.LogCaptureFixture, takes_utf8: bool
) -> None:
    postbox, clock = Postbox(), Clock()
    await _close_call(store, "ann@example.com", "jörg@example.com", "zoe@müller.example")
    async with serving(postbox, enable_SMTPUTF8=takes_utf8) as port:
        worker = _worker(store, port, clock)
        assert await worker.deliver_due() == 2
        clock.now += timedelta(days=1)
        assert await worker.deliver_due() == 0
    plain = ["ann@example.com", "zoe@xn--mller-kva.example"]
    assert sorted(postbox.recipients) == [plain, ["jörg@example.com"]] if takes_utf8 else [plain]
    assert await store.outbox.next_due() is None
    assert ("SMTPUTF8 is not supported by this server; given up" in caplog.text) is not takes_utf8


async def test_a_crash_between_250_and_commit_repeats_with_the_same_message_id(store: Store) -> None:
    postbox = Postbox()
    await _close_call(store, "ann@example.com")
    accepted = asyncio.Event()

    class Crashing:
        """An outbox that never gets to note what was delivered."""

        due = staticmethod(store.outbox.due)
        failed = staticmethod(store.outbox.failed)
        next_due = staticmethod(store.outbox.next_due)

        async def done(self, delivery_id: int) -> None:
            accepted.set()
            await asyncio.Event().wait()

    async with serving(postbox) as port:
        mailer = SmtpMailer(SmtpServer(HOST, port))
        carrier = EmailCarrier(store.conversations, mailer, sender="calls@example.com")
        crashing = OutboxWorker(Crashing(), {"email": carrier}, now=Clock())
        crashing.start()
        await accepted.wait()
        await crashing.aclose(grace_s=0)

        restarted = OutboxWorker(store.outbox, {"email": carrier}, now=Clock())
        assert await restarted.deliver_due() == 1
        assert await restarted.deliver_due() == 0

    first, second = postbox.messages
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Date"] == second["Date"]


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
async def test_a_refused_login_waits_for_the_settings_to_be_mended(store: Store) -> None:
    postbox, clock = Postbox(), Clock()

    def authenticate(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        return AuthResult(success=data.password == b"p@ss", handled=False)

    await _close_call(store, "ann@example.com")
    options: dict[str, Any] = {
        "authenticator": authenticate,
        "auth_require_tls": False,
        "auth_required": True,
    }
    async with serving(postbox, **options) as port:
        await _worker(store, port, clock).deliver_due()
        clock.now += timedelta(seconds=10)
        await _worker(store, port, clock, "ann:wrong@").deliver_due()
        clock.now += timedelta(seconds=20)
        assert postbox.messages == []
        await _worker(store, port, clock, "ann:p%40ss@").deliver_due()
    assert len(postbox.messages) == 1


@pytest.fixture
def own_certificate(tmp_path: Path) -> ssl.SSLContext:
    """A server's context with a certificate of its own making."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=mail"]
    subprocess.run([*command, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


def _message() -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "calls@example.com", "ann@example.com"
    message.set_content("Hello")
    return message


async def test_starttls_is_used_when_offered(own_certificate: ssl.SSLContext) -> None:
    postbox = Postbox()
    async with serving(postbox, tls_context=own_certificate) as port:
        await SmtpMailer(SmtpServer(HOST, port)).send(_message(), ["ann@example.com"])
    assert postbox.encrypted == [True]


@pytest.mark.parametrize("implicit_tls", [False, True])
async def test_no_password_goes_to_a_server_that_cannot_be_trusted(
    own_certificate: ssl.SSLContext, implicit_tls: bool
) -> None:
    passwords: list[object] = []

    def authenticate(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        passwords.append(data)
        return AuthResult(success=True)

    contexts: dict[str, Any] = {"implicit_tls" if implicit_tls else "tls_context": own_certificate}
    async with serving(Postbox(), authenticator=authenticate, **contexts) as port:
        mailer = SmtpMailer(SmtpServer(HOST, port, "ann", "secret", implicit_tls))
        with pytest.raises(MailError, match="self-signed certificate") as caught:
            await mailer.send(_message(), ["ann@example.com"])
    assert caught.value.unsent == ("ann@example.com",)
    assert passwords == []
