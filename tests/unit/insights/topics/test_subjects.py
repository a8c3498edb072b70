from collections import Counter
from importlib import resources

import numpy as np

from earwitness.insights.english.sentence_vectors import Vectors, sentence_vectors
from earwitness.insights.topics.subjects import Subject, find_subject, term_of, terms_in

CALL = [
    "I want to reserve a double room for two nights.",
    "The double room is ninety dollars per night.",
    "Is breakfast at the hotel included?",
]


def subject_of(texts: list[str]) -> Subject | None:
    vectors = sentence_vectors()
    whole: Vectors = np.sum(vectors.sums_of(texts), axis=0)
    return find_subject([terms_in(text) for text in texts], whole / np.linalg.norm(whole) - vectors.general)


def test_the_subject_is_named_with_the_sentences_that_show_it() -> None:
    subject = subject_of(CALL)
    assert subject is not None
    assert subject.text == "hotel reservation"
    assert subject.mentions == (0, 1, 2)
    assert 0 < subject.score <= 1


def test_terms_are_the_longest_and_in_any_inflection() -> None:
    assert terms_in("The double rooms were reserved.") == (term_of("double room"),)
    assert terms_in("Yeah, so what?") == ()


def test_what_is_said_in_passing_is_no_subject_of_a_long_talk() -> None:
    rest = ["We looked at the numbers again and they are fine."] * 200
    assert subject_of(CALL + rest) is None
    said = subject_of(CALL * 20 + rest)
    assert said is not None
    assert said.text == "hotel reservation"


def test_every_subject_is_listed_once_with_terms_of_its_own() -> None:
    path = resources.files("earwitness.insights").joinpath("data/subjects.txt")
    lines = [line for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    listed = [line.split(": ") for line in lines]
    assert all(len(one) == 2 for one in listed)
    assert max(Counter(name for name, _ in listed).values()) == 1
    for name, terms in listed:
        assert len({term_of(term) for term in terms.split(", ")}) >= 5, name
        assert "" not in map(term_of, terms.split(", ")), name
