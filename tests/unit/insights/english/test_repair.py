import pytest

from earwitness.insights.english.repair import repaired


@pytest.mark.parametrize(
    ("said", "quoted"),
    [
        ("It should stay rec recognisable.", "It should stay recognisable."),
        ("We have to deb we have to decide it here.", "We have to decide it here."),
        ("It's our it's our slogan for the year.", "It's our slogan for the year."),
        ("The the remote is th at the end.", "The remote is at the end."),
        ("We could use rubber, or something like that.", "We could use rubber."),
        ("The case is made of titanium, so.", "The case is made of titanium."),
        ("It had had a very very long life.", "It had had a very very long life."),
        ("That is what I think so.", "That is what I think so."),
        ("The budget grows by ten percent.", "The budget grows by ten percent."),
        ("?", ""),
    ],
)
def test_false_starts_go_and_wording_stays(said: str, quoted: str) -> None:
    assert repaired(said) == quoted
