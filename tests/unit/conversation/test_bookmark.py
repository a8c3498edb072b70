import pytest

from earwitness.conversation.bookmark import Bookmark, consecutive, covered, span_of
from earwitness.conversation.ids import stable_id
from earwitness.conversation.message import Message

MESSAGES = [Message(str(n), f"Sentence {n}.", float(n), n + 0.8) for n in range(5)]


def test_a_bookmark_covers_what_is_spoken_while_it_lasts() -> None:
    assert [one.id for one in covered(Bookmark("b", "x", 0.9, 1.2), MESSAGES)] == ["1", "2"]
    assert covered(Bookmark("b", "x", 90, 1), MESSAGES) == []


def test_a_bookmark_covers_the_messages_that_it_names_as_long_as_they_are_there() -> None:
    bookmark = Bookmark("b", "x", 2, 1.8, message_ids=("2", "3"))
    assert [one.id for one in covered(bookmark, MESSAGES)] == ["2", "3"]
    assert [one.id for one in covered(bookmark, MESSAGES[:3])] == ["2"]
    revised = [Message("9", "Sentence two.", 2.1, 2.9)]
    assert covered(bookmark, revised) == revised


def test_messages_of_a_bookmark_follow_one_another() -> None:
    assert [one.id for one in consecutive(["3", "2", "3"], MESSAGES)] == ["2", "3"]
    assert span_of(consecutive(["1", "2"], MESSAGES)) == pytest.approx((1, 1.8))
    with pytest.raises(ValueError, match="follow one another"):
        consecutive(["1", "3"], MESSAGES)
    with pytest.raises(ValueError, match="'7'"):
        consecutive(["1", "7"], MESSAGES)


def test_stable_ids_look_like_random_ones() -> None:
    assert stable_id("a", "b") == stable_id("a", "b") != stable_id("ab")
    assert all(10**15 <= int(stable_id(str(n))) < 2**53 for n in range(100))
