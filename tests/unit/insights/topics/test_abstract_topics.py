from earwitness.insights.topics.abstract_topics import MOST, find_themes

TALK = [
    "The hosting costs went up by twelve percent.",
    "So the budget for storage has to grow, and the price of the pilot too.",
    "The login of the website fails with a server error.",
    "Yeah.",
    "We need a patch for the software.",
]


def test_themes_are_named_with_the_messages_that_show_them() -> None:
    themes = {theme.text: theme for theme in find_themes(TALK)}
    assert themes["Budget and costs"].mentions == (0, 1)
    assert themes["Software and technology"].mentions == (2, 4)
    assert "Health and medicine" not in themes


def test_the_strongest_comes_first_and_few_are_named() -> None:
    themes = find_themes(TALK)
    scores = [theme.score for theme in themes]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score < 1 for score in scores)
    assert len(themes) <= MOST


def test_a_single_word_shows_no_theme() -> None:
    assert find_themes(["We met a doctor once."]) == []
    assert find_themes([]) == []
