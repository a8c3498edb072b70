"""A business call in the wording of a recogniser, read as the recipient of its e-mail reads it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from earwitness.conversation.events import Understood
from earwitness.conversation.member import Member
from earwitness.conversation.message import Message
from earwitness.insights.acts.action_items import find_action_item
from earwitness.insights.embedded import EmbeddedAnalysis, EmbeddedAnalyst
from earwitness.insights.seams import Analyst, Found, Setting

A = Member("1", "Anna Keller")
V = Member("2", "Vikram Rao")
CALLED = "I will call their legal department tomorrow morning."
SETTING = Setting(datetime(2024, 3, 6, 15, tzinfo=UTC), "America/New_York", (A, V))
TALK: list[tuple[Member, str]] = [
    (A, "Hi Vikram, how are you?"),
    (V, "Good, thanks. Uh, can you hear me okay?"),
    (A, "Yeah, perfect."),
    (A, "So, um, let's get started with the customer portal."),
    (A, "The pilot of the customer portal starts on March 18th with three hospitals in Ohio."),
    (V, "Okay, and do we have, uh, the signed contracts from all three hospitals?"),
    (A, "Two are signed, the third one is still with their legal department."),
    (A, "I will call their legal department tomorrow morning."),
    (
        V,
        "Great. I think the biggest risk is the single sign on, because the hospitals use different systems.",
    ),
    (
        V,
        "We have tested two of the identity providers, and um, the third one fails with a certificate error.",
    ),
    (A, "When will the certificate error be fixed?"),
    (V, "I'll talk to the security team and get back to you by Friday."),
    (A, "Let's see."),
    (A, "I will say that the security review took much longer than we planned."),
    (V, "Yeah, we'll see, I'd like to hear from the auditors first."),
    (A, "Vikram, could you please send me the updated budget sheet by Tuesday at 5 p.m.?"),
    (V, "Sure, I'm going to update the budget sheet with the new hosting costs."),
    (V, "The hosting costs went up by twelve percent, you know, because of the additional storage."),
    (A, "Hmm. What drives the storage costs"),
    (V, "It's mostly the audit logs, we keep them for seven years."),
    (A, "Okay, um, we need to find out whether the hospitals really require seven years of audit logs."),
    (A, "You need to include the retention period in the proposal as well."),
    (V, "Will do."),
    (A, "Let's schedule a follow-up call next Thursday at 10."),
    (V, "Sounds good, I'll set up the invite and share my notes."),
    (A, "Thanks a lot, bye."),
    (V, "Bye."),
]
MESSAGES = [
    Message(f"m{number}", text, number * 8.0, number * 8 + 7.0, speaker=speaker)
    for number, (speaker, text) in enumerate(TALK)
]


def follow_all(analysis: EmbeddedAnalysis, messages: list[Message]) -> Found:
    """Return how things stand in the end."""
    found = Found()
    for message in messages:
        found = analysis.follow([message])
    return found


@pytest.fixture(scope="module")
def understood() -> Understood:
    analysis = EmbeddedAnalyst().open(SETTING)
    follow_all(analysis, MESSAGES)
    return analysis.conclude(SETTING)


def texts(understood: Understood, kind: str) -> list[str]:
    return [insight.text for insight in understood.insights if insight.kind == kind]


def test_it_is_an_analyst() -> None:
    analyst: Analyst = EmbeddedAnalyst()
    assert analyst.open(SETTING).follow([]).insights == ()


def test_action_items_can_be_forwarded(understood: Understood) -> None:
    assert texts(understood, "action_item") == [
        "Anna Keller will call their legal department tomorrow morning.",
        "Vikram Rao to send Anna Keller the updated budget sheet by Tuesday at 5 p.m.",
        "Vikram Rao is going to update the budget sheet with the new hosting costs.",
        "We need to find out whether the hospitals really require seven years of audit logs.",
        "Vikram Rao needs to include the retention period in the proposal as well.",
        "Vikram Rao will set up the invite and share their notes.",
    ]


def test_follow_ups_stand_apart(understood: Understood) -> None:
    assert texts(understood, "follow_up") == [
        "Vikram Rao will talk to the security team and get back to Anna Keller by Friday.",
        "Let's schedule a follow-up call next Thursday at 10.",
    ]


def test_due_dates_are_in_the_conversations_zone(understood: Understood) -> None:
    due = {insight.message_ids[0]: insight.due_by for insight in understood.insights if insight.due_by}
    assert due == {
        "m7": "2024-03-07T00:00:00-05:00",
        "m11": "2024-03-08T00:00:00-05:00",
        "m15": "2024-03-12T17:00:00-04:00",
        "m23": "2024-03-14T10:00:00-04:00",
    }


def test_questions_are_the_real_ones(understood: Understood) -> None:
    asked = [insight for insight in understood.insights if insight.kind == "question"]
    assert [insight.text for insight in asked if insight.is_worth_reading] == [
        "Do we have the signed contracts from all three hospitals?",
        "When will the certificate error be fixed?",
        "What drives the storage costs?",
    ]
    requests = [insight.text for insight in asked if not insight.is_worth_reading]
    assert requests == ["Vikram, could you please send me the updated budget sheet by Tuesday at 5 p.m.?"]


def test_topics_name_what_the_call_is_about(understood: Understood) -> None:
    topics = {topic.text: topic.message_ids for topic in understood.topics}
    assert {"hospitals", "customer portal", "audit logs", "costs", "certificate error"} <= set(topics)
    assert topics["customer portal"] == ("m3", "m4")
    assert not any("anna" in text.lower() or "vikram" in text.lower() for text in topics)


def test_the_summary_reads_as_prose(understood: Understood) -> None:
    said = [item.text for item in understood.summary]
    assert 3 <= len(said) <= 8
    about = "hospitals, the legal department and the certificate error"
    assert said[0] == f"Anna Keller and Vikram Rao talked about {about}."
    assert any(text.startswith("Anna said that ") for text in said)
    for text in said:
        assert text.endswith(".")
        assert not {"um", "uh", "I", "my"} & set(text.replace(",", "").split())
    known = {message.id for message in MESSAGES}
    assert all(item.message_ids and known.issuperset(item.message_ids) for item in understood.summary)


def test_what_was_found_live_keeps_its_id() -> None:
    analysis = EmbeddedAnalyst().open(SETTING)
    live = follow_all(analysis, MESSAGES)
    final = analysis.conclude(SETTING)
    assert live.insights == final.insights
    final_ids = {topic.text: topic.id for topic in final.topics}
    common = [topic for topic in live.topics if topic.text in final_ids]
    assert common
    assert all(topic.id == final_ids[topic.text] for topic in common)
    assert [item.id for item in analysis.conclude(SETTING).summary] == [item.id for item in final.summary]


def test_a_rename_shows_in_the_final_insights() -> None:
    analysis = EmbeddedAnalyst().open(SETTING)
    follow_all(analysis, MESSAGES)
    renamed = replace(SETTING, members=(replace(A, name="Anna Schmidt"), V))
    final = analysis.conclude(renamed)
    assert "Anna Schmidt will call their legal department tomorrow morning." in texts(final, "action_item")
    assert not any("Keller" in insight.text for insight in final.insights)
    assert not any("Keller" in item.text for item in final.summary)


def test_a_rename_shows_live_in_what_was_found_before() -> None:
    analysis = EmbeddedAnalyst().open(SETTING)
    before = follow_all(analysis, MESSAGES)
    now = analysis.follow([], replace(SETTING, members=(replace(A, name="Anna Schmidt"), V)))
    assert [insight.id for insight in now.insights] == [insight.id for insight in before.insights]
    assert not any("Keller" in insight.text for insight in now.insights)


def test_a_merged_member_is_named_as_the_other() -> None:
    analysis = EmbeddedAnalyst().open(Setting(SETTING.zero_at, members=(A,)))
    voice = Member("9", "Speaker 1")
    analysis.follow([replace(MESSAGES[7], speaker=voice)])
    merged = Setting(SETTING.zero_at, members=(A,), merged=(("9", "1"),))
    (insight,) = analysis.follow([], merged).insights
    assert (insight.speaker, insight.assignee) == (A, A)
    assert insight.text == "Anna Keller will call their legal department tomorrow morning."


def test_a_message_that_is_another_speakers_is_understood_anew() -> None:
    analysis = EmbeddedAnalyst().open(SETTING)
    (before,) = analysis.follow([replace(MESSAGES[7], speaker=None)]).insights
    (now,) = analysis.follow([MESSAGES[7]]).insights
    assert before.assignee is None
    assert (now.id, now.assignee) == (before.id, A)


def test_what_does_not_change_is_the_same_object() -> None:
    analysis = EmbeddedAnalyst().open(SETTING)
    before = follow_all(analysis, MESSAGES[:-2])
    after = analysis.follow(MESSAGES[-2:])
    assert after.insights is before.insights
    assert after.topics is before.topics


def test_a_defect_on_one_side_costs_that_side_alone(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr("earwitness.insights.aspects.topics.rank_noted", fail)
    analysis = EmbeddedAnalyst().open(SETTING)
    assert follow_all(analysis, MESSAGES).insights
    final = analysis.conclude(SETTING)
    assert final.insights
    assert final.summary
    assert final.topics == ()
    assert "TopicAspect failed" in caplog.text


def test_a_defect_at_one_message_costs_that_message_alone(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail_at_one(sentence: str, *rest: Any, **options: Any) -> object:
        if sentence == CALLED:
            raise KeyError("a defect")
        return find_action_item(sentence, *rest, **options)

    sound = follow_all(EmbeddedAnalyst().open(SETTING), MESSAGES).insights
    monkeypatch.setattr("earwitness.insights.aspects.insights.find_action_item", fail_at_one)
    analysis = EmbeddedAnalyst().open(SETTING)
    live = follow_all(analysis, MESSAGES).insights
    lost = {text for one in sound if "m7" in one.message_ids for text in (one.text,)}
    assert lost
    assert {one.text for one in live} == {one.text for one in sound} - lost
    assert len(analysis.conclude(SETTING).insights) == len(live)
    assert "m7" in caplog.text
    assert CALLED not in caplog.text


def test_names_are_no_templates() -> None:
    people = (Member("1", "CORP\\jane"), Member("2", "Vik \\1"))
    analysis = EmbeddedAnalyst().open(replace(SETTING, members=people))
    texts = ["Can you please send me your deck by Friday?", "I'll send you my deck tomorrow."]
    said = [
        Message(f"m{number}", text, number * 9.0, number * 9.0 + 5, speaker=people[0])
        for number, text in enumerate(texts)
    ]
    found = follow_all(analysis, said).insights
    assert [one.text for one in found if one.kind == "action_item"] == [
        "Vik \\1 to send CORP\\jane their deck by Friday.",
        "CORP\\jane will send Vik \\1 their deck tomorrow.",
    ]


def test_repeated_insights_are_folded() -> None:
    analysis = EmbeddedAnalyst().open(SETTING)
    again = [replace(MESSAGES[7], id="x1"), replace(MESSAGES[7], id="x2")]
    analysis.follow(again)
    (insight,) = analysis.conclude(SETTING).insights
    assert insight.message_ids == ("x1", "x2")


def test_a_tag_asks_unless_its_speaker_goes_on() -> None:
    said = [
        replace(MESSAGES[0], id=key, text=text, start_s=start_s, speaker=speaker)
        for key, text, start_s, speaker in (
            ("t1", "The pilot starts in March, right?", 0.0, A),
            ("t2", "Yes, with three hospitals.", 4.0, V),
            ("t3", "The contracts are signed, right?", 8.0, A),
            ("t4", "So we can begin.", 12.0, A),
        )
    ]
    analysis = EmbeddedAnalyst().open(SETTING)
    live = [{one.message_ids[0] for one in analysis.follow([message]).insights} for message in said]
    assert live == [{"t1"}, {"t1"}, {"t1", "t3"}, {"t1"}]
    assert {one.message_ids[0] for one in analysis.conclude(SETTING).insights} == {"t1"}


def test_the_confidence_threshold_holds() -> None:
    strict = replace(SETTING, confidence_threshold=0.9)
    analysis = EmbeddedAnalyst().open(strict)
    insights = follow_all(analysis, MESSAGES).insights
    assert insights
    assert all(insight.score >= 0.9 for insight in insights)


def test_unknown_speakers_and_zones_are_survived() -> None:
    analysis = EmbeddedAnalyst().open(Setting(SETTING.zero_at, "Mars/Olympus"))
    follow_all(analysis, [replace(message, speaker=None) for message in MESSAGES])
    final = analysis.conclude(Setting(SETTING.zero_at, "Mars/Olympus"))
    assert "I will call their legal department tomorrow morning." in texts(final, "action_item")
    assert all("said" not in item.text for item in final.summary)


def test_an_empty_conversation_gives_nothing() -> None:
    assert EmbeddedAnalyst().open(SETTING).conclude(SETTING) == Understood()
