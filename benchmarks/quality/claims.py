"""Do the statements hold? Calibration, coverage of intervals, adaptive redundancy, spam, collusion.

    python benchmarks/quality/claims.py [FOLDER...]

On simulated crowds that no model here fits exactly (task difficulty, decoys, spammers, class bias), and with
folders of `answers.csv` and `truth.csv` also on those: calibration, adaptive redundancy, injected spam and
copying.
"""

from __future__ import annotations

import sys
from collections.abc import Hashable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assay.quality import (
    Answers,
    CrowdPlan,
    DawidSkene,
    MajorityVote,
    SimulatedCrowd,
    StoppingRule,
    Stratum,
    accuracy_from_posterior,
    accuracy_from_review,
    expected_calibration_error,
    find_collusion,
    infer,
    information_score,
    replay,
    review_plan,
    simulate,
)
from assay.quality.benchmark import load

GOLD = 50


def worlds(count: int, seed: int = 0) -> Iterator[SimulatedCrowd]:
    """Crowds of many kinds, 2 000 tasks each."""
    random = np.random.default_rng(seed)
    for index in range(count):
        plan = CrowdPlan(
            n_tasks=2000,
            n_annotators=int(random.integers(20, 120)),
            n_classes=int(random.integers(2, 7)),
            answers_per_task=int(random.integers(3, 9)),
            accuracy=(float(random.uniform(0.65, 0.85)), float(random.uniform(0.4, 1.0))),
            difficulty=float(random.uniform(0, 1.2)),
            bias=float(random.uniform(0.2, 0.8)),
            decoys=float(random.uniform(0, 0.3)),
            spammers=float(random.uniform(0, 0.15)),
        )
        yield simulate(plan, seed * 1000 + index)


def calibration_and_coverage(count: int = 100) -> None:
    raw, fitted, review, model = [], [], [], []
    for index, crowd in enumerate(worlds(count)):
        random = np.random.default_rng(index)
        picked = random.choice(2000, GOLD, replace=False)
        gold: dict[Hashable, Hashable] = {int(task): int(crowd.truth[task]) for task in picked}
        rest = crowd.truth.copy()
        rest[picked] = -1
        result = infer(crowd.answers)
        right = result.codes == crowd.truth
        raw.append(expected_calibration_error(DawidSkene().fit(crowd.answers).posterior, rest))
        fitted.append(expected_calibration_error(infer(crowd.answers, gold).posterior, rest))
        strata = [
            Stratum(members.size, sample.size, int(right[sample].sum()))
            for members, sample in review_plan(result.confidence, 200, seed=index)
        ]
        estimate = accuracy_from_review(strata, seed=index)
        review.append(estimate.lower <= right.mean() <= estimate.upper)
        estimate = accuracy_from_posterior(result, gold, seed=index)
        model.append(estimate.lower <= right.mean() <= estimate.upper)
    print(f"{count} simulated worlds of 2 000 tasks, {GOLD} gold:")
    print(f"  calibration error: raw Dawid-Skene {np.mean(raw):.3f}, default with gold {np.mean(fitted):.3f}")
    print(
        f"  95 % interval of the dataset's accuracy covers: review of 200 {100 * np.mean(review):.1f} %, "
        f"posterior with gold {100 * np.mean(model):.1f} %"
    )


def adaptive_redundancy() -> None:
    """The cheapest threshold that reaches the accuracy of fixed overlap 5, on a crowd of mixed skill."""
    ratios: dict[str, list[float]] = {"majority vote": [], "Dawid-Skene": []}
    for seed in range(4):
        plan = CrowdPlan(
            n_tasks=2000, n_annotators=60, n_classes=4, answers_per_task=12, accuracy=(0.78, 1.0)
        )
        crowd = simulate(plan, seed)
        five = replay(crowd.answers, StoppingRule(1.0, 5, 5)).result.answers
        runs = [replay(crowd.answers, StoppingRule(tau, 2, 10)) for tau in np.arange(0.5, 0.99, 0.04)]
        for name, model in (("majority vote", MajorityVote()), ("Dawid-Skene", DawidSkene())):
            wanted = (model.fit(five).codes == crowd.truth).mean()
            reached = [run for run in runs if (run.result.codes == crowd.truth).mean() >= wanted]
            ratios[name].append(min(run.answers_per_task for run in reached) / 5)
    for name, found in ratios.items():
        print(
            f"adaptive against fixed overlap 5 by {name}: the same accuracy for {100 * np.mean(found):.0f} % "
            "of the answers"
        )


