from earwitness.insights.topics.ranking import rank_topics

TALK = [
    "The customer portal starts in March.",
    "Do we have the contracts for the customer portal?",
    "Anna has the contracts with the hospitals.",
    "The hospitals want an audit log.",
    "An audit log is a part of the customer portal.",
    "The mobile portal comes later, and another portal after that.",
    "Our portal needs an owner.",
    "Yeah.",
    "The thing is that we finalize things on Monday.",
    "We finalize the contracts next week.",
    "I think that is good.",
    "Thanks a lot, that was nice.",
]


def test_topics_are_nouns_that_recur() -> None:
    topics = {topic.text: topic for topic in rank_topics(TALK, ["Anna Keller"])}
    assert {"customer portal", "contracts", "hospitals", "audit log"} <= set(topics)
    assert not {"anna", "Anna", "finalize", "thing", "things", "monday", "good", "audit"} & set(topics)
    assert topics["audit log"].mentions == (3, 4)


def test_a_narrower_topic_names_its_parent() -> None:
    topics = {topic.text: topic for topic in rank_topics(TALK)}
    assert topics["customer portal"].parents == ("portal",)
    assert topics["portal"].parents == ()


def test_scores_lie_between_0_and_1_in_descending_order() -> None:
    scores = [topic.score for topic in rank_topics(TALK)]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


def test_names_keep_their_capitals() -> None:
    texts = ["We met in Ohio.", "The office in Ohio is new.", "They like the Ohio office."]
    assert "Ohio" in {topic.text for topic in rank_topics(texts)}


def test_nothing_to_say_gives_no_topics() -> None:
    assert rank_topics([]) == []
    assert rank_topics(["Yeah.", "Okay then."]) == []


def test_a_clear_subject_is_the_first_topic_and_the_root_of_what_shows_it() -> None:
    texts = [
        "The doctor asked about my headache and my sore throat.",
        "She said that I have a fever.",
        "The doctor wrote a prescription.",
        "His guitar is in the car.",
    ]
    first, *others = rank_topics(texts)
    topics = {topic.text: topic for topic in others}
    assert first.text == "seeing a doctor"
    assert first.is_theme
    assert first.parents == ()
    assert first.mentions == (0, 1, 2)
    assert topics["fever"].parents == ("seeing a doctor",)
    assert topics["guitar"].parents == ()
    assert first.score >= max(topic.score for topic in others)


def test_a_subject_that_is_said_is_one_topic() -> None:
    texts = [
        "My midterm exam is on Monday and I have to study for it.",
        "The exams are easy, the professor will not fail you.",
        "If I fail the exam, my grade is gone.",
    ]
    first, *others = rank_topics(texts)
    assert (first.text, first.is_theme) == ("exams", False)
    assert "exam" not in {topic.text for topic in others}


def test_talk_of_many_things_has_no_subject() -> None:
    assert not any(topic.is_theme for topic in rank_topics(["We saw a bridge.", "The clock is blue."]))


def test_names_of_people_are_no_topics_but_those_of_places_are() -> None:
    texts = [
        "Karen, did you see the garage?",
        "Gary is in the garage, and so is Elsa Tobin.",
        "Mr. Murphy drove from Paris to China, and then Tobin took the bridge to New York.",
    ]
    topics = {topic.text for topic in rank_topics(texts)}
    assert {"garage", "Paris", "China", "New York", "bridge"} <= topics
    said = " ".join(topics).lower()
    assert not any(name in said for name in ("karen", "gary", "elsa", "tobin", "murphy"))


def test_every_parent_is_a_topic_too() -> None:
    topics = rank_topics(TALK)
    texts = {topic.text for topic in topics}
    assert all(parent in texts and parent != topic.text for topic in topics for parent in topic.parents)


def test_the_same_talk_gives_the_same_topics() -> None:
    assert rank_topics(TALK) == rank_topics(TALK)
