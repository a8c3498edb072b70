"""Results posted to the client: the frames of a call's events, to the URLs that its start request names.

What goes out is put into the outbox in the transaction that stores the event, so nothing is lost and nothing
comes twice under another delivery id; the outbox keeps the order within a conversation.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from earwitness.conversation.events import Event
from earwitness.delivery.webhook import webhook_delivery
from earwitness.store.seams import NewDelivery

Render = Callable[[Event], Sequence[dict[str, Any]]]
"""Returns the frames of an event; is given all events of a conversation, in order."""

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

    def _made(self, events: Sequence[Event]) -> Iterator[NewDelivery]:
        for event in events:
            for part, frame in enumerate(self.render(event)):
                for number, url in enumerate(self.urls):
                    yield webhook_delivery(f"results:{event.seq}:{part}:{number}", url, frame)
