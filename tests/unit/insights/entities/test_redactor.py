import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earwitness.conversation.utterance import Utterance, Word
from earwitness.conversation.word_times import estimate_words
from earwitness.insights.entities.detection import find_spans
from earwitness.insights.entities.redaction import Redaction, redaction_of
from earwitness.insights.entities.redactor import Redactor


def utterance(text: str, start_s: float = 0.0, *, is_final: bool = True) -> Utterance:
    end_s = start_s + 2.0
    return Utterance("u", "in", text, start_s, end_s, is_final, estimate_words(text, start_s, end_s))


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Call me at five five five, one two one two.", "Call me at [PHONE_NUMBER]."),
        ("My name is John Smith, I'm 31 years old.", "My name is [PERSON_NAME], I'm [AGE] years old."),
        ("It's j doe at example dot com.", "It's [EMAIL_ADDRESS]."),
        ("My email is j doe", "My email is [EMAIL_ADDRESS]"),
        ("That's S M I T H.", "That's [PERSON_NAME]."),
        ("My card is 4111 1111 1111 1111, okay?", "My card is [CREDIT_CARD], okay?"),
        ("My number is five five", "My number is [NUMBER]"),
        (
            "My social security number is five to zero, two, eight, zero, six, one, five.",
            "My social security number is [SSN].",
        ),
        (
            "The account is for seven people at 5 to 6 dollars.",
            "The account is for seven people at 5 to 6 dollars.",
        ),
        ("The account is for 100 to 200 dollars then", "The account is for 100 to 200 dollars then"),
        ("I was born on October 3rd, 1982.", "I was born on [DATE_OF_BIRTH]."),
        (
            "We meet on October 3rd at 3 p.m. with 25 people.",
            "We meet on October 3rd at 3 p.m. with 25 people.",
        ),
    ],
)
def test_personal_data_are_hidden_in_text_and_words(said: str, shown: str) -> None:
    redacted = Redactor(Redaction()).utterance(utterance(said))
    assert redacted.text == shown
    assert " ".join(word.text for word in redacted.words) == shown


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (
            ["My social is five to zero", "two eight", "zero six one five, okay?"],
            ["My social is [NUMBER]", "[NUMBER]", "[NUMBER], okay?"],
        ),
        (
            ["My social is zero, three zero.", "Six zero.", "For zero, it won.", "Thanks for it."],
            ["My social is [NUMBER].", "[NUMBER].", "[NUMBER].", "Thanks for it."],
        ),
        (
            ["My card is four, three.", "For it.", "Six to one two.", "It is for you."],
            ["My card is [NUMBER].", "[NUMBER].", "[NUMBER].", "It is for you."],
        ),
        (["I paid twenty.", "For it."], ["I paid twenty.", "For it."]),
    ],
)
def test_a_number_that_is_heard_as_words_and_goes_on_is_hidden(said: list[str], shown: list[str]) -> None:
    redactor = Redactor(Redaction())
    assert [redactor.text(one, "a") for one in said] == shown


def test_a_hidden_stretch_is_one_word_with_its_time() -> None:
    words = tuple(Word(text, at, at + 1.0, 0.9) for at, text in enumerate("Call 555 1212, okay".split()))
    redacted = Redactor(Redaction()).utterance(
        Utterance("u", "in", "Call 555 1212, okay", 0.0, 4.0, True, words)
    )
    assert [(word.text, word.start_s, word.end_s) for word in redacted.words] == [
        ("Call", 0.0, 1.0),
        ("[PHONE_NUMBER],", 1.0, 3.0),
        ("okay", 3.0, 4.0),
    ]


def test_words_that_are_not_those_of_the_text_are_made_anew() -> None:
    words = (Word("fivefive", 0.0, 1.0), Word("five", 1.0, 2.0))
    redacted = Redactor(Redaction()).utterance(
        Utterance("u", "in", "Call five five five, one two one two.", 0.0, 2.0, True, words)
    )
    assert [word.text for word in redacted.words] == ["Call", "[PHONE_NUMBER]."]


def test_a_number_that_goes_on_is_hidden_on_both_sides() -> None:
    redactor = Redactor(Redaction())
    shown = [
        redactor.utterance(utterance(text, 3.0 * at)).text
        for at, text in enumerate(
            ["My card number is four one one one.", "One one one one.", "And one.", "Then I go home at five."]
        )
    ]
    assert shown == ["My card number is [NUMBER].", "[NUMBER].", "And [NUMBER].", "Then I go home at five."]


