"""Linear classifiers whose weights ship as arrays: features in, a probability out.

Features are strings; a model knows the CRC-32 of each and a weight. Which ones it knows was chosen in
training (`scripts/train/`), so that two that share a number cost nothing that was not measured.
"""

import functools
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

from earwitness.insights.shipped import shipped


@dataclass(frozen=True, slots=True, eq=False)
class LinearModel:
    """A logistic regression over the presence of features."""

    keys: NDArray[np.uint32]
    """The numbers of the features, ascending."""
    weights: NDArray[np.float32]
    """In log-odds, one for each key."""
    bias: float

    def log_odds(self, features: Iterable[str]) -> float:
        """Return the log-odds of the positive class; features that the model does not know count nothing."""
        numbers = np.fromiter((feature_key(feature) for feature in features), np.uint32)
        places = np.minimum(np.searchsorted(self.keys, numbers), len(self.keys) - 1)
        known = self.keys[places] == numbers
        return float(self.weights[places[known]].sum()) + self.bias

    def probability(self, features: Iterable[str]) -> float:
        """Return the probability of the positive class, 0 to 1."""
        return probability_of(self.log_odds(features))


def probability_of(log_odds: float) -> float:
    """Return the probability, 0 to 1, that log-odds stand for."""
    return float(1 / (1 + np.exp(-np.clip(log_odds, -30, 30))))


def feature_key(feature: str) -> int:
    """Return the number of a feature in a model's arrays."""
    return zlib.crc32(feature.encode())


@functools.cache
def load_model(name: str) -> LinearModel:
    """Load a model that ships with the package: `data/NAME.npz` with `keys`, `weights` and `bias`."""
    packed = shipped(f"{name}.npz").read_bytes()
    with np.load(BytesIO(packed), allow_pickle=False) as arrays:
        return LinearModel(arrays["keys"], arrays["weights"].astype(np.float32), float(arrays["bias"]))
