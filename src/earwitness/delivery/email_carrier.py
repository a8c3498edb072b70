"""Carries summary e-mails: composes them from the store when they are sent."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any

from earwitness.delivery.errors import DeliveryError, MailError
from earwitness.delivery.mailer import Mailer, envelope_address, needs_utf8
from earwitness.delivery.summary_email import compose, message_id
from earwitness.delivery.summary_templates import SummaryTemplates
from earwitness.store.seams import (
    AppPreferences,
    ConversationRecord,
    Conversations,
    Delivery,
    NewDelivery,
    Preferences,
    StoreUnavailableError,
)

_log = logging.getLogger(__name__)


def summary_deliveries(key: str, recipients: Sequence[str], page_url: str | None) -> Iterator[NewDelivery]:
    """Return what to put into the outbox to send one summary e-mail.

    It is two messages where some of the addresses have a local part that is not ASCII: a server without
    SMTPUTF8, the next one or any behind it, refuses the message that names such a recipient, for everyone.

    Args:
        key: unique within the conversation, such as `sendSummaryEmail:0`.
        recipients: bare e-mail addresses; those of one message see each other.
        page_url: link to the summary page, absolute.
    """
    plain = [address for address in recipients if not needs_utf8(address)]
    others = [address for address in recipients if needs_utf8(address)]
    for its_key, some in ((key, plain), (f"{key}:utf8", others)):
        if some:
            yield NewDelivery(its_key, "email", {"recipients": some, "page_url": page_url})


class EmailCarrier:
    """Sends deliveries of the kind `email`."""

    def __init__(
        self,
        conversations: Conversations,
        mailer: Mailer,
        *,
        sender: str,
        preferences: Preferences | None = None,
        templates: SummaryTemplates | None = None,
        forget: Callable[[str], Awaitable[None]] | None = None,
    ) -> None:
        """Make a carrier.

        Args:
            conversations: where the content is read.
            mailer: what takes the messages.
            sender: for the From header, `name <address>` or an address.
            preferences: which template an app wants; the default one without them.
            templates: the templates; the built-in ones without them.
            forget: removes what the mailer keeps of a conversation, if it keeps mail.

        Raises:
            ValueError: the sender holds no address.
        """
        address = envelope_address(sender.rpartition("<")[2].rstrip("> "))
        if address is None:
            raise ValueError(f"The sender {sender!r} is no e-mail address; write it as name <user@host>.")
        if needs_utf8(address):
            raise ValueError(
                f"The sender {sender!r} has letters before the @ that not every mail server takes; "
                "use an address in ASCII."
            )
        self._conversations = conversations
        self._mailer = mailer
        self._sender = sender
        self._preferences = preferences
        self._templates = templates or SummaryTemplates()
        self._forget = forget

    async def deliver(self, delivery: Delivery) -> None:
        """Compose and send a summary; see `Carrier.deliver`."""
        payload: dict[str, Any] = delivery.payload
        recipients = _sendable(payload["recipients"])
        if len(recipients) < len(payload["recipients"]):
            _log.warning(
                "Conversation %s: some recipients are left out, as they are no addresses or none for this",
                delivery.conversation_id,
            )
        if not recipients:
            raise DeliveryError("There is no valid e-mail address to send the summary to", retryable=False)
        try:
            content = await self._conversations.content(delivery.conversation_id)
            if content is None:
                raise DeliveryError("The conversation was deleted", retryable=False)
            wanted = AppPreferences()
            if self._preferences is not None:
                wanted = await self._preferences.of(content.record.app_id)
        except StoreUnavailableError as error:
            raise DeliveryError(str(error), retryable=True) from error
        # On a thread: nobody knows how much an own template does.
        message = await asyncio.to_thread(
            compose,
            content,
            sender=self._sender,
            recipients=recipients,
            page_url=payload["page_url"],
            message_id=message_id(delivery.conversation_id, delivery.key, self._sender),
            date=delivery.created_at,
            template=wanted.template,
            templates=self._templates,
        )
        # After a server took the message for some recipients, only the others are tried again.
        unsent = _sendable(payload.get("unsent", recipients))
        try:
            await self._mailer.send(message, unsent)
        except MailError as error:
            if 0 < len(error.unsent) < len(unsent):
                error.payload = {**payload, "unsent": list(error.unsent)}
            raise
        if self._forget is not None:
            await self._forget_if_deleted(content.record, self._forget)

    async def _forget_if_deleted(
        self, record: ConversationRecord, forget: Callable[[str], Awaitable[None]]
    ) -> None:
        """Keep no mail of a conversation that was deleted since it was read: nobody would find it again."""
        try:
            found = await self._conversations.find(record.app_id, record.id)
        except StoreUnavailableError as error:
            # Mail that is kept already is kept once.
            raise DeliveryError(str(error), retryable=True) from error
        if found is None:
            await forget(record.id)
            raise DeliveryError("The conversation was deleted", retryable=False)


def _sendable(addresses: Sequence[str]) -> list[str]:
    """Return what one message can be sent to, with domains in ASCII and without repeats."""
    given = [address for each in addresses if (address := envelope_address(each)) is not None]
    plain = [address for address in given if not needs_utf8(address)]
    return list(dict.fromkeys(plain or given))