def test_partials_are_redacted_and_change_nothing() -> None:
    redactor = Redactor(Redaction())
    partial = redactor.utterance(utterance("My number is five five five", is_final=False))
    assert partial.text == "My number is [NUMBER]"
    assert redactor.utterance(utterance("Five of us.")).text == "Five of us."


@pytest.mark.parametrize(
    ("request_", "redaction"),
    [
        ({}, None),
        ({"redaction": {"identifyContent": True}}, None),
        ({"redaction": {"redactContent": True}}, Redaction()),
        (
            {"config": {"redaction": {"redactContent": "true", "redactionString": "***"}}},
            Redaction(string="***"),
        ),
        (
            {"redaction": {"redactContent": True, "exclude": ["PERSON_NAME", "age", "what"]}},
            Redaction(Redaction().kinds - {"person", "age"}),
        ),
        ({"redaction": "true"}, Redaction()),
        ({"redaction": 5}, None),
    ],
)
def test_what_a_request_asks_for(request_: dict[str, object], redaction: Redaction | None) -> None:
    assert redaction_of(request_) == redaction


def test_a_string_of_ones_own_stands_for_all() -> None:
    redactor = Redactor(Redaction(string="*****"))
    assert redactor.text("Write to a@b.com or call 212-555-0143.") == "Write to ***** or call *****."


def test_members_are_hidden_by_their_names() -> None:
    redactor = Redactor(Redaction(), lambda: ["Xu Wei"])
    assert redactor.text("Ask Wei, or xu.") == "Ask [PERSON_NAME], or xu."


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (["Is it Marcus Doe?", "Yes, Marcus Lindqvist."], ["Is it [PERSON_NAME]?", "Yes, [PERSON_NAME]."]),
        (
            ["Is it still Marcus?", "Yes, Marcus Lindqvist.", "Lindqvist it is."],
            ["Is it still [PERSON_NAME]?", "Yes, [PERSON_NAME].", "[PERSON_NAME] it is."],
        ),
        (["Priya Shah called Priya Raman."], ["[PERSON_NAME] called [PERSON_NAME]."]),
    ],
)
def test_a_name_that_is_known_does_not_cut_a_longer_one(said: list[str], shown: list[str]) -> None:
    redactor = Redactor(Redaction(), lambda: ["Priya"])
    assert [redactor.text(one) for one in said] == shown


_PEOPLE = [
    "Marcus",
    "Marcus Lindqvist",
    "Anna",
    "Anna Becker",
    "Tom Hughes",
    "Sarah Connolly",
    "Kenji",
    "Paris",
]
_AROUND_NAMES = ["Is it still {}?", "Yes, {}.", "{} called about the invoice.", "Please call {} in Paris."]


@given(st.lists(st.tuples(st.sampled_from(_AROUND_NAMES), st.sampled_from(_PEOPLE)), max_size=4))
def test_whatever_is_found_is_hidden(said: list[tuple[str, str]]) -> None:
    redactor = Redactor(Redaction(), lambda: ["Tom", "Anna"])
    for frame, name in said:
        text = frame.format(name)
        found = find_spans(text, date(2026, 1, 2))
        shown = redactor.text(text)
        for span in found:
            if span.kind == "person":
                assert not {*text[span.start : span.end].split()} & {*re.findall(r"\w+", shown)}


_DIGITS = "zero one two three four five six seven eight nine oh".split()
NUMBERS = st.lists(st.sampled_from(_DIGITS), min_size=3, max_size=16)


@given(NUMBERS, st.sampled_from([", ", " ", ". "]), st.integers(1, 5))
def test_rows_of_digits_never_get_through(digits: list[str], joint: str, size: int) -> None:
    groups = [" ".join(digits[at : at + size]) for at in range(0, len(digits), size)]
    shown = Redactor(Redaction()).text(f"My number is {joint.join(groups)}.")
    assert not re.search(rf"\b(?:{'|'.join(_DIGITS)})\b", shown)


@given(st.text(max_size=100))
def test_redacting_again_changes_nothing(text: str) -> None:
    once = Redactor(Redaction()).text(text)
    assert Redactor(Redaction()).text(once) == once


@given(st.text(max_size=100))
def test_words_stay_those_of_the_text(text: str) -> None:
    redacted = Redactor(Redaction()).utterance(utterance(text))
    assert [word.text for word in redacted.words] == redacted.text.split()
