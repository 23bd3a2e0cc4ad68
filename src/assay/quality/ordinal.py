"""Classes with an order: mistakes fall near the truth, and annotators lean to one side."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtr

from assay.quality.answers import Answers, Codes, Floats
from assay.quality.dawid_skene import DawidSkene
from assay.quality.estimation import TruthResult

_LAPSE = 0.02


@dataclass(frozen=True)
class OrdinalDawidSkene:
    """Dawid-Skene whose prior confusion matrix of an annotator is a discretised normal: shifted by the
    annotator's leaning, as wide as their imprecision, plus 2 % of lapses (a probit rating model in the line
    of Raykar et al., JMLR 2010; Lakshminarayanan & Teh, 2013).

    The median annotator is taken to lean neither way: a lean that all share cannot be told from other truths.
    Leaning is shrunk to none and imprecision to the population's with `strength` imaginary answers;
    `concentration` imaginary answers per row stand behind the parametric matrix. The classes' order is that
    of `answers.classes`.
    """

    concentration: float = 8.0
    strength: float = 5.0
    tolerance: float = 1e-4
    max_iterations: int = 100

    def fit(self, answers: Answers, gold: Mapping[Any, Hashable] | None = None) -> OrdinalResult:
        core = _OrdinalCore(
            concentration=self.concentration,
            accuracy_strength=self.strength,
            tolerance=self.tolerance,
            max_iterations=self.max_iterations,
        )
        return OrdinalResult(core.fit(answers, gold))


@dataclass(frozen=True)
class OrdinalResult:
    """`truth`: the classification result; below it the summaries that respect the order."""

    truth: TruthResult

    @property
    def expected(self) -> Floats:
        """Posterior mean of the class position (0-based), shape (tasks,): least squared error."""
        positions = np.arange(self.truth.answers.n_classes)
        expected: Floats = self.truth.posterior @ positions
        return expected

    @property
    def median(self) -> Codes:
        """Posterior median of the class position, shape (tasks,): least absolute error."""
        cumulative = np.cumsum(self.truth.posterior, axis=1)
        median: Codes = (cumulative < 0.5 - 1e-6).sum(axis=1).astype(np.int32)
        return median

    @property
    def leaning(self) -> Floats:
        """How many classes too high an annotator answers on average, shape (annotators,)."""
        counts = self.truth.confusion.counts
        return _moments(counts.transpose(0, 2, 1), 0.0)[0]


class _OrdinalCore(DawidSkene):
    def prior_counts(self, counts: Floats) -> Floats:
        leaning, deviation = _moments(counts, self.accuracy_strength)
        n_classes = counts.shape[1]
        truth = np.arange(n_classes)[None, None, :] + leaning[:, None, None]
        label = np.arange(n_classes)[None, :, None]
        scale = deviation[:, None, None]
        upper = np.where(label == n_classes - 1, 1.0, ndtr((label + 0.5 - truth) / scale))
        lower = np.where(label == 0, 0.0, ndtr((label - 0.5 - truth) / scale))
        confusion = (1 - _LAPSE) * (upper - lower) + _LAPSE / n_classes
        prior: Floats = (self.concentration * confusion).astype(np.float32)
        return prior


def _moments(counts: Floats, strength: float) -> tuple[Floats, Floats]:
    """Mean and standard deviation of (label - truth) per annotator, each (annotators,): the mean shrunk to 0,
    the deviation to the population's. `counts` has shape (annotators, label, truth).
    """
    n_classes = counts.shape[1]
    distance = np.arange(n_classes)[:, None] - np.arange(n_classes)[None, :]
    total = counts.sum(axis=(1, 2), dtype=np.float64)
    first = np.einsum("alk,lk->a", counts, distance)
    second = np.einsum("alk,lk->a", counts, distance**2)
    population_square = second.sum() / max(float(total.sum()), 1.0)
    mean = first / np.maximum(total + strength, 1e-9)
    square = (second + strength * population_square) / np.maximum(total + strength, 1e-9)
    deviation = np.sqrt(np.maximum(square - mean**2, 0.05))
    return mean - float(np.median(mean)) if strength else mean, deviation
