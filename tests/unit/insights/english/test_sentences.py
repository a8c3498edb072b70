import pytest

from earwitness.insights.english.sentences import clean, cleaned_sentences, split_sentences, words_of


@pytest.mark.parametrize(
    ("said", "cleaned"),
    [
        ("So, um, we ship on Monday", "We ship on Monday."),
        ("Okay, well, the the pilot, uh, starts soon.", "The pilot starts soon."),
        ("It is, you know, expensive.", "It is expensive."),
        ("I will, uh, I will send it.", "I will send it."),
        ("So far we have two.", "So far we have two."),
        ("No, that is wrong.", "No, that is wrong."),
        ("Call five five five one two.", "Call five five five one two."),
        ("He had had that that day.", "He had had that that day."),
        ("Mm-hmm.", ""),
        ("", ""),
        ("Like soft,?", "Like soft?"),
        ("well, i think i 'm late , i.e. after six .", "I think I'm late, i.e. after six."),
    ],
)
def test_clean_drops_fillers_and_keeps_wording(said: str, cleaned: str) -> None:
    assert clean(said) == cleaned


def test_split_keeps_abbreviations_together() -> None:
    assert split_sentences("We meet at 5 p.m. on Friday. Dr. Lee comes! Who else?") == [
        "We meet at 5 p.m. on Friday.",
        "Dr. Lee comes!",
        "Who else?",
    ]
    assert split_sentences("Come at 5 p.m. I will wait.") == ["Come at 5 p.m.", "I will wait."]
    assert split_sentences("  ") == []


def test_cleaned_sentences_skips_empty_ones() -> None:
    assert list(cleaned_sentences("Um. Let’s go. Hmm.")) == ["Let's go."]


def test_words_keep_apostrophes_and_hyphens() -> None:
    assert words_of("It's a follow-up, 2 x") == ["it's", "a", "follow-up", "2", "x"]
