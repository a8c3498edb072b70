import re

from hypothesis import given
from hypothesis import strategies as st

from earwitness.conversation.highlights import highlighted


def test_phrases_are_marked_as_whole_words_in_any_case() -> None:
    text = "The Plan is planned; we plan it."
    assert highlighted(text, ["plan"]) == "The <mark>Plan</mark> is planned; we <mark>plan</mark> it."


def test_phrases_that_overlap_are_one() -> None:
    marked = highlighted("send the launch report today.", ["the launch report", "send the launch", "today."])
    assert marked == "<mark>send the launch report</mark> <mark>today</mark>."


def test_nothing_else_is_markup() -> None:
    assert highlighted("a <b> & c", ["b", " ", ""]) == "a &lt;<mark>b</mark>> & c"
    assert highlighted("a.c abc", ["a.c"]) == "<mark>a.c</mark> abc"


@given(st.text(alphabet="ab <.\n"), st.lists(st.text(alphabet="ab <.\n", max_size=5), max_size=4))
def test_the_words_stay_as_they_are(text: str, phrases: list[str]) -> None:
    marked = highlighted(text, phrases)
    assert re.sub("</?mark>", "", marked).replace("&lt;", "<") == text
    assert marked.count("<mark>") == marked.count("</mark>")
