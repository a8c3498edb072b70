"""The conversations of a process that go on, by the connection id that others know them by."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import datetime
from typing import Protocol

from earwitness.calls.feed import Feed
from earwitness.calls.seams import CallStatus, Connection, PushedEvent
from earwitness.conversation.events import Body
from earwitness.conversation.member import Member

Change = Callable[[Sequence[Member]], Awaitable[Sequence[Body]]]
"""Decides what is stored of a change that somebody makes, where these are the members."""


class Live(Protocol):
    """A conversation that goes on: a call, a streaming session, a recording that is being heard."""

    @property
    def app_id(self) -> str:
        """Whose it is."""

    @property
    def connection(self) -> Connection:
        """Its two names."""

    @property
    def feed(self) -> Feed:
        """Where it can be watched."""

    @property
    def ended_at(self) -> datetime | None:
        """When the last audio came, once no more can come."""

    @property
    def closed(self) -> asyncio.Event:
        """Set when the conversation is complete and stored."""

    @property
    def blocked(self) -> bool:
        """Whether the store cannot take what is heard."""

    @property
    def load(self) -> int:
        """How many legs are heard as they come."""

    def status(self) -> CallStatus:
        """Return how it stands."""

    async def push(self, pushed: PushedEvent) -> None:
        """Take a client's speaker event."""

    async def edit(self, change: Change, source: str) -> bool:
        """Store a change that somebody makes to the conversation; False where it ends before that.

        The change is asked again where the members are others by the time that it has decided.

        Raises:
            StoreUnavailableError: nothing was changed.
            CallRefusedError: nothing can be changed now.
        """

    def hangup(self, reason: str | None = None) -> None:
        """End it."""


class LiveConversations:
    """All that go on. Clients choose some connection ids themselves, so each app has names of its own."""

    def __init__(self) -> None:
        self._live: dict[tuple[str, str], Live] = {}

    def __iter__(self) -> Iterator[Live]:
        return iter(tuple(self._live.values()))

    def add(self, live: Live) -> None:
        """Let one be found."""
        self._live[live.app_id, live.connection.connection_id] = live

    def discard(self, live: Live) -> None:
        """Let one no longer be found, unless its name is another's by now."""
        key = live.app_id, live.connection.connection_id
        if self._live.get(key) is live:
            del self._live[key]

    def find(self, app_id: str, connection_id: str) -> Live | None:
        """Return the one that an app knows by a connection id."""
        return self._live.get((app_id, connection_id))

    def of_conversation(self, app_id: str, conversation_id: str) -> Live | None:
        """Return the one that hears a conversation of an app and writes it, until it is closed."""
        return next(
            (
                live
                for live in self._live.values()
                if live.app_id == app_id
                and live.connection.conversation_id == conversation_id
                and not live.closed.is_set()
            ),
            None,
        )

    async def until_closed(self, app_id: str, conversation_id: str) -> None:
        """Wait until nobody hears a conversation and writes it."""
        while (live := self.of_conversation(app_id, conversation_id)) is not None:
            await live.closed.wait()

    @property
    def load(self) -> int:
        """How many legs are heard as they come; what is heard in the background does not count."""
        return sum(live.load for live in self._live.values())

    @property
    def blocked(self) -> bool:
        """Whether the store cannot take what is heard in some of them."""
        return any(live.blocked for live in self._live.values())
