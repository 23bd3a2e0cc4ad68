"""The default: several views of the same answers, pooled; gold picks among them and calibrates the result."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from assay.quality.answers import Answers, Codes, Floats
from assay.quality.calibration import PRIOR_MEAN, Calibration, fit_calibration, log_loss
from assay.quality.dawid_skene import DawidSkene
from assay.quality.ebcc import EBCC
from assay.quality.estimation import TruthModel, TruthResult, clamp, class_prior, confusions_fit
from assay.quality.glad import GLAD
from assay.quality.mace import MACE
from assay.quality.one_coin import OneCoin

Members = tuple[tuple[TruthModel, float], ...]

GOLD_TO_CHOOSE = 20
# The middle of the calibration's prior: without gold, crowd models are taken to be this over-confident.
UNCHECKED_TEMPERATURE = float(np.exp(PRIOR_MEAN[0]))


def default_members(answers: Answers) -> Members:
    """Two thirds on the view with a confusion matrix per annotator, one on that with one accuracy each: the
    first is right about habits, the second is sturdy where annotators have few answers. With thousands of
    classes the matrices would not fit, and the two one-parameter views share.
    """
    if not confusions_fit(answers, answers.n_classes):
        return ((OneCoin(), 0.5), (MACE(), 0.5))
    return ((DawidSkene(), 2 / 3), (OneCoin(), 1 / 3))


def gold_members(answers: Answers) -> Members:
    """With gold to judge them, spammers' habits and correlated errors are families worth their cost too."""
    if not confusions_fit(answers, answers.n_classes**2):
        return (*default_members(answers), (GLAD(), 0.25))
    return ((DawidSkene(), 0.5), (OneCoin(), 0.25), (MACE(), 0.125), (EBCC(), 0.125))


@dataclass(frozen=True)
class Ensemble:
    """Weighted mean of the members' posteriors.

    With at least 20 gold tasks that have answers: every member is also fitted without gold, the members'
    weights are multiplied by their likelihood of the gold (calibrated, so that overconfidence is not what
    decides), and the pooled posterior gets the calibration that fits the gold. The log-likelihood trace and
    the confusion prior are those of the first member. With less gold the usual over-confidence is taken off
    by a temperature of 1.5.
    """

    members: Members | None = None

    def fit(self, answers: Answers, gold: Mapping[Any, Hashable] | None = None) -> TruthResult:
        codes = answers.gold_codes(gold)
        codes[answers.answers_per_task == 0] = -1
        enough = int((codes >= 0).sum()) >= GOLD_TO_CHOOSE
        members = self.members or (gold_members(answers) if enough else default_members(answers))
        models = [model for model, _ in members]
        weights: Floats = np.array([weight for _, weight in members]) / sum(weight for _, weight in members)
        calibration = Calibration(UNCHECKED_TEMPERATURE)
        if enough:
            blind = [model.fit(answers).posterior for model in models]
            weights = gold_weights(blind, weights, codes)
            calibration = fit_calibration(pool(blind, weights), codes)
        fits = [model.fit(answers, gold) for model in models]
        posterior = calibration.apply(pool([fit.posterior for fit in fits], weights))
        posterior = clamp(posterior, answers.gold_codes(gold))
        first = fits[0]
        return replace(
            first,
            posterior=posterior,
            method="ensemble",
            converged=all(fit.converged for fit in fits),
            prior=class_prior(posterior),
            temperature=calibration.temperature,
            lapse=calibration.lapse,
        )


def infer(answers: Answers, gold: Mapping[Any, Hashable] | None = None) -> TruthResult:
    """Who is right, by the default method. `gold` maps task ids to known classes."""
    return Ensemble().fit(answers, gold)


def pool(posteriors: list[Floats], weights: Floats) -> Floats:
    """The weighted mean of posteriors of shape (tasks, classes), float64."""
    pooled = np.zeros(posteriors[0].shape)
    for posterior, weight in zip(posteriors, weights, strict=True):
        pooled += weight * posterior
    return pooled


def gold_weights(posteriors: list[Floats], prior: Floats, gold: Codes) -> Floats:
    """Posterior weights of the members given the gold, each member under its own best calibration."""
    losses = [log_loss(fit_calibration(p, gold).apply(p), gold) for p in posteriors]
    evidence = np.log(prior) - np.array(losses)
    weights: Floats = np.exp(evidence - evidence.max())
    weights /= weights.sum()
    return weights
