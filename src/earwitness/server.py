"""Putting everything together: one process that places calls and serves the API."""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import uvicorn

from earwitness.api.app import build_app, with_cors
from earwitness.api.context import Context
from earwitness.api.live.frames import Frames
from earwitness.api.live.telephony import page_url
from earwitness.api.tokens import Tokens
from earwitness.audio import codec
from earwitness.calls.call import Services
from earwitness.calls.calls import LocalCalls
from earwitness.calls.capacity import Capacity, ServerLoad
from earwitness.calls.edits import Edits
from earwitness.calls.hearing_services import HearingServices
from earwitness.calls.limits import LimitValues
from earwitness.calls.live import LiveConversations
from earwitness.calls.reconsidering import Reconsiderer
from earwitness.calls.recovery import Recovery
from earwitness.calls.refinement import Refiner
from earwitness.calls.rereading import Rereader, abandon_readings
from earwitness.calls.results_webhook import Render
from earwitness.calls.spool import Spool
from earwitness.calls.streams import LocalStreams
from earwitness.calls.summaries import Summaries
from earwitness.calls.told_store import ToldStore
from earwitness.conversation.events import Opened
from earwitness.conversation.wishes import insight_kinds_of
from earwitness.delivery.destination import Destinations
from earwitness.delivery.email_carrier import EmailCarrier
from earwitness.delivery.maildir import MaildirMailer
from earwitness.delivery.outbox_worker import OutboxWorker
from earwitness.delivery.summary_templates import SummaryTemplates
from earwitness.delivery.webhook import WebhookCarrier
from earwitness.home import HomeLock
from earwitness.insights.embedded import EmbeddedAnalyst, preload
from earwitness.insights.entities.redaction import everywhere
from earwitness.jobs.fetch import UrlFetcher
from earwitness.jobs.folder import JobFolder
from earwitness.jobs.queue import LocalJobs
from earwitness.jobs.recordings import KIND as AUDIO
from earwitness.jobs.recordings import RecordingDoer
from earwitness.jobs.texts import KIND as TEXT
from earwitness.jobs.texts import TextDoer
from earwitness.settings import Settings, SettingsError
from earwitness.speech.loading import LoadingRecognizer
from earwitness.speech.recognizers import OURS, open_recognizer, open_refining
from earwitness.speech.seams import Recognizer
from earwitness.store.lock import DatabaseLock, database_lock
from earwitness.store.seams import ConversationRecord, DatabaseInUseError, NewApp
from earwitness.store.store import Store
from earwitness.supervision import supervised
from earwitness.web.pages import add_pages
from earwitness.wiring import check_kinds, dial_policy, listen, maildir_of, mailer_of, naming, start_agent

logger = logging.getLogger(__name__)

_PROBE_EVERY_S = 1.0
_LOCK_CHECKED_EVERY_S = 5.0
_LARGEST_FRAME_OCTETS = 1 << 20
"""Of a socket, for streamed audio; text frames are bounded more tightly where they are read."""
_ANALYSIS_THREADS = 1
"""One is enough for live analysis (below 5 ms a message) and leaves the cores to decoding.

The final looks have one of their own: they take seconds, and live insights must not wait for them.
"""


