import pytest

from earwitness.insights.language_model.support import Said

TEXTS = (
    "The supplier raised the prices of the sensors by 12 percent.",
    "Write to orders@acme.example, please, by Friday.",
    "We need three more weeks for Project Falcon.",
)
SAID = Said.of(TEXTS, ["Anna Berg", "Vikram Rao"], "en-US")


@pytest.mark.parametrize(
    "sentence",
    [
        "The supplier raised its sensor prices by 12 percent.",
        "Anna reported that the supplier priced the sensors higher.",
        "Vikram's team needs 3 more weeks for Falcon because of the sensors.",
        "Participants agreed that the prices of the sensors are too high.",
        "Everybody asked about the sensors.",
        "Concerns were raised about the sensors.",
        "Orders go to orders@acme.example about the sensors.",
    ],
)
def test_what_was_said_may_be_told(sentence: str) -> None:
    assert SAID.supports(sentence, TEXTS)


@pytest.mark.parametrize(
    "sentence",
    [
        "The supplier raised the prices of the sensors by 15 percent.",
        "The supplier raised the prices of the sensors by 1 percent.",
        "Zebulon said that the supplier raised the prices of the sensors.",
        "Zebulon Quartz buys the sensors.",
        "Anna and Zebulon buy the sensors.",
        "Complain about the sensors to mallory@example.net.",
        "See https://mallory.example/sensors for the prices.",
        "Anna Berg and Vikram Rao.",
        "Elephants like bananas.",
        "",
        "...",
    ],
)
def test_what_nobody_said_may_not(sentence: str) -> None:
    assert not SAID.supports(sentence, TEXTS)


def test_a_sentence_rests_on_its_own_messages() -> None:
    assert SAID.supports("Falcon needs three more weeks.", TEXTS[2:])
    assert not SAID.supports("Falcon needs three more weeks.", TEXTS[1:2])


def test_german_nouns_are_no_names() -> None:
    said = ("Der Lieferant hat die Preise der Sensoren erhöht.",)
    assert Said.of(said, [], "de-DE").supports("Die Erhöhung betrifft alle Sensoren des Lieferanten.", said)
    assert not Said.of(said, [], "en-US").supports("Die Kosten steigen laut Zebulon für Sensoren.", said)


def test_scripts_without_spaces_are_compared_by_characters() -> None:
    said = ("供应商提高了传感器的价格。",)
    heard = Said.of(said, [], "zh-CN")
    assert heard.supports("传感器的价格提高了。", said)
    assert not heard.supports("明天下雨。", said)
