from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earwitness.insights.entities.detection import find_spans

FRIDAY = date(2026, 11, 27)


def found(text: str, before: str = "", *, hiding: bool = False) -> list[tuple[str, str, str]]:
    """Kind, wording and value of all that is named."""
    spans = find_spans(text, FRIDAY, before=before, hiding=hiding)
    return [(span.kind, text[span.start : span.end], span.value) for span in spans]


@pytest.mark.parametrize(
    ("text", "kind", "said", "value"),
    [
        (
            "Call me at five five five, one two one two.",
            "phone_number",
            "five five five, one two one two",
            "5551212",
        ),
        ("My number is 212 555 0143.", "phone_number", "212 555 0143", "+12125550143"),
        (
            "It's two one two, five five five, oh one four three.",
            "phone_number",
            "two one two, five five five, oh one four three",
            "+12125550143",
        ),
        ("Reach us under +44 20 7946 0958.", "phone_number", "+44 20 7946 0958", "+442079460958"),
        ("Desk: 345-899-3560x4587", "phone_number", "345-899-3560x4587", "3458993560;ext=4587"),
        (
            "My card is four one one one, one one one one, one one one one, one one one one.",
            "credit_card",
            "four one one one, one one one one, one one one one, one one one one",
            "4111111111111111",
        ),
        ("Please block 5500 0000 0000 0004 now", "credit_card", "5500 0000 0000 0004", "5500000000000004"),
        ("My social is 078-05-1120.", "ssn", "078-05-1120", "078-05-1120"),
        (
            "social security number oh seven eight, oh five, one one two oh",
            "ssn",
            "oh seven eight, oh five, one one two oh",
            "078-05-1120",
        ),
        (
            "My social is five to zero, two, eight, zero, six, one, five.",
            "ssn",
            "five to zero, two, eight, zero, six, one, five",
            "520-28-0615",
        ),
        (
            "My social security member is for zero nine, 5 to 2002.",
            "ssn",
            "for zero nine, 5 to 2002",
            "409-52-2002",
        ),
        (
            "My card, for 7, three, five, five, zero, two, seven, seven, six, eight, five, three, 0, one one",
            "credit_card",
            "for 7, three, five, five, zero, two, seven, seven, six, eight, five, three, 0, one one",
            "4735502776853011",
        ),
        (
            "Call me at five to zero, two one two, zero one four three.",
            "phone_number",
            "five to zero, two one two, zero one four three",
            "+15202120143",
        ),
        (
            "The IBAN is GB82 WEST 1234 5698 7654 32 okay",
            "iban",
            "GB82 WEST 1234 5698 7654 32",
            "GB82WEST12345698765432",
        ),
        (
            "Write to j doe at example dot com please",
            "email_address",
            "j doe at example dot com",
            "jdoe@example.com",
        ),
        (
            "It's john dot smith at g mail dot com.",
            "email_address",
            "john dot smith at g mail dot com",
            "john.smith@gmail.com",
        ),
        ("Send it to jane.doe@example.com.", "email_address", "jane.doe@example.com", "jane.doe@example.com"),
        (
            "It is rob dot lee at mail dot com.",
            "email_address",
            "rob dot lee at mail dot com",
            "rob.lee@mail.com",
        ),
        ("Have a look at example dot com.", "url", "example dot com", "example.com"),
        (
            "See https://example.com/pricing?a=1.",
            "url",
            "https://example.com/pricing?a=1",
            "https://example.com/pricing?a=1",
        ),
        ("The server is 192.168.0.17 now", "ip_address", "192.168.0.17", "192.168.0.17"),
        (
            "It's one ninety two dot one six eight dot zero dot seventeen.",
            "ip_address",
            "one ninety two dot one six eight dot zero dot seventeen",
            "192.168.0.17",
        ),
        ("My zip code is 94107.", "zip_code", "94107", "94107"),
        ("I live at 12 Maple Street in town", "street_address", "12 Maple Street", "12 Maple Street"),
        ("He is 31 years old.", "age", "31", "31"),
        ("She just turned forty.", "age", "forty", "40"),
        ("I was born on the 3rd of October 1982.", "date_of_birth", "the 3rd of October 1982", "1982-10-03"),
        ("Let's meet next Monday.", "date", "next Monday", "2026-11-30"),
        ("We met yesterday at 3 p.m. sharp", "datetime", "yesterday at 3 p.m.", "2026-11-26T15:00:00"),
        ("It starts at 10:30.", "time", "10:30", "10:30:00"),
        ("Since 2018-02-24 03:45:18 it fails", "datetime", "2018-02-24 03:45:18", "2018-02-24T03:45:18"),
        ("We are off on the fourth of July.", "date", "the fourth of July", "2027-07-04"),
        ("Let's meet tomorrow at 3 pm.", "datetime", "tomorrow at 3 pm", "2026-11-28T15:00:00"),
        ("We won't have one next week", "daterange", "next week", "2026-11-30/2026-12-06"),
        ("At 3 pm on Monday then", "datetime", "3 pm on Monday", "2026-11-30T15:00:00"),
        (
            "We spoke yesterday evening.",
            "datetimerange",
            "yesterday evening",
            "2026-11-26T17:00:00/2026-11-26T21:00:00",
        ),
        ("Come in the morning.", "timerange", "morning", "06:00:00/12:00:00"),
        (
            "It's for the second quarter of 2027",
            "daterange",
            "the second quarter of 2027",
            "2027-04-01/2027-06-30",
        ),
        ("We are here from March to May 2023", "daterange", "March to May 2023", "2023-03-01/2023-05-31"),
        ("In 2016 it was new", "daterange", "2016", "2016-01-01/2016-12-31"),
        (
            "Date of birth, oh five, three, nineteen ninety.",
            "date_of_birth",
            "oh five, three, nineteen ninety",
            "1990-05-03",
        ),
        ("I was born in May 1982.", "date_of_birth", "May 1982", "1982-05-01/1982-05-31"),
        (
            "Since May 5th 2024, call 212 555 0143",
            "phone_number",
            "212 555 0143",
            "+12125550143",
        ),
        ("Call +44 2012 11 12 55", "phone_number", "+44 2012 11 12 55", "+442012111255"),
        ("It costs $69.99 a month", "money", "$69.99", "69.99 USD"),
        ("That's two hundred dollars.", "money", "two hundred dollars", "200 USD"),
        ("Growth was twenty five percent.", "percent", "twenty five percent", "25%"),
        ("There are 1,250 rows", "number", "1,250", "1250"),
        ("Mr. Becker from Germany called.", "location", "Germany", "Germany"),
        ("My name is Naomi Ryan.", "person", "Naomi Ryan", "Naomi Ryan"),
    ],
)
def test_what_is_named_is_found(text: str, kind: str, said: str, value: str) -> None:
    assert (kind, said, value) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "So we should look at the plan again, okay?",
        "I think that's a good idea, e.g. for the second one.",
        "Yeah, one of them. Two, maybe.",
        "Oh, I see. Oh well.",
        "Look at that, it may march on.",
        "I will mark it as done, will you?",
        "Okay, thanks. Bye.",
        "He quit a few months ago.",
        "What do you do on the weekend?",
        "That's music of the 70s, every Friday.",
        "It is one of this year's honors.",
        "It takes nine to five people, for one or two of us.",
    ],
)
def test_plain_talk_names_nothing(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "amount", ["2500000 dollars", "$1,234,567", "45000000 users", "12 to 15 of 200 people"]
)
def test_amounts_are_no_numbers_of_people(amount: str) -> None:
    personal = {"phone_number", "credit_card", "ssn", "account_number"}
    assert not personal & {kind for kind, *_ in found(f"It comes to {amount}.")}


