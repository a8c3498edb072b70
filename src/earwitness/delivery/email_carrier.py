"""Carries summary e-mails: composes them from the store when they are sent."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

from earwitness.delivery.errors import DeliveryError, MailError
from earwitness.delivery.mailer import Mailer, is_address
from earwitness.delivery.summary_email import compose, message_id
from earwitness.delivery.summary_templates import SummaryTemplates
from earwitness.store.seams import (
    AppPreferences,
    Conversations,
    Delivery,
    NewDelivery,
    Preferences,
    StoreUnavailableError,
)

_log = logging.getLogger(__name__)


def summary_delivery(key: str, recipients: Sequence[str], page_url: str | None) -> NewDelivery:
    """Return what to put into the outbox to send one summary e-mail.

    Args:
        key: unique within the conversation, such as `sendSummaryEmail:0`.
        recipients: bare e-mail addresses; all see each other.
        page_url: link to the summary page, absolute.
    """
    return NewDelivery(key, "email", {"recipients": list(recipients), "page_url": page_url})


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
    ) -> None:
        """Make a carrier.

        Args:
            conversations: where the content is read.
            mailer: what takes the messages.
            sender: for the From header, `name <address>` or an address.
            preferences: which template an app wants; the default one without them.
            templates: the templates; the built-in ones without them.

        Raises:
            ValueError: the sender holds no address.
        """
        if not is_address(sender.rpartition("<")[2].rstrip("> ")):
            raise ValueError(f"The sender {sender!r} is no e-mail address; write it as name <user@host>.")
        self._conversations = conversations
        self._mailer = mailer
        self._sender = sender
        self._preferences = preferences
        self._templates = templates or SummaryTemplates()

    async def deliver(self, delivery: Delivery) -> None:
        """Compose and send a summary; see `Carrier.deliver`."""
        payload: dict[str, Any] = delivery.payload
        recipients = [address for address in payload["recipients"] if is_address(address)]
        if len(recipients) < len(payload["recipients"]):
            _log.warning("Conversation %s: some recipients are no e-mail addresses", delivery.conversation_id)
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
        unsent = payload.get("unsent", recipients)
        try:
            await self._mailer.send(message, unsent)
        except MailError as error:
            if 0 < len(error.unsent) < len(unsent):
                error.payload = {**payload, "unsent": list(error.unsent)}
            raise
