"""What a conversation stands on while it is heard."""

from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from earwitness.calls.closing import PageUrl
from earwitness.calls.feed import Feed
from earwitness.calls.refinement import Refiner
from earwitness.calls.rereading import Rereader
from earwitness.calls.results_webhook import RenderOf, ResultsWebhook, results_urls
from earwitness.conversation.events import Opened
from earwitness.conversation.member import Member
from earwitness.insights.entities.redaction import Redaction, redaction_of
from earwitness.insights.seams import Analyst
from earwitness.speech.seams import Recognizer
from earwitness.store.seams import EventLog

if TYPE_CHECKING:
    from earwitness.insights.entities.redactor import Redactor

PAGE = 200
"""Events read from the log at once, so that many watchers of a long call don't hold it many times over."""


@dataclass(frozen=True, slots=True)
class HearingServices:
    """Shared by all conversations of a process."""

    recognizer: Recognizer
    analyst: Analyst
    log: EventLog
    executor: Executor
    """Runs live analysis off the event loop."""
    page_url: PageUrl
    delivered: Callable[[], None]
    """Told when something was put into the outbox."""
    refiner: Refiner | None = None
    """Hears conversations again when they are over."""
    rereader: Rereader | None = None
    """Has conversations read by a language model when they are over."""
    redaction: Redaction | None = None
    """What is hidden in every conversation, whatever its request says."""
    concluding: Executor | None = None
    """Runs the final looks, so that live analysis does not wait for them; by default the same."""
    render: RenderOf | None = None
    """Makes what turns the events of a conversation into frames; without it nothing is posted to clients."""

    def feed(self, conversation_id: str) -> Feed:
        """Return where a conversation can be watched while it is live."""
        return Feed(lambda after: self.log.read(conversation_id, after=after, limit=PAGE))

    def webhook(self, conversation_id: str, opened: Opened) -> ResultsWebhook | None:
        """Return what posts a conversation's results, if its request wants that."""
        urls = results_urls(opened.request)
        if not urls or self.render is None:
            return None
        return ResultsWebhook(urls, self.render(conversation_id, opened))

    def page(self, conversation_id: str, opened: Opened) -> str:
        """Return the address of a conversation's page."""
        return self.page_url(str(opened.request.get("base_url") or ""), opened.app_id, conversation_id)

    def hidden(self, opened: Opened) -> Redaction | None:
        """Return what is hidden in a conversation."""
        return self.redaction or redaction_of(opened.request)


def redactor(redaction: Redaction | None, members: Callable[[], Iterable[Member]]) -> "Redactor | None":
    """Return what hides it; the names of the members are asked for when they are needed."""
    if redaction is None:
        return None
    from earwitness.insights.entities.redactor import Redactor  # with all detectors, which are large

    return Redactor(redaction, lambda: [member.name for member in members()])
