import pytest

from earwitness.insights.questions import Question, as_question, find_question, question_score, said_before


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


def test_small_talk_is_a_question_of_little_account() -> None:
    assert 0.4 < question_score("Right?") < 0.5


@pytest.mark.parametrize("said", ["What about the?", "Or does your?", "So is it a?"])
def test_questions_that_break_off_are_not_shown(said: str) -> None:
    assert question_score(said) < 0.5


@pytest.mark.parametrize(
    "said", ["when do we get the new contract", "could you tell me where the office is", "what does it cost"]
)
def test_text_without_marks_can_ask(said: str) -> None:
    assert question_score(said.capitalize() + ".", marked=False) >= 0.5


@pytest.mark.parametrize(
    "said", ["we get the new contract on friday", "right", "that is where the office is"]
)
def test_text_without_marks_mostly_states(said: str) -> None:
    assert question_score(said.capitalize() + ".", marked=False) < 0.5


def test_a_tag_asks_what_was_said_before_it() -> None:
    assert find_question("Right?", "The pilot starts in March.") == Question(
        "The pilot starts in March, right?", 0.75
    )
    assert find_question("Isn't it?", "That is the last open item.") == Question(
        "That is the last open item, isn't it?", 0.75
    )
    assert find_question("Right.", "The pilot starts in March.", marked=False) is not None
    for said in ("", "The pilot.", "Does the pilot start in March?"):
        found = find_question("Right?", said)
        assert found is None or found.score < 0.5
    plain = find_question("Right.", "The pilot starts in March.")
    assert plain is None or plain.score < 0.5


def test_what_a_speaker_said_before_is_looked_for_behind_backchannels() -> None:
    latest = [("2", "Uh-huh."), ("1", "The pilot starts in March."), ("2", "When does the pilot start?")]
    assert said_before("1", latest) == "The pilot starts in March."
    assert said_before("2", latest) == "Uh-huh."
    assert said_before("1", latest[2:]) == ""
    assert said_before(None, []) == ""


def test_questions_end_with_a_question_mark() -> None:
    assert as_question("What drives the costs.") == "What drives the costs?"
