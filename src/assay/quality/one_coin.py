"""One accuracy per annotator: the sturdy view of sparse data."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from assay.quality.answers import Answers, Floats
from assay.quality.estimation import TruthResult, class_prior, iterate, normalise
from assay.quality.majority import WeightedVote


@dataclass(frozen=True)
class OneCoin:
    """Each annotator is right with one probability and errs evenly (one-coin Dawid-Skene; Ghosh et al.,
    2011).

    The accuracy has a Beta(`right`, `wrong`) prior and enters as its posterior mean. `class_prior_strength`
    imaginary tasks pull the class frequencies towards even ones.
    """

    right: float = 2.0
    wrong: float = 1.0
    class_prior_strength: float = 1.0
    tolerance: float = 1e-4
    max_iterations: int = 100

    def fit(self, answers: Answers, gold: Mapping[Any, Hashable] | None = None) -> TruthResult:
        codes = answers.gold_codes(gold)
        start = WeightedVote(rounds=1).shares(answers, codes)
        total = answers.answers_per_annotator
        alternatives = max(answers.n_classes - 1, 1)

        def step(posterior: Floats) -> tuple[Floats, float]:
            probability = posterior.ravel()[answers.cell]
            hits = np.bincount(answers.annotator, weights=probability, minlength=answers.n_annotators)
            accuracy = (hits + self.right) / (total + self.right + self.wrong)
            error = np.log1p(-accuracy) - np.log(alternatives)
            weight = np.log(accuracy) - error
            scores = answers.votes(weight[answers.annotator])
            scores += np.log(class_prior(posterior, self.class_prior_strength))
            following, log_likelihood = normalise(scores)
            return following, log_likelihood + float(error @ total)

        trace = iterate(step, start, codes, tolerance=self.tolerance, max_iterations=self.max_iterations)
        prior = class_prior(trace.posterior, self.class_prior_strength)
        return TruthResult(answers, trace.posterior, "one_coin", trace.log_likelihood, trace.converged, prior)