def adaptive_on(answers: Answers, truth: NDArray[np.int32]) -> str:
    known = truth >= 0
    full = DawidSkene().fit(answers)
    run = replay(answers, StoppingRule(0.99, 2, 1000))
    accuracy = [100 * float((result.codes == truth)[known].mean()) for result in (full, run.result)]
    saved = 100 * (1 - run.used.mean())
    return f"tau 0.99: {saved:.0f} % fewer answers, {accuracy[0]:.2f} -> {accuracy[1]:.2f} %"


def auc(score: NDArray[np.float64], positive: NDArray[np.bool_]) -> float:
    rank = score.argsort().argsort() + 1
    hits = int(positive.sum())
    return float((rank[positive].sum() - hits * (hits + 1) / 2) / (hits * (~positive).sum()))


def spam_on(answers: Answers, seeds: int = 3) -> float:
    """12 % of the annotators with at least 15 answers become uniform, constant or prior-drawing spammers."""
    found = []
    shares = answers.class_counts / len(answers)
    active = np.flatnonzero(answers.answers_per_annotator >= 15)
    for seed in range(seeds):
        random = np.random.default_rng(seed)
        spammers = random.choice(active, size=max(3, round(0.12 * active.size)), replace=False)
        label = answers.label.copy()
        for index, who in enumerate(spammers):
            mine = answers.annotator == who
            probability = [
                None,
                np.eye(answers.n_classes)[random.choice(answers.n_classes, p=shares)],
                shares,
            ]
            label[mine] = random.choice(answers.n_classes, size=int(mine.sum()), p=probability[index % 3])
        spoiled = Answers.from_arrays(
            answers.task, answers.annotator, label, n_tasks=answers.n_tasks, n_classes=answers.n_classes
        )
        score = information_score(DawidSkene().fit(spoiled), draws=2).information[active]
        found.append(auc(-score, np.isin(active, spammers)))
    return float(np.mean(found))


def collusion_on(answers: Answers, seeds: int = 3) -> tuple[int, int, int, int]:
    """(flagged in the untouched set, injected, found, others) for 5 pairs that copy 80 % of shared tasks."""
    clean = find_collusion(DawidSkene().fit(answers))
    pairs = list(zip(clean.first.tolist(), clean.second.tolist(), strict=True))
    injected = hits = others = 0
    place = {
        (task, who): row
        for row, (task, who) in enumerate(zip(answers.task.tolist(), answers.annotator.tolist(), strict=True))
    }
    for seed in range(seeds):
        random = np.random.default_rng(seed)
        chosen: list[tuple[int, int]] = []
        for index in random.permutation(len(pairs)):
            if len(chosen) < 5 and not {*pairs[index]} & {who for pair in chosen for who in pair}:
                chosen.append(pairs[index])
        label = answers.label.copy()
        for (task, who), row in place.items():
            for first, second in chosen:
                if who == second and (task, first) in place and random.random() < 0.8:
                    label[row] = label[place[(task, first)]]
        copied = Answers.from_arrays(
            answers.task, answers.annotator, label, n_tasks=answers.n_tasks, n_classes=answers.n_classes
        )
        found = find_collusion(DawidSkene().fit(copied))
        flagged = set(
            zip(found.first[found.flagged].tolist(), found.second[found.flagged].tolist(), strict=True)
        )
        injected += len(chosen)
        hits += len(flagged & set(chosen))
        others += len(flagged - set(chosen))
    return int(clean.flagged.sum()), injected, hits, others


def main(folders: list[str]) -> None:
    calibration_and_coverage()
    adaptive_redundancy()
    for folder in map(Path, folders):
        answers, truth = load(folder)
        codes = answers.gold_codes(truth)
        clean, injected, hits, others = collusion_on(answers)
        print(
            f"{folder.name}: {adaptive_on(answers, codes)}; spam AUC {spam_on(answers):.3f}; "
            f"copying pairs {hits} of {injected} found, {others} others, {clean} in the untouched set"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
