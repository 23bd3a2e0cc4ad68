"""CPU seconds and peak memory of the quality library on a million labels: `python
benchmarks/quality/speed.py`.

The world: 200 000 tasks x 5 answers, 2 000 annotators of skewed activity, 10 classes, 8 % spammers. Each
method runs in a process of its own, so that its peak memory is its own. `--save FILE` writes the answers for
`crowdkit_speed.py`.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assay.quality import (
    EBCC,
    GLAD,
    MACE,
    Answers,
    BradleyTerry,
    Comparisons,
    DawidSkene,
    Ensemble,
    MajorityVote,
    OneCoin,
    RunningTruth,
    TruthModel,
    WeightedRover,
    WeightedVote,
    find_label_errors,
    krippendorff_alpha,
)

Arrays = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
TASKS, ANNOTATORS, CLASSES, OVERLAP = 200_000, 2_000, 10, 5


def world(seed: int = 0) -> Arrays:
    """(task, annotator, label) of shape (1 000 000,) and the truth of shape (200 000,)."""
    random = np.random.default_rng(seed)
    truth = random.integers(0, CLASSES, TASKS)
    task = np.repeat(np.arange(TASKS), OVERLAP)
    activity = random.pareto(1.5, ANNOTATORS) + 0.2
    annotator = random.choice(ANNOTATORS, size=task.size, p=activity / activity.sum())
    accuracy = random.beta(6, 2.5, ANNOTATORS)
    spammer = random.random(ANNOTATORS) < 0.08
    # Mistakes are habits: each annotator has favourite wrong classes for each true class.
    habits = np.cumsum(random.dirichlet(np.full(CLASSES, 0.5), (ANNOTATORS, CLASSES)), axis=2)
    point = random.random(task.size)[:, None]
    mistake = np.minimum((habits[annotator, truth[task]] < point).sum(axis=1), CLASSES - 1)
    right = (random.random(task.size) < accuracy[annotator]) & ~spammer[annotator]
    guess = np.where(spammer[annotator], random.integers(0, CLASSES, task.size), mistake)
    return task, annotator, np.where(right, truth[task], guess), truth


def answers_of(arrays: Arrays) -> Answers:
    return Answers.from_arrays(*arrays[:3], n_tasks=TASKS, n_annotators=ANNOTATORS, n_classes=CLASSES)


def fit(model: TruthModel) -> Callable[[Arrays], tuple[float, str]]:
    def run(arrays: Arrays) -> tuple[float, str]:
        answers = answers_of(arrays)
        start = time.process_time()
        result = model.fit(answers)
        seconds = time.process_time() - start
        accuracy = 100 * float((result.codes == arrays[3]).mean())
        return seconds, f"accuracy {accuracy:.2f} %, {result.log_likelihood.size} iterations"

    return run


def build(arrays: Arrays) -> tuple[float, str]:
    start = time.process_time()
    answers = answers_of(arrays)
    _ = answers.matrix
    return time.process_time() - start, f"{len(answers)} answers"


def one_more(arrays: Arrays) -> tuple[float, str]:
    answers = answers_of(arrays)
    answers = answers.select(answers.task < 20_000)
    running = RunningTruth(answers)
    random = np.random.default_rng(1)
    extra = zip(
        random.integers(0, 20_000, 2000).tolist(),
        random.integers(0, ANNOTATORS, 2000).tolist(),
        random.integers(0, CLASSES, 2000).tolist(),
        strict=True,
    )
    start = time.process_time()
    for task, annotator, label in extra:
        running.add(task, annotator, label)
    seconds = time.process_time() - start
    return seconds / 2000, "one more answer folded in"


def alpha(arrays: Arrays) -> tuple[float, str]:
    answers = answers_of(arrays)
    start = time.process_time()
    found = krippendorff_alpha(answers, replicates=0)
    return time.process_time() - start, f"alpha {found.value:.6f}, no bootstrap"


def preferences(_: Arrays) -> tuple[float, str]:
    random = np.random.default_rng(0)
    score = random.standard_normal(500)
    first = random.integers(0, 500, 1_000_000)
    second = (first + random.integers(1, 500, first.size)) % 500
    won = random.random(first.size) < 1 / (1 + np.exp(score[second] - score[first]))
    rows = list(zip(first.tolist(), second.tolist(), np.where(won, "first", "second").tolist(), strict=True))
    comparisons = Comparisons.from_rows(rows)
    start = time.process_time()
    result = BradleyTerry().fit(comparisons)
    seconds = time.process_time() - start
    return seconds, f"1M comparisons of 500, correlation {np.corrcoef(result.score, score)[0, 1]:.4f}"


def transcripts(_: Arrays) -> tuple[float, str]:
    random = np.random.default_rng(0)
    vocabulary = np.array([f"word{index}" for index in range(2000)])
    rows = []
    error = random.beta(2, 8, 700)
    for task in range(2860):
        said = vocabulary[random.integers(0, 2000, 18)]
        for annotator in random.choice(700, 7, replace=False):
            kept = said[random.random(18) > error[annotator] / 3]
            changed = random.random(kept.size) < error[annotator]
            text = np.where(changed, vocabulary[random.integers(0, 2000, kept.size)], kept)
            rows.append((task, int(annotator), " ".join(text.tolist())))
    start = time.process_time()
    WeightedRover().fit(rows)
    return time.process_time() - start, f"{len(rows)} transcripts merged"


def label_errors(_: Arrays) -> tuple[float, str]:
    random = np.random.default_rng(0)
    truth = random.integers(0, 10, 200_000)
    wrong = random.random(truth.size) < 0.08
    labels = np.where(wrong, (truth + random.integers(1, 10, truth.size)) % 10, truth)
    logits = 3.5 * (truth[:, None] == np.arange(10)) + random.standard_normal((truth.size, 10))
    probabilities = np.exp(logits)
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    start = time.process_time()
    found = find_label_errors(labels, probabilities)
    seconds = time.process_time() - start
    precision = wrong[found.suspects].mean()
    recall = wrong[found.suspects].sum() / wrong.sum()
    return (
        seconds,
        f"200k x 10: precision {precision:.3f}, recall {recall:.3f}, rate {found.error_rate:.3f} (0.08)",
    )


CASES: dict[str, Callable[[Arrays], tuple[float, str]]] = {
    "build": build,
    "majority": fit(MajorityVote()),
    "weighted-vote": fit(WeightedVote()),
    "one-coin": fit(OneCoin()),
    "dawid-skene": fit(DawidSkene()),
    "default": fit(Ensemble()),
    "mace": fit(MACE()),
    "glad": fit(GLAD()),
    "ebcc": fit(EBCC()),
    "one-more-answer": one_more,
    "alpha": alpha,
    "bradley-terry": preferences,
    "rover": transcripts,
    "label-errors": label_errors,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--save", type=Path, help="write the world's answers and truth to this .npz")
    parser.add_argument("--only", choices=CASES, help="run one case in this process")
    options = parser.parse_args()
    if options.only:
        seconds, note = CASES[options.only](world())
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        print(f"{options.only:<16} {seconds:>10.5f} CPU s {peak:>6.2f} GB  {note}")
        return
    if options.save:
        task, annotator, label, truth = world()
        np.savez(options.save, task=task, annotator=annotator, label=label, truth=truth)
    for name in CASES:
        subprocess.run([sys.executable, __file__, "--only", name], check=True)


if __name__ == "__main__":
    main()
