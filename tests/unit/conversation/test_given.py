"""Texts that clients give, cut into messages with times."""

from datetime import UTC, datetime, timedelta

import pytest

from earwitness.conversation.given import Piece, beginning, messages_of, placed
from earwitness.conversation.member import new_member

NOON = datetime(2024, 5, 15, 12, tzinfo=UTC)
ANN = new_member("Ann")


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def spans_of(*pieces: Piece) -> list[tuple[float, float]]:
    return [
        ((start - NOON).total_seconds(), (end - NOON).total_seconds()) for start, end in placed(pieces, NOON)
    ]


def test_sentences_become_messages_that_share_the_time_by_their_length() -> None:
    messages = list(messages_of(Piece("I am done. Are you, Dr. Wu?", ANN), 10.0, 20.0))
    assert [one.text for one in messages] == ["I am done.", "Are you, Dr. Wu?"]
    assert [(one.speaker, one.provenance, one.leg) for one in messages] == [(ANN, "given", "text")] * 2
    assert (messages[0].start_s, messages[1].end_s) == (10.0, 20.0)
    assert messages[0].end_s == messages[1].start_s == pytest.approx(10 + 10 * 11 / 28)
    assert [word.text for word in messages[1].words] == ["Are", "you,", "Dr.", "Wu?"]


def test_paragraphs_end_sentences_and_lines_do_not() -> None:
    messages = messages_of(Piece("The plan\nis good\n\nNext point"), 0.0, 1.0)
    told = [(one.text, one.speaker, one.provenance) for one in messages]
    assert told == [("The plan is good", None, "unknown"), ("Next point", None, "unknown")]


def test_a_text_without_stops_is_cut_at_commas_or_else_anywhere() -> None:
    words = ["word"] * 400
    words[99] = "word,"
    messages = list(messages_of(Piece(" ".join(words)), 0.0, 400.0))
    assert [len(one.words) for one in messages] == [100, 150, 150]
    assert " ".join(one.text for one in messages) == " ".join(words)


def test_a_word_that_is_too_long_is_cut_and_nothing_of_it_is_lost() -> None:
    text = f"See {'x' * 450}, {'y' * 200} {'z' * 5000}."
    messages = list(messages_of(Piece(text), 0.0, 100.0))
    words = [word.text for message in messages for word in message.words]
    assert [len(word) for word in words[:6]] == [3, 200, 200, 51, 200, 200]
    assert max(map(len, words)) == 200
    assert "".join(words) == text.replace(" ", "")
    assert max(len(message.text) for message in messages) <= 2_200
    assert " ".join(message.text for message in messages) == " ".join(words)


def test_times_that_are_given_count() -> None:
    assert spans_of(Piece("One", None, at(5), at(6)), Piece("two", None, at(3), at(4))) == [(5, 6), (3, 4)]


def test_what_has_no_time_follows_at_the_pace_of_speech() -> None:
    assert spans_of(
        Piece("One two three"), Piece("four", None, at(9), at(10)), Piece("five six")
    ) == [(0, pytest.approx(1.2)), (9, 10), (10, pytest.approx(10.8))]  # fmt: skip


def test_half_a_time_is_completed() -> None:
    assert spans_of(Piece("One two", None, at(5)), Piece("three", None, None, at(9))) == [
        (5, pytest.approx(5.8)),
        (pytest.approx(8.6), 9),
    ]
    assert spans_of(Piece("One two", None, at(5)), Piece("three", None, at(5.5)))[0] == (5, 5.5)
    assert spans_of(Piece("One two", None, at(5), at(4)))[0] == (5, pytest.approx(5.8))


def test_a_conversation_begins_before_its_first_known_time_or_now() -> None:
    timed = Piece("two", None, at(-3600))
    assert beginning([timed], NOON) == at(-3600)
    assert beginning([Piece("One"), timed], NOON) == at(-3600.4)
    assert beginning([Piece("One")], NOON) == NOON
