import pytest

from earwitness.insights.questions import as_question, question_score


@pytest.mark.parametrize(
    "said",
    [
        "When will the error be fixed?",
        "It actually does not have speakers right?",
        "what drives the storage costs",
        "how much does the licence cost",
        "do we have the signed contracts",
        "Who is going to present this",
        "I was wondering if you could extend the trial.",
        "Vikram, did you get the invoice?",
    ],
)
def test_questions_are_found(said: str) -> None:
    assert question_score(said) >= 0.5


@pytest.mark.parametrize(
    "said",
    [
        "How are you?",
        "Hi Vikram, how are you doing today?",
        "Right?",
        "You know?",
        "Can you hear me okay?",
        "Really?",
        "What?",
        "Does that make sense?",
        "What I mean is that it works.",
        "When we are done we go home.",
        "Which is fine.",
        "The pilot starts in March.",
        "Material?",
        "",
    ],
)
def test_small_talk_and_statements_are_not(said: str) -> None:
    assert question_score(said) < 0.5


def test_a_marked_question_is_surer_than_an_unmarked_one() -> None:
    assert question_score("Where is the office?") > question_score("Where is the office") >= 0.5


def test_questions_end_with_a_question_mark() -> None:
    assert as_question("What drives the costs.") == "What drives the costs?"
