"""One number for a dataset: the share of labels that are right, with an interval that holds."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from assay.errors import InvalidInput, Problem
from assay.quality.answers import Floats
from assay.quality.calibration import PRIOR_DEVIATION, PRIOR_MEAN, Calibration, log_loss
from assay.quality.estimation import TruthResult, temper

_DRAWS = 8_000
_MODEL_DRAWS = 1_000
_NEUTRAL = 1 / 3


@dataclass(frozen=True)
class AccuracyEstimate:
    """`accuracy` in [0, 1] with a credible interval at `level`. `basis`: "review" (a random sample was
    checked: no model is trusted), "gold" (the posterior, calibrated on gold) or "posterior" (the model's word
    with the usual over-confidence priced in). `n_checked`: labels that were compared with a known truth.
    """

    accuracy: float
    lower: float
    upper: float
    level: float
    basis: Literal["review", "gold", "posterior"]
    n_checked: int


@dataclass(frozen=True)
class Stratum:
    """`size`: labels in the stratum; `checked`: of those, drawn at random and reviewed; `right`: so found."""

    size: int
    checked: int
    right: int


def accuracy_from_review(
    strata: Sequence[Stratum], *, level: float = 0.95, seed: int = 0
) -> AccuracyEstimate:
    """Stratified review sample. A stratum's unchecked labels have a Beta(1/3 + right, 1/3 + wrong) accuracy
    (Kerman's neutral prior, 2011: with several strata near 100 %, Jeffreys' pulls their sum down) and are
    drawn binomially; its checked ones are known, so a full review leaves no uncertainty. Raises InvalidInput
    for impossible counts and when a stratum with labels has no checked one.
    """
    _check_strata(strata)
    random = np.random.default_rng(seed)
    total = sum(stratum.size for stratum in strata)
    right = np.zeros(_DRAWS)
    for stratum in strata:
        wrong = stratum.checked - stratum.right
        accuracy = random.beta(stratum.right + _NEUTRAL, wrong + _NEUTRAL, _DRAWS)
        right += stratum.right + random.binomial(stratum.size - stratum.checked, accuracy)
    expected = sum(s.size * s.right / s.checked for s in strata if s.size) / total
    lower, upper = _quantiles(right / total, level)
    checked = sum(stratum.checked for stratum in strata)
    return AccuracyEstimate(expected, min(lower, expected), max(upper, expected), level, "review", checked)


def accuracy_from_posterior(
    result: TruthResult,
    gold: Mapping[Hashable, Hashable] | None = None,
    *,
    level: float = 0.95,
    seed: int = 0,
) -> AccuracyEstimate:
    """From the posterior of a fit that did *not* see `gold`, averaged over calibrations.

    Calibrations (temperature and lapse) are drawn from their prior and weighted by the likelihood of the
    gold; each gives every label a chance of being right, and their sum its spread. Without gold the interval
    is as wide as the prior over over-confidence.
    """
    codes = result.answers.gold_codes(gold)
    codes[result.answers.answers_per_task == 0] = -1
    random = np.random.default_rng(seed)
    parameters = PRIOR_MEAN + PRIOR_DEVIATION * random.standard_normal((_MODEL_DRAWS, 2))
    # The calibrations below start from the model's own posterior, without the usual temperature taken off it.
    posterior = temper(result.posterior, 1 / result.temperature)
    classes, weights = _confidence_histogram(posterior)
    known = np.flatnonzero(codes >= 0)
    gold_posterior, gold_codes = posterior[known], codes[known]
    accuracy, spread, evidence = np.zeros((3, _MODEL_DRAWS))
    for draw, (log_temperature, logit_lapse) in enumerate(parameters):
        calibration = Calibration(float(np.exp(log_temperature)), float(expit(logit_lapse)))
        chance = calibration.apply(classes).max(axis=1)
        accuracy[draw] = chance @ weights
        spread[draw] = np.sqrt((chance * (1 - chance)) @ weights / result.answers.n_tasks)
        if known.size:
            evidence[draw] = -log_loss(calibration.apply(gold_posterior), gold_codes)
    share = np.exp(evidence - evidence.max())
    picked = random.choice(_MODEL_DRAWS, size=_DRAWS, p=share / share.sum())
    drawn = np.clip(accuracy[picked] + spread[picked] * random.standard_normal(_DRAWS), 0, 1)
    lower, upper = _quantiles(drawn, level)
    basis: Literal["gold", "posterior"] = "gold" if known.size else "posterior"
    return AccuracyEstimate(float(drawn.mean()), lower, upper, level, basis, int(known.size))


def review_plan(
    confidence: Floats, budget: int, *, n_strata: int = 4, seed: int = 0
) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Which labels to review: (members, drawn at random from them) per stratum, as indices into `confidence`.

    Strata are quantiles of confidence, (tasks,); the budget is shared by Neyman's allocation (1934) with the
    stated chances of error, at least 5 from each.
    """
    random = np.random.default_rng(seed)
    order = np.argsort(confidence, kind="stable")
    strata = [part for part in np.array_split(order, n_strata) if part.size]
    share = np.array([float(confidence[part].mean()) for part in strata])
    deviation = np.sqrt(np.maximum(share * (1 - share), 0.01)) * [part.size for part in strata]
    wanted = np.maximum(5, np.rint(budget * deviation / max(float(deviation.sum()), 1e-12))).astype(np.int64)
    return [
        (np.sort(part), np.sort(random.choice(part, size=min(count, part.size), replace=False)))
        for part, count in zip(strata, wanted.tolist(), strict=True)
    ]


def _confidence_histogram(posterior: Floats) -> tuple[Floats, NDArray[np.float64]]:
    """A bounded number of typical posterior rows with weights: sorted by confidence, 500 quantiles."""
    order = np.argsort(posterior.max(axis=1), kind="stable")
    count = min(500, len(order))
    edges = np.linspace(0, len(order), count + 1).astype(np.int64)
    middle = order[(edges[:-1] + edges[1:] - 1) // 2]
    return posterior[middle], np.diff(edges) / len(order)


def _quantiles(drawn: Floats, level: float) -> tuple[float, float]:
    tail = (1 - level) / 2
    lower, upper = np.quantile(drawn, [tail, 1 - tail])
    return float(lower), float(upper)


def _check_strata(strata: Sequence[Stratum]) -> None:
    problems = []
    for row, s in enumerate(strata):
        if not 0 <= s.right <= s.checked <= s.size:
            problems.append(Problem(f"/{row}", "counts", "0 <= right <= checked <= size must hold"))
        elif s.size and not s.checked:
            problems.append(
                Problem(f"/{row}/checked", "too_few", "a stratum with labels needs a checked one")
            )
    if not sum(s.size for s in strata):
        problems.append(Problem("", "empty", "there is no label"))
    if problems:
        raise InvalidInput("The review sample does not add up", problems=problems)
