"""What a client may send as text must neither stall what reads it nor make it raise.

Every analyst is given every text here. It is done in a process of its own, as nothing else ends a pattern
that takes for ever; the limit is far above what all of it takes, so that a busy machine does not matter.
"""

import contextlib
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from earwitness.conversation.given import Piece, messages_of
from earwitness.conversation.ids import stable_id
from earwitness.conversation.member import Member
from earwitness.conversation.timeline import Timeline
from earwitness.conversation.tracker import Tracker
from earwitness.conversation.utterance import Utterance
from earwitness.insights.acts.action_items import find_action_item
from earwitness.insights.acts.due_dates import find_due_date
from earwitness.insights.acts.questions import find_question
from earwitness.insights.dates.mentions import find_dates
from earwitness.insights.dates.moments import find_moments
from earwitness.insights.embedded import EmbeddedAnalyst
from earwitness.insights.english.repair import repaired
from earwitness.insights.english.sentences import cleaned_sentences
from earwitness.insights.english.vocabulary import Vocabulary
from earwitness.insights.entities.finder import EntityFinder
from earwitness.insights.entities.redaction import Redaction
from earwitness.insights.entities.redactor import Redactor
from earwitness.insights.language_model.answers import WindowAnswer, read_answer
from earwitness.insights.language_model.limits import ModelError
from earwitness.insights.language_model.support import Said
from earwitness.insights.seams import Setting
from earwitness.insights.sentiment import sentiment_of, with_sentiment
from earwitness.insights.summary.quoting import quotable
from earwitness.insights.topics.ranking import rank_topics
from earwitness.insights.trackers import TrackerMatcher

LENGTH = 20_000
SHORTER = 4_000
"""For what takes long and reads messages alone: those have hardly more than 2,000 characters."""
LIMIT_S = 120
DAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
JANE, VIKRAM = Member("1", "Jane Doe"), Member("2", "Vikram")


def over_and_over(said: str, before: str = "", after: str = "") -> str:
    return f"{before}{said * (LENGTH // len(said))}{after}"


TEXTS = {
    "dashes": over_and_over("-"),
    "dashes of an address": over_and_over("-", "My email is a", "!"),
    "stops and dashes of an address": over_and_over(" . - ", "My email is a", "!"),
    "commas": over_and_over(",", "a", "b"),
    "commas and spaces": over_and_over(", ", "We sell a lot of it", "b"),
    "stops": over_and_over("."),
    "question marks": over_and_over("?", "", "x"),
    "at signs": over_and_over("@"),
    "quotes": over_and_over('"'),
    "digits": over_and_over("1"),
    "single digits": over_and_over("1 "),
    "a fence of a model's answer": over_and_over("\n", "```json", "x"),
    "groups of digits": over_and_over("1,"),
    "a filler without an end": over_and_over("m", "", "1"),
    "fillers": over_and_over("um "),
    "an address that is said": over_and_over("a dot ", "", "!"),
    "addresses": over_and_over("a@a. "),
    "initials": over_and_over("A. "),
    "letters": over_and_over("a b c d ", "", "dog"),
    "names": over_and_over("Anna "),
    "towns": over_and_over("New York, "),
    "streets": over_and_over("12 Main Street, "),
    "today": over_and_over("today "),
    "days of a month": over_and_over("May 1 "),
    "weekdays": over_and_over("Friday, "),
    "days after days": over_and_over("the day after "),
    "capitals of elsewhere": over_and_over("TONİGHT "),
    "capitals of elsewhere in promises": over_and_over("İ wıll call you when İ'm back. "),
    "asides": over_and_over(", i mean,", "We sell it", "."),
    "words in front": over_and_over("like, "),
    "endings": over_and_over(" so", "I go to work"),
    "conditions": over_and_over("If x then I will go "),
    "pairs of people": over_and_over("Jane and I "),
    "questions": over_and_over("What is it? "),
    "tags": over_and_over("right? "),
    "the same word": over_and_over("very ", "It is ", "good"),
    "emoji": over_and_over("😀"),
    "emoji among words": over_and_over("the budget is good 😀 "),
    "new lines": over_and_over("\n"),
    "new lines of an address": over_and_over(" \n", "12 Main 5, apt 3", "!"),
    "spaces": over_and_over(" ", "I will call", "b"),
    "spaces that break no line": over_and_over("\u00a0", "a", "b"),
    "control characters": over_and_over("\0\1"),
    "one word": over_and_over("x"),
    "one word in capitals": over_and_over("A"),
    "one word of many parts": over_and_over("a-"),
    "apostrophes": over_and_over("a'"),
    "odd letters": over_and_over("İıſ\N{KELVIN SIGN}ﾞ፩"),
    "odd letters one by one": over_and_over("İ ı ſ \N{KELVIN SIGN} ﾞ ፩ ² ① "),
    "marks without a letter": over_and_over("\u0301"),
    "marks on a letter": over_and_over("a\u0301 "),
    "Thai": over_and_over("สวัสดี"),
    "Chinese": over_and_over("你好"),
    "halves of characters": over_and_over("\ud83d "),
}

