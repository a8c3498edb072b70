import numpy as np

from earwitness.insights.summary.sentence_worth import worths
from earwitness.insights.summary.summary import Spoken, budget_for, choose, summarise
from earwitness.insights.summary.telling import Teller

FACTS = [
    "The pilot of the customer portal starts on March 18th with three hospitals.",
    "The hospitals use different identity providers for the customer portal.",
    "The hosting costs went up by twelve percent because of the audit logs.",
    "Do the hospitals really require the audit logs for seven years?",
    "Yeah.",
    "The audit logs must be kept for seven years by law in Ohio.",
    "I will send the hospitals a plan for the customer portal and the audit logs.",
]


def spoken(texts: list[str]) -> list[Spoken]:
    return [
        Spoken(text, "Anna", f"m{number}", text.startswith("I will")) for number, text in enumerate(texts)
    ]


def test_statements_are_chosen_in_order_of_speech() -> None:
    chosen = [sentence.message_id for sentence in choose(spoken(FACTS))]
    assert len(chosen) >= 2
    assert chosen == sorted(chosen)
    assert not {"m3", "m4"} & set(chosen)


def test_action_items_do_not_dominate() -> None:
    plans = [f"I will send the {what} plan to the hospitals tomorrow." for what in ("audit", "cost", "pilot")]
    chosen = choose(spoken(plans + FACTS[:3]), 40)
    assert sum(sentence.is_action for sentence in chosen) <= 1


def test_the_length_grows_with_the_conversation_and_has_an_end() -> None:
    assert [budget_for(words) for words in (0, 100, 900, 2500, 100_000)] == [40, 42, 126, 210, 260]
    long = [
        f"The {word}{number} team reported progress on item {number} of the list."
        for word in "abcd"
        for number in range(200)
    ]
    words = sum(len(one.text.split()) for one in choose(spoken(long)))
    assert 120 <= words <= 280


def test_nothing_worth_telling_gives_nothing() -> None:
    assert choose([]) == []
    assert choose(spoken(["Yeah.", "Okay."])) == []
    assert summarise([]) == []
    assert summarise(spoken(["Yeah.", "Okay."])) == []


def test_what_cannot_be_quoted_is_passed_over() -> None:
    said = [
        "The the costs of the we they have the costs of hosting.",
        "Thank you for all the costs of hosting that you sent.",
        "The costs of hosting for the hospitals, which is because.",
        "The costs of hosting went up by twelve percent.",
    ]
    assert [one.text for one in choose(spoken(said))] == [said[-1]]


def test_an_order_is_no_statement_whoever_is_addressed_first() -> None:
    said = [
        "Tom, please open a ticket for the hosting costs.",
        "Tom, open a ticket for the costs of hosting.",
        "Let's hope that the costs of hosting will not go up.",
        "However, the costs of hosting went up by twelve percent.",
    ]
    (told,) = choose(spoken(said))
    assert told.message_id == "m3"


def test_a_summary_opens_with_who_talked_about_what() -> None:
    told = summarise(spoken(FACTS))
    assert told[0].text == "Anna talked about the hospitals, the customer portal and the audit logs."
    assert set(told[0].message_ids) <= {f"m{number}" for number in range(7)}
    assert all(one.text.endswith(".") for one in told)
    assert told == summarise(spoken(FACTS))


def test_without_names_it_says_what_was_said() -> None:
    told = summarise([Spoken(text, None, f"m{number}") for number, text in enumerate(FACTS)])
    assert told[0].text == "The conversation was about the hospitals, the customer portal and the audit logs."
    assert told[1].text in FACTS


def test_names_are_shortened_as_whole_words() -> None:
    teller = Teller(["Anna Lee met Anna Leeds."], ["Anna Lee", "Bo Ek"])
    teller.named(["Anna Lee"])
    assert teller.quote("Anna Lee asked Anna Leeds to call.", None) == "Anna asked Anna Leeds to call."


def test_names_at_the_beginning_keep_their_capital() -> None:
    teller = Teller(["Morgan wants it.", "Mark the date."], ["Anna Lee"])
    assert teller.tell("Morgan wants it.", "Anna Lee") == "Anna Lee said that Morgan wants it."
    teller = Teller(["Grant money is short."], ["Anna Lee"])
    assert teller.tell("Grant money is short.", "Anna Lee") == "Anna Lee said that grant money is short."


def test_what_is_told_already_stays_so() -> None:
    asked = "Anna Keller asked Vikram to send the plan of the pilot to the hospitals."
    (told,) = summarise(
        [Spoken("Send the plan of the pilot to the hospitals.", "Anna Keller", "m1", True, asked)]
    )
    assert told.text == asked


def test_what_we_do_is_told_with_who_says_so() -> None:
    teller = Teller(["The hosting costs a lot."], ["Anna", "Bo"])
    told = [teller.tell(text, "Anna") for text in ("It costs a lot.", "We show it later.", "Our plan holds.")]
    assert told == [
        "Anna said that it costs a lot.",
        "Anna added that we show it later.",
        "Anna added that our plan holds.",
    ]


def test_it_is_worth_less_where_nothing_was_named_before() -> None:
    texts = ["We show it on Friday without the search.", "The search is slow and we fix it on Friday."]
    bare, named = worths(texts, np.ones(2, np.float32), [1.0, 1.0])
    assert bare < named
