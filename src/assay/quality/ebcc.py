"""Enhanced Bayesian classifier combination: annotators' errors may be correlated."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.special import digamma

from assay.quality.answers import Answers, Codes, Floats
from assay.quality.dawid_skene import DawidSkene
from assay.quality.estimation import (
    Trace,
    TruthModel,
    TruthResult,
    clamp,
    class_prior,
    expected_counts,
    mean_absolute_difference,
    normalise,
)
from assay.quality.majority import shares

_SMOOTHING = 0.05


@dataclass(frozen=True)
class EBCC:
    """Li, Rubinstein & Cohn (ICML 2019), variational: each class is a mixture of subtypes, and annotators
    have a row of their confusion matrix per subtype, so that two annotators can share the mistakes on one
    subtype.

    Subtype m of class k starts as "tasks of class k that drew votes for class m" instead of at random: the
    result needs no seed and no restarts, and does not depend on the names of tasks, annotators or classes.
    `diagonal` and `off_diagonal` are the Dirichlet parameters of confusion rows, `subtype_strength` those of
    the subtypes' shares, `initial` gives the first posterior. Time and memory O(answers * classes^2).
    """

    diagonal: float = 4.0
    off_diagonal: float = 1.0
    subtype_strength: float = 0.1
    tolerance: float = 1e-4
    max_iterations: int = 100
    initial: TruthModel = field(default_factory=DawidSkene)

    def fit(self, answers: Answers, gold: Mapping[Any, Hashable] | None = None) -> TruthResult:
        codes = answers.gold_codes(gold)
        truth = self.initial.fit(answers, gold).posterior
        joint: Floats = truth[:, :, None] * vote_subtypes(answers)
        trace: list[float] = []
        converged = False
        while not converged and len(trace) < self.max_iterations:
            joint, log_likelihood = self._step(answers, joint)
            joint = _clamp_joint(joint, codes)
            following: Floats = joint.sum(axis=2)
            trace.append(log_likelihood)
            converged = mean_absolute_difference(following, truth) < self.tolerance
            truth = following
        ended = Trace(clamp(truth, codes), np.array(trace), converged)
        prior = class_prior(ended.posterior)
        return TruthResult(answers, ended.posterior, "ebcc", ended.log_likelihood, converged, prior)

    def _step(self, answers: Answers, joint: Floats) -> tuple[Floats, float]:
        """One round of mean-field updates; `joint` has shape (tasks, classes, subtypes)."""
        n_tasks, n_classes, n_subtypes = joint.shape
        flat = joint.reshape(n_tasks, n_classes * n_subtypes)
        off = np.full((n_classes, n_classes), self.off_diagonal)
        off[np.diag_indices(n_classes)] = self.diagonal
        prior = np.repeat(off, n_subtypes, axis=1)[None]
        counts = expected_counts(answers, flat) + prior
        log_confusion: Floats = digamma(counts) - digamma(counts.sum(axis=1, keepdims=True))
        subtypes = joint.sum(axis=0, dtype=np.float64)
        weights = subtypes + self.subtype_strength / n_subtypes
        class_weights = subtypes.sum(axis=1) + 1.0
        log_prior = digamma(weights) - digamma(weights.sum(axis=1, keepdims=True))
        log_prior += (digamma(class_weights) - digamma(class_weights.sum()))[:, None]
        scores = answers.matrix @ log_confusion.astype(np.float32).reshape(-1, flat.shape[1])
        scores += log_prior.ravel().astype(np.float32)
        following, log_likelihood = normalise(scores)
        return following.reshape(joint.shape), log_likelihood


def _clamp_joint(joint: Floats, codes: Codes) -> Floats:
    """Known classes get all the mass, spread over their subtypes as before."""
    known = np.flatnonzero(codes >= 0)
    subtypes = joint[known, codes[known]] + 1e-9
    joint[known] = 0
    joint[known, codes[known]] = subtypes / subtypes.sum(axis=1, keepdims=True)
    return joint


def vote_subtypes(answers: Answers) -> Floats:
    """P(subtype | task), shape (tasks, 1, subtypes = classes), from the shares of votes."""
    seeded = shares(answers.votes()) + _SMOOTHING
    seeded /= seeded.sum(axis=1, keepdims=True)
    subtypes: Floats = seeded[:, None, :].astype(np.float32)
    return subtypes
