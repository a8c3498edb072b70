from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earwitness.conversation.utterance import Word
from earwitness.conversation.word_times import estimate_words
from earwitness.speech.stability import Flicker, Stability, changed, key_of

VOCABULARY = ["the", "The", "report,", "report", "Anna", "and", "uh", "goes", "go", "two", "to", "I", "it."]
HYPOTHESES = st.lists(st.lists(st.sampled_from(VOCABULARY), max_size=8), max_size=8)


def _words(text: str) -> tuple[Word, ...]:
    return estimate_words(text, 0.0, 1.0)


def _shown(*hypotheses: str) -> list[str]:
    stability = Stability()
    return [" ".join(word.text for word in stability.show(_words(text))) for text in hypotheses]


def test_new_words_are_shown_at_once() -> None:
    assert _shown("please", "please send", "please send the") == ["please", "please send", "please send the"]


def test_a_word_shown_once_may_still_change() -> None:
    assert _shown("please sent", "please send the") == ["please sent", "please send the"]
    assert _shown("police", "please", "please send") == ["police", "please", "please send"]


def test_what_two_hypotheses_agree_on_stays() -> None:
    assert _shown("please send the", "Please send their", "Peas send there report") == [
        "please send the",
        "Please send their",
        "Please send there report",
    ]


def test_fixed_words_stay_when_the_engine_writes_them_as_more_or_fewer() -> None:
    assert _shown("in to it", "in to it now", "into it now then") == [
        "in to it",
        "in to it now",
        "in to it now then",
    ]
    assert _shown("a nice cup", "a nice cup of", "an ice cold cup of tea") == [
        "a nice cup",
        "a nice cup of",
        "a nice cup of tea",
    ]


def test_islands_of_agreement_fix_what_is_before_them() -> None:
    assert _shown("please sent the report", "please send the report to", "peas sent the report to Anna") == [
        "please sent the report",
        "please send the report to",
        "please send the report to Anna",
    ]


def test_a_word_that_was_cut_waits_for_the_next_hypothesis() -> None:
    stability = Stability()
    hypotheses = [("imp", True), ("took it", True), ("took import", True), ("took impressions of", False)]
    shown = [stability.show(_words(text), is_cut=is_cut) for text, is_cut in hypotheses]
    assert [" ".join(word.text for word in words) for words in shown] == [
        "imp",
        "took",
        "took",
        "took impressions of",
    ]


def test_an_empty_hypothesis_takes_back_only_what_was_not_agreed_on() -> None:
    assert _shown("one two", "one three", "") == ["one two", "one three", "one"]


def test_fixed_words_take_the_times_of_the_newest_hypothesis() -> None:
    stability = Stability()
    stability.show((Word("send", 0.0, 0.5),))
    stability.show((Word("send", 0.0, 0.5),))
    (shown,) = stability.show((Word("sent", 0.1, 0.4),))
    assert shown == Word("send", 0.1, 0.4)


@given(HYPOTHESES)
def test_what_was_shown_twice_in_a_row_never_changes(hypotheses: list[list[str]]) -> None:
    shown = [[key_of(word) for word in text.split()] for text in _shown(*map(" ".join, hypotheses))]
    agreed: list[str] = []
    for before, after in pairwise(shown):
        assert after[: len(agreed)] == agreed
        both = 0
        while both < min(len(before), len(after)) and before[both] == after[both]:
            both += 1
        agreed = after[:both]


@given(HYPOTHESES)
def test_hypotheses_that_only_grow_are_shown_as_they_are(hypotheses: list[list[str]]) -> None:
    said = [word for part in hypotheses for word in part]
    growing = [" ".join(said[: count + 1]) for count in range(len(said))]
    assert [text.casefold() for text in _shown(*growing)] == [text.casefold() for text in growing]


@pytest.mark.parametrize(
    ("before", "after", "count"),
    [
        ("", "please", 0),
        ("please send", "Please, send it", 0),
        ("please sent it", "please send it now", 1),
        ("the the report", "the report", 1),
        ("one two three", "", 3),
    ],
)
def test_words_that_are_gone_are_counted(before: str, after: str, count: int) -> None:
    assert changed(_words(before), _words(after)) == count


def test_flicker_is_counted() -> None:
    flicker = Flicker()
    flicker.partial(_words("please sent it"), _words("Please, send it"))
    flicker.final(_words("please send it"), _words("Please send it."))
    flicker.final(_words("by the"), _words("bye"))
    assert flicker == Flicker(changed=1, corrected=2, corrected_finals=1, finals=2, final_words=4)
    flicker.add(flicker)
    assert flicker.final_words == 8
