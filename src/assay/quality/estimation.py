"""What the truth models share: the EM loop, the gold clamp, the tie rule, the result."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import special

from assay.errors import TooLarge
from assay.quality.answers import Answers, Codes, Floats

TIE_TOLERANCE = 1e-6
TINY = 1e-30
_LARGEST_TABLE = 250_000_000

Step = Callable[[Floats], tuple[Floats, float]]


class TruthModel(Protocol):
    """Anything that infers the true classes from answers."""

    def fit(self, answers: Answers, gold: Mapping[Any, Hashable] | None = None) -> TruthResult:
        """Infer; `gold` maps task ids to their known classes, which are then held fixed."""
        ...


@dataclass(frozen=True)
class Confusion:
    """Confusion matrices of annotators with their uncertainty.

    `counts`: Dirichlet parameters of shape (annotators, truth, label): expected counts plus the prior.
    """

    counts: Floats

    @cached_property
    def mean(self) -> Floats:
        """P(label | truth) per annotator, shape (annotators, truth, label)."""
        mean: Floats = self.counts / self.counts.sum(axis=2, keepdims=True)
        return mean

    @cached_property
    def standard_deviation(self) -> Floats:
        """Of each entry of `mean`, same shape."""
        deviation: Floats = np.sqrt(
            self.mean * (1 - self.mean) / (self.counts.sum(axis=2, keepdims=True) + 1)
        )
        return deviation

    def interval(self, level: float = 0.95) -> tuple[Floats, Floats]:
        """Equal-tailed credible interval of each entry: (lower, upper), each of the shape of `mean`."""
        inside = self.counts
        outside = np.maximum(self.counts.sum(axis=2, keepdims=True) - inside, TINY)
        tail = (1 - level) / 2
        return special.betaincinv(inside, outside, tail), special.betaincinv(inside, outside, 1 - tail)


@dataclass(frozen=True)
class TruthResult:
    """The inferred truth.

    `posterior`: P(class | answers), shape (tasks, classes), rows in the order of `answers.tasks`.
    `log_likelihood`: one number (nats) per iteration, at the posterior's parameters of that iteration.
    `temperature` and `lapse` say how the posterior was calibrated on gold (1 and 0: it was not), see
    `calibration.Calibration`.
    """

    answers: Answers
    posterior: Floats
    method: str
    log_likelihood: NDArray[np.float64]
    converged: bool
    prior: Floats
    prior_confusion: Floats | None = field(default=None, repr=False)
    temperature: float = 1.0
    lapse: float = 0.0

    @cached_property
    def codes(self) -> Codes:
        """The most probable class of each task, shape (tasks,); ties by `most_probable`."""
        return most_probable(self.posterior, self.answers.class_counts)

    @cached_property
    def labels(self) -> list[Hashable]:
        """The most probable class id of each task."""
        return [self.answers.classes[code] for code in self.codes]

    @cached_property
    def confidence(self) -> Floats:
        """The posterior of the chosen class, shape (tasks,)."""
        confidence: Floats = self.posterior[np.arange(self.answers.n_tasks), self.codes]
        return confidence

    @cached_property
    def entropy(self) -> Floats:
        """Of each task's posterior, nats, shape (tasks,)."""
        entropy: Floats = special.entr(self.posterior).sum(axis=1)
        return entropy

    @cached_property
    def confusion(self) -> Confusion:
        """Per annotator: the model's own prior where it has one, else a weak one that favours the truth."""
        prior = self.prior_confusion
        if prior is None:
            prior = weak_confusion_prior(self.answers.n_classes)[None]
        return Confusion(expected_counts(self.answers, self.posterior).transpose(0, 2, 1) + prior)

    @cached_property
    def skill(self) -> Floats:
        """Expected accuracy of each annotator under the class prior, shape (annotators,)."""
        skill: Floats = np.einsum("akk,k->a", self.confusion.mean, self.prior)
        return skill

    def skill_interval(self, level: float = 0.8) -> tuple[Floats, Floats]:
        """(lower, upper) of `skill`, each (annotators,), by a Beta with the matching mean and variance.

        It is never tighter than the annotator's own answers and a prior of 4 allow: the confusion prior sits
        around an accuracy that was itself learnt from them.
        """
        diagonal_deviation = np.einsum("akk->ak", self.confusion.standard_deviation)
        variance = (diagonal_deviation**2) @ (self.prior**2)
        mean = np.clip(self.skill, 1e-6, 1 - 1e-6)
        strength = np.clip(mean * (1 - mean) / np.maximum(variance, TINY) - 1, 0.5, 1e6)
        strength = np.minimum(strength, self.answers.answers_per_annotator + 4.0)
        tail = (1 - level) / 2
        lower = special.betaincinv(mean * strength, (1 - mean) * strength, tail)
        upper = special.betaincinv(mean * strength, (1 - mean) * strength, 1 - tail)
        return lower, upper

    def tempered(self, temperature: float) -> TruthResult:
        """The same result with the log posterior divided by `temperature` (> 1 softens)."""
        posterior = temper(self.posterior, temperature)
        return replace(self, posterior=posterior, temperature=self.temperature * temperature)