class Server:
    """Everything of one process; an async context manager.

    Entering it opens the store, binds SIP and HTTP and begins to load the recogniser; the HTTP
    port answers from then on, and calls can be placed as soon as `/readyz` says so.
    """

    def __init__(
        self, settings: Settings, recognizer: Recognizer | None = None, refining: Recognizer | None = None
    ) -> None:
        """Make a server; a given recogniser takes the place of the one that the settings name.

        `refining` hears calls again; where a recogniser is given without it, none are.
        """
        self.settings = settings
        self._given_recognizer = recognizer
        self._given_refining = refining
        self.refiner: Refiner | None = None
        self.rereader: Rereader | None = None
        self._usurped = asyncio.Event()
        """Set when another server has taken the database."""
        self.new_app: NewApp | None = None
        """The app that was made because there was none yet, with its secret."""

    @property
    def url(self) -> str:
        """The base URL of the API on this machine."""
        host, port = self._socket.getsockname()[:2]
        if host in ("0.0.0.0", "::"):
            host = "127.0.0.1"
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    @property
    def sip_port(self) -> int:
        """The port that SIP listens on."""
        return self._agent.port

    async def __aenter__(self) -> Self:
        settings = self.settings
        check_kinds(settings.redact_exclude_list)
        for told in settings.without_effect:
            logger.warning("%s", told)
        async with AsyncExitStack() as closing:
            lock = HomeLock(settings.home)
            lock.acquire()
            closing.callback(lock.release)
            self._socket = closing.enter_context(listen(settings.host, settings.port))
            database = settings.database_url or settings.home / "earwitness.db"
            await self._lock_database(database, closing)
            self.store = await Store.open(database)
            closing.push_async_callback(self.store.aclose)
            await self._ensure_app()
            self.tokens = Tokens(await self.store.apps.signing_key(), settings.token_ttl_s)
            self._executor = closing.enter_context(ThreadPoolExecutor(_ANALYSIS_THREADS, "analysis"))
            self._concluding = closing.enter_context(ThreadPoolExecutor(_ANALYSIS_THREADS, "conclusion"))
            self._analyst = EmbeddedAnalyst()
            self.recognizer = LoadingRecognizer(self._load_recognizer)
            closing.push_async_callback(self.recognizer.aclose)
            self.recognizer.start()
            with naming("EARWITNESS_MAIL_FROM"):
                carrier = EmailCarrier(
                    self.store.conversations,
                    mailer_of(settings),
                    sender=settings.mail_from,
                    preferences=self.store.preferences,
                    templates=SummaryTemplates(settings.templates_folder),
                    forget=None if maildir_of(settings) is None else self._forget,
                )
            with naming("EARWITNESS_URL_ALLOW"):
                destinations = Destinations(settings.url_allow)
            closing.callback(destinations.close)
            secret = settings.webhook_secret
            webhooks = WebhookCarrier(key=secret.encode() if secret else None, destinations=destinations)
            closing.push_async_callback(webhooks.aclose)
            self._outbox = OutboxWorker(self.store.outbox, {"email": carrier, "webhook": webhooks})
            closing.push_async_callback(self._outbox.aclose)
            # Made here, as it needs to know where the server is reached.
            self._told = ToldStore.of(self.store, self._render, self._outbox.notify)
            self._agent = await start_agent(settings)
            closing.push_async_callback(self._agent.aclose)
            live = LiveConversations()
            if settings.llm_url is not None:
                self.rereader = self._make_rereader(live)
                closing.push_async_callback(self.rereader.aclose)
            else:
                await abandon_readings(self._told)
            # Read before anything new begins; finished when all else runs, as it can take minutes.
            unfinished = await self._told.unfinished()
            self._outbox.start()
            watching = supervised("the watch over the store", self._watch_store)
            self._start(asyncio.create_task(watching, name="watch store"), closing)
            self._spool = Spool(settings.home / "spool", settings.refine_audio_mb * 1_000_000)
            closing.push_async_callback(asyncio.to_thread, self._spool.close)
            if self._refines:
                self.refiner = self._make_refiner(live)
                closing.push_async_callback(self.refiner.aclose)
                self.refiner.start()
            if self.rereader is not None:
                self.rereader.start()
            services = self._services()
            self._live, self._capacity = live, Capacity(settings.max_calls)
            self._start(asyncio.create_task(self._measure_capacity(), name="capacity"), closing)
            self.calls = LocalCalls(services, self.store.conversations, live, self._capacity)
            self.streams = LocalStreams(services.hearing, live, services.limits, self._capacity)
            folder = JobFolder(settings.home / "recordings")
            self.jobs = self._make_jobs(services.hearing, live, folder, destinations)
            taken = await self.jobs.recover()
            folder.sweep({job.id for job in taken})
            of_jobs = {job.conversation_id for job in taken}
            interrupted = [record for record in unfinished if record.id not in of_jobs]
            self._start(asyncio.create_task(self._finish(interrupted), name="recovery"), closing)
            self._reconsiderer = Reconsiderer(self._told, live, self._analyst, self._concluding)
            closing.push_async_callback(self._reconsiderer.aclose)
            self._http = self._make_http(folder, destinations)
            self._serving = asyncio.create_task(self._http.serve([self._socket]), name="http")
            closing.push_async_callback(self._stop_http)
            closing.push_async_callback(self.calls.aclose)
            closing.push_async_callback(self.streams.aclose)
            closing.push_async_callback(self.jobs.aclose)
            self._executor.submit(preload)
            self._closing = closing.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._closing.aclose()

    async def serve_until(self, stopped: asyncio.Event) -> None:
        """Serve until `stopped` is set.

        Raises:
            RuntimeError: the HTTP server ended by itself.
            DatabaseInUseError: another server has the database now; this one was cut off from it.
        """
        stopping = asyncio.create_task(stopped.wait())
        usurped = asyncio.create_task(self._usurped.wait())
        await asyncio.wait([self._serving, stopping, usurped], return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        usurped.cancel()
        if self._usurped.is_set():
            raise DatabaseInUseError("Another earwitness server took the database over; this one ends.")
        if self._serving.done():
            raise RuntimeError("the HTTP server ended by itself") from self._serving.exception()

    def readiness(self) -> str | None:
        """Return None when calls can be placed, else why not."""
        if not self.store.available or self.calls.blocked:
            return "the store cannot be written to"
        if self._usurped.is_set():
            return "another server has taken the database"
        return self.recognizer.state

    async def _lock_database(self, database: str | Path, closing: AsyncExitStack) -> None:
        lock = database_lock(database)
        if lock is None:
            return
        await asyncio.to_thread(lock.acquire)
        closing.push_async_callback(asyncio.to_thread, lock.release)
        watching = supervised("the watch over the lock", lambda: self._watch_lock(lock))
        self._start(asyncio.create_task(watching, name="watch lock"), closing)

    async def _watch_lock(self, lock: DatabaseLock) -> None:
        while not self._usurped.is_set():
            await asyncio.sleep(_LOCK_CHECKED_EVERY_S)
            if not await asyncio.to_thread(lock.keep):
                self._usurped.set()

    async def _finish(self, interrupted: Sequence[ConversationRecord]) -> None:
        base_url = self.settings.public_url or self.url
        recovery = Recovery(
            self._told, self._analyst, self._concluding, self._page_url, base_url, self.rereader
        )
        if await recovery.finish(interrupted):
            self._outbox.notify()

    async def _stop_http(self) -> None:
        self._http.should_exit = True
        await self._serving

    @staticmethod
    def _start(task: asyncio.Task[None], closing: AsyncExitStack) -> None:
        async def end() -> None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

        closing.push_async_callback(end)

    async def _ensure_app(self) -> None:
        settings = self.settings
        if (settings.app_id is None) != (settings.app_secret is None):
            raise SettingsError("EARWITNESS_APP_ID and EARWITNESS_APP_SECRET must be set together")
        if settings.app_id is not None:
            try:
                await self.store.apps.create("preset", app_id=settings.app_id, secret=settings.app_secret)
            except ValueError as error:
                raise SettingsError(f"EARWITNESS_APP_SECRET: {error}") from error
        elif not await self.store.apps.listing():
            self.new_app = await self.store.apps.create("first app")

    def _load_recognizer(self) -> Recognizer:
        if self._given_recognizer is not None:
            return self._given_recognizer
        codec.preload()
        return open_recognizer(self.settings)

    @property
    def _refines(self) -> bool:
        if self._given_refining is not None:
            return True
        return self.settings.refine and self._given_recognizer is None and self.settings.recognizer == OURS

    def _make_refiner(self, live: LiveConversations) -> Refiner:
        settings = self.settings
        return Refiner(
            self._spool,
            lambda: self._given_refining or open_refining(self.recognizer.loaded),
            self._told,
            live,
            self._analyst,
            self._concluding,
            email_wait_s=settings.refine_email_wait_s,
            delivered=self._outbox.notify,
            then=None if self.rereader is None else self.rereader.take,
        )

    def _make_rereader(self, live: LiveConversations) -> Rereader:
        # Imported here: only those who ask a language model pay for it at the start.
        from earwitness.insights.language_model.limits import ModelServer, ReadingLimits
        from earwitness.insights.language_model.reader import ModelReader

        settings = self.settings
        model = ModelServer(
            settings.llm_url or "",
            settings.llm_model or "",
            settings.llm_key,
            settings.llm_timeout_s,
            settings.llm_at_once,
        )
        limits = ReadingLimits(settings.llm_time_limit_s, settings.llm_tokens, settings.llm_answer_tokens)
        return Rereader(
            ModelReader(model, limits),
            self._told,
            live,
            at_once=settings.llm_at_once,
            email_wait_s=settings.llm_email_wait_s,
            guidance=SummaryTemplates(settings.templates_folder).guidance,
            delivered=self._outbox.notify,
        )

    def _services(self) -> Services:
        settings = self.settings
        return Services(
            agent=self._agent,
            hearing=HearingServices(
                recognizer=self.recognizer,
                analyst=self._analyst,
                log=self.store.log,
                executor=self._executor,
                concluding=self._concluding,
                page_url=self._page_url,
                delivered=self._outbox.notify,
                refiner=self.refiner,
                rereader=self.rereader,
                redaction=everywhere(settings.redact, settings.redact_exclude_list),
                render=self._render,
            ),
            media_ports=settings.media_ports,
            media_host=settings.sip_host,
            limits=LimitValues(
                settings.answer_timeout_s,
                settings.media_timeout_s,
                settings.idle_timeout_s,
                settings.max_call_s,
            ),
            policy=dial_policy(settings),
        )

    def _render(self, conversation_id: str, opened: Opened) -> Render:
        """Return what makes frames of a conversation's events, as its results sockets do."""
        base = str(opened.request.get("base_url") or self.settings.public_url or self.url)
        page = self._page_url(base, opened.app_id, conversation_id)
        return Frames(
            conversation_id,
            opened.started_at,
            page,
            is_call=bool(opened.endpoint),
            insight_kinds=insight_kinds_of(opened.request),
        ).of

    def _page_url(self, base: str, app_id: str, conversation_id: str) -> str:
        return page_url(base, self.tokens.issue_page(app_id, conversation_id))

    def _make_jobs(
        self,
        services: HearingServices,
        live: LiveConversations,
        folder: JobFolder,
        destinations: Destinations,
    ) -> LocalJobs:
        settings = self.settings
        recordings = RecordingDoer(
            folder,
            services,
            self.store.conversations,
            UrlFetcher(destinations, settings.max_upload_bytes),
            most_audio_s=settings.max_audio_s,
            spool=self._spool,
            has_room=lambda legs: self._capacity.has_room(live.load, legs),
        )
        return LocalJobs(
            self.store.jobs,
            {
                AUDIO: recordings,
                TEXT: TextDoer(folder, services, self.store.conversations, self.store.log),
            },
            live,
            services.feed,
            most=settings.max_jobs,
            at_once=settings.jobs_at_once,
            notify=self._outbox.notify,
        )

    def _make_http(self, folder: JobFolder, destinations: Destinations) -> uvicorn.Server:
        settings = self.settings
        app = build_app(
            Context(
                settings=settings,
                apps=self.store.apps,
                conversations=self.store.conversations,
                trackers=self.store.trackers,
                entities=self.store.entities,
                calls=self.calls,
                edits=Edits(self._told, self._live, self._reconsiderer),
                summaries=Summaries(self._analyst),
                experiences=self.store.experiences,
                streams=self.streams,
                jobs=self.jobs,
                job_files=folder,
                destinations=destinations,
                tokens=self.tokens,
                policy=dial_policy(settings),
                capabilities=lambda: self.recognizer.capabilities,
                standings=lambda: self.recognizer.standings,
                ready=self.readiness,
                forget=self._forget,
                load=self._load,
                rereader=self.rereader,
            )
        )
        add_pages(app, maildir_of(settings))
        config = uvicorn.Config(
            with_cors(app, settings.cors_origins),
            lifespan="off",
            log_config=None,
            access_log=False,
            ws_max_size=_LARGEST_FRAME_OCTETS,
            timeout_graceful_shutdown=3,
            server_header=False,
        )
        return _QuietServer(config)

    async def _measure_capacity(self) -> None:
        try:
            streams = await self.recognizer.capacity()
        except Exception as error:  # noqa: BLE001 - any engine's; /readyz tells of one that can't be loaded
            logger.warning(
                "the capacity could not be measured, so %d is taken: %s", self._capacity.most, error
            )
            return
        if streams is not None:
            self._capacity.measured(streams)
            logger.info("up to %d calls and streams at once", self._capacity.most)

    async def _forget(self, conversation_id: str) -> None:
        """Remove what is kept of a conversation outside of the store: its mail."""
        folder = maildir_of(self.settings)
        if folder is not None:
            await MaildirMailer(folder).forget(conversation_id)

    def _load(self) -> ServerLoad:
        return ServerLoad(self._live.load, self._capacity.most, self.recognizer.stats)

    async def _watch_store(self) -> None:
        """Notice when a store that could not write can write again, though no call tries to."""
        while True:
            await asyncio.sleep(_PROBE_EVERY_S)
            if not self.store.available and await self.store.probe():
                logger.warning("the store can be written to again")


class _QuietServer(uvicorn.Server):
    """Leaves signals to whoever owns the process."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
