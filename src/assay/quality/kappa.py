"""Agreement coefficients for pairs of annotators and for whole crowds, on nominal (or weighted) classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from assay.errors import InvalidInput, Problem
from assay.quality.answers import Answers, Floats

Weights = Literal["none", "linear", "quadratic"]


@dataclass(frozen=True)
class Coefficient:
    """`value` with its large-sample standard error (0 where exact), `observed` and `chance` agreement."""

    value: float
    standard_error: float
    observed: float
    chance: float

    @property
    def interval(self) -> tuple[float, float]:
        """95 % normal interval, cut to [-1, 1]."""
        half = 1.959964 * self.standard_error
        return max(-1.0, self.value - half), min(1.0, self.value + half)


def cohen_kappa(table: Floats, weights: Weights = "none") -> Coefficient:
    """Cohen (1960, 1968 weighted) from a (classes, classes) table of two annotators' joint answers.

    Standard error by Fleiss, Cohen & Everitt (1969). With chance agreement 1 (both always give one class) the
    value is 1. Raises InvalidInput for an empty or non-square table.
    """
    counts = _table(table)
    total = float(counts.sum())
    shares = counts / total
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    agreement = _agreement_weights(len(shares), weights)
    observed = float((agreement * shares).sum())
    chance = float(rows @ agreement @ columns)
    if chance >= 1 - 1e-12:
        return Coefficient(1.0, 0.0, observed, chance)
    value = (observed - chance) / (1 - chance)
    mean_row, mean_column = agreement @ columns, agreement.T @ rows
    spread = agreement - (mean_row[:, None] + mean_column[None, :]) * (1 - value)
    second = float((shares * spread**2).sum()) - (value - chance * (1 - value)) ** 2
    error = np.sqrt(max(second, 0.0) / total) / (1 - chance)
    return Coefficient(value, float(error), observed, chance)


def gwet_ac1(answers: Answers) -> Coefficient:
    """Gwet (2008): chance agreement that does not run up when one class is rare. Any number of annotators,
    missing answers allowed; standard error over tasks. Raises InvalidInput when no task has two answers.
    """
    votes = _pairable(answers)
    size = votes.sum(axis=1)
    shares = (votes / size[:, None]).mean(axis=0)
    n_classes = max(answers.n_classes, 2)
    chance = float((shares * (1 - shares)).sum()) / (n_classes - 1)
    per_task = (votes * (votes - 1)).sum(axis=1) / (size * (size - 1))
    observed = float(per_task.mean())
    value = (observed - chance) / (1 - chance)
    chance_by_task = ((votes / size[:, None]) @ (1 - shares)) / (n_classes - 1)
    influence = (per_task - chance) / (1 - chance) - 2 * (1 - value) * (chance_by_task - chance) / (
        1 - chance
    )
    return Coefficient(value, _mean_error(influence), observed, chance)


def fleiss_kappa(answers: Answers) -> Coefficient:
    """Fleiss (1971), with tasks of unequal numbers of answers weighted alike; standard error by the
    jackknife's linear form over tasks. With one class only the value is 1. Raises InvalidInput when no task
    has two answers.
    """
    votes = _pairable(answers)
    size = votes.sum(axis=1)
    shares_by_task = votes / size[:, None]
    shares = shares_by_task.mean(axis=0)
    chance = float((shares**2).sum())
    per_task = (votes * (votes - 1)).sum(axis=1) / (size * (size - 1))
    observed = float(per_task.mean())
    if chance >= 1 - 1e-12:
        return Coefficient(1.0, 0.0, observed, chance)
    value = (observed - chance) / (1 - chance)
    chance_by_task = shares_by_task @ shares
    influence = (per_task - chance) / (1 - chance) - 2 * (1 - value) * (chance_by_task - chance) / (
        1 - chance
    )
    return Coefficient(value, _mean_error(influence), observed, chance)


@dataclass(frozen=True)
class PairAgreement:
    """Agreement of every two annotators: `shared` tasks and the share on which they `agree` (NaN when they
    share none), `kappa` (Cohen's, NaN likewise); each (annotators, annotators), symmetric.
    """

    shared: NDArray[np.int64]
    agree: NDArray[np.float64]
    kappa: NDArray[np.float64]


def pairwise_agreement(answers: Answers) -> PairAgreement:
    """All pairs at once by sparse products; O(annotators^2) memory, so for crowds of up to a few thousand."""
    width = answers.n_annotators
    same = np.zeros((width, width))
    chance_counts = np.zeros((width, width))
    done = sparse.csr_matrix((np.ones(len(answers)), (answers.annotator, answers.task)))
    done.data[:] = 1
    shared = np.asarray((done @ done.T).todense())
    for code in range(answers.n_classes):
        picked = answers.label == code
        shape = (width, answers.n_tasks)
        chose = sparse.csr_matrix(
            (np.ones(int(picked.sum())), (answers.annotator[picked], answers.task[picked])), shape=shape
        )
        done_full = sparse.csr_matrix(done, shape=shape)
        same += np.asarray((chose @ chose.T).todense())
        given = np.asarray((chose @ done_full.T).todense())
        chance_counts += given * given.T
    with np.errstate(invalid="ignore", divide="ignore"):
        agree = np.where(shared > 0, same / shared, np.nan)
        chance = np.where(shared > 0, chance_counts / shared**2, np.nan)
        kappa = np.where(
            chance < 1 - 1e-12, (agree - chance) / (1 - chance), np.where(shared > 0, 1.0, np.nan)
        )
    return PairAgreement(shared.astype(np.int64), agree, kappa)


def _pairable(answers: Answers) -> NDArray[np.float64]:
    votes = answers.votes()
    votes = votes[votes.sum(axis=1) >= 2]
    if not votes.size:
        problem = Problem("", "too_few", "no task has two answers")
        raise InvalidInput("Agreement needs at least one task with two answers", problems=[problem])
    pairable: NDArray[np.float64] = votes
    return pairable


def _mean_error(influence: Floats) -> float:
    return float(influence.std(ddof=1) / np.sqrt(influence.size)) if influence.size > 1 else float("nan")


def _table(table: Floats) -> NDArray[np.float64]:
    counts = np.asarray(table, dtype=np.float64)
    square = counts.ndim == 2 and counts.shape[0] == counts.shape[1]
    if not square or not np.isfinite(counts).all() or np.any(counts < 0) or counts.sum() <= 0:
        message = "must be a square table of counts, not negative, not empty"
        raise InvalidInput("Malformed table", problems=[Problem("/table", "table", message)])
    return counts


def _agreement_weights(size: int, weights: Weights) -> NDArray[np.float64]:
    gap: NDArray[np.float64] = np.abs(np.arange(size)[:, None] - np.arange(size)[None, :]) / max(size - 1, 1)
    if weights == "none":
        return np.eye(size)
    return np.subtract(1.0, gap if weights == "linear" else gap * gap, dtype=np.float64)