@dataclass(frozen=True)
class Trace:
    """What an expectation-maximisation run left behind."""

    posterior: Floats
    log_likelihood: NDArray[np.float64]
    converged: bool


def iterate(
    step: Step, start: Floats, gold: Codes, *, tolerance: float = 1e-4, max_iterations: int = 100
) -> Trace:
    """Run `step` (posterior -> next posterior, log-likelihood) until the posterior's mean absolute change,
    taken over tasks and classes, falls under `tolerance`. Gold tasks stay clamped throughout.

    The mean is used since a maximum norm costs 5 to 10 times the iterations for the same labels.
    """
    posterior = clamp(start, gold)
    trace: list[float] = []
    for _ in range(max_iterations):
        following, log_likelihood = step(posterior)
        following = clamp(following, gold)
        trace.append(log_likelihood)
        change = mean_absolute_difference(following, posterior)
        posterior = following
        if change < tolerance:
            return Trace(posterior, np.array(trace), True)
    return Trace(posterior, np.array(trace), False)


def mean_absolute_difference(left: Floats, right: Floats) -> float:
    difference = np.subtract(left, right)
    np.abs(difference, out=difference)
    return float(difference.mean())


def clamp(posterior: Floats, gold: Codes) -> Floats:
    """Put certainty on the known classes, in place; -1 means unknown."""
    known = np.flatnonzero(gold >= 0)
    if known.size:
        posterior[known] = 0
        posterior[known, gold[known]] = 1
    return posterior


def normalise(scores: Floats) -> tuple[Floats, float]:
    """Log scores (tasks, classes), overwritten by their softmax; also the summed log normaliser (nats)."""
    highest = scores[:, 0].copy()
    for column in range(1, scores.shape[1]):
        np.maximum(highest, scores[:, column], out=highest)
    scores -= highest[:, None]
    np.exp(scores, out=scores)
    total = np.einsum("ij->i", scores)
    scores /= total[:, None]
    return scores, float(highest.sum(dtype=np.float64) + np.log(total).sum(dtype=np.float64))


def temper(posterior: Floats, temperature: float) -> Floats:
    """The posterior to the power 1 / temperature, normalised, float64."""
    scores = np.log(np.maximum(posterior.astype(np.float64), TINY)) / temperature
    return normalise(scores)[0]


def most_probable(posterior: Floats, class_counts: NDArray[Any]) -> Codes:
    """The best class of each row. Classes within 1e-6 of the best are tied: the tie goes to the class with
    more answers in the whole set, then to the earlier class. No row or annotator order enters.
    """
    order = np.lexsort((np.arange(class_counts.size), -class_counts))
    ranked = posterior[:, order]
    near_best = ranked >= ranked.max(axis=1, keepdims=True) - TIE_TOLERANCE
    chosen: Codes = order[near_best.argmax(axis=1)].astype(np.int32)
    return chosen


def confusions_fit(answers: Answers, columns: int) -> bool:
    """Whether a table of (annotators, classes, columns) stays below 1 GB."""
    return answers.n_annotators * answers.n_classes * columns <= _LARGEST_TABLE


def expected_counts(answers: Answers, posterior: Floats) -> Floats:
    """Expected answers, shape (annotators, label, truth). Raises TooLarge beyond 1 GB."""
    if not confusions_fit(answers, posterior.shape[1]):
        raise TooLarge(
            "A confusion matrix per annotator is too large for so many classes and annotators",
            advice="use OneCoin, MACE or infer, which do without",
        )
    counts = answers.matrix.T @ posterior
    return np.asarray(counts).reshape(answers.n_annotators, answers.n_classes, posterior.shape[1])


def weak_confusion_prior(n_classes: int) -> NDArray[np.float64]:
    """Dirichlet parameters (truth, label): two answers' worth of belief that annotators are better than
    chance.
    """
    if n_classes == 1:
        return np.ones((1, 1))
    prior = np.full((n_classes, n_classes), 1.0 / n_classes)
    prior[np.diag_indices(n_classes)] += 1.0
    return prior


def class_prior(posterior: Floats, strength: float = 1.0) -> Floats:
    """Class frequencies, shape (classes,), with `strength` imaginary tasks spread evenly."""
    counts = posterior.sum(axis=0, dtype=np.float64) + strength / posterior.shape[1]
    prior: Floats = counts / counts.sum()
    return prior
