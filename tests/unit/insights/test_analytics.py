import pytest
from hypothesis import given
from hypothesis import strategies as st

from earwitness.conversation.member import Member
from earwitness.conversation.message import Message
from earwitness.insights.analytics import analyse

ANNA, VIKRAM = Member("1", "Anna"), Member("2", "Vikram")


def message(start_s: float, end_s: float, speaker: Member | None, text: str = "one two three") -> Message:
    return Message(f"{start_s}-{end_s}", text, start_s, end_s, speaker=speaker)


def test_figures_of_a_small_talk() -> None:
    figures = analyse(
        [message(0, 6, ANNA), message(4, 10, VIKRAM), message(5, 6, ANNA), message(15, 20, None)], 40
    )
    assert (figures.silence.seconds, figures.silence.percent) == (25, 62.5)
    assert (figures.talk.seconds, figures.talk.percent) == (15, 37.5)
    assert (figures.overlap.seconds, figures.overlap.percent) == (2, 13.333)
    anna, vikram = figures.members
    assert (anna.member, anna.talk.seconds, anna.talk.percent) == (ANNA, 6, 40)
    assert (anna.listen.seconds, anna.listen.percent) == (9, 60)
    assert anna.pace_wpm == 60
    assert vikram.pace_wpm == 30
    assert vikram.overlap_s == 2
    assert [(overlap.member, overlap.share.seconds) for overlap in vikram.overlaps] == [(ANNA, 2)]


def test_an_empty_conversation_is_all_silence() -> None:
    figures = analyse([], 10)
    assert (figures.silence.percent, figures.talk.percent, figures.members) == (100, 0, ())
    assert analyse([], 0).silence.percent == 0


spans = st.lists(
    st.tuples(st.integers(0, 500), st.integers(0, 50), st.sampled_from([ANNA, VIKRAM, None])), max_size=20
)


@given(spans)
def test_silence_and_talk_make_the_length_and_shares_stay_within(
    given_spans: list[tuple[int, int, Member | None]],
) -> None:
    figures = analyse([message(at, at + length, who) for at, length, who in given_spans], 600)
    assert figures.silence.seconds + figures.talk.seconds == pytest.approx(600)
    assert 0 <= figures.overlap.seconds <= figures.talk.seconds
    for member in figures.members:
        assert member.talk.seconds + member.listen.seconds == pytest.approx(figures.talk.seconds)
        assert member.overlap_s <= member.talk.seconds
