"""Votes: plain, and weighted by how well each annotator agrees with the others."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from assay.quality.answers import Answers, Floats
from assay.quality.estimation import TINY, TruthResult, clamp, class_prior


@dataclass(frozen=True)
class MajorityVote:
    """The share of votes is the posterior. Ties go by `estimation.most_probable`.

    The trace's one number is the log-likelihood of the answers under each task's vote shares.
    """

    def fit(self, answers: Answers, gold: Mapping[Any, Hashable] | None = None) -> TruthResult:
        return _voted(answers, answers.votes(), "majority", gold)


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
        codes = answers.gold_codes(gold)
        votes = answers.votes()
        posterior = clamp(shares(votes), codes)
        for _ in range(self.rounds):
            weights = agreement_weights(answers, posterior, self.strength)
            votes = answers.votes(weights[answers.annotator])
            posterior = clamp(shares(votes), codes)
        return _voted(answers, votes, "weighted_vote", gold)


def agreement_weights(answers: Answers, posterior: Floats, strength: float) -> Floats:
    """A positive weight per annotator, shape (annotators,), from the probability that their answers are
    right.
    """
    right = posterior[answers.task, answers.label]
    total = answers.answers_per_annotator
    overall = float(right.mean()) if right.size else 1.0
    rate = np.bincount(answers.annotator, weights=right, minlength=answers.n_annotators)
    accuracy = np.clip((rate + strength * overall) / (total + strength), 0.01, 0.99)
    odds = np.log(accuracy / (1 - accuracy)) + np.log(max(answers.n_classes - 1, 1))
    weights: Floats = np.maximum(odds, 0.01)
    return weights


def shares(votes: Floats) -> Floats:
    """Votes as shares per task; a task without votes gets the shares of the whole set."""
    total = np.einsum("ij->i", votes)
    unanswered = np.flatnonzero(total <= 0)
    if unanswered.size:
        total[unanswered] = 1
    result: Floats = votes / total[:, None]
    if unanswered.size:
        result[unanswered] = votes.sum(axis=0) / max(float(votes.sum()), TINY)
    return result


def _voted(answers: Answers, votes: Floats, method: str, gold: Mapping[Any, Hashable] | None) -> TruthResult:
    posterior = shares(votes)
    picked = posterior[answers.task, answers.label]
    log_likelihood = np.array([float(np.log(np.maximum(picked, TINY)).sum())])
    posterior = clamp(posterior, answers.gold_codes(gold))
    return TruthResult(answers, posterior, method, log_likelihood, True, class_prior(posterior))
