"""Having conversations read by a language model when they are over.

The conversation is closed before, with all that the embedded analyst found, so that whoever stops a call has
an answer at once; what the model finds is an event after the end. That it is to be read is in the log from
the moment of its closing, so a server that ends or is killed meanwhile has it read when it is there again.
Summary e-mails wait in the outbox for a limited time. Whatever goes wrong leaves what was found before, and
an event that says so.
"""

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

from earwitness.calls.live import LiveConversations
from earwitness.calls.shown import Shown
from earwitness.calls.stored_change import ChangeableStore, HeardError, change_stored
from earwitness.calls.when_available import Hastened, hasten, when_available
from earwitness.conversation.events import Body, ReadingEnded, ReadingRequested
from earwitness.conversation.reading import MOST_PROMPTS, Prompt, Reading, ReadingState
from earwitness.insights.language_model.material import Material
from earwitness.insights.language_model.seams import Reader
from earwitness.insights.seams import Setting
from earwitness.store.seams import (
    AppPreferences,
    Content,
    Conversations,
    Preferences,
    Readings,
    StoreError,
    UnknownConversationError,
)
from earwitness.supervision import supervised

logger = logging.getLogger(__name__)

SOURCE = "language-model"
PROMPTS = "customPrompts"
"""The field of a start request that holds its prompts."""
_MOST_WAITING = 1000
"""Conversations known to wait; more wait in the store, and are asked for when these are through."""
_MOST_READINGS = 3
"""How often a conversation is read that keeps changing meanwhile."""


class RereadableStore(ChangeableStore, Protocol):
    """What reading needs of a store."""

    @property
    def conversations(self) -> "ReadConversations":
        """The projections."""

    @property
    def preferences(self) -> Preferences:
        """What apps want."""

    @property
    def outbox(self) -> Hastened:
        """The deliveries."""


class ReadConversations(Conversations, Readings, Protocol):
    """The projections, those of readings too."""


@dataclass(slots=True)
class ReadingStats:
    """What became of readings since the start."""

    ended: Counter[ReadingState] = field(default_factory=Counter)
    """How many, by their state."""
    tokens: int = 0
    rejected: int = 0


