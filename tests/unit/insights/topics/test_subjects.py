import numpy as np

from earwitness.insights.english.sentence_vectors import Vectors, sentence_vectors
from earwitness.insights.topics.subjects import Subject, find_subject, subjects

CALL = [
    "I want to reserve a double room for two nights.",
    "The double room is ninety dollars per night.",
    "Is breakfast at the hotel included?",
]


def subject_of(texts: list[str]) -> Subject | None:
    vectors = sentence_vectors()
    whole: Vectors = np.sum(vectors.sums_of(texts), axis=0)
    return find_subject(
        [subjects().terms_in(text) for text in texts], whole / np.linalg.norm(whole) - vectors.general
    )


def test_the_subject_is_named_with_the_sentences_that_show_it() -> None:
    subject = subject_of(CALL)
    assert subject is not None
    assert subject.text == "hotel reservation"
    assert subject.mentions == (0, 1, 2)
    assert 0 < subject.score <= 1


def test_what_is_said_in_passing_is_no_subject_of_a_long_talk() -> None:
    rest = ["We looked at the numbers again and they are fine."] * 200
    assert subject_of(CALL + rest) is None
    said = subject_of(CALL * 20 + rest)
    assert said is not None
    assert said.text == "hotel reservation"
