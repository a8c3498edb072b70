"""Composing from the store at the time of sending."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from earwitness.conversation.events import Body, Closed, MemberChanged, MessagesAdded, Opened
from earwitness.conversation.member import Member
from earwitness.conversation.message import Message
from earwitness.delivery.email_carrier import EmailCarrier, summary_deliveries
from earwitness.delivery.errors import DeliveryError, MailError
from earwitness.delivery.maildir import MaildirMailer
from earwitness.store.seams import Delivery, Draft
from earwitness.store.store import Store

SENDER = "earwitness <calls@example.com>"
START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
BOB = Member("m-bob", "Speaker 2")


class Kept:
    """A mailer that keeps what it is given, after the given errors."""

    def __init__(self, *errors: MailError) -> None:
        self.errors = list(errors)
        self.sent: list[tuple[EmailMessage, list[str]]] = []

    async def send(self, message: EmailMessage, recipients: Sequence[str]) -> None:
        self.sent.append((message, list(recipients)))
        if self.errors:
            raise self.errors.pop(0)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with await Store.open(tmp_path / "earwitness.db") as opened:
        said = MessagesAdded((Message("1000000000000001", "I'll send it.", 0.0, 1.0, speaker=BOB),))
        bodies: list[Body] = [Opened("app", "Weekly", START, members=(BOB,)), said, Closed(START)]
        await opened.log.append("1", [Draft(body) for body in bodies], epoch=1)
        yield opened


def _delivery(*recipients: str, conversation_id: str = "1", **payload: Any) -> Delivery:
    [new] = summary_deliveries("sendSummaryEmail:0", recipients, "https://example.com/meeting/#/1")
    return Delivery(7, conversation_id, new.key, new.kind, {**new.payload, **payload}, 0, START)


async def test_the_email_has_the_names_known_when_it_is_sent(store: Store) -> None:
    mailer = Kept()
    await store.log.append(
        "1", [Draft(MemberChanged(Member(BOB.id, "Bob", email="bob@example.com")))], epoch=1
    )
    await EmailCarrier(store.conversations, mailer, sender=SENDER).deliver(_delivery("bob@example.com"))

    [(message, recipients)] = mailer.sent
    assert recipients == ["bob@example.com"]
    assert (message["To"], message["Subject"]) == ("Bob <bob@example.com>", "Weekly")
    body = message.get_body(("plain",))
    assert body is not None
    assert "0:00  Bob\n" in body.get_content()


async def test_every_attempt_sends_the_same_message(store: Store) -> None:
    mailer = Kept()
    carrier = EmailCarrier(store.conversations, mailer, sender=SENDER)
    await carrier.deliver(_delivery("ann@example.com"))
    await carrier.deliver(_delivery("ann@example.com"))

    headers = [
        {name: str(message[name]) for name in ("Message-ID", "Date", "To")} for message, _ in mailer.sent
    ]
    assert headers[0] == headers[1]


async def test_only_recipients_who_did_not_get_it_are_tried_again(store: Store) -> None:
    mailer = Kept(MailError("greylisted", unsent=["bob@example.com"]))
    carrier = EmailCarrier(store.conversations, mailer, sender=SENDER)
    delivery = _delivery("ann@example.com", "bob@example.com")
    with pytest.raises(MailError) as caught:
        await carrier.deliver(delivery)
    assert caught.value.payload == {**delivery.payload, "unsent": ["bob@example.com"]}
    await carrier.deliver(_delivery("ann@example.com", "bob@example.com", unsent=["bob@example.com"]))

    assert mailer.sent[1][1] == ["bob@example.com"]
    assert mailer.sent[1][0]["To"] == mailer.sent[0][0]["To"]


async def test_what_is_no_address_is_left_out(store: Store) -> None:
    mailer = Kept()
    carrier = EmailCarrier(store.conversations, mailer, sender=SENDER)
    await carrier.deliver(_delivery("ann@example.com", "ann@example.com\r\nBcc: x@example.com", "Bob"))
    assert mailer.sent[0][1] == ["ann@example.com"]
    with pytest.raises(DeliveryError, match="no valid e-mail address") as caught:
        await carrier.deliver(_delivery("Bob"))
    assert not caught.value.retryable


async def test_an_address_that_not_every_server_takes_costs_the_others_nothing(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    # As deliveries were queued before such addresses had a message of their own.
    [new] = summary_deliveries("sendSummaryEmail:0", ["ann@example.com"], None)
    addresses = ["ann@example.com", "jörg@example.com", "bob@müller.example", "bob@xn--mller-kva.example"]
    mixed = Delivery(7, "1", new.key, new.kind, {**new.payload, "recipients": addresses}, 0, START)
    mailer = Kept()
    await EmailCarrier(store.conversations, mailer, sender=SENDER).deliver(mixed)
    [(message, recipients)] = mailer.sent
    assert recipients == ["ann@example.com", "bob@xn--mller-kva.example"]
    assert message["To"] == "ann@example.com, bob@xn--mller-kva.example"
    assert "left out" in caplog.text


async def test_every_address_has_its_message_in_a_maildir(store: Store, tmp_path: Path) -> None:
    mailer = MaildirMailer(tmp_path / "mail")
    carrier = EmailCarrier(store.conversations, mailer, sender=SENDER)
    for new in summary_deliveries("sendSummaryEmail:0", ["ann@example.com", "jörg@müller.example"], None):
        await carrier.deliver(Delivery(7, "1", new.key, new.kind, new.payload, 0, START))
    assert {str(message["To"]) for message in await mailer.messages()} == {
        "ann@example.com",
        "jörg@xn--mller-kva.example",
    }


async def test_a_deleted_conversation_sends_nothing(store: Store) -> None:
    mailer = Kept()
    carrier = EmailCarrier(store.conversations, mailer, sender=SENDER)
    with pytest.raises(DeliveryError, match="deleted") as caught:
        await carrier.deliver(_delivery("ann@example.com", conversation_id="2"))
    assert not caught.value.retryable
    assert mailer.sent == []


async def test_no_email_stays_of_a_conversation_that_is_deleted_while_it_is_made(
    store: Store, tmp_path: Path
) -> None:
    class Overtaken(MaildirMailer):
        """Takes a message when its conversation has been deleted meanwhile, as the API does that."""

        async def send(self, message: EmailMessage, recipients: Sequence[str]) -> None:
            await self.forget("1")
            assert await store.conversations.delete("app", "1")
            await super().send(message, recipients)

    mailer = Overtaken(tmp_path / "mail")
    carrier = EmailCarrier(store.conversations, mailer, sender=SENDER, forget=mailer.forget)
    with pytest.raises(DeliveryError, match="deleted") as caught:
        await carrier.deliver(_delivery("ann@example.com"))
    assert not caught.value.retryable
    assert await mailer.messages() == []


@pytest.mark.parametrize("sender", ["earwitness", "", "earwitness <calls@>"])
async def test_a_sender_without_an_address_is_refused(store: Store, sender: str) -> None:
    with pytest.raises(ValueError, match="write it as name <user@host>"):
        EmailCarrier(store.conversations, Kept(), sender=sender)


async def test_a_sender_is_one_that_every_server_takes(store: Store) -> None:
    with pytest.raises(ValueError, match="use an address in ASCII"):
        EmailCarrier(store.conversations, Kept(), sender="Jörg <jörg@example.com>")
    mailer = Kept()
    carrier = EmailCarrier(store.conversations, mailer, sender="Jörg <calls@müller.example>")
    await carrier.deliver(_delivery("ann@example.com"))
    [(message, _)] = mailer.sent
    assert message["From"].addresses[0].addr_spec == "calls@xn--mller-kva.example"
    assert message["Message-ID"].endswith("@xn--mller-kva.example>")


async def test_a_closed_store_means_to_try_again(store: Store) -> None:
    carrier = EmailCarrier(store.conversations, Kept(), sender=SENDER)
    await store.aclose()
    with pytest.raises(DeliveryError, match="closed") as caught:
        await carrier.deliver(_delivery("ann@example.com"))
    assert caught.value.retryable
