"""Results posted to the client: the frames of a call's events, to the URLs that its start request names.

What goes out is put into the outbox in the transaction that stores the event, so nothing is lost and nothing
comes twice under another delivery id; the outbox keeps the order within a conversation, for each receiver.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from earwitness.conversation.events import Event, MediaStarted, Opened
from earwitness.delivery.webhook import webhook_delivery
from earwitness.store.seams import (
    ConversationRecord,
    Conversations,
    Deliveries,
    Draft,
    EventLog,
    NewDelivery,
)

logger = logging.getLogger(__name__)

Render = Callable[[Event], Sequence[dict[str, Any]]]
"""Returns the frames of an event; is given all events of a conversation, in order."""

RenderOf = Callable[[str, Opened], Render]
"""Returns what renders the events of a conversation, by its id and how it was opened."""

_FIELDS = ("endpointWebhookUrl", "callbackUrl")


def results_urls(request: Mapping[str, Any]) -> list[str]:
    """Return where a start request wants its results, each address once."""
    given = (request.get(field) for field in _FIELDS)
    return list(dict.fromkeys(url.strip() for url in given if isinstance(url, str) and url.strip()))


@dataclass(frozen=True, slots=True)
class ResultsWebhook:
    """Makes the deliveries of one conversation's events."""

    urls: Sequence[str]
    render: Render

    def __call__(self, events: Sequence[Event]) -> list[NewDelivery]:
        """Return what to post for these events, in order."""
        return list(self._made(events))

    def resume(self, record: ConversationRecord) -> None:
        """Go on with a conversation that is stored already: its times count from where its media started."""
        self._frames(Event(record.id, 0, MediaStarted(record.zero_at)))

    def _frames(self, event: Event) -> Sequence[dict[str, Any]]:
        try:
            return self.render(event)
        except Exception:
            # The event would not be stored, and the call would end: its webhook has a gap instead.
            logger.exception(
                "event %d (%s) of conversation %s is not posted", event.seq, event.kind, event.conversation_id
            )
            return ()

    def _made(self, events: Sequence[Event]) -> Iterator[NewDelivery]:
        for event in events:
            for part, frame in enumerate(self._frames(event)):
                for number, url in enumerate(self.urls):
                    yield webhook_delivery(f"results:{event.seq}:{part}:{number}", url, frame)


class ResultsLog:
    """The event log of those who change conversations that are over: what they append is posted, too.

    While a conversation goes on, its journal does that.
    """

    def __init__(
        self, log: EventLog, conversations: Conversations, render: RenderOf, delivered: Callable[[], None]
    ) -> None:
        """Make it; `delivered` is told that there is something to post."""
        self._log = log
        self._conversations = conversations
        self._render = render
        self._delivered = delivered

    async def claim(self, conversation_id: str, *, after: int | None = None) -> int:
        """See `EventLog.claim`."""
        return await self._log.claim(conversation_id, after=after)

    async def append(
        self, conversation_id: str, drafts: Sequence[Draft], *, epoch: int, deliveries: Deliveries = ()
    ) -> list[Event]:
        """See `EventLog.append`; what is posted of the events comes ahead of the other deliveries."""
        webhook = await self._webhook(conversation_id)
        if webhook is None:
            return await self._log.append(conversation_id, drafts, epoch=epoch, deliveries=deliveries)

        def made(events: Sequence[Event]) -> list[NewDelivery]:
            return [*webhook(events), *(deliveries(events) if callable(deliveries) else deliveries)]

        appended = await self._log.append(conversation_id, drafts, epoch=epoch, deliveries=made)
        self._delivered()
        return appended

    async def read(self, conversation_id: str, *, after: int = 0, limit: int | None = None) -> list[Event]:
        """See `EventLog.read`."""
        return await self._log.read(conversation_id, after=after, limit=limit)

    async def _webhook(self, conversation_id: str) -> ResultsWebhook | None:
        for event in await self._log.read(conversation_id, limit=1):
            if isinstance(event.body, Opened) and (urls := results_urls(event.body.request)):
                webhook = ResultsWebhook(urls, self._render(conversation_id, event.body))
                record = await self._conversations.find(event.body.app_id, conversation_id)
                if record is not None:
                    webhook.resume(record)
                return webhook
        return None
