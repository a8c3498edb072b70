import pytest
from hypothesis import given
from hypothesis import strategies as st

from earwitness.insights.entities.digit_runs import digit_runs


@pytest.mark.parametrize(
    ("said", "digits"),
    [
        ("five five five, one two one two", "5551212"),
        ("555-1212", "5551212"),
        ("double five five, triple one", "555111"),
        ("oh four one", "041"),
        ("four oh one", "401"),
        ("one eight hundred, five five five, oh one oh two", "18005550102"),
        ("twenty five, nineteen", "2519"),
        ("twenty-five sixty-one", "2561"),
        ("four one one one, uh, one one one one", "41111111"),
        ("five five five dash one two one two", "5551212"),
        ("+46 (0)8 928 571 38", "460892857138"),
        ("٣٤٥", "345"),
    ],
)
def test_digits_are_read_however_they_are_said(said: str, digits: str) -> None:
    text = f"It is {said} I think."
    runs = [run for run in digit_runs(text) if len(run.digits) > 1]
    assert [run.digits for run in runs] == [digits]
    assert text[runs[0].start : runs[0].end] == said


@pytest.mark.parametrize("said", ["oh I see", "oh no, oh well", "the second dot", "a hundred"])
def test_words_that_are_no_digits_are_none(said: str) -> None:
    assert list(digit_runs(said)) == []


def test_groups_are_those_that_were_said() -> None:
    (run,) = digit_runs("five five five, one two one two")
    assert run.groups == (3, 4)
    (run,) = digit_runs("03.93.92.16.85")
    assert run.groups == (2, 2, 2, 2, 2)


def test_other_words_end_a_run() -> None:
    assert [run.digits for run in digit_runs("four one and two two or 3:15")] == ["41", "22", "3", "15"]


@given(st.text(alphabet="five ovoh double-,.+()12٣ thirty hundred", max_size=80) | st.text(max_size=80))
def test_places_point_at_the_text(text: str) -> None:
    end = 0
    for run in digit_runs(text):
        assert end <= run.start < run.end <= len(text)
        assert run.digits.isascii()
        assert run.digits.isdecimal()
        assert sum(run.groups) == len(run.digits)
        end = run.end
