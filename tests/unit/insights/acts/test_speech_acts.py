import pytest

from earwitness.insights.acts.speech_acts import find_speech_act


@pytest.mark.parametrize(
    ("said", "kind", "modal"),
    [
        ("I'll send the report.", "commitment", "will"),
        ("I'm going to call Tom.", "commitment", "is going to"),
        ("I've got to finish the slides.", "commitment", "needs to"),
        ("That makes sense, I will update the ticket.", "commitment", "will"),
        ("We need to finalize the budget.", "plan", ""),
        ("Let's schedule a call next week.", "plan", ""),
        ("Could you please send me the deck?", "request", "to"),
        ("Send me the deck by Monday.", "request", "to"),
        ("Don't forget to submit the form.", "request", "to"),
        ("Vikram you need to work on the plan.", "duty", "needs to"),
        ("Vikram will prepare the demo.", "assignment", "will"),
        ("Perhaps John Doe can submit the report.", "assignment", "can"),
    ],
)
def test_acts_are_found(said: str, kind: str, modal: str) -> None:
    act = find_speech_act(said, ["Vikram"])
    assert act is not None
    assert (act.kind, act.modal) == (kind, modal)
    assert act.score >= 0.5


@pytest.mark.parametrize(
    "said",
    [
        "Let's see.",
        "We'll see.",
        "I will say it was hard.",
        "I'd like to thank everybody.",
        "I'll be back.",
        "Let me share my screen.",
        "Let's get started.",
        "Can you hear me?",
        "I won't send it.",
        "I can't send it.",
        "We should probably look into it.",
        "You know what I mean.",
        "I'll put it this way.",
        "We have to put it on the.",
        "The pilot will start in March.",
        "Give me a second.",
    ],
)
def test_idioms_and_talk_about_the_talk_are_not(said: str) -> None:
    act = find_speech_act(said, ["Vikram"])
    assert act is None or act.score < 0.5


def test_the_addressee_is_taken_from_either_end() -> None:
    for said in ("Vikram, could you send the plan?", "Could you send the plan, please, Vikram?"):
        act = find_speech_act(said, ["Vikram"])
        assert act is not None
        assert (act.actor, act.phrase) == ("Vikram", "send the plan")


def test_hedges_lower_the_score() -> None:
    sure = find_speech_act("I will check the contract.")
    unsure = find_speech_act("Maybe I will check the contract.")
    assert sure is not None
    assert unsure is not None
    assert unsure.score < sure.score


def test_a_condition_is_kept() -> None:
    act = find_speech_act("If we win the deal, I'll call the team.")
    assert act is not None
    assert act.condition == "If we win the deal,"
