from earwitness.insights.reporting import report
from earwitness.insights.summary import Spoken, choose

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
    assert len(chosen) == 3
    assert chosen == sorted(chosen)
    assert "m3" not in chosen
    assert "m4" not in chosen


def test_action_items_do_not_dominate() -> None:
    plans = [f"I will send the {what} plan to the hospitals tomorrow." for what in ("audit", "cost", "pilot")]
    chosen = choose(spoken(plans + FACTS[:3]), 3)
    assert sum(sentence.is_action for sentence in chosen) <= 1


def test_the_number_of_sentences_grows_with_the_length() -> None:
    long = [
        f"The {word}{number} team reported progress on item {number} of the list."
        for word in "abcd"
        for number in range(200)
    ]
    assert len(choose(spoken(long))) == 8


def test_nothing_worth_telling_gives_nothing() -> None:
    assert choose([]) == []
    assert choose(spoken(["Yeah.", "Okay."])) == []


def test_reports_name_the_speaker_and_drop_the_first_person() -> None:
    lowered = {"the", "we", "it"}
    assert report("The pilot starts soon.", "Anna", lowered) == "Anna said the pilot starts soon."
    assert report("I think it is late.", "Anna", lowered) == "Anna thinks it is late."
    assert report("I've sent my draft.", "Anna", lowered) == "Anna said they've sent their draft."
    assert report("I will say that we are late.", "Anna", lowered) == "Anna said we are late."
    assert report("Ohio is next.", "Anna", lowered, again=True) == "Anna added that Ohio is next."
    assert report("The pilot starts soon.", None, lowered) == "The pilot starts soon."
