from collections.abc import Sequence
from datetime import date

from earwitness.conversation.custom_entity import CustomEntity
from earwitness.conversation.insight import Entity
from earwitness.conversation.member import Member
from earwitness.conversation.message import Message
from earwitness.insights.entities.finder import EntityFinder

FRIDAY = date(2026, 11, 27)
ANNA, BO = Member("a", "Anna"), Member("b", "Bo")


def finder(custom: Sequence[CustomEntity] = (), *, managed: bool = True) -> EntityFinder:
    return EntityFinder(lambda *key: "/".join(key), custom, managed=managed)


def said(*texts: str | tuple[Member, str]) -> list[Message]:
    """Messages two seconds apart, by Anna where nobody is named."""
    messages = []
    for number, one in enumerate(texts):
        speaker, text = (ANNA, one) if isinstance(one, str) else one
        messages.append(Message(str(number), text, 2.0 * number, 2.0 * number + 1.5, speaker=speaker))
    return messages


def heard(messages: Sequence[Message], custom: Sequence[CustomEntity] = ()) -> tuple[Entity, ...]:
    entities = finder(custom)
    for message in messages:
        entities.follow(message, FRIDAY)
    return entities.found


def places(entities: Sequence[Entity], kind: str) -> list[tuple[str, str, str]]:
    """Message, wording there and value of all entities of a kind; each place is checked against its text."""
    found = []
    for entity in entities:
        for match in entity.matches:
            assert match.text[match.offset :].startswith(match.said)
            if entity.kind == kind:
                found.append((match.message_id, match.said, entity.value))
    return found


def test_a_number_may_be_spread_over_messages() -> None:
    entities = heard(said("My number is five five five.", "One two one two."))
    assert places(entities, "phone_number") == [
        ("0", "five five five", "5551212"),
        ("1", "One two one two", "5551212"),
    ]
    first, second = (entity for entity in entities if entity.kind == "phone_number")
    assert first.id == second.id


def test_somebody_may_say_okay_in_between() -> None:
    card = said(
        "The card is four one one one.", (BO, "Okay."), "One one one one.", "One one one one.", (BO, "Yes."),
        "One one one one.",
    )  # fmt: skip
    found = places(heard(card), "credit_card")
    assert [message for message, *_ in found] == ["0", "2", "3", "5"]
    assert {value for *_, value in found} == {"4111111111111111"}


def test_a_number_goes_on_where_digits_were_heard_as_words() -> None:
    entities = heard(said("My card is four to nine nine.", "722 zero.", "0332.", "2451, okay?"))
    assert {value for *_, value in places(entities, "credit_card")} == {"4299722003322451"}
    entities = heard(said("My social is zero, three zero.", "Six zero.", "For zero, it won."))
    assert {value for *_, value in places(entities, "ssn")} == {"030-60-4081"}


def test_an_address_may_be_spread_over_messages() -> None:
    entities = heard(said("You can email me, it's j doe at", "example dot com."))
    assert places(entities, "email_address") == [
        ("0", "j doe at", "jdoe@example.com"),
        ("1", "example dot com", "jdoe@example.com"),
    ]


def test_numbers_of_two_speakers_are_two() -> None:
    entities = heard(said("It's five five five.", (BO, "One two one two.")))
    assert places(entities, "phone_number") == []


def test_a_question_says_what_the_answer_is() -> None:
    entities = heard(said((BO, "What's your phone number?"), "9472 7916."))
    assert places(entities, "phone_number") == [("1", "9472 7916", "94727916")]


def test_a_message_with_other_words_takes_its_own_place() -> None:
    entities = finder()
    first, second = said("I live in Germany.", "Fine.")
    for message in (first, second):
        entities.follow(message, FRIDAY)
    entities.follow(Message(first.id, "I live in Portugal.", 0.0, 1.5, speaker=ANNA), FRIDAY)
    assert [entity.value for entity in entities.found] == ["Portugal"]


def test_custom_terms_are_found_beside_our_own() -> None:
    custom = [CustomEntity("Company Executives", "Marketing director", "CMO")]
    (entity,) = heard(said("The marketing  director is out."), custom)
    assert (entity.kind, entity.custom_kind, entity.text, entity.value) == (
        "custom", "Company Executives", "marketing director", "CMO",
    )  # fmt: skip
    assert entity.matches[0].offset == 4


def test_custom_terms_alone() -> None:
    entities = finder([CustomEntity("Plan", "gold", "gold")], managed=False)
    (message,) = said("Gold costs $5 in Germany, golden or not.")
    entities.follow(message, FRIDAY)
    assert [entity.text for entity in entities.found] == ["Gold"]


def test_an_earlier_message_that_is_taken_again_answers_no_question() -> None:
    first, asked, answered = said(
        (BO, "Hello there."), (ANNA, "What is your date of birth?"), (BO, "May 3rd 1980.")
    )
    entities = finder()
    for message in (first, asked, first, answered):
        entities.follow(message, FRIDAY)
    assert [entity.kind for entity in entities.found] == ["date_of_birth"]
