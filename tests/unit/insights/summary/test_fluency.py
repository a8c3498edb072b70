import pytest

from earwitness.insights.summary.fluency import roughness


@pytest.mark.parametrize(
    ("whole", "broken"),
    [
        ("We have to decide on the design today.", "We have to we the design is decide."),
        ("The logo should be on the top of the case.", "The logo should on be the top the of case."),
        ("We went through the agenda together.", "We ge we went the through agenda with."),
        ("It costs more than we have planned.", "It more than costs have we the planned."),
    ],
)
def test_what_is_broken_reads_rougher_than_what_is_whole(whole: str, broken: str) -> None:
    assert roughness(whole) + 1 < roughness(broken)


def test_words_that_nobody_knows_and_no_words_have_a_figure_too() -> None:
    assert roughness("Kubernetes reschedules the pods.") < 3
    assert roughness("") == pytest.approx(roughness(" "))
