from hypothesis import given
from hypothesis import strategies as st

from earwitness.conversation.word_times import estimate_words


def test_words_are_spread_by_their_length() -> None:
    first, second = estimate_words("a abc", 1.0, 4.0)
    assert (first.start_s, first.end_s, second.end_s) == (1.0, 2.0, 4.0)


def test_no_word_lies_in_a_pause_and_sentences_end_there() -> None:
    first, *rest, last = estimate_words("Well now. This is it.", 0.0, 6.0, [(1.0, 4.0)])
    assert (first.start_s, first.text) == (0.0, "Well")
    assert rest[0].end_s == 1.0
    assert rest[1].start_s == 4.0
    assert last.end_s == 6.0


def test_a_pause_that_fits_no_word_holds_none() -> None:
    (word,) = estimate_words("Hello", 0.0, 2.0, [(0.5, 1.5)])
    assert word.end_s == 2.0


spans = st.lists(st.integers(1, 500), max_size=8, unique=True).map(sorted)


@given(st.lists(st.text("abc.", min_size=1, max_size=9), min_size=1, max_size=12), spans)
def test_words_stay_in_order_inside_the_span(tokens: list[str], edges: list[int]) -> None:
    pauses = [(start / 100, end / 100) for start, end in zip(edges[::2], edges[1::2], strict=False)]
    words = estimate_words(" ".join(tokens), 0.0, 5.01, pauses)
    assert [word.text for word in words] == tokens
    at_s = 0.0
    for word in words:
        assert at_s <= word.start_s <= word.end_s <= 5.01 + 1e-9
        at_s = word.end_s - 1e-9
