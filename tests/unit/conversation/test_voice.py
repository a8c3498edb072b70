import math

from earwitness.conversation.member import Member
from earwitness.conversation.turns import Turn
from earwitness.conversation.voice import Voice

ANNA = Member("a", "Anna")


def heard(*stretches: tuple[float, float]) -> Voice:
    voice = Voice()
    for start_s, end_s in stretches:
        voice.heard(start_s, end_s)
    return voice


def test_edges_move_into_the_pauses_they_are_near_to() -> None:
    voice = heard((1.0, 5.0), (6.0, 9.0))
    assert voice.fit([Turn(ANNA, 6.3, 9.2)]) == [Turn(ANNA, 6.0, 9.0)]
    assert voice.fit([Turn(ANNA, 5.4, 8.7)]) == [Turn(ANNA, 6.0, 9.0)]
    assert voice.fit([Turn(ANNA, 1.2, 5.2)]) == [Turn(ANNA, 1.0, 5.0)]


def test_a_turn_keeps_the_speech_in_it() -> None:
    voice = heard((1.0, 9.6), (10.0, 10.5), (11.2, 15.0))
    assert voice.fit([Turn(ANNA, 10.3, 10.6)]) == [Turn(ANNA, 10.0, 10.5)]


def test_edges_far_from_any_pause_stay() -> None:
    assert heard((0.0, 20.0)).fit([Turn(ANNA, 8.0, 12.0)]) == [Turn(ANNA, 8.0, 12.0)]


def test_a_turn_that_goes_on_has_only_a_start_to_move() -> None:
    assert heard((1.0, 5.0)).fit([Turn(ANNA, 1.4, math.inf)]) == [Turn(ANNA, 1.0, math.inf)]


def test_pauses_inside_speech_are_pauses() -> None:
    voice = Voice()
    voice.heard(0.0, 10.0, [(4.0, 4.4)])
    assert voice.starts_s == [0.0, 4.4]
    assert voice.ends_s == [4.0, 10.0]
    assert voice.fit([Turn(ANNA, 4.6, math.inf)]) == [Turn(ANNA, 4.4, math.inf)]
    voice.forget(5.0)
    assert voice.starts_s == [4.4]
