"""The container: what it accepts, what it refuses and where it says so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assay.errors import InvalidInput
from assay.quality import Answers


def paths(caught: pytest.ExceptionInfo[InvalidInput]) -> list[str]:
    return [problem.path for problem in caught.value.problems]


def test_ids_are_sorted_and_answers_canonical() -> None:
    answers = Answers.from_rows([("t2", "b", "yes"), ("t1", "b", "no"), ("t2", "a", "no")])
    assert answers.tasks == ("t1", "t2")
    assert answers.annotators == ("a", "b")
    assert answers.classes == ("no", "yes")
    assert list(zip(answers.task, answers.annotator, answers.label, strict=True)) == [
        (0, 1, 0),
        (1, 0, 0),
        (1, 1, 1),
    ]


def test_mixed_ids_have_an_order() -> None:
    answers = Answers.from_rows([(1, "a", 0), ("x", 2, 0), (3, "n", 1)])
    assert answers.tasks == (1, 3, "x")


def test_an_exact_repetition_counts_once_and_a_contradiction_twice() -> None:
    answers = Answers.from_rows([("t", "a", 0), ("t", "a", 0), ("t", "a", 1)])
    assert len(answers) == 2
    with pytest.raises(InvalidInput, match="rule") as caught:
        Answers.from_rows([("t", "a", 0), ("t", "a", 1)], duplicates="error")
    assert caught.value.problems[0].rule == "duplicate"


@pytest.mark.parametrize("nothing", [None, float("nan")])
def test_missing_values_are_named_or_dropped(nothing: float | None) -> None:
    columns: tuple[list[object], ...] = (["t1", "t2"], ["a", "a"], [0, nothing])
    with pytest.raises(InvalidInput) as caught:
        Answers.from_ids(*columns)
    assert paths(caught) == ["/labels/1"]
    kept = Answers.from_ids(*columns, missing="drop")
    assert kept.tasks == ("t1",)


def test_unknown_classes_are_named_without_being_quoted() -> None:
    with pytest.raises(InvalidInput) as caught:
        Answers.from_rows([("t1", "a", "cat"), ("t2", "a", "secret")], classes=["cat", "dog"])
    assert paths(caught) == ["/labels/1"]
    assert "secret" not in str(caught.value) + caught.value.problems[0].message
    with pytest.raises(InvalidInput):
        Answers.from_rows([("t1", "a", "cat")], classes=["cat", "cat"])


def test_empty_and_uneven_are_refused() -> None:
    with pytest.raises(InvalidInput) as caught:
        Answers.from_rows([])
    assert caught.value.problems[0].rule == "empty"
    with pytest.raises(InvalidInput):
        Answers.from_ids(["t"], ["a", "b"], [1])
    with pytest.raises(InvalidInput) as caught:
        Answers.from_rows([("t", "a", 1), ("t", "a")])  # type: ignore[list-item]
    assert paths(caught) == ["/1"]


def test_arrays_of_codes() -> None:
    answers = Answers.from_arrays(np.array([1, 0]), np.array([0, 0]), np.array([2.0, 0.0]), n_classes=4)
    assert (answers.n_tasks, answers.n_annotators, answers.n_classes) == (2, 1, 4)
    for label, rule in (([0.5, 1], "range"), ([np.nan, 1], "missing"), ([-1, 1], "range"), ([9, 1], "range")):
        with pytest.raises(InvalidInput) as caught:
            Answers.from_arrays(np.array([0, 1]), np.array([0, 0]), np.array(label), n_classes=4)
        assert (paths(caught), caught.value.problems[0].rule) == (["/labels/0"], rule)
    with pytest.raises(InvalidInput):
        Answers.from_arrays(np.array(["a"]), np.array([0]), np.array([0]))
    with pytest.raises(InvalidInput):
        Answers.from_arrays(np.zeros((1, 1)), np.zeros((1, 1)), np.zeros((1, 1)))
    with pytest.raises(InvalidInput):
        Answers.from_arrays(np.array([]), np.array([]), np.array([]))


def test_csv(tmp_path: Path) -> None:
    file = tmp_path / "answers.csv"
    file.write_text("task,worker,label\nt1,w1,a\nt1,w2,b\nt2,w1,\n", encoding="utf-8")
    with pytest.raises(InvalidInput) as caught:
        Answers.from_csv(file)
    assert paths(caught) == ["/annotator"]
    with pytest.raises(InvalidInput) as caught:
        Answers.from_csv(file, annotator="worker")
    assert paths(caught) == ["/labels/2"]
    assert len(Answers.from_csv(file, annotator="worker", missing="drop")) == 2


def test_votes_matrix_and_gold() -> None:
    answers = Answers.from_rows([("t1", "a", 0), ("t1", "b", 1), ("t2", "a", 1)], all_tasks=["t3"])
    assert answers.votes().tolist() == [[1, 1], [0, 1], [0, 0]]
    assert answers.matrix.toarray().tolist() == [[1, 0, 0, 1], [0, 1, 0, 0], [0, 0, 0, 0]]
    assert answers.gold_codes({"t2": 1, "elsewhere": 0}).tolist() == [-1, 1, -1]
    with pytest.raises(InvalidInput):
        answers.gold_codes({"t2": 7})
