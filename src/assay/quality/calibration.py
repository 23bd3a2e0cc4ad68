"""Do the stated probabilities hold, and making them hold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from assay.errors import InvalidInput
from assay.quality.answers import Codes, Floats
from assay.quality.estimation import TINY, temper

PRIOR_MEAN = np.array([np.log(1.5), -3.5])
PRIOR_DEVIATION = np.array([0.5, 1.0])


def expected_calibration_error(posterior: Floats, truth: Codes, *, bins: int = 10) -> float:
    """Mean gap between confidence and accuracy over equal-width bins of confidence (Guo et al., ICML 2017).

    `posterior` (tasks, classes), `truth` (tasks,) class codes, -1 where unknown. In [0, 1]. Tied classes
    share the credit of being right. Raises InvalidInput when no truth is known.
    """
    known = np.flatnonzero(truth >= 0)
    if not known.size:
        raise InvalidInput("Calibration needs at least one task with a known class")
    confidence = posterior[known].max(axis=1)
    right = shared_credit(posterior[known], truth[known])
    bin_of = np.minimum((confidence * bins).astype(np.int64), bins - 1)
    gap = np.bincount(bin_of, weights=confidence - right, minlength=bins)
    return float(np.abs(gap).sum() / known.size)


def shared_credit(posterior: Floats, truth: Codes) -> Floats:
    """1 / (number of tied best classes) where the truth is among them, else 0; shape (tasks,)."""
    best = posterior >= posterior.max(axis=1, keepdims=True) - 1e-6
    hit: Floats = best[np.arange(truth.size), truth] / best.sum(axis=1)
    return hit


@dataclass(frozen=True)
class Calibration:
    """What turns a model's posterior into one that holds: `temperature` divides the log posterior (correlated
    answers make models over-confident), then a share `lapse` becomes uniform (some tasks are wrong however
    many answers agree). Neither changes which class is best.
    """

    temperature: float = 1.0
    lapse: float = 0.0

    def apply(self, posterior: Floats) -> Floats:
        """Posterior of shape (tasks, classes) in, calibrated posterior of the same shape out, float64."""
        tempered = temper(posterior, self.temperature)
        tempered *= 1 - self.lapse
        tempered += self.lapse / posterior.shape[1]
        return tempered


def fit_calibration(posterior: Floats, truth: Codes) -> Calibration:
    """The calibration under which gold is most likely (temperature: Guo et al., ICML 2017), with priors that
    a handful of gold tasks cannot shout down: log temperature ~ N(log 1.5, 0.5^2), since crowd models are
    over-confident as a rule, and logit lapse ~ N(-3.5, 1).

    `posterior` must come from a fit that did not see this gold. `truth` as in `expected_calibration_error`.
    Without gold: the identity.
    """
    known = np.flatnonzero(truth >= 0)
    if not known.size:
        return Calibration()
    posterior, answer = posterior[known].astype(np.float64), truth[known]

    def loss(parameters: Floats) -> float:
        calibrated = _calibration(parameters).apply(posterior)
        picked = np.maximum(calibrated[np.arange(answer.size), answer], TINY)
        distance = (parameters - PRIOR_MEAN) / PRIOR_DEVIATION
        return float(0.5 * distance @ distance - np.log(picked).sum())

    best = minimize(loss, PRIOR_MEAN, method="Nelder-Mead", options={"xatol": 1e-3, "fatol": 1e-4})
    return _calibration(best.x)


def _calibration(parameters: Floats) -> Calibration:
    """From (log temperature, logit lapse)."""
    return Calibration(float(np.exp(np.clip(parameters[0], -3, 4))), float(expit(parameters[1])))


def log_loss(posterior: Floats, truth: Codes) -> float:
    """Summed negative log-likelihood (nats) of the known classes, probabilities floored at 1e-6."""
    known = np.flatnonzero(truth >= 0)
    return float(-np.log(np.maximum(posterior[known, truth[known]], 1e-6)).sum())
