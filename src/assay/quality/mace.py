"""MACE: an annotator either knows the answer or writes a habit."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import digamma

from assay.quality.answers import Answers, Floats
from assay.quality.estimation import TruthResult, class_prior, iterate, normalise
from assay.quality.majority import WeightedVote


@dataclass(frozen=True)
class MACE:
    """Hovy et al. (NAACL 2013), variational: with probability `competence_a` annotator a gives the truth,
    else a label from their own habit (a distribution over labels).

    `competence` ~ Beta(`competent`, `spamming`), habit ~ Dirichlet(`habit`). One deterministic start from
    weighted votes replaces ten random restarts.
    """

    competent: float = 0.5
    spamming: float = 0.5
    habit: float = 10.0
    tolerance: float = 1e-4
    max_iterations: int = 100

    def fit(self, answers: Answers, gold: Mapping[Any, Hashable] | None = None) -> TruthResult:
        codes = answers.gold_codes(gold)
        start = WeightedVote(rounds=1).shares(answers, codes)
        n_classes, n_annotators = answers.n_classes, answers.n_annotators
        cell = answers.annotator.astype(np.int64) * n_classes + answers.label
        competence = np.full((n_annotators, n_classes), 0.7)
        spam = np.full((n_annotators, n_classes), 0.3 / n_classes)

        def step(posterior: Floats) -> tuple[Floats, float]:
            right = posterior.ravel()[answers.cell]
            knowing = right * (competence / (competence + spam)).ravel()[cell]
            known = np.bincount(answers.annotator, knowing, n_annotators).astype(np.float64)
            habits = np.bincount(cell, 1 - knowing, spam.size).astype(np.float64).reshape(spam.shape)
            self._maximise(known, habits, competence, spam)
            wrong = np.log(spam).ravel()[cell]
            scores = answers.votes(np.log(competence + spam).ravel()[cell] - wrong)
            scores += np.log(class_prior(posterior))
            following, log_likelihood = normalise(scores)
            return following, log_likelihood + float(wrong.sum())

        trace = iterate(step, start, codes, tolerance=self.tolerance, max_iterations=self.max_iterations)
        prior = class_prior(trace.posterior)
        return TruthResult(answers, trace.posterior, "mace", trace.log_likelihood, trace.converged, prior)

    def _maximise(self, known: Floats, habits: Floats, competence: Floats, spam: Floats) -> None:
        """Geometric-mean parameters of the Beta and Dirichlet posteriors, written into `competence` and
        `spam`.
        """
        spamming = habits.sum(axis=1)
        total = digamma(known + spamming + self.competent + self.spamming)
        knows = np.exp(digamma(known + self.competent) - total)
        copies = np.exp(digamma(spamming + self.spamming) - total)
        counts = habits + self.habit
        habit = np.exp(digamma(counts) - digamma(counts.sum(axis=1, keepdims=True)))
        competence[:] = knows[:, None]
        spam[:] = copies[:, None] * habit
