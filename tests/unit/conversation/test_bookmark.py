import pytest
from hypothesis import given
from hypothesis import strategies as st

from earwitness.conversation.bookmark import Bookmark, Markable, span_of
from earwitness.conversation.ids import stable_id
from earwitness.conversation.message import Message

MESSAGES = [Message(str(n), f"Sentence {n}.", float(n), n + 0.8) for n in range(5)]


def test_a_bookmark_covers_what_is_spoken_while_it_lasts() -> None:
    assert [one.id for one in Markable(MESSAGES).covered(Bookmark("b", "x", 0.9, 1.2))] == ["1", "2"]
    assert Markable(MESSAGES).covered(Bookmark("b", "x", 90, 1)) == []


@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 6)), max_size=12),
    st.integers(0, 25),
    st.integers(1, 8),
)
def test_a_bookmark_covers_just_what_overlaps_it_however_long_some_speak(
    spans: list[tuple[int, int]], start_s: int, duration_s: int
) -> None:
    messages = [
        Message(str(n), "So.", begin, begin + lasts) for n, (begin, lasts) in enumerate(sorted(spans))
    ]
    found = Markable(messages).covered(Bookmark("b", "x", start_s, duration_s))
    assert found == [one for one in messages if one.start_s < start_s + duration_s and one.end_s > start_s]


def test_a_bookmark_covers_the_messages_that_it_names_as_long_as_they_are_there() -> None:
    bookmark = Bookmark("b", "x", 2, 1.8, message_ids=("2", "3"))
    assert [one.id for one in Markable(MESSAGES).covered(bookmark)] == ["2", "3"]
    assert [one.id for one in Markable(MESSAGES[:3]).covered(bookmark)] == ["2"]
    revised = [Message("9", "Sentence two.", 2.1, 2.9)]
    assert Markable(revised).covered(bookmark) == revised


def test_messages_of_a_bookmark_follow_one_another() -> None:
    assert [one.id for one in Markable(MESSAGES).consecutive(["3", "2", "3"])] == ["2", "3"]
    assert span_of(Markable(MESSAGES).consecutive(["1", "2"])) == pytest.approx((1, 1.8))
    with pytest.raises(ValueError, match="follow one another"):
        Markable(MESSAGES).consecutive(["1", "3"])
    with pytest.raises(ValueError, match="'7'"):
        Markable(MESSAGES).consecutive(["1", "7"])


def test_stable_ids_look_like_random_ones() -> None:
    assert stable_id("a", "b") == stable_id("a", "b") != stable_id("ab")
    assert all(10**15 <= int(stable_id(str(n))) < 2**53 for n in range(100))
