"""A conversation heard without a call: scripted legs, a real store."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import numpy as np

from earwitness.audio.pcm import RATE_HZ, Pcm
from earwitness.calls.hearing import Hearing
from earwitness.calls.hearing_services import HearingServices
from earwitness.calls.leg import Leg
from earwitness.calls.refinement import Refiner
from earwitness.calls.rereading import Rereader
from earwitness.conversation.events import Event, Opened
from earwitness.insights.embedded import EmbeddedAnalyst
from earwitness.store.store import Store
from earwitness.testing.scripted import Line, ScriptedRecognizer

STARTED_AT = datetime(2026, 1, 1, 12, tzinfo=UTC)


@asynccontextmanager
async def hearing(
    store: Store,
    script: Mapping[str, Sequence[Line]],
    conversation_id: str = "1234567890123456",
    refiner: Refiner | None = None,
    rereader: Rereader | None = None,
    **opened: Any,
) -> AsyncIterator[Hearing]:
    """Open a conversation whose legs say what a script says; the caller adds legs and starts it."""
    with ThreadPoolExecutor(1) as executor:
        services = HearingServices(
            recognizer=ScriptedRecognizer(script),
            analyst=EmbeddedAnalyst(),
            log=store.log,
            executor=executor,
            page_url=lambda base, app_id, conversation: f"{base}/{conversation}",
            delivered=lambda: None,
            refiner=refiner,
            rereader=rereader,
        )
        heard = Hearing(conversation_id, Opened("app", "name", STARTED_AT, **opened), services)
        try:
            await heard.open()
            yield heard
        finally:
            await heard.aclose()


def say(leg: Leg, until_s: float, from_s: float = 0.0, *, sample: int = 0) -> None:
    """Let media time pass on a leg, each sample of it the same (a tape takes no room for zeros)."""
    leg.take(Pcm(np.full(round((until_s - from_s) * RATE_HZ), sample, np.int16), from_s))


async def stored(store: Store, heard: Hearing, kind: str, count: int = 1) -> list[Event]:
    """Wait until so many events of a kind are stored, and return them."""
    async with asyncio.timeout(10):
        while True:
            events = [event for event in await store.log.read(heard.conversation_id) if event.kind == kind]
            if len(events) >= count:
                return events
            await asyncio.sleep(0.01)
