"""Numbers: each annotator has a bias and a noise of their own, and a few answers are plain wrong."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay.errors import InvalidInput, Problem
from assay.quality.answers import Codes, Floats, coded


@dataclass(frozen=True)
class NumericResult:
    """`value` and `standard_error` per task, shape (tasks,); `bias` and `noise` (standard deviation) per
    annotator, shape (annotators,), all in the unit of the answers. `mean` and `median` are the plain ones.

    The biases average to zero over answers: a lean that everybody shares cannot be seen without gold.
    """

    tasks: tuple[Hashable, ...]
    annotators: tuple[Hashable, ...]
    value: Floats
    standard_error: Floats
    bias: Floats
    noise: Floats
    mean: Floats
    median: Floats
    converged: bool


@dataclass(frozen=True)
class NumericTruth:
    """answer = value of the task + bias of the annotator + noise of the annotator * t-distributed error.

    EM for a Student t (Lange, Little & Taylor, 1989) in a two-way random-effects model, in the line of Raykar
    et al. (JMLR 2010, regression) and the many-facet models of rating: biases are shrunk with an
    empirical-Bayes variance, noise variances with `strength` imaginary answers. `freedom` are the t's degrees
    of freedom: about 4 resists outliers, large is normal. Values are on the annotators' common scale.
    """

    freedom: float = 4.0
    strength: float = 10.0
    tolerance: float = 1e-6
    max_iterations: int = 200

    def fit(self, rows: Iterable[tuple[Hashable, Hashable, float]]) -> NumericResult:
        """Rows of (task, annotator, value). Raises InvalidInput for values that are not finite and for no
        row.
        """
        listed = list(rows)
        tasks, task = coded([row[0] for row in listed])
        annotators, annotator = coded([row[1] for row in listed])
        values = _finite([row[2] for row in listed])
        order = np.lexsort((values, annotator, task))
        task, annotator, values = task[order], annotator[order], values[order]
        per_task = np.bincount(task)
        mean = np.bincount(task, weights=values) / per_task
        median = _medians(values, per_task)
        state = _State(self, task, annotator, values, median.copy(), len(annotators))
        converged = state.run()
        return NumericResult(
            tasks,
            annotators,
            state.value,
            state.standard_error,
            state.bias,
            np.sqrt(state.variance),
            mean,
            median,
            converged,
        )


class _State:
    """The estimates while they are being improved."""

    def __init__(
        self,
        model: NumericTruth,
        task: Codes,
        annotator: Codes,
        values: NDArray[np.float64],
        start: NDArray[np.float64],
        n_annotators: int,
    ) -> None:
        self.model, self.task, self.annotator, self.values = model, task, annotator, values
        self.value = start
        self.bias = np.zeros(n_annotators)
        spread = float(np.var(values - start[task]))
        # An exact agreement of everybody must not become a division by zero: the floor is far below the data.
        self.floor = 1e-9 * float(np.var(values)) + 1e-12
        self.variance = np.full(n_annotators, max(spread, self.floor))
        self.weight = np.ones(values.size)

    def run(self) -> bool:
        scale = float(np.std(self.values)) + 1e-12
        for _ in range(self.model.max_iterations):
            before = self.value.copy()
            self._reweigh()
            self._biases()
            self._values()
            self._variances()
            if float(np.abs(self.value - before).max()) < self.model.tolerance * scale:
                return True
        return False

    def _by_annotator(self, weights: Floats) -> Floats:
        return np.bincount(self.annotator, weights, self.bias.size).astype(np.float64, copy=False)

    def _by_task(self, weights: Floats) -> Floats:
        return np.bincount(self.task, weights, self.value.size).astype(np.float64, copy=False)

    def _residual(self) -> Floats:
        return self.values - self.value[self.task] - self.bias[self.annotator]

    def _reweigh(self) -> None:
        standard = self._residual() ** 2 / self.variance[self.annotator]
        self.weight = (self.model.freedom + 1) / (self.model.freedom + standard)

    def _biases(self) -> None:
        precision = self.weight / self.variance[self.annotator]
        information = np.maximum(self._by_annotator(precision), 1e-300)
        raw = self._by_annotator(precision * (self.values - self.value[self.task])) / information
        excess = float(np.mean(raw**2) - np.mean(1 / information))
        between = max(excess, self.floor)
        self.bias = raw * between / (between + 1 / information)
        self.bias -= float(self.bias[self.annotator].mean())

    def _values(self) -> None:
        precision = self.weight / self.variance[self.annotator]
        information = self._by_task(precision)
        corrected = self.values - self.bias[self.annotator]
        self.value = self._by_task(precision * corrected) / information
        self.standard_error = np.sqrt(1 / information)

    def _variances(self) -> None:
        squared = self.weight * self._residual() ** 2
        precision = self.weight / self.variance[self.annotator]
        # A task's value was estimated from these same answers: give each its lost share of freedom back.
        leverage = np.minimum(precision / self._by_task(precision)[self.task], 0.9)
        squared = squared / (1 - leverage)
        overall = max(float(squared.mean()), self.floor)
        count = self._by_annotator(np.ones(self.values.size))
        strength = self.model.strength
        self.variance = (self._by_annotator(squared) + strength * overall) / (count + strength)


def _finite(values: list[float]) -> NDArray[np.float64]:
    if not values:
        raise InvalidInput("There is no answer", problems=[Problem("", "empty", "there is no answer")])
    problems = []
    numbers = np.full(len(values), np.nan)
    for row, value in enumerate(values):
        if isinstance(value, (int, float, np.number)) and np.isfinite(value):
            numbers[row] = value
        else:
            problems.append(Problem(f"/{row}/2", "number", "is not a finite number"))
    if problems:
        raise InvalidInput(f"{len(problems)} values are not numbers", problems=problems[:20])
    return numbers


def _medians(values: NDArray[np.float64], per_task: NDArray[np.int64]) -> NDArray[np.float64]:
    """Median of each task; `values` sorted by task, then annotator."""
    task = np.repeat(np.arange(per_task.size), per_task)
    ordered = values[np.lexsort((values, task))]
    first = np.concatenate([[0], np.cumsum(per_task)[:-1]])
    middle: NDArray[np.float64] = (ordered[first + (per_task - 1) // 2] + ordered[first + per_task // 2]) / 2
    return middle
