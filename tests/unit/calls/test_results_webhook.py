"""Frames that cannot be made."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from earwitness.calls.results_webhook import ResultsWebhook
from earwitness.conversation.events import Closed, Event, MediaStarted, Opened
from earwitness.store.seams import Draft
from earwitness.store.store import Store

AT = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)


def _render(event: Event) -> Sequence[dict[str, Any]]:
    """Fail at one kind of event."""
    if isinstance(event.body, MediaStarted):
        raise ZeroDivisionError
    return [{"kind": event.kind}]


async def test_an_event_whose_frames_cannot_be_made_is_stored_and_left_out(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    webhook = ResultsWebhook(["http://a.example"], _render)
    drafts = [Draft(body) for body in (Opened("app", "Weekly", AT), MediaStarted(AT), Closed(AT))]
    await store.log.append("1", drafts, epoch=1, deliveries=webhook)

    assert [event.kind for event in await store.log.read("1")] == ["opened", "media_started", "closed"]
    posted = []
    while due := await store.outbox.due(datetime.now(UTC)):
        posted += [(one.key, one.payload["body"]["kind"]) for one in due]
        await store.outbox.done(due[0].id)
    assert posted == [("results:1:0:0", "opened"), ("results:3:0:0", "closed")]
    assert "event 2 (media_started) of conversation 1 is not posted" in caplog.text
