import itertools

from hypothesis import given
from hypothesis import strategies as st

from earwitness.insights.language_model.windows import MOST_CHARACTERS, MOST_MESSAGES, OVERLAP, windows


def test_a_short_conversation_is_one_window() -> None:
    assert windows([40] * 80) == [range(1, 81)]
    assert windows([]) == []


def test_a_long_one_has_windows_of_about_one_size_that_overlap() -> None:
    found = windows([40] * 700)
    assert all(60 <= len(window) <= 80 for window in found)
    assert all(after.start == before.stop - OVERLAP for before, after in itertools.pairwise(found))
    assert max(map(len, found[:-1])) == min(map(len, found[:-1]))


def test_long_messages_make_short_windows() -> None:
    found = windows([2_000] * 30)
    assert all(len(window) <= 6 for window in found)
    assert windows([50_000]) == [range(1, 2)]


@given(st.lists(st.integers(0, 20_000), max_size=400))
def test_every_message_is_in_a_window_and_no_window_is_too_long(lengths: list[int]) -> None:
    found = windows(lengths)
    assert sorted({number for window in found for number in window}) == list(range(1, len(lengths) + 1))
    for window in found:
        assert len(window) <= MOST_MESSAGES
        assert len(window) == 1 or sum(lengths[number - 1] for number in window) <= MOST_CHARACTERS
