import pytest

from earwitness.conversation.joining import goes_on, joined
from earwitness.conversation.utterance import Word
from earwitness.conversation.word_times import estimate_words


def words(text: str, start_s: float = 0.0) -> tuple[Word, ...]:
    return estimate_words(text, start_s, start_s + 2.0)


@pytest.mark.parametrize(
    ("before", "after", "whole"),
    [
        ("I went to the.", "Store yesterday.", "I went to the store yesterday."),
        ("We need to ask.", "Mark about it.", "We need to ask Mark about it."),
        ("So the plan is to...", "We move it.", "So the plan is to we move it."),
        ("I gave it to", "I think Anna.", "I gave it to I think Anna."),
        ("That is my", "IBM account.", "That is my IBM account."),
        ("We talked about the", "iPhone.", "We talked about the iPhone."),
        ("Well, uh,", "It's late.", "Well, uh, it's late."),
        ("He met with Dr.", "Brown.", "He met with Dr. Brown."),
        ("I saw the", "I'll call.", "I saw the I'll call."),
    ],
)
def test_false_stops_and_capitals_go(before: str, after: str, whole: str) -> None:
    whole_words = joined(words(before), words(after, 3.0))
    assert " ".join(word.text for word in whole_words) == whole
    assert len(whole_words) == len(before.split()) + len(after.split())
    assert whole_words[-1].end_s == 5.0


def test_a_sentence_goes_on_where_it_cannot_end() -> None:
    assert goes_on(words("I went to the."), is_english=True)
    assert not goes_on(words("I went to the store."), is_english=True)
    assert goes_on(words("Ich rufe dich an,"), is_english=False)
    assert not goes_on(words("Ich rufe dich an."), is_english=False)


def test_a_sentence_does_not_go_on_for_ever() -> None:
    assert not goes_on(estimate_words("and and and", 0.0, 31.0), is_english=True)
