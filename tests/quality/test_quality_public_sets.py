"""The default method on the public crowd sets, where they are at hand, and the benchmark's own command."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path

import numpy as np
import pytest

from assay.errors import InvalidInput
from assay.quality import Answers, CrowdPlan, DawidSkene, MajorityVote, infer, simulate
from assay.quality.benchmark import bench, load, main, score, table

SETS = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "crowd"
# Accuracy in percent, from the README of the sets.
PUBLISHED_EBCC = {
    "CF": 88.33,
    "MS": 78.71,
    "SP": 91.52,
    "ZC_in": 78.09,
    "rte": 93.13,
    "dog": 84.01,
    "face": 63.53,
}
CROWDKIT_DAWID_SKENE = {
    "CF": 83.00,
    "MS": 76.86,
    "SP": 91.52,
    "ZC_in": 76.08,
    "rte": 92.75,
    "dog": 84.26,
    "face": 64.04,
}
Loaded = dict[str, tuple[Answers, dict[Hashable, Hashable]]]


@pytest.fixture(scope="module")
def public_sets() -> Loaded:
    if not SETS.is_dir():
        pytest.skip(f"the public crowd sets are not at {SETS}")
    return {name: load(SETS / name) for name in PUBLISHED_EBCC}


def test_the_default_reaches_the_published_ebcc(public_sets: Loaded) -> None:
    accuracy = {name: 100 * score(infer(answers), truth)[0] for name, (answers, truth) in public_sets.items()}
    assert np.mean(list(accuracy.values())) >= np.mean(list(PUBLISHED_EBCC.values()))
    short = {name: accuracy[name] - CROWDKIT_DAWID_SKENE[name] for name in accuracy}
    assert min(short.values()) > -3, short


def test_gold_does_not_cost_accuracy_and_calibrates(public_sets: Loaded) -> None:
    change, raw, calibrated = [], [], []
    for answers, truth in public_sets.values():
        for seed in range(2):
            picked = np.random.default_rng(seed).choice(sorted(map(str, truth)), 50, replace=False)
            gold = {task: truth[task] for task in picked.tolist()}
            rest = {task: label for task, label in truth.items() if task not in gold}
            before, after = score(infer(answers), rest), score(infer(answers, gold), rest)
            change.append(after[0] - before[0])
            raw.append(score(DawidSkene().fit(answers), rest)[1])
            calibrated.append(after[1])
    assert np.mean(change) > -0.005
    assert np.mean(calibrated) < 0.5 * float(np.mean(raw))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    crowd = simulate(CrowdPlan(n_tasks=60, n_annotators=10, n_classes=3), seed=0)
    where = tmp_path / "toy"
    where.mkdir()
    rows = zip(crowd.answers.task, crowd.answers.annotator, crowd.answers.label, strict=True)
    lines = ["task,worker,label", *(f"{t},{w},{label}" for t, w, label in rows)]
    (where / "answers.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    truth = ["task,label", *(f"{task},{label}" for task, label in enumerate(crowd.truth))]
    (where / "truth.csv").write_text("\n".join(truth) + "\n", encoding="utf-8")
    return where


def test_bench_measures_every_method(folder: Path) -> None:
    rows = bench([folder])
    assert {"majority", "Dawid-Skene", "default", "default, 20 gold"} <= {row.method for row in rows}
    assert all(0 <= row.accuracy <= 1 and 0 <= row.calibration_error <= 1 for row in rows)
    answers, truth = load(folder)
    majority = next(row for row in rows if row.method == "majority")
    assert majority.accuracy == pytest.approx(score(MajorityVote().fit(answers), truth)[0])
    assert "mean of 1" in table(rows)


def test_ties_share_credit() -> None:
    answers = Answers.from_rows([("t1", "a", "x"), ("t1", "b", "y"), ("t2", "a", "x")])
    assert score(MajorityVote().fit(answers), {"t1": "y", "t2": "x"})[0] == 0.75


def test_the_command(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(folder)]) == 0
    assert "Dawid-Skene" in capsys.readouterr().out
    assert main([]) == 2
    assert main([str(tmp_path)]) == 1
    assert "answers.csv" in capsys.readouterr().err
    (folder / "truth.csv").write_text("id,label\n1,2\n", encoding="utf-8")
    with pytest.raises(InvalidInput):
        load(folder)
