from collections import Counter

import pytest

from earwitness.insights.shipped import shipped
from earwitness.insights.topics.inventory import inventory, term_of


def test_terms_are_the_longest_and_in_any_inflection() -> None:
    subjects = inventory("subjects")
    assert subjects.terms_in("The double rooms were reserved.") == (term_of("double room"),)
    assert subjects.terms_in("Yeah, so what?") == ()


def test_rare_terms_show_more_and_terms_of_several_names_less() -> None:
    themes = inventory("themes")
    assert themes.weights[term_of("invoice")] > themes.weights[term_of("order")]
    (places, weight), (rarer_places, _) = (
        (themes.places[term_of(term)], themes.weights[term_of(term)]) for term in ("promotion", "milestone")
    )
    assert len(places) > len(rarer_places) == 1
    evidence, kinds = themes.evidence({term_of("promotion"): 2.0, "no term": 9.0})
    assert evidence[list(places)].tolist() == [2 * weight] * len(places)
    assert kinds.sum() == len(places)


@pytest.mark.parametrize("name", ["subjects", "themes"])
def test_every_name_is_listed_once_with_terms_of_its_own(name: str) -> None:
    lines = shipped(f"{name}.txt").read_text("utf-8").splitlines()
    listed = [line.split(": ") for line in lines if line and not line.startswith("#")]
    assert all(len(one) == 2 for one in listed)
    assert max(Counter(one for one, _ in listed).values()) == 1
    for one, terms in zip(inventory(name).names, inventory(name).terms, strict=True):
        assert len(terms) >= 5, one
        assert "" not in terms, one
