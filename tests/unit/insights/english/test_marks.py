from datetime import UTC, datetime

import pytest

from earwitness.conversation.member import Member
from earwitness.insights.acts.action_items import find_action_item
from earwitness.insights.acts.speech_acts import find_speech_act
from earwitness.insights.english.marks import without_marks
from earwitness.insights.summary.personal_data import has_personal_data
from earwitness.insights.summary.summary import Spoken, summarise
from earwitness.insights.topics.ranking import rank_topics

ANNA, TOM = Member("1", "Anna"), Member("2", "Tom")
SAID = [
    "My email is [EMAIL_ADDRESS], and you can reach me at [PHONE_NUMBER].",
    "My phone number is [PHONE_NUMBER].",
    "[PERSON_NAME] asked about the invoice of the hosting.",
    "[PERSON_NAME].",
]


def test_marks_are_taken_out() -> None:
    assert without_marks("Call [PERSON_NAME] at [NUMBER].", "-") == "Call - at -."
    assert without_marks("A [b] in [1] or []") == "A [b] in [1] or []"


def test_they_are_no_topics() -> None:
    topics = {topic.text for topic in rank_topics(SAID)}
    assert "invoice" in topics
    assert not [text for text in topics if text.isupper()]
    assert rank_topics([SAID[-1]]) == []


@pytest.mark.parametrize("spoken", [True, False])
@pytest.mark.parametrize("said", [*SAID, "You can reach me at [PHONE_NUMBER]."])
def test_they_make_nobody_do_anything(said: str, spoken: bool) -> None:
    item = find_action_item(said, ANNA, [ANNA, TOM], datetime(2026, 1, 2, tzinfo=UTC), spoken)
    assert item is None or item.score < 0.5


def test_to_tell_of_somebody_hidden_is_no_order() -> None:
    assert find_speech_act("[PERSON_NAME] gave me a call about the plan.") is None
    act = find_speech_act("[PERSON_NAME] send me the plan.")
    assert act is not None
    assert (act.actor, act.phrase) == ("[PERSON_NAME]", "send me the plan")


def test_no_summary_quotes_how_somebody_was_to_be_reached() -> None:
    told = summarise([Spoken(text, "Anna", str(at)) for at, text in enumerate([*SAID, *SAID])])
    assert not [one for one in told if "[" in one.text]
    assert summarise([Spoken("[PERSON_NAME].", "Anna", "1")]) == []
    assert has_personal_data("I am [AGE] years old.")
    assert not has_personal_data("That [PERSON_NAME] said [sic].")
