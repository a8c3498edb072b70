import jiwer
import pytest
from hypothesis import given
from hypothesis import strategies as st

from earwitness.speech.engines.word_errors import word_errors, words

WORDS = st.lists(st.sampled_from("a b c d".split()), max_size=12).map(" ".join)


def test_case_and_punctuation_do_not_count() -> None:
    assert words("Don’t go, Anna — it’s _late_!") == ["don't", "go", "anna", "it's", "late"]
    assert word_errors("Hello, world.", "hello world") == (0, 2)


@pytest.mark.parametrize(
    ("said", "heard", "errors"),
    [("", "", 0), ("a b c", "", 3), ("", "a b", 2), ("a b c", "a x c", 1), ("a b c", "b c d e", 3)],
)
def test_errors_are_the_fewest_that_explain_it(said: str, heard: str, errors: int) -> None:
    assert word_errors(said, heard) == (errors, len(said.split()))


@given(WORDS.filter(bool), WORDS)
def test_they_are_those_that_others_count(said: str, heard: str) -> None:
    found = jiwer.process_words(said, heard)
    assert word_errors(said, heard)[0] == found.substitutions + found.insertions + found.deletions
