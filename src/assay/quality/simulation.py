"""Simulated crowds with a known truth, for planning and for testing what the models claim.

The worlds are richer than any single model here: annotators have accuracy and habits, tasks have difficulty,
and some tasks have a decoy that draws everybody's mistakes to one wrong class.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from assay.quality.answers import Answers, Codes


@dataclass(frozen=True)
class CrowdPlan:
    """What a simulated crowd looks like.

    `accuracy`: mean and standard deviation (logit scale) of annotators on a task of middling difficulty.
    `difficulty`: standard deviation (logit scale) over tasks. `bias`: how unevenly an annotator's mistakes
    and accuracy spread over classes, 0 even. `decoys`: share of tasks whose mistakes all go to one wrong
    class. `spammers`: share of annotators who ignore the task. `activity`: log standard deviation of how much
    an annotator does. `class_shares`: None for even classes.
    """

    n_tasks: int = 500
    n_annotators: int = 40
    n_classes: int = 3
    answers_per_task: int = 5
    accuracy: tuple[float, float] = (0.75, 0.7)
    difficulty: float = 0.0
    bias: float = 0.5
    decoys: float = 0.0
    spammers: float = 0.05
    activity: float = 1.0
    class_shares: tuple[float, ...] | None = None


@dataclass(frozen=True)
class SimulatedCrowd:
    """`truth`: (tasks,) class codes; `accuracy`: (annotators,) chance of being right on a middling task."""

    answers: Answers
    truth: Codes
    accuracy: NDArray[np.float64]
    spammer: NDArray[np.bool_]


def simulate(plan: CrowdPlan, seed: int) -> SimulatedCrowd:
    """Draw a crowd and its answers; the same seed gives the same crowd."""
    random = np.random.default_rng(seed)
    classes = plan.n_classes
    shares = np.array(plan.class_shares or np.full(classes, 1 / classes))
    truth = random.choice(classes, size=plan.n_tasks, p=shares / shares.sum()).astype(np.int32)
    ability = logit(plan.accuracy[0]) + plan.accuracy[1] * random.standard_normal(plan.n_annotators)
    by_class = ability[:, None] + plan.bias * random.standard_normal((plan.n_annotators, classes))
    habits = random.dirichlet(np.full(classes, 1 / max(plan.bias, 0.05)), (plan.n_annotators, classes))
    spammer = random.random(plan.n_annotators) < plan.spammers
    task, annotator = _who_answers_what(plan, random)

    hardness = plan.difficulty * random.standard_normal(plan.n_tasks)
    right = random.random(task.size) < expit(by_class[annotator, truth[task]] - hardness[task])
    mistakes = habits[annotator, truth[task]]
    mistakes[np.arange(task.size), truth[task]] = 0
    label = np.where(right, truth[task], _draw(mistakes + 1e-12, random))
    decoy = (truth + 1 + random.integers(0, max(classes - 1, 1), plan.n_tasks)) % classes
    drawn = (random.random(plan.n_tasks) < plan.decoys)[task] & ~right
    label = np.where(drawn, decoy[task], label)
    spam = random.dirichlet(np.full(classes, 0.5), plan.n_annotators)
    label = np.where(spammer[annotator], _draw(spam[annotator], random), label)

    answers = Answers.from_arrays(
        task,
        annotator,
        label,
        n_tasks=plan.n_tasks,
        n_annotators=plan.n_annotators,
        n_classes=classes,
    )
    return SimulatedCrowd(answers, truth, expit(ability), spammer)


def _who_answers_what(plan: CrowdPlan, random: np.random.Generator) -> tuple[Codes, Codes]:
    """Distinct annotators for each task, the busy ones more often (Gumbel top-k, in bounded blocks)."""
    activity = plan.activity * random.standard_normal(plan.n_annotators)
    wanted = min(plan.answers_per_task, plan.n_annotators)
    block = max(1, 4_000_000 // plan.n_annotators)
    chosen = []
    for start in range(0, plan.n_tasks, block):
        rows = min(block, plan.n_tasks - start)
        keys = activity + random.gumbel(size=(rows, plan.n_annotators))
        chosen.append(np.argpartition(-keys, wanted - 1, axis=1)[:, :wanted])
    annotator = np.concatenate(chosen).ravel().astype(np.int32)
    return np.repeat(np.arange(plan.n_tasks, dtype=np.int32), wanted), annotator


def _draw(weights: NDArray[np.float64], random: np.random.Generator) -> Codes:
    """One class per row, with probability in proportion to `weights` (rows, classes)."""
    cumulative = np.cumsum(weights, axis=1)
    point = random.random(len(weights)) * cumulative[:, -1]
    chosen: Codes = (cumulative < point[:, None]).sum(axis=1).astype(np.int32)
    np.minimum(chosen, weights.shape[1] - 1, out=chosen)
    return chosen
