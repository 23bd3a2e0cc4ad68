"""GLAD: annotators' ability against tasks' difficulty."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import expit, log_expit

from assay.quality.answers import Answers, Codes, Floats
from assay.quality.estimation import TruthResult, class_prior, iterate, normalise
from assay.quality.majority import WeightedVote

_LARGEST_STEP = 1.0
_EASE_LIMIT = 3.0


@dataclass(frozen=True)
class GLAD:
    """Whitehill et al. (NIPS 2009): P(right) = logistic(ability_a * ease_t), errors spread evenly.

    Priors: ability ~ N(`ability_mean`, 1), log ease ~ N(0, `ease_deviation`^2). The maximisation step is one
    damped Fisher-scoring step per annotator and per task, closed form and vectorised: an iteration costs
    O(answers), where gradient ascent needs hundreds of passes.
    """

    ability_mean: float = 1.5
    ease_deviation: float = 0.7
    tolerance: float = 1e-4
    max_iterations: int = 100

    def fit(self, answers: Answers, gold: Mapping[Any, Hashable] | None = None) -> TruthResult:
        codes = answers.gold_codes(gold)
        start = WeightedVote(rounds=1).shares(answers, codes)
        alternatives = np.log(max(answers.n_classes - 1, 1))
        ability = np.full(answers.n_annotators, self.ability_mean)
        log_ease = np.zeros(answers.n_tasks)

        def step(posterior: Floats) -> tuple[Floats, float]:
            right = posterior.ravel()[answers.cell]
            for _ in range(2):
                self._update(answers, right, ability, log_ease)
            logit = ability[answers.annotator] * np.exp(log_ease)[answers.task]
            wrong = log_expit(-logit) - alternatives
            scores = answers.votes(log_expit(logit) - wrong)
            scores += np.log(class_prior(posterior))
            following, log_likelihood = normalise(scores)
            return following, log_likelihood + float(wrong.sum())

        trace = iterate(step, start, codes, tolerance=self.tolerance, max_iterations=self.max_iterations)
        prior = class_prior(trace.posterior)
        return TruthResult(answers, trace.posterior, "glad", trace.log_likelihood, trace.converged, prior)

    def _update(self, answers: Answers, right: Floats, ability: Floats, log_ease: Floats) -> None:
        """One Fisher-scoring step for every ability, then for every ease, in place."""
        ease = np.exp(log_ease)[answers.task]
        error, information = _residual(right, ability[answers.annotator] * ease)
        ability += _fisher_step(
            answers.annotator, error * ease, information * ease**2, self.ability_mean - ability, 1.0
        )
        power = ability[answers.annotator] * ease
        error, information = _residual(right, power)
        precision = 1 / self.ease_deviation**2
        log_ease += _fisher_step(answers.task, error * power, information * power**2, -log_ease, precision)
        np.clip(log_ease, -_EASE_LIMIT, _EASE_LIMIT, out=log_ease)


def _residual(right: Floats, logit: Floats) -> tuple[Floats, Floats]:
    probability = expit(logit)
    return right - probability, probability * (1 - probability)


def _fisher_step(
    group: Codes, score: Floats, information: Floats, from_mean: Floats, precision: float
) -> Floats:
    gradient = np.bincount(group, weights=score, minlength=from_mean.size) + precision * from_mean
    curvature = np.bincount(group, weights=information, minlength=from_mean.size) + precision
    step: Floats = np.clip(gradient / curvature, -_LARGEST_STEP, _LARGEST_STEP)
    return step
