import pytest

from earwitness.conversation.utterance import Word
from earwitness.speech.engines.word_times import words_of


def test_pieces_of_words_are_put_together() -> None:
    starts_s = [0.125, 0.625, 0.75, 1.25, 1.5]
    words = words_of("after early night", [" after", " ear", "ly", " ni", "ght"], starts_s)
    tail_s = 0.3  # at most, behind its last token
    assert words == (
        Word("after", 0.125, 0.125 + tail_s),
        Word("early", 0.625, 0.75 + tail_s),
        Word("night", 1.25, 1.5 + tail_s),
    )


def test_a_word_ends_where_the_next_begins_and_with_the_audio() -> None:
    words = words_of("so it", ["▁so", "▁it"], [1.0, 1.2], end_s=1.3)
    assert words == (Word("so", 1.0, 1.2), Word("it", 1.2, 1.3))


def test_measured_lengths_end_words() -> None:
    words = words_of(
        "Well, yes.", [" Well", ",", " yes", "."], [0.0, 0.25, 0.5, 0.75], [0.25, 0.0, 0.2, 0.125]
    )
    assert words == (Word("Well,", 0.0, 0.25), Word("yes.", 0.5, 0.875))


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("hello world", ["hel@@", "lo", "world"]),
        ("Hello World", [" HELLO", " WORLD"]),
        ("hello world", [" hello", " ", "▁world"]),
    ],
)
def test_all_ways_to_write_tokens_are_known(text: str, tokens: list[str]) -> None:
    words = words_of(text, tokens, [0.5 * index for index in range(len(tokens))])
    assert words is not None
    assert [word.text for word in words] == text.split()


@pytest.mark.parametrize(
    ("text", "tokens", "starts"),
    [
        ("", [], []),
        ("twenty one", [" 21"], [0.0]),
        ("hello", [" hello", " again"], [0.0, 0.5]),
        ("hello again", [" hello"], [0.0]),
        ("hello", [" hello"], []),
    ],
)
def test_tokens_that_do_not_spell_the_text_give_no_times(
    text: str, tokens: list[str], starts: list[float]
) -> None:
    assert words_of(text, tokens, starts) is None
