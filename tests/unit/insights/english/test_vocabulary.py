import pytest

from earwitness.insights.english.inflection import base_form
from earwitness.insights.english.lexemes import lexemes
from earwitness.insights.english.vocabulary import Vocabulary


def keys(text: str) -> list[str]:
    return [one.key for one in lexemes(text)]


@pytest.mark.parametrize(
    "forms",
    [
        "cancel cancels cancelled canceled cancelling",
        "promise promises promised promising",
        "policy policies",
        "try tries tried trying",
        "use uses used using",
        "agree agrees agreed agreeing",
        "stop stops stopped stopping",
        "go goes went gone going",
        "add adds added adding",
        "bill bills billed billing",
        "box boxes boxed",
        "pass passes passed passing",
        "play plays played playing",
        "size sizes sized",
        "sell sold selling",
        "owe owes owed owing",
    ],
)
def test_the_forms_of_a_word_share_a_key(forms: str) -> None:
    assert len({base_form(form) for form in forms.split()}) == 1


def test_other_words_have_other_keys() -> None:
    words = "news new this thing need ring string us use is ad add off of bus red speed bring king".split()
    assert len({base_form(word) for word in words}) == len(words)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("I can't.", "I cannot"),
        ("don't", "do not"),
        ("dont", "don’t"),
        ("what's the price", "What is the price?"),
        ("twenty-five", "25"),
        ("three hundred dollars", "$300"),
        ("1,000", "one thousand"),
        ("20%", "twenty percent"),
        ("R&D", "R and D"),
        ("Café", "cafe"),
        ("the customer's order", "the customers order"),
        ("a special, um, promotion", "a special promotion"),
    ],
)
def test_what_is_said_alike_has_the_same_keys(one: str, other: str) -> None:
    assert "".join(keys(one)) == "".join(keys(other))


@pytest.mark.parametrize(
    ("phrase", "text", "place"),
    [
        ("subscription", "Our subscription plan", "subscription"),
        ("Subscription", "All SUBSCRIPTIONS end.", "SUBSCRIPTIONS"),
        ("cancel my order", "They were cancelling my orders.", "cancelling my orders"),
        ("top-up", "My top ups fail", "top ups"),
        ("top up", "A topup fails", "topup"),
        ("sign up", "the sign-up page", "sign-up"),
        ("email", "Send an e-mail.", "e-mail"),
        ("can not log in", "I can't log in", "can't log in"),
        ("can't log in", "We cannot log in.", "cannot log in"),
        ("100 dollars", "It is $100.", "$100"),
        ("24/7", "We are open 24/7!", "24/7"),
        ("special promotion", "a special, uh, promotion", "special, uh, promotion"),
        ("What is the price?", "So what's the price of it", "what's the price"),
        ("Mr. Miller", "Call Mr. Miller.", "Mr. Miller"),
        ("p.m.", "at 3 p.m. today", "p.m"),
    ],
)
def test_phrases_are_found_where_they_are(phrase: str, text: str, place: str) -> None:
    (found,) = Vocabulary([phrase]).find(text)
    assert text[found.start : found.end] == place


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("apart", "It is a part of it."),
        ("price", "The prince came."),
        ("new", "No news yet."),
        ("special promotion", "That is special. Promotion is another matter."),
        ("cancel my order", "Cancel the order."),
        ("???", "What???"),
        ("", "Anything"),
    ],
)
def test_other_words_are_not_found(phrase: str, text: str) -> None:
    assert Vocabulary([phrase]).find(text) == []


def test_all_places_of_all_phrases_come_in_order() -> None:
    text = "Discount, discounts! A lower price or a discount."
    found = Vocabulary(["lower price", "discount"]).find(text)
    assert [(one.phrase, text[one.start : one.end]) for one in found] == [
        (1, "Discount"),
        (1, "discounts"),
        (0, "lower price"),
        (1, "discount"),
    ]
    assert [one.start for one in Vocabulary(["no no"]).find("no no no no no")] == [0, 6]
