"""What is made of answers: from the messages that they cite, and from nothing else."""

import pytest

from earwitness.conversation.member import Member
from earwitness.insights.language_model.answers import Action, Question, Topic, WindowAnswer
from earwitness.insights.language_model.grounding import Grounding
from earwitness.insights.language_model.material import Material
from earwitness.insights.seams import Setting
from tests.unit.insights.language_model.conftest import ANNA, VIKRAM, ZERO_AT, material_of

BEN = Member("b", "Ben")


def _grounding(*said: tuple[Member | None, str]) -> Grounding:
    material = material_of(said)
    people = Setting(ZERO_AT, "Europe/Berlin", (ANNA, VIKRAM, BEN))
    return Grounding(Material(people, material.messages), "m")


def _answer(**found: object) -> WindowAnswer:
    empty: dict[str, object] = {"questions": [], "actions": [], "topics": [], "points": [], "notes": []}
    return WindowAnswer.model_validate({**empty, **found})


def _action(messages: list[int], quote: str, assignee: str | None = None) -> Action:
    return Action(messages=messages, quote=quote, assignee=assignee, follow_up=False)


def test_the_sentence_is_stored_and_not_the_quote() -> None:
    grounding = _grounding((ANNA, "All is fine. Who owns the budget now?"))
    quote = "who owns the budget, Zebulon"
    (question,) = grounding.insights(_answer(questions=[Question(messages=[1], quote=quote)]), range(1, 2))
    assert question.text == "Who owns the budget now?"
    assert (question.speaker, question.message_ids) == (ANNA, ("1001",))
    assert grounding.rejected == 0


@pytest.mark.parametrize(
    ("messages", "quote"),
    [
        ([1], "Zebulon bought elephants."),
        ([2], "Who owns it?"),
        ([], "Who owns it?"),
        ([1, -1], "Who owns it?"),
    ],
)
def test_what_points_nowhere_is_dropped(messages: list[int], quote: str) -> None:
    grounding = _grounding((ANNA, "Who owns it?"))
    assert grounding.insights(_answer(actions=[_action(messages, quote)]), range(1, 2)) == []
    assert grounding.rejected == 1


def test_you_is_whom_the_model_understood() -> None:
    grounding = _grounding((ANNA, "Can you send the deck to the customer?"), (VIKRAM, "Sure, by Friday."))
    (action,) = grounding.insights(
        _answer(actions=[_action([1, 2], "Can you send the deck", "vikram")]), range(1, 3)
    )
    assert action.assignee == VIKRAM
    assert action.text.startswith("Vikram Rao to send the deck")
    assert action.message_ids == ("1001", "1002")
    assert action.due_by is not None
    assert action.due_by.startswith("2026-11-27"), "the date that the other message names"


def test_an_assignee_is_a_member_or_nobody() -> None:
    grounding = _grounding((ANNA, "The deck has to be ready by Friday."))
    (action,) = grounding.insights(
        _answer(actions=[_action([1], "The deck has to be ready", "mallory@example.net")]), range(1, 2)
    )
    assert action.assignee is None
    assert action.due_by is not None


def test_topics_are_named_once_and_their_parents_are_among_them() -> None:
    grounding = _grounding((ANNA, "The budget of the pilot grows."))
    given = [
        Topic(text="pilot budget", parent="Budget", messages=[1]),
        Topic(text="Budget", parent="Elephants", messages=[1]),
        Topic(text="budget", parent=None, messages=[1]),
        Topic(text="Elephants", parent=None, messages=[1]),
        Topic(text="budget " * 20, parent=None, messages=[1]),
    ]
    first, second = grounding.topics(given, range(1, 2))
    assert (first.text, first.parents, second.text, second.parents) == (
        "pilot budget",
        ("Budget",),
        "Budget",
        (),
    )
    assert first.score > second.score
    assert grounding.rejected == 2