VOCABULARY = Vocabulary(["send the deck", "A. b", "five hundred dollars", "ﾞ", "፩ hundred", "today"])
TRACKERS = TrackerMatcher(
    [Tracker("1", "Deck", ("send the deck", "share slides")), Tracker("2", "End", ("cancel",))]
)


def understand(text: str) -> None:
    """Read a text as a client's conversation is read."""
    setting = Setting(NOW, members=(JANE, VIKRAM))
    analysis = EmbeddedAnalyst().open(setting)
    messages = list(messages_of(Piece(text[:SHORTER], JANE), 0.0, 100.0))
    analysis.follow(with_sentiment(messages))
    analysis.conclude(setting)
    finder = EntityFinder(stable_id)
    for message in messages:
        finder.follow(message, DAY, ["Jane Doe"])


def read_as_answer(text: str) -> None:
    with contextlib.suppress(ModelError):
        read_answer(text, WindowAnswer)


READERS: dict[str, Callable[[str], object]] = {
    "messages_of": lambda text: list(messages_of(Piece(text), 0.0, 100.0)),
    "Timeline": lambda text: Timeline().hear(Utterance("1", "in", text, 0.0, 100.0, is_final=True)),
    "cleaned_sentences": lambda text: list(cleaned_sentences(text)),
    "find_question": lambda text: find_question(text, "asked"),
    "find_action_item": lambda text: find_action_item(text, JANE, [JANE, VIKRAM], NOW, True),
    "quotable": quotable,
    "repaired": repaired,
    "sentiment_of": sentiment_of,
    "rank_topics": lambda text: rank_topics([text]),
    "Vocabulary": VOCABULARY.find,
    "trackers": lambda text: TRACKERS.find(text[:SHORTER]),
    "answers of a model": read_as_answer,
    "support of what a model says": lambda text: Said.of([text], ["Jane Doe"], "en").supports(text, [text]),
    "all of them": understand,
    "find_dates": lambda text: find_dates(text, DAY),
    "find_moments": lambda text: find_moments(text, DAY),
    "find_due_date": lambda text: find_due_date(text, NOW),
    "redactor": lambda text: Redactor(Redaction()).text(text[:SHORTER]),
}


@pytest.mark.timeout(LIMIT_S + 30)
def test_no_text_stalls_an_analyst_or_makes_it_raise() -> None:
    done = subprocess.run(
        [sys.executable, __file__], capture_output=True, text=True, timeout=LIMIT_S, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


if __name__ == "__main__":
    for reader, read in READERS.items():
        for name, text in TEXTS.items():
            try:
                read(text)
            except Exception as error:
                raise SystemExit(f"{reader} raised at {name}: {error!r}") from error
