import pytest

from earwitness.speech.engines.choice import Candidate, Wish, estimated_cost, ranked

BUNDLED = Candidate("bundled", ("en",), 12.7, 0.036)
PARAKEET = Candidate("parakeet", ("en",), 6.05, 0.12)
EUROPE = Candidate("europe", ("de", "en", "fr"), 6.34, 0.13)
LARGE = Candidate("large", ("de", "en", "zh"), 7.4, 1.6)
MINE = Candidate("mine", ("en",), None, 0.01)
ENDPOINT = Candidate("endpoint", ("*",), None, 0.0, is_asked_for=True)
ALL = (BUNDLED, PARAKEET, EUROPE, LARGE, MINE, ENDPOINT)


def test_the_fewest_errors_that_the_machine_can_afford_come_first() -> None:
    assert ranked(ALL, "en-US", "live", cores=2) == ["parakeet", "europe", "bundled", "mine", "large"]
    assert ranked(ALL, "en-US", "live", cores=1) == ["bundled", "mine", "parakeet", "europe", "large"]


def test_refining_may_cost_more() -> None:
    assert ranked([BUNDLED, LARGE], "en", "live", cores=4) == ["bundled", "large"]
    assert ranked([BUNDLED, LARGE], "en", "refine", cores=4) == ["large", "bundled"]


def test_what_is_wanted_comes_first_and_the_others_stand_behind_it() -> None:
    assert ranked(ALL, "en", "live", 2, "large")[:2] == ["large", "parakeet"]
    assert ranked(ALL, "en", "live", 2, "endpoint")[:2] == ["endpoint", "parakeet"]


def test_only_who_knows_the_language_hears_it() -> None:
    assert ranked(ALL, "fr_FR", "live", 2) == ["europe"]
    assert ranked(ALL, "zh", "live", 2) == ["large"]
    assert ranked([BUNDLED], "zh", "live", 2) == []


def test_an_endpoint_is_asked_where_nobody_here_knows_the_language() -> None:
    assert ranked(ALL, "sw", "live", 2) == ["endpoint"]


def test_wishes_are_read() -> None:
    assert Wish.parse(None) == Wish({})
    assert Wish.parse("parakeet") == Wish({"*": "parakeet"})
    wish = Wish.parse("en-GB=a, de = b,c,")
    assert wish == Wish({"en": "a", "de": "b", "*": "c"})
    assert [wish.name_for(language) for language in ("en-US", "DE", "fr")] == ["a", "b", "c"]
    assert wish.names == ("a", "b", "c")
    with pytest.raises(ValueError, match="'en=' names no model"):
        Wish.parse("en=")


def test_a_cost_is_estimated_by_family_and_size() -> None:
    parakeet = estimated_cost("nemo-transducer", 640_000_000)
    assert estimated_cost("sense-voice", 240_000_000) < parakeet < estimated_cost("whisper", 375_000_000)
    assert estimated_cost("moonshine-v2", 43_700_000) == pytest.approx(0.036, rel=0.5)
