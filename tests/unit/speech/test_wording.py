import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from earwitness.conversation.utterance import Word
from earwitness.conversation.word_times import estimate_words
from earwitness.speech.engine import Decoded
from earwitness.speech.wording import as_tokens, without_last_mark, worded


def _read(text: str, *, punctuated: bool = True, language: str = "en-US") -> str:
    return worded(Decoded(text), language, punctuated=punctuated).text


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("It rose by twenty five percent.", "It rose by 25%."),
        ("Two point five per cent more.", "2.5% more."),
        ("That is twenty-five dollars and fifty cents, please.", "That is $25.50, please."),
        ("One dollar.", "$1."),
        ("Two million dollars a year", "$2 million a year"),
        ("Two million percent", "2 million percent"),
        ("A seven hundred fifty thousand dollar house", "A $750,000 house"),
        ("Five or six dollars", "Five or six dollars"),
        ("five to ten percent", "5 to 10%"),
        ("At three thirty p.m. tomorrow", "At 3:30 p.m. tomorrow"),
        ("At nine oh five in the morning", "At 9:05 in the morning"),
        ("Is nine a.m. fine?", "Is 9 a.m. fine?"),
        ("Nine am I", "Nine am I"),
        ("In nineteen ninety nine, not eighteen-thirteen", "In 1999, not 1813"),
        ("Since nineteen oh five and twenty twenty six", "Since 1905 and 2026"),
        ("Call five five five one two one two.", "Call 5551212."),
        ("Call five five five, one two oh two.", "Call 555, 1202."),
        ("One two three four five", "One two three four five"),
        ("One of them, no one else, two or three", "One of them, no one else, two or three"),
        ("Nine or twelve", "9 or 12"),
        ("Twelve thirty works, twenty four seven", "Twelve thirty works, twenty four seven"),
        ("Two hundred and five people", "205 people"),
        ("A hundred people, two hundred thousand more", "A hundred people, 200,000 more"),
        ("In the fifteenth century, on March twenty first", "In the 15th century, on March 21st"),
        ("The forty second president, a twentieth of it", "The forty second president, a twentieth of it"),
        ("Twenty, thirty people", "20, 30 people"),
        ("Between eight a. M. and 10 a M, or three pm", "Between 8 a.m. and 10 a.m., or 3 pm"),
        ("It is 8 a.m then", "It is 8 a.m. then"),
        ("Eight and ten, no one and ten others", "8 and 10, no one and 10 others"),
        ("5 percent of 20 dollars", "5% of $20"),
        ("Three point five", "3.5"),
        ("Oh, I see. A point five zero", "Oh, I see. A point five zero"),
    ],
)
def test_numbers_are_written_in_digits_where_they_read_better(said: str, written: str) -> None:
    assert _read(said) == written


@pytest.mark.parametrize(
    ("raw", "readable"),
    [
        ("i think i'm , well , fine", "I think I'm, well, fine"),
        ("Hello,, there.. friend", "Hello, there. Friend"),
        ("Wait... what?, yes.", "Wait... what? Yes."),
        ("see mr. smith at 5 p.m. today. and then", "See mr. smith at 5 p.m. today. And then"),
        ("to-morrow or To-day", "Tomorrow or Today"),
        ("iPhone sales", "iPhone sales"),
        ("THIS IS ALL IN CAPITALS", "This is all in capitals"),
        ("NASA", "NASA"),
        (" . ", ""),
        ("- …", ""),
        ("", ""),
    ],
)
def test_marks_and_capitals(raw: str, readable: str) -> None:
    assert _read(raw) == readable


@pytest.mark.parametrize(
    ("raw", "readable"),
    [
        ("WHAT TIME IS IT", "What time is it?"),
        ("do you want to go", "Do you want to go?"),
        ("we will send it on friday", "We will send it on friday."),
        ("we will send it to the", "We will send it to the"),
        ("yes", "Yes."),
    ],
)
def test_an_engine_without_marks_gets_them(raw: str, readable: str) -> None:
    assert _read(raw, punctuated=False) == readable


def test_other_languages_keep_their_words() -> None:
    assert _read("wir haben one , two", language="de") == "wir haben one, two"
    assert _read("vraiment ?", language="fr") == "vraiment ?"


def test_words_are_the_tokens_of_the_text() -> None:
    words = (
        Word("about", 0.0, 0.2, 0.9),
        Word("twenty", 0.3, 0.5, 0.8),
        Word("five", 0.6, 0.8, 0.7),
        Word("percent", 0.9, 1.2, 0.95),
    )
    decoded = worded(Decoded("about twenty five percent", words), "en", punctuated=False)
    assert decoded.text == "About 25%."
    assert decoded.words == (Word("About", 0.0, 0.2, 0.9), Word("25%.", 0.3, 1.2, 0.7))


def test_words_cut_otherwise_than_the_text_are_fitted() -> None:
    words = (Word(" Hello", 0.0, 0.4), Word("co", 0.5, 0.6), Word("-operate", 0.6, 1.0))
    decoded = as_tokens(Decoded(" Hello, co-operate!", words))
    assert decoded.words == (Word("Hello,", 0.0, 0.4), Word("co-operate!", 0.5, 1.0))


def test_words_that_contradict_the_text_win() -> None:
    decoded = as_tokens(Decoded("something else", (Word("Hello", 0.0, 0.4),)))
    assert decoded.text == "Hello"


def test_the_last_mark_of_speech_that_goes_on_goes() -> None:
    assert without_last_mark("and.") == "and"
    assert without_last_mark("p.m.") == "p.m."
    assert without_last_mark("") == ""


NUMBER_WORDS = st.sampled_from(
    "zero one two five nine ten twelve fifteen nineteen twenty forty-two two-million hundred thousand"
    " million oh and point percent dollars cents p.m. first third twentieth or to the a 7 25 i we, go. , ?"
    " per cent second a. M. p m a.m pm".split()
)


@given(st.lists(NUMBER_WORDS, max_size=12), st.booleans(), st.sampled_from(["en", "de"]))
@example(["ten", "M."], False, "en")
def test_it_changes_nothing_when_applied_again(tokens: list[str], punctuated: bool, language: str) -> None:
    once = worded(Decoded(" ".join(tokens)), language, punctuated=punctuated)
    assert worded(once, language, punctuated=punctuated) == once


@given(st.lists(NUMBER_WORDS, max_size=12), st.booleans())
def test_words_keep_their_order_and_their_span(tokens: list[str], punctuated: bool) -> None:
    text = " ".join(tokens)
    given_words = estimate_words(text, 2.0, 5.0)
    decoded = worded(Decoded(text, given_words), "en", punctuated=punctuated)
    assert decoded.words is not None
    assert [word.text for word in decoded.words] == decoded.text.split()
    assert decoded.text == worded(Decoded(text), "en", punctuated=punctuated).text
    ends = [at_s for word in decoded.words for at_s in (word.start_s, word.end_s)]
    assert ends == sorted(ends)
    if decoded.words:
        assert ends[-1] <= given_words[-1].end_s


@given(st.text(max_size=40), st.booleans())
def test_any_text_is_taken(text: str, punctuated: bool) -> None:
    once = worded(Decoded(text), "en", punctuated=punctuated)
    assert once.text == " ".join(once.text.split())
