from earwitness.insights.topics import rank_topics

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


def test_a_strong_theme_is_the_root_of_its_topics() -> None:
    texts = [
        "The doctor saw a patient in the hospital.",
        "The patient had a fever and a headache.",
        "A nurse gave the patient some medicine.",
    ]
    topics = {topic.text: topic for topic in rank_topics(texts)}
    theme = topics["health and medicine"]
    assert theme.is_theme
    assert theme.parents == ()
    assert topics["patient"].parents == ("health and medicine",)
    assert set(topics["patient"].mentions) <= set(theme.mentions)


def test_every_parent_is_a_topic_too() -> None:
    topics = rank_topics(TALK)
    texts = {topic.text for topic in topics}
    assert all(parent in texts and parent != topic.text for topic in topics for parent in topic.parents)


def test_the_same_talk_gives_the_same_topics() -> None:
    assert rank_topics(TALK) == rank_topics(TALK)
