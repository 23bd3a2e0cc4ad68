"""How good an annotator is, from gold, reviews and consensus together, with few answers and over time."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, betaln, expit

from assay.errors import InvalidInput, Problem
from assay.quality.answers import Floats
from assay.quality.estimation import TruthResult

Verdict = Literal["accept", "reject", "continue"]


@dataclass(frozen=True)
class Evidence:
    """One judged answer. `right`: probability that it was right (gold and reviews 0 or 1, consensus between).
    `weight`: how much it counts (1 for gold and reviews; less for consensus, which is not independent).
    `group`: its class or skill tag. `moment`: when, in the annotator's own answers or any unit of time.
    """

    annotator: Hashable
    right: float
    weight: float = 1.0
    group: Hashable = None
    moment: float = 0.0


@dataclass(frozen=True)
class Skill:
    """Accuracy as a Beta posterior: `mean`, credible interval, and `evidence`, the effective number of
    answers behind it. Gate on `lower`, never on the mean.
    """

    mean: float
    lower: float
    upper: float
    evidence: float


@dataclass(frozen=True)
class SkillReport:
    """`annotators` by id; `groups` by (annotator, group), pooled to the annotator; `newcomer`: the prior."""

    annotators: dict[Hashable, Skill]
    groups: dict[tuple[Hashable, Hashable], Skill]
    newcomer: Skill


@dataclass(frozen=True)
class SkillModel:
    """Hierarchical Beta-binomial: groups are pooled to their annotator, annotators to the population
    (empirical Bayes by moments; Gelman et al., Bayesian Data Analysis, chapter 5).

    `half_life`: evidence that is this much older than the annotator's latest counts half (None: no decay), in
    the unit of `Evidence.moment`. `level`: of the credible intervals. `group_strength`: imaginary answers
    that pool a group to its annotator.
    """

    half_life: float | None = None
    level: float = 0.8
    group_strength: float = 8.0

    def fit(self, evidence: Sequence[Evidence]) -> SkillReport:
        """Raises InvalidInput where `right` is outside [0, 1] or a weight is not positive and finite."""
        _check(evidence)
        totals: dict[Hashable, list[float]] = {}
        groups: dict[tuple[Hashable, Hashable], list[float]] = {}
        latest: dict[Hashable, float] = {}
        for item in evidence:
            latest[item.annotator] = max(latest.get(item.annotator, item.moment), item.moment)
        for item in evidence:
            weight = item.weight * self._decay(latest[item.annotator] - item.moment)
            for counts in (
                totals.setdefault(item.annotator, [0.0, 0.0]),
                groups.setdefault((item.annotator, item.group), [0.0, 0.0]),
            ):
                counts[0] += weight * item.right
                counts[1] += weight * (1 - item.right)
        prior = population_prior(np.array(list(totals.values())).reshape(-1, 2))
        annotators = {name: self._skill(prior + np.array(counts)) for name, counts in totals.items()}
        pooled = {}
        for (name, group), counts in groups.items():
            if group is None:
                continue
            mean = annotators[name].mean
            base = self.group_strength * np.array([mean, 1 - mean])
            pooled[(name, group)] = self._skill(base + np.array(counts))
        return SkillReport(annotators, pooled, self._skill(prior))

    def _decay(self, age: float) -> float:
        return 1.0 if self.half_life is None else float(0.5 ** (age / self.half_life))

    def _skill(self, parameters: Floats) -> Skill:
        right, wrong = float(parameters[0]), float(parameters[1])
        tail = (1 - self.level) / 2
        lower, upper = betaincinv(right, wrong, [tail, 1 - tail])
        return Skill(right / (right + wrong), float(lower), float(upper), right + wrong)


def consensus_evidence(result: TruthResult, weight: float = 0.5) -> list[Evidence]:
    """Evidence from a truth model's posterior: every answer, right with the posterior probability of its
    class, grouped by the inferred class. The answer itself is part of that posterior, hence the `weight`
    below 1.
    """
    answers = result.answers
    right = result.posterior[answers.task, answers.label]
    return [
        Evidence(answers.annotators[who], float(share), weight, answers.classes[result.codes[task]])
        for who, share, task in zip(answers.annotator, np.clip(right, 0, 1), answers.task, strict=True)
    ]


def population_prior(counts: Floats) -> NDArray[np.float64]:
    """Beta parameters of the population from (annotators, 2) right and wrong counts, by moments; the mean is
    itself shrunk to 0.75 by two imaginary answers, the strength kept in [2, 50].
    """
    totals = counts.sum(axis=1)
    grand = float(totals.sum())
    mean = (float(counts[:, 0].sum()) + 1.5) / (grand + 2.0)
    known = totals >= 2
    strength = 4.0
    if known.sum() >= 3:
        size = totals[known]
        spread = float((size * (counts[known, 0] / size - mean) ** 2).sum() / size.sum())
        sampling = mean * (1 - mean) * float(known.sum()) / float(size.sum())
        between = max(spread - sampling, 1e-6)
        strength = float(np.clip(mean * (1 - mean) / between - 1, 2.0, 50.0))
    return np.array([strength * mean, strength * (1 - mean)])


@dataclass(frozen=True)
class Drift:
    """`log_evidence`: log Bayes factor of one change against none (> 3 is strong); `position`: number of
    answers before the most likely change; `before`, `after`: accuracy on either side.
    """

    log_evidence: float
    position: int
    before: float
    after: float


def detect_drift(right: Sequence[float] | Floats, *, minimum: int = 5) -> Drift:
    """A change of accuracy in an annotator's judged answers, in order of time; values in [0, 1].

    Beta(1, 1)-binomial marginal likelihoods, the position uniform over those with at least `minimum` answers
    on both sides (Bayesian change point; Smith, 1975). Too few answers give log evidence 0.
    """
    values = np.clip(np.asarray(right, dtype=np.float64), 0, 1)
    size = values.size
    mean = float(values.mean()) if size else float("nan")
    if size < 2 * minimum:
        return Drift(0.0, size, mean, mean)
    hits = np.cumsum(values)
    position = np.arange(minimum, size - minimum + 1)
    left, total = hits[position - 1], hits[-1]
    split = betaln(1 + left, 1 + position - left)
    split += betaln(1 + total - left, 1 + (size - position) - (total - left))
    whole = betaln(1 + total, 1 + size - total)
    relative = split - whole
    highest = float(relative.max())
    evidence = highest + float(np.log(np.exp(relative - highest).mean()))
    best = int(relative.argmax())
    cut = int(position[best])
    return Drift(evidence, cut, float(values[:cut].mean()), float(values[cut:].mean()))


@dataclass(frozen=True)
class LearningCurve:
    """P(right) = logistic(`level` + `slope` * log2(1 + answers done)); `slope_error` is its standard error,
    so a slope above two of them says that the annotator learns.
    """

    level: float
    slope: float
    slope_error: float

    def accuracy(self, answers_done: float) -> float:
        """Expected accuracy after so many answers."""
        return float(expit(self.level + self.slope * np.log2(1 + answers_done)))


def learning_curve(right: Sequence[float] | Floats) -> LearningCurve:
    """Logistic regression on the logarithm of experience (the power law of practice), normal priors: level
    N(1, 2^2), slope N(0, 0.5^2). `right` in order of time; values in [0, 1]. No answers give the prior.
    """
    values = np.clip(np.asarray(right, dtype=np.float64), 0, 1)
    design = np.column_stack([np.ones(values.size), np.log2(1 + np.arange(values.size))])
    precision, centre = np.diag([0.25, 4.0]), np.array([1.0, 0.0])
    coefficients = centre.copy()
    information = precision
    for _ in range(25):
        probability = expit(design @ coefficients)
        information = design.T @ (design * (probability * (1 - probability))[:, None]) + precision
        gradient = design.T @ (values - probability) - precision @ (coefficients - centre)
        step = np.clip(np.linalg.solve(information, gradient), -1, 1)
        coefficients = coefficients + step
        if np.abs(step).max() < 1e-8:
            break
    error = float(np.sqrt(np.linalg.inv(information)[1, 1]))
    return LearningCurve(float(coefficients[0]), float(coefficients[1]), error)


def sequential_test(
    right: Sequence[bool],
    *,
    accept: float = 0.85,
    reject: float = 0.6,
    false_accept: float = 0.05,
    false_reject: float = 0.05,
) -> Verdict:
    """Wald's sequential probability ratio test (1945) on gold answers in order: is the accuracy `accept` or
    `reject`? Decides in 8 to 15 gold tasks as a rule.
    """
    if not 0 < reject < accept < 1:
        raise InvalidInput(
            "0 < reject < accept < 1 must hold", problems=[Problem("/accept", "order", "order")]
        )
    upper = np.log((1 - false_reject) / false_accept)
    lower = np.log(false_reject / (1 - false_accept))
    ratio = 0.0
    for answer in right:
        ratio += np.log(accept / reject) if answer else np.log((1 - accept) / (1 - reject))
        if ratio >= upper:
            return "accept"
        if ratio <= lower:
            return "reject"
    return "continue"


def gold_rate(skill: Skill) -> float:
    """Share of an annotator's tasks that should be gold: falls from 25 % to 2 % as the interval narrows."""
    return float(np.clip(0.25 * (skill.upper - skill.lower) / 0.2, 0.02, 0.25))


def _check(evidence: Sequence[Evidence]) -> None:
    problems = []
    for row, item in enumerate(evidence):
        if not 0 <= item.right <= 1:
            problems.append(Problem(f"/{row}/right", "range", "must be from 0 to 1"))
        if not (item.weight > 0 and np.isfinite(item.weight) and np.isfinite(item.moment)):
            problems.append(Problem(f"/{row}", "finite", "weight must be positive, weight and moment finite"))
    if problems:
        raise InvalidInput(f"{len(problems)} pieces of evidence are wrong", problems=problems[:20])
