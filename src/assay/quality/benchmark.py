"""Truth inference on sets with known truth: `python -m assay.quality.benchmark FOLDER...`.

A folder holds `answers.csv` (task, worker or annotator, label) and `truth.csv` (task, label).
"""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assay.errors import InvalidInput, Problem
from assay.quality.answers import Answers
from assay.quality.calibration import expected_calibration_error, shared_credit
from assay.quality.dawid_skene import DawidSkene
from assay.quality.ebcc import EBCC
from assay.quality.ensemble import Ensemble
from assay.quality.estimation import TruthModel, TruthResult
from assay.quality.glad import GLAD
from assay.quality.mace import MACE
from assay.quality.majority import MajorityVote, WeightedVote
from assay.quality.one_coin import OneCoin

GOLD = 20
GOLD_SEEDS = 5
DEFAULT = "default"

METHODS: dict[str, TruthModel] = {
    "majority": MajorityVote(),
    "weighted vote": WeightedVote(),
    "one-coin": OneCoin(),
    "GLAD": GLAD(),
    "MACE": MACE(),
    "EBCC": EBCC(),
    "Dawid-Skene": DawidSkene(),
    DEFAULT: Ensemble(),
}


@dataclass(frozen=True)
class Row:
    """One method on one set. `accuracy` and `calibration_error` in [0, 1] over the tasks with truth (those
    that were not gold), ties sharing credit; `cpu_seconds` of fitting, without reading the files.
    """

    dataset: str
    method: str
    accuracy: float
    cpu_seconds: float
    calibration_error: float


def bench(folders: Iterable[str | Path]) -> list[Row]:
    """Every method on every folder, plus the default with 20 random gold tasks (mean of 5 draws)."""
    rows = []
    for folder in map(Path, folders):
        answers, truth = load(folder)
        for name, model in METHODS.items():
            rows.append(_measure(folder.name, name, model, answers, truth, {}))
        if len(truth) >= 2 * GOLD:
            rows.append(_with_gold(folder.name, answers, truth))
    return rows


def load(folder: Path) -> tuple[Answers, dict[Hashable, Hashable]]:
    """Answers and truth of a folder. Raises InvalidInput when a file is absent or malformed."""
    answers_file, truth_file = folder / "answers.csv", folder / "truth.csv"
    absent = [file.name for file in (answers_file, truth_file) if not file.is_file()]
    if absent:
        problems = [Problem(f"/{name}", "absent", "is not in the folder") for name in absent]
        raise InvalidInput("The folder is not a set with truth", problems=problems)
    truth: dict[Hashable, Hashable] = {}
    with truth_file.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        if not {"task", "label"} <= set(reader.fieldnames or ()):
            raise InvalidInput("truth.csv needs the columns task and label", path="/truth.csv")
        for row in reader:
            truth[row["task"]] = row["label"]
    with answers_file.open(newline="", encoding="utf-8-sig") as file:
        columns = next(csv.reader(file), [])
        rows = list(csv.DictReader(file, fieldnames=columns))
    who = "worker" if "worker" in columns else "annotator"
    if not {"task", who, "label"} <= set(columns):
        raise InvalidInput("answers.csv needs the columns task, worker and label", path="/answers.csv")
    listed = [(row["task"], row[who], row["label"]) for row in rows]
    # A class that nobody answered is still a class of the set.
    classes = sorted({label for _, _, label in listed} | {str(label) for label in truth.values()})
    return Answers.from_rows(listed, classes=classes, all_tasks=list(truth)), truth


def _measure(
    dataset: str,
    name: str,
    model: TruthModel,
    answers: Answers,
    truth: dict[Hashable, Hashable],
    gold: dict[Hashable, Hashable],
) -> Row:
    start = time.process_time()
    result = model.fit(answers, gold)
    seconds = time.process_time() - start
    accuracy, error = score(result, {task: label for task, label in truth.items() if task not in gold})
    return Row(dataset, name, accuracy, seconds, error)


def score(result: TruthResult, truth: dict[Hashable, Hashable]) -> tuple[float, float]:
    """Accuracy with ties sharing credit, and expected calibration error, over the tasks with truth."""
    codes = result.answers.gold_codes(truth)
    known = np.flatnonzero(codes >= 0)
    accuracy = float(shared_credit(result.posterior[known], codes[known]).mean())
    return accuracy, expected_calibration_error(result.posterior, codes)


def _with_gold(dataset: str, answers: Answers, truth: dict[Hashable, Hashable]) -> Row:
    name = f"{DEFAULT}, {GOLD} gold"
    tasks = sorted(truth, key=str)
    rows = []
    for seed in range(GOLD_SEEDS):
        picked = np.random.default_rng(seed).choice(len(tasks), size=GOLD, replace=False)
        gold = {tasks[index]: truth[tasks[index]] for index in picked}
        rows.append(_measure(dataset, name, METHODS[DEFAULT], answers, truth, gold))
    means = np.mean([(row.accuracy, row.cpu_seconds, row.calibration_error) for row in rows], axis=0)
    return Row(dataset, name, *map(float, means))


def table(rows: Sequence[Row]) -> str:
    """The rows as text: a line per set and method, then the means over the sets per method."""
    lines = [f"{'set':<16} {'method':<18} {'accuracy %':>10} {'CPU s':>8} {'ECE':>7}"]
    for row in [*rows, *_means(rows)]:
        lines.append(
            f"{row.dataset:<16} {row.method:<18} {100 * row.accuracy:>10.2f} {row.cpu_seconds:>8.3f} "
            f"{row.calibration_error:>7.3f}"
        )
    return "\n".join(lines)


def _means(rows: Sequence[Row]) -> list[Row]:
    found = []
    for method in dict.fromkeys(row.method for row in rows):
        own = [(row.accuracy, row.cpu_seconds, row.calibration_error) for row in rows if row.method == method]
        found.append(Row(f"mean of {len(own)}", method, *map(float, np.mean(own, axis=0))))
    return found


def main(arguments: Sequence[str]) -> int:
    if not arguments:
        sys.stderr.write("usage: python -m assay.quality.benchmark FOLDER...\n")
        return 2
    try:
        sys.stdout.write(table(bench(arguments)) + "\n")
    except InvalidInput as error:
        places = "; ".join(f"{problem.path} {problem.message}" for problem in error.problems)
        sys.stderr.write(f"{error.detail}{': ' + places if places else ''}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
