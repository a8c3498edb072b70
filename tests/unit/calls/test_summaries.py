"""Summaries of bookmarks: written once, as long as the conversation stays as it is."""

from dataclasses import replace
from datetime import UTC, datetime

from earwitness.calls.summaries import Summaries
from earwitness.conversation.bookmark import Bookmark
from earwitness.insights.embedded import EmbeddedAnalysis, EmbeddedAnalyst
from earwitness.insights.seams import Setting
from earwitness.store.seams import Content, ConversationRecord
from tests.support.stored import ANNA, MARK, spoken

START = datetime(2026, 11, 27, tzinfo=UTC)
RECORD = ConversationRecord("1", "app", "Launch", "meeting", START, last_seq=7)
REPORT, ROOM = Bookmark("a", "Report", 4, 6), Bookmark("b", "Room", 10, 2)


class Counted(EmbeddedAnalyst):
    """The embedded analyst; tells how often it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.times = 0

    def open(self, setting: Setting) -> EmbeddedAnalysis:
        """See `Analyst.open`."""
        self.times += 1
        return super().open(setting)


async def test_a_summary_is_written_once_until_the_conversation_changes() -> None:
    analyst = Counted()
    summaries = Summaries(analyst)
    content = Content(RECORD, (ANNA, MARK), tuple(spoken()))
    report, room = await summaries.of_bookmarks(content, [REPORT, ROOM])
    assert report
    assert report != room
    assert analyst.times == 2
    assert await summaries.of_bookmarks(content, [ROOM, REPORT]) == [room, report]
    assert analyst.times == 2

    shorter = replace(REPORT, duration_s=2)
    (other,) = await summaries.of_bookmarks(content, [shorter])
    assert {key for item in other for key in item.message_ids} == {content.messages[1].id}
    changed = replace(content, record=replace(RECORD, last_seq=8))
    assert await summaries.of_bookmarks(changed, [REPORT]) == [report]
    assert analyst.times == 4


async def test_nothing_is_remembered_of_a_conversation_that_was_deleted() -> None:
    analyst = Counted()
    summaries = Summaries(analyst)
    content = Content(RECORD, (ANNA, MARK), tuple(spoken()))
    await summaries.of_bookmarks(content, [REPORT])
    summaries.forget("2")
    await summaries.of_bookmarks(content, [REPORT])
    assert analyst.times == 1
    summaries.forget("1")
    await summaries.of_bookmarks(content, [REPORT])
    assert analyst.times == 2
