"""Krippendorff's alpha on coded answers: counts only, so a million answers take a fraction of a second.

Krippendorff, Content Analysis (2004), chapter 11. Missing answers are simply not there; a task with one
answer says nothing about agreement and is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from assay.errors import InvalidInput, Problem
from assay.quality.answers import Answers, Floats

Level = Literal["nominal", "ordinal", "interval", "ratio"]


@dataclass(frozen=True)
class Agreement:
    """`value` is 1 for perfect agreement, 0 for what chance gives, negative for systematic disagreement.

    `lower`, `upper`: percentile bootstrap over tasks (equal to `value` when no replicates were asked for).
    `observed`, `expected`: mean distance within tasks, and between any two answers.
    """

    value: float
    lower: float
    upper: float
    observed: float
    expected: float
    n_tasks: int
    n_answers: int


def krippendorff_alpha(
    answers: Answers,
    level: Level = "nominal",
    *,
    values: Sequence[float] | None = None,
    distances: Floats | None = None,
    replicates: int = 500,
    confidence: float = 0.95,
    seed: int = 0,
) -> Agreement:
    """Alpha of coded answers with a bootstrap interval.

    `level` chooses the metric; interval and ratio use `values` (one number per class, by default the classes
    themselves). `distances`, shape (classes, classes), symmetric with a zero diagonal, replaces the metric.
    Everybody always giving one same class leaves nothing to agree upon: then alpha is 1 by convention, as
    there is no disagreement at all. Raises InvalidInput when no task has two answers or the metric is
    malformed.
    """
    votes = answers.votes()
    votes = votes[votes.sum(axis=1) >= 2]
    if not len(votes):
        raise InvalidInput("Agreement needs at least one task with two answers", problems=[_NO_PAIRS])
    numbers = _class_values(answers, values) if level in ("interval", "ratio") and distances is None else None
    if distances is not None:
        distances = _checked(distances, answers.n_classes)

    def alpha(weights: NDArray[np.float64] | None) -> tuple[float, float, float]:
        coincidences = coincidence_matrix(votes, weights)
        totals = coincidences.sum(axis=0)
        metric = distances if distances is not None else _metric(level, totals, numbers)
        return _alpha(coincidences, totals, metric)

    value, observed, expected = alpha(None)
    lower, upper = _bootstrap(lambda weights: alpha(weights)[0], len(votes), replicates, confidence, seed)
    if not replicates:
        lower = upper = value
    return Agreement(value, lower, upper, observed, expected, len(votes), int(votes.sum()))


_NO_PAIRS = Problem("", "too_few", "no task has two answers")


def coincidence_matrix(votes: Floats, weights: Floats | None = None) -> NDArray[np.float64]:
    """Coincidences of values within tasks, shape (classes, classes); `votes` (tasks, classes), rows >= 2."""
    share = 1 / (votes.sum(axis=1) - 1)
    if weights is not None:
        share = share * weights
    weighted = votes * share[:, None]
    matrix: NDArray[np.float64] = weighted.T @ votes
    matrix[np.diag_indices(votes.shape[1])] -= weighted.sum(axis=0)
    return matrix


def per_class_alpha(answers: Answers, **options: Any) -> dict[Any, Agreement]:
    """Nominal alpha of "this class or another" for each class, keyed by class id; options as for alpha."""
    found = {}
    for code, name in enumerate(answers.classes):
        binary = Answers(
            answers.task,
            answers.annotator,
            (answers.label == code).astype(np.int32),
            answers.tasks,
            answers.annotators,
            (False, True),
        )
        found[name] = krippendorff_alpha(binary, **options)
    return found


def _alpha(coincidences: Floats, totals: Floats, metric: Floats) -> tuple[float, float, float]:
    count = float(totals.sum())
    observed = float((coincidences * metric).sum()) / count
    expected = float(totals @ metric @ totals) / (count * (count - 1))
    if expected <= 1e-15:
        return 1.0, observed, expected
    return 1 - observed / expected, observed, expected


def _metric(level: Level, totals: Floats, numbers: Floats | None) -> NDArray[np.float64]:
    size = totals.size
    if level == "nominal":
        return 1 - np.eye(size)
    if level == "ordinal":
        middle = np.cumsum(totals) - totals / 2
        return np.asarray((middle[:, None] - middle[None, :]) ** 2, dtype=np.float64)
    if level not in ("interval", "ratio") or numbers is None:
        message = "is one of nominal, ordinal, interval, ratio"
        raise InvalidInput("Unknown level", problems=[Problem("/level", "level", message)])
    difference = numbers[:, None] - numbers[None, :]
    if level == "ratio":
        total = numbers[:, None] + numbers[None, :]
        difference = np.divide(difference, total, out=np.zeros_like(difference), where=total != 0)
    return np.asarray(difference**2, dtype=np.float64)


def _class_values(answers: Answers, values: Sequence[float] | None) -> NDArray[np.float64]:
    try:
        numbers = np.array([float(value) for value in (values or answers.classes)])  # type: ignore[arg-type]
    except (TypeError, ValueError):
        numbers = np.array([np.nan])
    if numbers.size != answers.n_classes or not np.isfinite(numbers).all():
        problem = Problem("/values", "number", "interval and ratio need one finite number per class")
        raise InvalidInput("The classes have no numeric values", problems=[problem])
    return numbers


def _checked(distances: Floats, n_classes: int) -> NDArray[np.float64]:
    metric = np.asarray(distances, dtype=np.float64)
    good = metric.shape == (n_classes, n_classes) and bool(np.isfinite(metric).all())
    if not good or np.any(metric < 0) or np.any(np.diag(metric) != 0) or not np.allclose(metric, metric.T):
        message = "must be a symmetric (classes, classes) matrix, not negative, with a zero diagonal"
        raise InvalidInput("Malformed distances", problems=[Problem("/distances", "metric", message)])
    return metric


def _bootstrap(
    statistic: Any, size: int, replicates: int, confidence: float, seed: int
) -> tuple[float, float]:
    if not replicates:
        return float("nan"), float("nan")
    random = np.random.default_rng(seed)
    drawn = np.empty(replicates)
    for replicate in range(replicates):
        picked = random.integers(0, size, size)
        drawn[replicate] = statistic(np.bincount(picked, minlength=size).astype(np.float64))
    tail = (1 - confidence) / 2
    lower, upper = np.quantile(drawn, [tail, 1 - tail])
    return float(lower), float(upper)
