from importlib import resources

import numpy as np
import pytest

from earwitness.insights.english.ngrams import features
from earwitness.insights.linear import LinearModel, feature_key, load_model, probability_of

SHIPPED = ("questions", "actions")


def toy() -> LinearModel:
    keys = sorted([feature_key("a"), feature_key("b")])
    weights = [2.0 if key == feature_key("a") else -1.0 for key in keys]
    return LinearModel(np.array(keys, np.uint32), np.array(weights, np.float32), 0.5)


def test_known_features_add_up_and_unknown_ones_count_nothing() -> None:
    model = toy()
    assert model.log_odds([]) == 0.5
    assert model.log_odds(["a", "b", "c", "zzz"]) == pytest.approx(1.5)
    assert model.probability(["a"]) == pytest.approx(1 / (1 + np.exp(-2.5)))


def test_probabilities_stay_between_0_and_1() -> None:
    assert probability_of(0) == 0.5
    assert 0 < probability_of(-1e9) < probability_of(1e9) < 1


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_models_are_small_and_sorted(name: str) -> None:
    model = load_model(name)
    assert (np.diff(model.keys.astype(np.int64)) > 0).all()
    assert len(model.keys) == len(model.weights) > 1000
    assert np.isfinite(model.weights).all()
    size = len(resources.files("earwitness.insights").joinpath("data", f"{name}.npz").read_bytes())
    assert size < 1_500_000


def test_marks_capitals_and_digits_make_no_difference() -> None:
    assert features("Can you send 25 copies, please?") == features("can you send 7 copies please")


def test_grammar_words_stay_and_content_words_keep_their_endings() -> None:
    found = features("What is the deadline?")
    assert {"what is the", "~what is the *", "^what is the", "$the deadline", "~< what is the"} <= found
    assert "~is *ing" in features("it is raining")


def test_an_endless_sentence_has_bounded_features() -> None:
    assert len(features("and so on " * 5000)) < 1000
