import pytest
from hypothesis import given
from hypothesis import strategies as st

from earwitness.conversation.sentences import split_sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("", []),
        ("  hello  ", ["hello"]),
        ("We met. They agreed! Did you? Yes", ["We met.", "They agreed!", "Did you?", "Yes"]),
        (
            "Mr. Smith met Dr. Jones at 5 p.m. on Monday. Good.",
            ["Mr. Smith met Dr. Jones at 5 p.m. on Monday.", "Good."],
        ),
        ("It cost 3.5 million. J. Doe paid.", ["It cost 3.5 million.", "J. Doe paid."]),
        ('He said "Stop." Then he left.', ['He said "Stop."', "Then he left."]),
        ("So did I. You too.", ["So did I.", "You too."]),
        ("Is that it? No. It is not.", ["Is that it?", "No.", "It is not."]),
        ("Well... maybe. Wait… what?", ["Well... maybe.", "Wait… what?"]),
    ],
)
def test_splits_after_final_punctuation(text: str, sentences: list[str]) -> None:
    assert split_sentences(text) == sentences


@given(st.text(alphabet="ab .!?MrI", max_size=60))
def test_nothing_is_lost(text: str) -> None:
    assert " ".join(split_sentences(text)).split() == text.split()
