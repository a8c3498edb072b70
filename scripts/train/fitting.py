"""Fits a `LinearModel` with numpy alone, calibrates it on what it was not fitted to, and packs it."""

from collections import Counter
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from earwitness.insights.linear import LinearModel, feature_key

_FOLDS = 5
_LEAST_WEIGHT = 0.03
"""In log-odds; features that matter less are dropped."""
_STEPS, _INNER_STEPS = 30, 80
_CLOSE_ENOUGH = 1e-4
"""How far the gradient has to fall, of what it was."""
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """Which features each example has: row after row, the numbers of its columns."""

    columns: NDArray[np.int64]
    ends: NDArray[np.int64]
    width: int

    def times(self, weights: Floats) -> Floats:
        """Return the sum of the weights of each row's columns."""
        sums = np.concatenate([[0.0], np.cumsum(weights[self.columns])])
        return sums[self.ends] - sums[np.concatenate([[0], self.ends[:-1]])]

    def transposed_times(self, values: Floats) -> Floats:
        """Return the sum of the values of each column's rows."""
        lengths = np.diff(self.ends, prepend=0)
        return np.bincount(self.columns, np.repeat(values, lengths), self.width)


def fit(
    examples: Sequence[AbstractSet[str]],
    labels: Sequence[bool],
    groups: Sequence[str],
    *,
    weights: Sequence[float] | None = None,
    strength: float,
    calibrated_on: slice = slice(None),
    least_count: int = 3,
) -> tuple[LinearModel, Floats]:
    """Fit a logistic regression with an L2 penalty.

    Args:
        examples: the features of each example.
        labels: what each one is.
        groups: examples of one group (a meeting) are never both fitted and predicted.
        weights: how much each counts.
        strength: the inverse of the penalty.
        calibrated_on: the examples whose outcomes the probabilities are made to fit.
        least_count: features of fewer examples are ignored.

    Returns:
        The model, and the log-odds of each example by a model that did not see its group.
    """
    target = np.asarray(labels, dtype=np.float64)
    sample = np.ones(len(target)) if weights is None else np.asarray(weights, dtype=np.float64)
    sizes = Counter(groups)
    ranked = sorted(sizes, key=lambda group: (-sizes[group], group))
    fold_of = {group: number % _FOLDS for number, group in enumerate(ranked)}
    fold = np.array([fold_of[group] for group in groups])
    unseen = np.empty(len(target))
    for number in range(_FOLDS):
        seen = np.flatnonzero(fold != number)
        model = _fit([examples[i] for i in seen], target[seen], sample[seen], strength, least_count)
        held_out = np.flatnonzero(fold == number)
        unseen[held_out] = [model.log_odds(examples[i]) for i in held_out]
    slope, shift = _calibration(unseen[calibrated_on], target[calibrated_on], sample[calibrated_on])
    model = _fit(examples, target, sample, strength, least_count)
    calibrated = LinearModel(model.keys, model.weights * np.float32(slope), model.bias * slope + shift)
    return calibrated, unseen * slope + shift


def save(model: LinearModel, path: Path) -> None:
    """Write a model the way `load_model` reads it; the same model gives the same bytes."""
    path.parent.mkdir(exist_ok=True)
    np.savez_compressed(
        path, keys=model.keys, weights=model.weights.astype(np.float16), bias=np.float32(model.bias)
    )
    print(f"{path}: {len(model.keys)} features, {path.stat().st_size / 1000:.0f} kB")


def _fit(
    examples: Sequence[AbstractSet[str]], target: Floats, sample: Floats, strength: float, least_count: int
) -> LinearModel:
    numbers = [{feature_key(feature) for feature in example} for example in examples]
    counts = Counter(key for example in numbers for key in example)
    keys = np.array(sorted(key for key, count in counts.items() if count >= least_count), dtype=np.uint32)
    column = {int(key): place for place, key in enumerate(keys)}
    rows = [sorted(column[key] for key in example if key in column) for example in numbers]
    bias = len(keys)
    matrix = Matrix(
        np.array([place for row in rows for place in (*row, bias)], dtype=np.int64),
        np.cumsum([len(row) + 1 for row in rows]),
        bias + 1,
    )
    penalty = np.full(bias + 1, 1 / strength)
    penalty[bias] = 1e-6
    found = _newton(matrix, target, sample, penalty)
    kept = np.abs(found[:bias]) >= _LEAST_WEIGHT
    return LinearModel(keys[kept], found[:bias][kept].astype(np.float32), float(found[bias]))


def _newton(matrix: Matrix, target: Floats, sample: Floats, penalty: Floats) -> Floats:
    """Minimise the logistic loss by Newton steps, each solved by conjugate gradients."""

    def loss(weights: Floats) -> float:
        odds = matrix.times(weights)
        return float(
            (sample * (np.logaddexp(0, odds) - target * odds)).sum() + (penalty * weights**2).sum() / 2
        )

    weights = np.zeros(matrix.width)
    first = 0.0
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-matrix.times(weights)))
        gradient = matrix.transposed_times(sample * (chance - target)) + penalty * weights
        size = float(np.linalg.norm(gradient))
        first = first or size
        if size < _CLOSE_ENOUGH * first:
            break
        curvature = sample * chance * (1 - chance)
        step = _conjugate_gradients(
            lambda v, c=curvature: matrix.transposed_times(c * matrix.times(v)) + penalty * v, -gradient
        )
        before, length = loss(weights), 1.0
        while loss(weights + length * step) > before and length > 1e-3:
            length /= 2
        weights = weights + length * step
    return weights


def _conjugate_gradients(times: Callable[[Floats], Floats], wanted: Floats) -> Floats:
    """Return x with `times(x) = wanted`, to a hundredth."""
    found = np.zeros_like(wanted)
    rest = wanted.copy()
    direction = rest.copy()
    size = float(rest @ rest)
    enough = size * 1e-4
    for _ in range(_INNER_STEPS):
        product = times(direction)
        length = size / float(direction @ product)
        found += length * direction
        rest -= length * product
        size, last = float(rest @ rest), size
        if size < enough:
            break
        direction = rest + size / last * direction
    return found


def _calibration(log_odds: Floats, target: Floats, sample: Floats) -> tuple[float, float]:
    """Return slope and shift that make unseen log-odds those of the outcomes (Platt 1999)."""
    slope, shift = 1.0, 0.0
    for _ in range(50):
        chance = 1 / (1 + np.exp(-(slope * log_odds + shift)))
        rest, curvature = sample * (target - chance), sample * chance * (1 - chance)
        hessian = np.array(
            [
                [(curvature * log_odds**2).sum(), (curvature * log_odds).sum()],
                [(curvature * log_odds).sum(), curvature.sum()],
            ]
        )
        change = np.linalg.solve(hessian + 1e-9 * np.eye(2), [(rest * log_odds).sum(), rest.sum()])
        slope, shift = slope + float(change[0]), shift + float(change[1])
    return slope, shift
