import pytest

from earwitness.conversation.insight import WORTH_READING
from earwitness.insights.acts.questions import (
    NOT_SHOWN,
    WITHIN_TALK,
    Question,
    as_question,
    asks,
    ending_of,
    find_question,
    question_score,
    said_before,
)
from earwitness.insights.acts.tag_questions import Following, is_answer


@pytest.mark.parametrize(
    "said",
    [
        "When will the error be fixed?",
        "It actually does not have speakers right?",
        "You said you are busy?",
        "How many licences?",
        "What does it cost?",
        "Vikram, did you get the invoice?",
    ],
)
def test_what_asks_is_worth_reading(said: str) -> None:
    assert question_score(said, "asked") >= WORTH_READING


@pytest.mark.parametrize(
    "said",
    [
        "what drives the storage costs",
        "how much does the licence cost",
        "do we have the signed contracts",
        "Who is going to present this",
        "when do we get the new contract",
        "could you tell me where the office is",
        "what does it cost",
        "I mean, how stable is the interface",
    ],
)
def test_text_without_marks_can_ask(said: str) -> None:
    assert question_score(said, "unmarked") >= WORTH_READING
    assert asks(said)


@pytest.mark.parametrize(
    "said", ["we get the new contract on friday", "right", "that is where the office is", "or"]
)
def test_text_without_marks_mostly_states(said: str) -> None:
    assert question_score(said, "unmarked") < 0.5


@pytest.mark.parametrize(
    "said",
    ["How are you?", "Hi Vikram, how are you doing today?", "Can you hear me okay?", "Hello?", "Who knows?"],
)
def test_small_talk_is_not_shown(said: str) -> None:
    assert question_score(said, "asked") == NOT_SHOWN


@pytest.mark.parametrize(
    "said",
    [
        "Right?",
        "You know?",
        "Really?",
        "What?",
        "Is it?",
        "Sorry?",
        "Does that make sense?",
        "Material?",
        "What about the?",
        "Or does your?",
        "So is it a?",
        "Where is it?",
        "What are we doing?",
        "How much?",
        "The price?",
    ],
)
def test_what_tells_nothing_alone_is_of_use_within_the_talk(said: str) -> None:
    assert question_score(said, "asked") == WITHIN_TALK


@pytest.mark.parametrize(
    "said",
    [
        "What I mean is that it works.",
        "When we are done we go home.",
        "Which is fine.",
        "The pilot starts in March.",
        "Why don't we try it out and see what people say.",
        "",
    ],
)
def test_a_full_stop_states(said: str) -> None:
    assert question_score(said, "stated") < 0.5


@pytest.mark.parametrize(
    "said",
    [
        "I was wondering if you could extend the trial.",
        "I'm just wondering, could we add a field.",
    ],
)
def test_who_wonders_asks_whatever_the_mark(said: str) -> None:
    assert question_score(said, "stated") >= WORTH_READING


def test_a_question_is_the_surer_the_more_its_end_says_so() -> None:
    scores = [
        question_score("Where is the office", ending) for ending in ("stated", "cut off", "unmarked", "asked")
    ]
    assert scores == sorted(set(scores))


@pytest.mark.parametrize("said", ["what about the", "is it", "do you have a", "what ideas are there in"])
def test_what_is_cut_off_can_ask_but_tells_nothing(said: str) -> None:
    assert question_score(said, "cut off") == WITHIN_TALK


def test_a_word_that_is_cut_off_asks_nothing() -> None:
    assert question_score("what", "cut off") < 0.5 <= question_score("what", "unmarked")


def test_the_end_of_a_sentence_is_that_of_its_message() -> None:
    text = "The pilot starts. Does it? We wait for"
    assert ending_of("The pilot starts.", text, is_last=False, marked=True) == "stated"
    assert ending_of("Does it?", text, is_last=False, marked=True) == "asked"
    assert ending_of("We wait for.", text, is_last=True, marked=True) == "cut off"
    assert ending_of("We wait for.", "we wait for", is_last=True, marked=False) == "unmarked"
    assert ending_of("Great!", "Great!", is_last=True, marked=True) == "stated"


def test_a_tag_asks_what_was_said_before_it() -> None:
    assert find_question("Right?", "asked", "The pilot starts in March.") == Question(
        "The pilot starts in March, right?", 0.75
    )
    assert find_question("Isn't it?", "asked", "That is the last open item.") == Question(
        "That is the last open item, isn't it?", 0.75
    )
    assert find_question("Right.", "unmarked", "The pilot starts in March.") is not None
    for said in ("", "The pilot.", "Does the pilot start in March?"):
        assert find_question("Right?", "asked", said) == Question("Right?", WITHIN_TALK)
    plain = find_question("Right.", "stated", "The pilot starts in March.")
    assert plain is None or plain.score < 0.5


def test_a_tag_after_which_its_speaker_goes_on_is_of_use_within_the_talk() -> None:
    found = find_question("Right?", "asked", "The pilot starts in March.", "its speaker")
    assert found == Question("The pilot starts in March, right?", WITHIN_TALK)


@pytest.mark.parametrize(
    ("said", "following", "asks_it"),
    [
        ("The pilot starts in March, right?", "nothing", True),
        ("The pilot starts in March, right?", "an answer", True),
        ("The pilot starts in March, right?", "something else", False),
        ("The pilot starts in March, right?", "its speaker", False),
        ("In March, right?", "something else", False),
        ("You start in March, right?", "something else", True),
        ("You start in March, right?", "its speaker", False),
        ("It starts in March, you know, right?", "something else", False),
        ("Did I get that right?", "its speaker", True),
        ("Is the pilot in March, right?", "something else", True),
        ("Is the plan all right?", "its speaker", True),
    ],
)
def test_a_tag_run_into_a_statement_asks_the_listener(said: str, following: Following, asks_it: bool) -> None:
    found = find_question(said, "asked", "", following)
    assert found is not None
    assert found.score >= WORTH_READING if asks_it else found.score == NOT_SHOWN


@pytest.mark.parametrize(
    "said", ["Yes.", "Oh, no, in May.", "Correct.", "Yeah, in May.", "That's right.", "I think so."]
)
def test_answers(said: str) -> None:
    assert is_answer(said)


@pytest.mark.parametrize(
    "said",
    ["Uh-huh.", "Okay.", "Yeah.", "Oh, right, right.", "Exactly.", "Mm-hmm.", "Nothing else.", "I see."],
)
def test_what_only_lets_somebody_go_on_is_no_answer(said: str) -> None:
    assert not is_answer(said)


def test_what_a_speaker_said_before_is_looked_for_behind_backchannels() -> None:
    latest = [("2", "Uh-huh."), ("1", "The pilot starts in March."), ("2", "When does the pilot start?")]
    assert said_before("1", latest) == "The pilot starts in March."
    assert said_before("2", latest) == "Uh-huh."
    assert said_before("1", latest[2:]) == ""
    assert said_before(None, []) == ""


def test_questions_end_with_a_question_mark() -> None:
    assert as_question("What drives the costs.") == "What drives the costs?"
    assert as_question("Can we meet at 5 p.m.?") == "Can we meet at 5 p.m.?"
