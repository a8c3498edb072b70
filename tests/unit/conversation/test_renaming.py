from earwitness.conversation.insight import Insight, TextSpan
from earwitness.conversation.renaming import renamed_insight, renaming


def test_old_names_are_replaced_where_they_are_whole_words() -> None:
    rename = renaming({"Ann": "Ann Lee", "Speaker 1": "Bo", "Speaker 10": "Cy"})
    assert rename("Ann asked Speaker 10, Speaker 1 and Anna.") == "Ann Lee asked Cy, Bo and Anna."
    assert renaming({})("Ann") == "Ann"


def test_spans_stay_where_their_words_are() -> None:
    text = "Speaker 1 will call Speaker 1's boss on Friday."
    spans = (
        TextSpan("person", "Speaker 1", 0, "Speaker 1"),
        TextSpan("date", "Friday", text.index("Friday"), "2026-11-27"),
    )
    renamed = renamed_insight(
        Insight("1", "action_item", text, 0.9, ("m",), spans=spans), renaming({"Speaker 1": "Bo Berg"})
    )
    assert renamed.text == "Bo Berg will call Bo Berg's boss on Friday."
    person, day = renamed.spans
    assert (person.text, person.value) == ("Bo Berg", "Bo Berg")
    for span in renamed.spans:
        assert renamed.text[span.offset :].startswith(span.text)
    assert day.value == "2026-11-27"