class Rereader:
    """Has conversations read in a few tasks, which `start` begins and `aclose` ends."""

    def __init__(
        self,
        reader: Reader,
        store: RereadableStore,
        live: LiveConversations,
        *,
        at_once: int = 2,
        email_wait_s: float = 60.0,
        guidance: Callable[[str], str] = lambda template: "",
        delivered: Callable[[], None] = lambda: None,
    ) -> None:
        """Make it.

        Args:
            reader: the language model; closed with this.
            store: where conversations are.
            live: those that go on: one that was taken up again is read when it is over.
            at_once: conversations that are read side by side.
            email_wait_s: how long a summary e-mail waits.
            guidance: how summaries are to be worded, by the name of a template.
            delivered: told when e-mails need not wait any more.
        """
        self.email_wait_s = email_wait_s
        self._reader = reader
        self._store = store
        self._live = live
        self._at_once = at_once
        self._guidance = guidance
        self._delivered = delivered
        self._waiting: deque[str] = deque()
        self._held: set[str] = set()
        """Those that wait and those that are being read."""
        self._again: set[str] = set()
        """Those that were taken once more meanwhile."""
        self._more_in_store = True
        self._loading = False
        self._news = asyncio.Event()
        self._progress = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self.stats = ReadingStats()

    def wish(self, request: dict[str, Any]) -> ReadingRequested:
        """Return the event that has a conversation read; it is stored with the conversation's closing."""
        # Of those that later requests added, the last of a name counts.
        prompts = {str(one["name"]): str(one["prompt"]) for one in request.get(PROMPTS) or ()}
        listed = [Prompt(name, text) for name, text in prompts.items()]
        return ReadingRequested(self._reader.name, tuple(listed[-MOST_PROMPTS:]))

    def start(self) -> None:
        """Begin to read: what is stored as pending first."""
        self._tasks = [
            asyncio.create_task(supervised("reading again", self._run), name=f"rereading {number}")
            for number in range(self._at_once)
        ]

    @property
    def waiting(self) -> int:
        """How many conversations wait or are being read, as far as that is known."""
        return len(self._held)

    async def request(self, conversation_id: str, prompts: Sequence[Prompt]) -> None:
        """Have a conversation that is over read once more.

        Raises:
            StoreError: it cannot be written to now.
        """
        wish = ReadingRequested(self._reader.name, tuple(prompts))
        await _append(self._store, conversation_id, wish, "api")
        await self.take(conversation_id)

    async def take(self, conversation_id: str) -> None:
        """Have a conversation read whose wish is stored."""
        self._add(conversation_id)
        self._news.set()

    async def idle(self) -> None:
        """Wait until all that was taken is read."""
        while self._held or self._more_in_store or self._loading:
            self._progress.clear()
            await self._progress.wait()

    async def aclose(self) -> None:
        """Stop; what was not read is pending in the log, and read by the next start."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._reader.aclose()

    def _add(self, conversation_id: str) -> None:
        if conversation_id in self._held:
            self._again.add(conversation_id)
            return
        if len(self._waiting) >= _MOST_WAITING:
            self._more_in_store = True
            return
        self._held.add(conversation_id)
        self._waiting.append(conversation_id)

    async def _run(self) -> None:
        while True:
            conversation_id = await self._next()
            try:
                await self._reread(conversation_id)
            except UnknownConversationError:
                logger.info("conversation %s was deleted", conversation_id)
            except Exception:
                # Reading is a gift: without it the conversation stays as it was understood.
                logger.exception("conversation %s could not be read", conversation_id)
                with suppress(StoreError):  # then it is read after the next start
                    await self._give_up(conversation_id, "an error of earwitness itself; its log tells more")
            try:
                await self._hasten(conversation_id)
            finally:
                self._let_go(conversation_id)

    def _let_go(self, conversation_id: str) -> None:
        self._held.discard(conversation_id)
        if conversation_id in self._again:
            self._again.discard(conversation_id)
            self._add(conversation_id)
        self._progress.set()

    async def _next(self) -> str:
        while not self._waiting:
            if self._more_in_store:
                self._more_in_store, self._loading = False, True
                try:
                    await self._load()
                except BaseException:
                    self._more_in_store = True
                    raise
                finally:
                    self._loading = False
                self._news.set()
                self._progress.set()
            else:
                self._news.clear()
                await self._news.wait()
        return self._waiting.popleft()

    async def _load(self) -> None:
        """Ask the store what is pending: as many as may wait, besides those that are being read."""
        most = _MOST_WAITING + len(self._held)
        pending = await when_available(lambda: self._store.conversations.pending(most))
        self._more_in_store = self._more_in_store or len(pending) == most
        for conversation_id in pending:
            if conversation_id not in self._held:
                self._add(conversation_id)

    async def _reread(self, conversation_id: str) -> None:
        for _ in range(_MOST_READINGS):
            content = await self._when_over(conversation_id)
            if content is None or content.reading is None or content.reading.state != "pending":
                return
            preferences = await self._store.preferences.of(content.record.app_id)
            ended = await self._reader.read(self._material(content, content.reading, preferences))
            if await self._keep(content, ended):
                return
        await self._give_up(conversation_id, "it changed each time while it was read")

    async def _when_over(self, conversation_id: str) -> Content | None:
        """Return a conversation once nobody hears it any more."""
        while (content := await self._content(conversation_id)) is not None and self._is_heard(content):
            await self._live.until_closed(content.record.app_id, conversation_id)
        return content

    def _is_heard(self, content: Content) -> bool:
        return self._live.of_conversation(content.record.app_id, content.record.id) is not None

    def _material(self, content: Content, reading: Reading, preferences: AppPreferences) -> Material:
        record = content.record
        of_request = {prompt.name for prompt in reading.prompts}
        of_app = (prompt for prompt in preferences.prompts if prompt.name not in of_request)
        return Material(
            Setting(record.zero_at, record.timezone, content.members),
            content.messages,
            record.language,
            content.insights,
            (*reading.prompts, *of_app),
            self._guidance(preferences.template),
        )

    async def _keep(self, read: Content, ended: ReadingEnded) -> bool:
        """Store what was found; False where what was read is not what there is now."""
        is_kept = True

        async def named(content: Content) -> list[Body]:
            nonlocal is_kept
            same = (content.messages, content.members) == (read.messages, read.members)
            is_kept = same or ended.state == "failed"
            if not is_kept:
                return []
            news, named = Shown.of(content).reread(ended)
            return [*news, named]

        try:
            await when_available(
                lambda: change_stored(
                    self._store,
                    read.record.id,
                    named,
                    source=SOURCE,
                    is_heard=lambda: self._is_heard(read),
                )
            )
        except HeardError:
            return False
        if not is_kept:
            return False
        self.stats.ended[ended.state] += 1
        self.stats.tokens += ended.tokens
        self.stats.rejected += ended.rejected
        level = logging.INFO if ended.state == "completed" else logging.WARNING
        told = f"conversation {read.record.id} was read by {ended.model}: {ended.state}"
        logger.log(level, "%s", told if ended.reason is None else f"{told}, {ended.reason}")
        return True

    async def _give_up(self, conversation_id: str, reason: str) -> None:
        ended = ReadingEnded("failed", self._reader.name, reason)
        await when_available(lambda: _append(self._store, conversation_id, ended, SOURCE))

    async def _content(self, conversation_id: str) -> Content | None:
        return await when_available(lambda: self._store.conversations.content(conversation_id))

    async def _hasten(self, conversation_id: str) -> None:
        await hasten(self._store.outbox, conversation_id, self._delivered)


async def abandon_readings(store: RereadableStore) -> None:
    """End the readings that are pending: there is no language model any more."""
    while pending := await store.conversations.pending(_MOST_WAITING):
        for conversation_id in pending:
            content = await store.conversations.content(conversation_id)
            if content is not None and content.reading is not None:
                ended = ReadingEnded("failed", content.reading.model, "no language model is set any more")
                await _append(store, conversation_id, ended, SOURCE)
                await store.outbox.hasten(conversation_id)


async def _append(store: ChangeableStore, conversation_id: str, body: Body, source: str) -> None:
    async def given(_: Content) -> list[Body]:
        return [body]

    await change_stored(store, conversation_id, given, source=source, parts=())
