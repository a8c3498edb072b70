from earwitness.insights.topics.tree import parents


def test_a_longer_phrase_belongs_to_the_shorter_one() -> None:
    stems = [("portal",), ("customer", "portal"), ("big", "customer", "portal")]
    assert parents(stems, [[0, 9], [0], [0]]) == [None, 0, 1]


def test_a_topic_belongs_to_one_that_is_discussed_whenever_it_is_and_oftener() -> None:
    stems = [("budget",), ("storage",), ("weather",)]
    everywhere = list(range(0, 64, 4))
    assert parents(stems, [everywhere, [0, 8, 16], [2, 41]]) == [None, 0, None]


def test_topics_of_equal_reach_are_side_by_side() -> None:
    assert parents([("budget",), ("storage",)], [[0, 8, 16, 24], [1, 9, 17, 25]]) == [None, None]