def test_what_was_said_before_tells_what_a_number_is() -> None:
    assert found("9472 7916.", "What's your phone number?") == [("phone_number", "9472 7916", "94727916")]
    assert ("phone_number", "9472 7916", "94727916") not in found("9472 7916.")


@pytest.mark.parametrize(
    ("asked", "told", "value"),
    [
        ("When were you born?", "May 5th, 1980.", "1980-05-05"),
        ("And your date of birth, please?", "It's twelve, eleven, eighty five.", "1985-12-11"),
        ("Your date of birth?", "Um, 13 05 2003", "2003-05-13"),
    ],
)
def test_a_date_of_birth_is_told_where_it_was_asked_for(asked: str, told: str, value: str) -> None:
    assert [(kind, at) for kind, _, at in found(told, asked)] == [("date_of_birth", value)]
    assert not [one for one in found(told, "When is it due?") if one[0] == "date_of_birth"]


def test_letters_may_be_of_any_kind() -> None:
    assert found("It costs FİVE HUNDRED DOLLARS.") == [("money", "FİVE HUNDRED DOLLARS", "500 USD")]
    assert found("Ten quıd.") == [("money", "Ten quıd", "10 GBP")]


def test_names_of_members_are_known() -> None:
    text = "We can ask Xu Wei about it, or Wei."
    spans = find_spans(text, FRIDAY, members=["Xu Wei"])
    assert [(text[span.start : span.end], span.value) for span in spans] == [
        ("Xu Wei", "Xu Wei"),
        ("Wei", "Xu Wei"),
    ]


def test_rows_of_digits_count_where_they_are_to_be_hidden() -> None:
    text = "It ends in four two seven nine one."
    assert ("digits", "four two seven nine one", "42791") in found(text, hiding=True)
    assert not [one for one in found(text) if one[0] == "digits"]


def test_what_was_hidden_before_is_still_of_its_kind() -> None:
    assert found("Call [PERSON_NAME] at [PHONE_NUMBER].") == [
        ("person", "[PERSON_NAME]", "[PERSON_NAME]"),
        ("phone_number", "[PHONE_NUMBER]", "[PHONE_NUMBER]"),
    ]


PIECES = (
    "my card number is four one double oh 1234 5 , . at dot com example Anna Smith in Paris on May"
    " 5th 2020 $ %"
    " +1 (555) 123-4567 street 12 Main zip [PERSON_NAME] https://x.y 10:30 p.m. GB82 @ a.b@c.de Mr. x12"
)
WORDS = st.sampled_from([*PIECES.split(), "\n"])


@given(st.text(max_size=120) | st.lists(WORDS, max_size=30).map(" ".join), st.booleans())
def test_places_point_at_the_text_and_do_not_overlap(text: str, hiding: bool) -> None:
    end = 0
    for span in find_spans(text, FRIDAY, before="call me", members=["Anna Smith"], hiding=hiding):
        assert span.start < span.end <= len(text)
        # A name that is known may stand in one that is not.
        assert end <= span.start or hiding
        assert span.value
        end = span.end


def test_long_texts_are_read_to_their_end() -> None:
    text = "We talk and talk. " * 500 + "Write to a.b@example.com."
    assert found(text) == [("email_address", "a.b@example.com", "a.b@example.com")]


@pytest.mark.parametrize("word", ["hundred", "million", "9", "twenty", "dot", "at", "A", "Mr.", "12 Main"])
def test_one_word_over_and_over_does_no_harm(word: str) -> None:
    find_spans(" ".join([word] * 400), FRIDAY, hiding=True)
