"""Votes: plain, and weighted by how well each annotator agrees with the others."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import xlogy

from assay.quality.answers import Answers, Codes, Floats
from assay.quality.estimation import TINY, TruthResult, clamp, class_prior


@dataclass(frozen=True)
class MajorityVote:
    """The share of votes is the posterior. Ties go by `estimation.most_probable`.

    The trace's one number is the log-likelihood of the answers under each task's vote shares.
    """

    def fit(self, answers: Answers, gold: Mapping[Any, Hashable] | None = None) -> TruthResult:
        counts = answers.vote_counts()
        posterior = clamp(shares(counts), answers.gold_codes(gold))
        # How often each count occurs is enough: sum of v log v over cells less n log n over tasks.
        log_likelihood = _self_entropy(counts) - _self_entropy(answers.answers_per_task)
        trace = np.array([log_likelihood])
        return TruthResult(answers, posterior, "majority", trace, True, class_prior(posterior))


@dataclass(frozen=True)
class WeightedVote:
    """Votes weighted by log-odds of an annotator's shrunk agreement with the current weighted vote.

    `rounds` of re-weighting from the plain majority; agreement is shrunk towards the crowd's own with
    `strength` imaginary answers, so an annotator with one answer counts as an average one. The optimal
    weights of Nitzan & Paroush (1982) with a common scale for all wrong classes; the practice behind Wawa and
    IWMV (Li & Yu, 2014).
    """

    rounds: int = 3
    strength: float = 4.0

    def fit(self, answers: Answers, gold: Mapping[Any, Hashable] | None = None) -> TruthResult:
        posterior = self.shares(answers, answers.gold_codes(gold))
        picked = np.maximum(posterior.ravel()[answers.cell], TINY)
        trace = np.array([float(np.log(picked).sum())])
        return TruthResult(answers, posterior, "weighted_vote", trace, True, class_prior(posterior))

    def shares(self, answers: Answers, gold: Codes) -> Floats:
        """Shares of the weighted votes, shape (tasks, classes), gold clamped: a good first posterior."""
        posterior = clamp(shares(answers.vote_counts()), gold)
        for _ in range(self.rounds):
            weights = agreement_weights(answers, posterior, self.strength)
            posterior = clamp(shares(answers.votes(weights[answers.annotator])), gold)
        return posterior


def agreement_weights(answers: Answers, posterior: Floats, strength: float) -> Floats:
    """A positive weight per annotator, shape (annotators,), from the probability that their answers are
    right.
    """
    right = posterior.ravel()[answers.cell]
    total = answers.answers_per_annotator
    overall = float(right.mean()) if right.size else 1.0
    rate = np.bincount(answers.annotator, weights=right, minlength=answers.n_annotators)
    accuracy = np.clip((rate + strength * overall) / (total + strength), 0.01, 0.99)
    odds = np.log(accuracy / (1 - accuracy)) + np.log(max(answers.n_classes - 1, 1))
    weights: Floats = np.maximum(odds, 0.01)
    return weights


def shares(votes: NDArray[Any]) -> Floats:
    """Votes as shares per task; a task without votes gets the shares of the whole set."""
    total = np.einsum("ij->i", votes).astype(np.float64)
    unanswered = np.flatnonzero(total <= 0)
    if unanswered.size:
        total[unanswered] = 1
    result: Floats = votes / total[:, None]
    if unanswered.size:
        result[unanswered] = votes.sum(axis=0) / max(float(votes.sum()), TINY)
    return result


def _self_entropy(counts: NDArray[np.int64]) -> float:
    """Sum of v log v over whole numbers."""
    occurrences = np.bincount(counts.ravel())
    value = np.arange(occurrences.size)
    return float(occurrences @ xlogy(value, value))
