"""A conversation to write about."""

from datetime import UTC, datetime, timedelta

import pytest

from earwitness.conversation.insight import Insight, SummaryItem, Topic
from earwitness.conversation.member import Member
from earwitness.conversation.message import Message
from earwitness.store.seams import Content, ConversationRecord

START = datetime(2026, 11, 23, 17, 0, 5, tzinfo=UTC)

ANN = Member("m-ann", "Ann Keller", "ann@example.com", "ann@example.com", "organizer")
BOB = Member("m-bob", "Bob Okafor", "bob@example.com", "bob@example.com")
MIA = Member("m-mia", "Mia Laurent", "mia@example.com", "mia@example.com")

SPOKEN = [
    (ANN, 2.0, "Good morning, everyone."),
    (ANN, 4.1, "Let's look at the launch of the billing service and what still stands in its way."),
    (BOB, 11.0, "The migration ran through on staging last night."),
    (BOB, 14.5, "Two invoices out of forty thousand differ by a cent, and I know why."),
    (MIA, 21.0, "Is that the rounding of partial refunds?"),
    (BOB, 24.2, "Yes. I'll send the fix for review by Wednesday."),
    (ANN, 30.0, "Great. Then can we still announce it on the third?"),
    (MIA, 35.4, "If support gets the new help pages a few days before, yes."),
    (MIA, 40.0, "I can have them ready by Friday, but someone from billing should read them."),
    (ANN, 47.3, "I'll ask Priya to read them."),
    (ANN, 50.0, "Let's meet again on Monday to decide about the date."),
    (None, 3671.0, "Sounds good, bye."),
]


@pytest.fixture
def content() -> Content:
    """A one-hour meeting with everything in it."""
    messages = tuple(
        Message(str(10**15 + n), text, start_s, start_s + len(text) / 16, speaker=speaker)
        for n, (speaker, start_s, text) in enumerate(SPOKEN)
    )
    ids = [message.id for message in messages]
    return Content(
        ConversationRecord(
            id="5687907911204864",
            app_id="app",
            name="Billing launch: weekly check",
            kind="meeting",
            started_at=START - timedelta(seconds=5),
            media_started_at=START,
            ended_at=START + timedelta(minutes=62),
            outcome="completed",
            timezone="US/Pacific",
        ),
        members=(ANN, BOB, MIA),
        messages=messages,
        insights=(
            Insight(
                "1",
                "action_item",
                "Bob Okafor will send the fix for review by Wednesday.",
                0.91,
                (ids[5],),
                speaker=BOB,
                assignee=BOB,
                due_by="2026-11-25T08:00:00Z",
            ),
            Insight(
                "2",
                "action_item",
                "Ann Keller will ask Priya to read them.",
                0.8,
                (ids[9],),
                ANN,
                assignee=ANN,
            ),
            Insight(
                "3",
                "follow_up",
                "Let's meet again on Monday to decide about the date.",
                0.85,
                (ids[10],),
                speaker=ANN,
                due_by="2026-11-30T17:30:00Z",
            ),
            Insight("4", "question", "Is that the rounding of partial refunds?", 0.9, (ids[4],), speaker=MIA),
            Insight("5", "question", "Can we still announce it on the third?", 0.9, (ids[6],)),
        ),
        topics=(
            Topic("1", "help pages", 0.61, (ids[7],)),
            Topic("2", "billing service", 0.93, (ids[1],)),
            Topic("3", "partial refunds", 0.72, (ids[4],)),
        ),
        summary=(
            SummaryItem("1", "The migration ran through on staging last night.", (ids[2],)),
            SummaryItem("2", "If support gets the new help pages a few days before, yes.", (ids[7],)),
        ),
    )
