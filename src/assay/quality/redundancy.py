"""How many answers a task needs: ask again until the posterior is sure enough, or the cap is reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from assay.errors import InvalidInput, Problem
from assay.quality.answers import Answers, Floats
from assay.quality.calibration import Calibration
from assay.quality.dawid_skene import DawidSkene
from assay.quality.estimation import TruthModel, TruthResult, normalise

Decision = Literal["ask", "stop", "escalate"]


@dataclass(frozen=True)
class StoppingRule:
    """Stop at the first posterior of `threshold` with at least `minimum` answers; at `maximum` give up and
    escalate (to an expert). A share `audit` of finished tasks should be asked once more, as an unbiased
    check.

    The sequential test of Wald (1945) on the posterior; Sheng, Provost & Ipeirotis (KDD 2008).
    """

    threshold: float = 0.95
    minimum: int = 2
    maximum: int = 10
    audit: float = 0.05

    def __post_init__(self) -> None:
        if not (0 < self.threshold <= 1 and 1 <= self.minimum <= self.maximum and 0 <= self.audit <= 1):
            message = "0 < threshold <= 1, 1 <= minimum <= maximum, 0 <= audit <= 1"
            raise InvalidInput("Impossible stopping rule", problems=[Problem("", "range", message)])

    def decide(self, confidence: float, n_answers: int) -> Decision:
        """`confidence`: the (calibrated) posterior of the best class."""
        if n_answers < self.minimum:
            return "ask"
        if confidence >= self.threshold:
            return "stop"
        return "ask" if n_answers < self.maximum else "escalate"


@dataclass(frozen=True)
class Forecast:
    """`answers_per_task`: mean; `accuracy`: of the labels at the end; `escalated`: share of tasks that
    reached the cap unsure; `histogram[n]`: share of tasks that took n answers.
    """

    answers_per_task: float
    accuracy: float
    escalated: float
    histogram: NDArray[np.float64]


def forecast(
    pilot: TruthResult,
    rule: StoppingRule,
    *,
    n_tasks: int = 5000,
    calibration: Calibration | None = None,
    seed: int = 0,
) -> Forecast:
    """Expected cost and error of a project like its pilot, before it starts.

    Tasks and annotators are drawn anew: classes by the pilot's prior, annotators by how much they did, their
    true confusion matrices from their Dirichlet posteriors, while the engine knows only the posterior means.
    The pilot's calibration (fitted on gold) says what share of tasks is hopeless: there the answers are drawn
    around a wrong class. `calibration` is also applied before the rule looks at a posterior.
    """
    random = np.random.default_rng(seed)
    calibration = calibration or Calibration(pilot.temperature, pilot.lapse)
    counts = pilot.confusion.counts.astype(np.float64)
    drawn = np.maximum(random.standard_gamma(counts), 1e-12)
    world = np.cumsum(drawn / drawn.sum(axis=2, keepdims=True), axis=2)
    believed = np.log(np.maximum(counts / counts.sum(axis=2, keepdims=True), 1e-12))
    n_classes = world.shape[1]
    prior = np.asarray(pilot.prior, dtype=np.float64)
    truth = random.choice(n_classes, size=n_tasks, p=prior / prior.sum())
    hopeless = random.random(n_tasks) < calibration.lapse
    shown = np.where(hopeless, random.integers(0, n_classes, n_tasks), truth)
    activity = pilot.answers.answers_per_annotator / len(pilot.answers)

    scores = np.tile(np.log(prior), (n_tasks, 1))
    given = np.zeros(n_tasks, dtype=np.int64)
    confidence = np.zeros(n_tasks)
    active = np.arange(n_tasks)
    for asked in range(1, rule.maximum + 1):
        who = random.choice(activity.size, size=active.size, p=activity)
        point = random.random(active.size)[:, None]
        label = np.minimum((world[who, shown[active]] < point).sum(axis=1), n_classes - 1)
        scores[active] += believed[who, :, label]
        given[active] = asked
        confidence[active] = calibration.apply(normalise(scores[active].copy())[0]).max(axis=1)
        if asked >= rule.minimum:
            active = active[confidence[active] < rule.threshold]
        if not active.size:
            break
    right = scores.argmax(axis=1) == truth
    histogram = np.bincount(given, minlength=rule.maximum + 1) / n_tasks
    return Forecast(float(given.mean()), float(right.mean()), active.size / n_tasks, histogram)


@dataclass(frozen=True)
class Replay:
    """`used`: mask over the answers, in their order, that adaptive asking would have bought; `result`: the
    truth inferred from them.
    """

    used: NDArray[np.bool_]
    result: TruthResult

    @property
    def answers_per_task(self) -> float:
        return float(self.used.sum()) / self.result.answers.n_tasks


def replay(
    answers: Answers,
    rule: StoppingRule,
    *,
    model: TruthModel | None = None,
    calibration: Calibration | None = None,
    seed: int = 0,
) -> Replay:
    """What adaptive asking would have bought out of answers that exist: each task's answers are taken in a
    random order, the model is refitted after every round, tasks that are sure (after `calibration`) stop.
    """
    model, calibration = model or DawidSkene(), calibration or Calibration()
    random = np.random.default_rng(seed)
    rank = _random_ranks(answers, random)
    wanted = np.full(answers.n_tasks, rule.minimum)
    while True:
        used = rank < wanted[answers.task]
        result = model.fit(answers.select(used))
        confidence: Floats = calibration.apply(result.posterior).max(axis=1)
        available = np.minimum(answers.answers_per_task, rule.maximum)
        more = (confidence < rule.threshold) & (wanted < available)
        if not more.any():
            return Replay(used, result)
        wanted[more] += 1


def _random_ranks(answers: Answers, random: np.random.Generator) -> NDArray[np.int64]:
    """A random 0-based position of each answer within its task, shape (answers,)."""
    order = np.lexsort((random.random(len(answers)), answers.task))
    first = np.concatenate([[0], np.cumsum(answers.answers_per_task)[:-1]])
    rank = np.empty(len(answers), dtype=np.int64)
    rank[order] = np.arange(len(answers)) - first[answers.task[order]]
    return rank
