from dataclasses import replace

from earwitness.conversation.insight import Insight
from earwitness.conversation.member import Member
from earwitness.conversation.message import Message
from earwitness.insights.call_score import CallScore, score_call

A = Member("1", "Anna")
V = Member("2", "Vikram")


def said(*turns: tuple[Member, str]) -> list[Message]:
    """Ten seconds a message, one after the other, at 120 words a minute."""
    return [
        Message(f"m{at}", text, at * 10.0, at * 10.0 + len(text.split()) / 2, speaker=speaker)
        for at, (speaker, text) in enumerate(turns)
    ]


def scores(judged: CallScore) -> dict[str, float]:
    return {criterion.name: criterion.score for criterion in judged.criteria}


GOOD = said(
    (A, "Did the pilot of the portal go well for you?"),
    (V, "Yes, it was great and we love the new portal."),
    (A, "I will send you the offer by Friday then."),
    (V, "Thank you, that is wonderful, I will look at it."),
)
FOUND = [
    Insight("q", "question", "Did the pilot of the portal go well for you?", 0.9, ("m0",), A),
    Insight(
        "a", "action_item", "Anna will send the offer.", 0.9, ("m2",), A, assignee=A, due_by="2024-03-08"
    ),
]


def test_a_good_call_scores_high() -> None:
    judged = score_call(GOOD, FOUND, 40.0)
    assert scores(judged) == {
        "Talk balance": 100.0,
        "Listening": 100.0,
        "Pace": 100.0,
        "Question handling": 100.0,
        "Sentiment": scores(judged)["Sentiment"],
        "Forward motion": 100.0,
    }
    assert scores(judged)["Sentiment"] > 60
    assert judged.score == round(sum(scores(judged).values()) / 6, 1)
    assert judged.summary.startswith(f"The call scores {judged.score:.0f} of 100.")


def test_what_is_of_use_within_the_talk_alone_is_not_judged() -> None:
    within = [replace(one, score=0.52) for one in FOUND]
    assert score_call(GOOD, within, 40.0) == score_call(GOOD, [], 40.0)


def test_what_went_badly_is_said_with_advice() -> None:
    monologue = said(*[(A, "And then there is one more thing to say about this awful, terrible mess.")] * 30)
    messages = [replace(message, end_s=message.start_s + 9.9) for message in monologue] + said((V, "Okay."))
    judged = score_call(messages, [replace(FOUND[0], message_ids=("m29",))], 300.0)
    found = {criterion.name: criterion for criterion in judged.criteria}
    assert found["Talk balance"].score == 0
    assert found["Talk balance"].advice == "Anna could leave the others more room, or ask them."
    assert found["Listening"].score == 50
    assert found["Forward motion"].advice
    assert found["Sentiment"].score < 10
    assert not found["Sentiment"].praise
    assert "Its weak point is" in judged.summary


def test_open_questions_are_named() -> None:
    alone = said((A, "Who pays for it?"), (A, "I have no idea."))
    (handling,) = (
        one
        for one in score_call(alone, [replace(FOUND[0], message_ids=("m0",))], 20.0).criteria
        if one.name == "Question handling"
    )
    assert handling.score == 0
    assert 'such as "Who pays for it?"' in handling.advice


def test_unknown_speakers_leave_out_what_needs_them() -> None:
    judged = score_call([replace(message, speaker=None) for message in GOOD], FOUND, 40.0)
    assert list(scores(judged)) == ["Question handling", "Sentiment", "Forward motion"]


def test_silence_has_no_criteria() -> None:
    assert score_call([], [], 0.0) == CallScore(0.0, "Nothing was said, so there is nothing to judge.", ())
