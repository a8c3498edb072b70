import pytest

from earwitness.speech.transcript import clean


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("  Hello   there. ", "Hello there."),
        ("", ""),
        (" . ", ""),
        ("- …", ""),
        ("No, no, no, no.", "No, no, no, no."),
        ("the the the the the the end", "the end"),
        ("I think I think I think I think so.", "I think so."),
        ("It was hot, it was hot. It was cold", "It was hot, it was hot. It was cold"),
        ("and So, and so and so. And so", "and So,"),
        ("a b c d e f g h a b c d e f g h a b c d e f g h i", "a b c d e f g h i"),
    ],
)
def test_clean(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


def test_text_without_loops_is_kept() -> None:
    text = "We had everything before us, we had nothing before us, we were all going direct to Heaven."
    assert clean(text) == text


def test_marks_that_are_written_twice_are_written_once() -> None:
    assert clean("Good morning, Mark,, and thank you.") == "Good morning, Mark, and thank you."
