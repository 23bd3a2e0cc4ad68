"""Agreement on answers of any kind, given only a distance: boxes, spans, texts, rankings."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.errors import InvalidInput, Problem
from assay.quality.distances import Distance


@dataclass(frozen=True)
class DistanceAgreement:
    """`alpha` with its bootstrap interval over tasks, and the two measures of Braylan, Alonso & Lease (WWW
    2022) that stay readable for complex answers:

    `kolmogorov_smirnov`: the largest gap between the distributions of distances within tasks and between
    tasks, signed: 1 when every two answers to a task are closer than any two to different tasks, 0 when
    there is no difference.
    `sigma`: the share of distances within tasks that are smaller than at least 95 % of those between tasks.
    """

    alpha: float
    lower: float
    upper: float
    kolmogorov_smirnov: float
    sigma: float
    observed: float
    expected: float
    n_pairs: int


def distance_agreement(
    tasks: Sequence[Hashable],
    values: Sequence[Any],
    distance: Distance,
    *,
    sampled_pairs: int = 20_000,
    replicates: int = 500,
    confidence: float = 0.95,
    seed: int = 0,
) -> DistanceAgreement:
    """Agreement of `values` (any objects) given to `tasks` (parallel) under `distance` (symmetric, not
    negative).

    Distances within tasks are all computed, those between tasks for `sampled_pairs` random pairs from
    different tasks. With no distance between tasks at all alpha is 1. Raises InvalidInput when no task has
    two answers, there is only one task, or a distance is not a finite number.
    """
    if len(tasks) != len(values):
        problem = Problem("/values", "length", f"has {len(values)} entries for {len(tasks)} tasks")
        raise InvalidInput("Tasks and values must be parallel", problems=[problem])
    groups: dict[Hashable, list[int]] = {}
    for row, task in enumerate(tasks):
        groups.setdefault(task, []).append(row)
    pairable = [rows for rows in groups.values() if len(rows) >= 2]
    if not pairable or len(groups) < 2:
        problem = Problem("", "too_few", "needs two tasks, and one with two answers")
        raise InvalidInput("Too few answers to compare", problems=[problem])

    random = np.random.default_rng(seed)
    within = [
        np.array([_measure(distance, values, i, j) for p, i in enumerate(rows) for j in rows[p + 1 :]])
        for rows in pairable
    ]
    between = _between(list(groups.values()), values, distance, sampled_pairs, random)
    sizes = np.array([len(rows) for rows in pairable], dtype=np.float64)
    sums = np.array([distances.mean() for distances in within]) * sizes
    observed, expected = float(sums.sum() / sizes.sum()), float(between.mean())
    drawn = _resampled(sums, sizes, between, replicates, random)
    tail = (1 - confidence) / 2
    alpha = _alpha(observed, expected)
    lower, upper = np.quantile(drawn, [tail, 1 - tail]) if replicates else (alpha, alpha)
    flat = np.concatenate(within)
    return DistanceAgreement(
        alpha,
        float(lower),
        float(upper),
        kolmogorov_smirnov(flat, between),
        sigma(flat, between),
        observed,
        expected,
        flat.size,
    )


def kolmogorov_smirnov(within: NDArray[np.float64], between: NDArray[np.float64]) -> float:
    """Signed: the largest of F_within - F_between over all distances, or the smallest if it is larger in
    size.
    """
    points = np.union1d(within, between)
    gap = np.searchsorted(np.sort(within), points, side="right") / within.size
    gap = gap - np.searchsorted(np.sort(between), points, side="right") / between.size
    return float(gap[np.abs(gap).argmax()])


def sigma(within: NDArray[np.float64], between: NDArray[np.float64], share: float = 0.95) -> float:
    """Share of the distances within tasks that are smaller than at least `share` of those between tasks."""
    larger = 1 - np.searchsorted(np.sort(between), within, side="right") / between.size
    return float((larger >= share).mean())


def _measure(distance: Distance, values: Sequence[Any], left: int, right: int) -> float:
    measured = float(distance(values[left], values[right]))
    if not np.isfinite(measured) or measured < 0:
        problem = Problem(
            f"/values/{right}", "distance", "is at no finite, non-negative distance from another"
        )
        raise InvalidInput("The distance is not a number", problems=[problem])
    return measured


def _between(
    groups: list[list[int]],
    values: Sequence[Any],
    distance: Distance,
    wanted: int,
    random: np.random.Generator,
) -> NDArray[np.float64]:
    """Distances of random pairs of answers to different tasks."""
    rows = np.concatenate([np.array(group) for group in groups])
    group_of = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    left = random.integers(0, rows.size, 2 * wanted)
    right = random.integers(0, rows.size, 2 * wanted)
    different = np.flatnonzero(group_of[left] != group_of[right])[:wanted]
    if not different.size:
        different = np.flatnonzero(group_of != group_of[0])[:1]
        left, right = np.zeros(rows.size, dtype=np.int64), np.arange(rows.size)
    pairs = zip(rows[left[different]].tolist(), rows[right[different]].tolist(), strict=True)
    return np.array([_measure(distance, values, i, j) for i, j in pairs])


def _resampled(
    sums: NDArray[np.float64],
    sizes: NDArray[np.float64],
    between: NDArray[np.float64],
    replicates: int,
    random: np.random.Generator,
) -> list[float]:
    """Alpha over resampled tasks and resampled pairs between tasks."""
    drawn = []
    for _ in range(replicates):
        tasks = random.integers(0, sizes.size, sizes.size)
        expected = float(between[random.integers(0, between.size, between.size)].mean())
        drawn.append(_alpha(float(sums[tasks].sum() / sizes[tasks].sum()), expected))
    return drawn


def _alpha(observed: float, expected: float) -> float:
    return 1 - observed / expected if expected > 1e-15 else 1.0
