"""The store as those see it who change conversations that are over: clients' webhooks are told of it."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Self

from earwitness.calls.results_webhook import RenderOf, ResultsLog
from earwitness.store.conversations import SqlConversations
from earwitness.store.outbox import SqlOutbox
from earwitness.store.preferences import SqlPreferences
from earwitness.store.seams import ConversationRecord, EventLog
from earwitness.store.store import Store


@dataclass(frozen=True, slots=True)
class ToldStore:
    """What recovery, refinement, reading and edits need of a store."""

    log: EventLog
    conversations: SqlConversations
    preferences: SqlPreferences
    outbox: SqlOutbox
    unfinished: Callable[[], Coroutine[Any, Any, list[ConversationRecord]]]

    @classmethod
    def of(cls, store: Store, render: RenderOf, delivered: Callable[[], None]) -> Self:
        """Return the store with a log that tells webhooks; see `ResultsLog`."""
        log = ResultsLog(store.log, store.conversations, render, delivered)
        return cls(log, store.conversations, store.preferences, store.outbox, store.unfinished)
