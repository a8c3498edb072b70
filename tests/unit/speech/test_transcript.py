import pytest
from hypothesis import given
from hypothesis import strategies as st

from earwitness.speech.transcript import clean, without_loops, without_sounds


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


def _kept(text: str, audio_s: float = 60.0) -> str:
    words = text.split()
    return " ".join(words[index] for index in without_loops(words, audio_s))


def test_a_loop_of_changing_phrases_is_cut_where_nothing_new_comes() -> None:
    said = "We will look at the order for the new car and call you back on Monday."
    looped = said + " and then the car and then the order for the car and then the car and then the order" * 3
    assert _kept(looped).startswith(said)
    assert len(_kept(looped).split()) <= len(said.split()) + 22


def test_speech_with_refrains_is_kept() -> None:
    text = (
        "It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of "
        "foolishness, it was the epoch of belief, it was the epoch of incredulity, it was the season of light"
    )
    assert _kept(text) == text


def test_no_more_words_are_kept_than_can_be_said() -> None:
    assert _kept("I do not know what you want to do", 1.0) == "I do not know what you want to do"
    assert _kept(" ".join(f"word{count}" for count in range(40)), 1.0) == " ".join(
        f"word{count}" for count in range(9)
    )


@pytest.mark.parametrize(
    ("heard", "kept"),
    [
        ("[Music]", ""),
        ("[MUSIC PLAYING] Hello. (laughs)", "Hello."),
        ("So *coughs* ♪♪ sorry", "So sorry"),
        ("the (very long aside that somebody made) end", "the (very long aside that somebody made) end"),
        ("♪", ""),
    ],
)
def test_names_of_sounds_go(heard: str, kept: str) -> None:
    words = heard.split()
    assert " ".join(words[index] for index in without_sounds(words)) == kept


@given(st.lists(st.sampled_from("a b c the [Music] ♪ (x *".split()), max_size=60), st.floats(0.0, 20.0))
def test_what_is_kept_is_in_order(words: list[str], audio_s: float) -> None:
    for kept in (without_loops(words, audio_s), without_sounds(words)):
        assert kept == sorted(set(kept))
        assert all(0 <= index < len(words) for index in kept)
