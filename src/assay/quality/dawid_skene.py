"""Dawid-Skene with two-level priors: a confusion matrix per annotator that cannot run wild on few answers."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from assay.quality.answers import Answers, Floats
from assay.quality.estimation import TruthResult, class_prior, expected_counts, iterate, normalise
from assay.quality.majority import WeightedVote

_CONCENTRATION_LIMITS = (1.0, 256.0)


@dataclass(frozen=True)
class DawidSkene:
    """MAP estimate of Dawid & Skene (1979) with partial pooling (Paun et al., TACL 2018; Venanzi et al., WWW
    2014).

    Row k of annotator a's confusion matrix has the prior Dirichlet(c * m_a[k]), where m_a is the population's
    confusion matrix tilted on the logit scale to a's own accuracy, itself shrunk to the population's with
    `accuracy_strength` imaginary answers. The strength c is learnt from the answers: the geometric mean of
    `concentration` and the moment estimate of `estimated_concentration`, so a crowd that errs alike is pooled
    more than one of distinct habits. Starts from weighted votes; stops when the mean absolute change of the
    posterior is below `tolerance`. float32, O(answers * classes) an iteration.
    """

    concentration: float = 4.0
    accuracy_strength: float = 4.0
    tolerance: float = 1e-4
    max_iterations: int = 100

    def fit(self, answers: Answers, gold: Mapping[Any, Hashable] | None = None) -> TruthResult:
        codes = answers.gold_codes(gold)
        start = WeightedVote(rounds=2).shares(answers, codes).astype(np.float32)
        matrix = answers.matrix
        shape = (answers.n_annotators * answers.n_classes, answers.n_classes)

        def step(posterior: Floats) -> tuple[Floats, float]:
            counts = expected_counts(answers, posterior)
            theta = counts + self.prior_counts(counts)
            theta /= theta.sum(axis=1, keepdims=True)
            scores = matrix @ np.log(theta).reshape(shape)
            scores += np.log(class_prior(posterior)).astype(np.float32)
            return normalise(scores)

        trace = iterate(
            step,
            start,
            codes,
            tolerance=self.tolerance,
            max_iterations=self.max_iterations,
        )
        counts = expected_counts(answers, trace.posterior)
        return TruthResult(
            answers,
            trace.posterior,
            "dawid_skene",
            trace.log_likelihood,
            trace.converged,
            class_prior(trace.posterior),
            self.prior_counts(counts).transpose(0, 2, 1),
        )

    def prior_counts(self, counts: Floats) -> Floats:
        """Dirichlet parameters of each annotator, shape (annotators, label, truth), as `counts`."""
        population = population_confusion(counts)
        diagonal = np.clip(np.diagonal(population), 1e-3, 1 - 1e-3)
        right = np.einsum("akk->a", counts)
        total = counts.sum(axis=(1, 2))
        overall = np.clip(right.sum() / max(float(total.sum()), 1.0), 1e-3, 1 - 1e-3)
        accuracy = (right + self.accuracy_strength * overall) / (total + self.accuracy_strength)
        shift = _logit(np.clip(accuracy, 1e-3, 1 - 1e-3)) - _logit(overall)
        tilted = 1 / (1 + np.exp(-(_logit(diagonal)[None] + shift[:, None])))
        wrong = (1 - tilted) / (1 - diagonal)[None]
        confusion = (population[None] * wrong[:, None, :]).astype(np.float32)
        classes = np.arange(counts.shape[1])
        confusion[:, classes, classes] = tilted
        strength = np.sqrt(self.concentration * estimated_concentration(counts, confusion))
        prior: Floats = confusion * np.float32(strength)
        return prior


def estimated_concentration(counts: Floats, confusion: Floats) -> float:
    """How tightly annotators' rows gather around their expected ones: the Dirichlet strength at which a
    Dirichlet-multinomial spreads as much as `counts` do around `confusion` (both (annotators, label, truth)).

    The method of moments of Mosimann (1962), rows weighted by one over the root of their answers; in [1,
    256].
    """
    size = counts.sum(axis=1)
    weight = 1 / np.sqrt(np.maximum(size, 1e-6))
    squares = ((counts - size[:, None, :] * confusion) ** 2).sum(axis=1)
    binomial = (confusion * (1 - confusion)).sum(axis=1)
    spread = float((weight * squares).sum(dtype=np.float64))
    least = float((weight * size * binomial).sum(dtype=np.float64))
    most = float((weight * size**2 * binomial).sum(dtype=np.float64))
    if spread <= least:
        return _CONCENTRATION_LIMITS[1]
    return float(np.clip((most - spread) / (spread - least), *_CONCENTRATION_LIMITS))


def population_confusion(counts: Floats) -> Floats:
    """All annotators' confusion matrix, shape (label, truth), columns sum to 1, lightly smoothed."""
    n_classes = counts.shape[1]
    total = counts.sum(axis=0, dtype=np.float64) + 1.0 / n_classes
    total[np.diag_indices(n_classes)] += 1.0
    population: Floats = total / total.sum(axis=0, keepdims=True)
    return population


def _logit(probability: Any) -> Any:
    return np.log(probability) - np.log1p(-probability)
