"""The answers of annotators to tasks, as three flat integer arrays.

Every method of this package reads an `Answers`. It is canonical: ids are sorted, answers are sorted by task,
annotator and label, so the order of the rows that came in can never change a result.
"""

from __future__ import annotations

import csv
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from assay.errors import InvalidInput, Problem

Codes = NDArray[np.int32]
Floats = NDArray[np.floating[Any]]
Duplicates = Literal["keep", "error"]
Missing = Literal["error", "drop"]

_PROBLEMS_SHOWN = 20


@dataclass(frozen=True, eq=False)
class Answers:
    """Who said what about which task.

    `task`, `annotator`, `label`: int32 arrays of shape (answers,), codes into `tasks`, `annotators`,
    `classes`. Build one with `from_ids`, `from_rows`, `from_arrays` or `from_csv`. An exact repetition (same
    task, annotator and label) counts once. Contradicting answers of one annotator on one task both count, or
    are an error with `duplicates="error"`. A task listed in `tasks` without any answer is allowed: its
    posterior is the prior.
    """

    task: Codes
    annotator: Codes
    label: Codes
    tasks: tuple[Hashable, ...]
    annotators: tuple[Hashable, ...]
    classes: tuple[Hashable, ...]

    @classmethod
    def from_ids(
        cls,
        tasks: Iterable[Hashable],
        annotators: Iterable[Hashable],
        labels: Iterable[Hashable],
        *,
        classes: Sequence[Hashable] | None = None,
        all_tasks: Sequence[Hashable] | None = None,
        missing: Missing = "error",
        duplicates: Duplicates = "keep",
    ) -> Answers:
        """Three parallel iterables of ids (any hashable: text, integers).

        `classes` fixes the classes and their order (needed for ordinal labels); without it they are the
        labels seen, sorted. `all_tasks` adds tasks nobody answered. `missing="drop"` leaves out rows with
        None or NaN. Raises InvalidInput (paths `/tasks/i`, `/annotators/i`, `/labels/i`) on columns of
        unequal length, missing values, labels outside `classes`, no answer at all.
        """
        columns = {"tasks": list(tasks), "annotators": list(annotators), "labels": list(labels)}
        _check_lengths(columns)
        columns = _without_missing(columns, missing)
        if not columns["labels"]:
            raise _empty()
        task_ids = _sorted_ids([*columns["tasks"], *(all_tasks or ())])
        annotator_ids = _sorted_ids(columns["annotators"])
        class_ids = tuple(classes) if classes is not None else _sorted_ids(columns["labels"])
        return cls._canonical(
            _encode(columns["tasks"], task_ids, "tasks"),
            _encode(columns["annotators"], annotator_ids, "annotators"),
            _encode(columns["labels"], class_ids, "labels"),
            task_ids,
            annotator_ids,
            class_ids,
            duplicates,
        )

    @classmethod
    def from_rows(cls, rows: Iterable[tuple[Hashable, Hashable, Hashable]], **options: Any) -> Answers:
        """Rows of (task, annotator, label); options as in `from_ids`."""
        listed = list(rows)
        wrong = [i for i, row in enumerate(listed) if len(row) != 3]
        if wrong:
            raise _invalid([(f"/{i}", "row", "a row is (task, annotator, label)") for i in wrong])
        tasks, annotators, labels = zip(*listed, strict=True) if listed else ((), (), ())
        return cls.from_ids(tasks, annotators, labels, **options)

    @classmethod
    def from_arrays(
        cls,
        task: NDArray[Any],
        annotator: NDArray[Any],
        label: NDArray[Any],
        *,
        n_tasks: int | None = None,
        n_annotators: int | None = None,
        n_classes: int | None = None,
        duplicates: Duplicates = "keep",
    ) -> Answers:
        """Codes that are already 0-based integers; the ids are then those integers. The fast way in."""
        columns = {
            "tasks": np.asarray(task),
            "annotators": np.asarray(annotator),
            "labels": np.asarray(label),
        }
        _check_lengths(columns)
        if columns["labels"].size == 0:
            raise _empty()
        sizes = {"tasks": n_tasks, "annotators": n_annotators, "labels": n_classes}
        coded = {name: _checked_codes(name, values, sizes[name]) for name, values in columns.items()}
        counts = {name: sizes[name] or int(values.max()) + 1 for name, values in coded.items()}
        return cls._canonical(
            coded["tasks"],
            coded["annotators"],
            coded["labels"],
            tuple(range(counts["tasks"])),
            tuple(range(counts["annotators"])),
            tuple(range(counts["labels"])),
            duplicates,
        )

    @classmethod
    def from_csv(
        cls,
        path: str | Path,
        *,
        task: str = "task",
        annotator: str = "annotator",
        label: str = "label",
        **options: Any,
    ) -> Answers:
        """A CSV file with a header; the arguments name its columns. Ids are text, empty cells are missing."""
        with Path(path).open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            absent = [name for name in (task, annotator, label) if name not in (reader.fieldnames or ())]
            if absent:
                raise _invalid([(f"/{name}", "column", "the file has no such column") for name in absent])
            rows = [(row[task] or None, row[annotator] or None, row[label] or None) for row in reader]
        return cls.from_rows(rows, **options)

    @classmethod
    def _canonical(
        cls,
        task: Codes,
        annotator: Codes,
        label: Codes,
        tasks: tuple[Hashable, ...],
        annotators: tuple[Hashable, ...],
        classes: tuple[Hashable, ...],
        duplicates: Duplicates,
    ) -> Answers:
        width, depth = len(annotators), len(classes)
        if len(tasks) * width * depth >= 2**62:
            raise InvalidInput("tasks times annotators times classes is beyond 64 bits: split the data")
        key = (task.astype(np.int64) * width + annotator) * depth + label
        if np.any(key[1:] <= key[:-1]):
            key.sort()
            key = key[np.concatenate([[True], key[1:] != key[:-1]])]
            pair, label = np.divmod(key, depth)
            task, annotator = np.divmod(pair, width)
        if duplicates == "error":
            _refuse_duplicates(task.astype(np.int64) * width + annotator)
        return cls(
            task.astype(np.int32),
            annotator.astype(np.int32),
            label.astype(np.int32),
            tasks,
            annotators,
            classes,
        )

    def __len__(self) -> int:
        return int(self.task.size)

    @property
    def n_tasks(self) -> int:
        return len(self.tasks)

    @property
    def n_annotators(self) -> int:
        return len(self.annotators)

    @property
    def n_classes(self) -> int:
        return len(self.classes)

    @cached_property
    def matrix(self) -> sparse.csr_matrix:
        """Sparse (tasks, annotators * classes) with a 1 at (t, a * classes + l) for each answer, float32.

        `matrix @ log(theta)` is the expectation step of a confusion model, `matrix.T @ posterior` its
        expected counts.
        """
        indptr = np.zeros(self.n_tasks + 1, dtype=np.int32)
        np.cumsum(self.answers_per_task, out=indptr[1:])
        indices = self.annotator * np.int32(self.n_classes) + self.label
        data = np.ones(len(self), dtype=np.float32)
        return sparse.csr_matrix(
            (data, indices, indptr), shape=(self.n_tasks, self.n_annotators * self.n_classes), copy=False
        )

    @cached_property
    def answers_per_task(self) -> NDArray[np.int64]:
        """Shape (tasks,)."""
        return np.bincount(self.task, minlength=self.n_tasks)

    @cached_property
    def answers_per_annotator(self) -> NDArray[np.int64]:
        """Shape (annotators,)."""
        return np.bincount(self.annotator, minlength=self.n_annotators)

    @cached_property
    def class_counts(self) -> NDArray[np.int64]:
        """How often each class was answered, shape (classes,)."""
        return np.bincount(self.label, minlength=self.n_classes)

    @cached_property
    def cell(self) -> NDArray[np.int64]:
        """task * classes + label, shape (answers,): the answer's place in a flat (tasks, classes) table."""
        return self.task.astype(np.int64) * self.n_classes + self.label

    def vote_counts(self) -> NDArray[np.int64]:
        """Answers per task and class, shape (tasks, classes)."""
        counts = np.bincount(self.cell, minlength=self.n_tasks * self.n_classes)
        return counts.reshape(self.n_tasks, self.n_classes)

    def votes(self, weights: Floats | None = None) -> NDArray[np.float64]:
        """Votes per task and class, shape (tasks, classes); `weights` has one number per answer."""
        if weights is None:
            return self.vote_counts().astype(np.float64)
        counted = np.bincount(self.cell, weights, self.n_tasks * self.n_classes)
        return counted.reshape(self.n_tasks, self.n_classes).astype(np.float64, copy=False)

    def gold_codes(self, gold: Mapping[Any, Hashable] | None) -> Codes:
        """Known classes per task, shape (tasks,), -1 where unknown. Gold of tasks that are not here is
        ignored.
        """
        codes = np.full(self.n_tasks, -1, dtype=np.int32)
        if not gold:
            return codes
        class_of = {name: code for code, name in enumerate(self.classes)}
        task_of = {name: code for code, name in enumerate(self.tasks)}
        unknown = [key for key, name in gold.items() if name not in class_of]
        if unknown:
            raise _invalid(
                [("/gold", "unknown_class", f"{len(unknown)} gold labels are not among the classes")]
            )
        for key, name in gold.items():
            if key in task_of:
                codes[task_of[key]] = class_of[name]
        return codes

    def select(self, mask: NDArray[np.bool_]) -> Answers:
        """The answers where `mask` (shape (answers,)) holds, over the same tasks, annotators and classes."""
        return Answers(
            self.task[mask],
            self.annotator[mask],
            self.label[mask],
            self.tasks,
            self.annotators,
            self.classes,
        )


def _check_lengths(columns: Mapping[str, Any]) -> None:
    lengths = {len(values) for values in columns.values()}
    if len(lengths) != 1:
        raise _invalid(
            [(f"/{name}", "length", f"has {len(values)} rows") for name, values in columns.items()]
        )


def is_missing(value: object) -> bool:
    """None and NaN (which differs from itself)."""
    return value is None or bool(value != value)  # noqa: PLR0124


def _without_missing(columns: dict[str, list[Any]], missing: Missing) -> dict[str, list[Any]]:
    bad = [
        (f"/{name}/{row}", "missing", "is None or NaN")
        for name, values in columns.items()
        for row, value in enumerate(values)
        if is_missing(value)
    ]
    if not bad:
        return columns
    if missing == "error":
        raise _invalid(bad)
    dropped = {int(path.rsplit("/", 1)[1]) for path, _, _ in bad}
    return {
        name: [value for row, value in enumerate(values) if row not in dropped]
        for name, values in columns.items()
    }


def _sorted_ids(values: Iterable[Hashable]) -> tuple[Hashable, ...]:
    unique = set(values)
    try:
        return tuple(sorted(unique))  # type: ignore[type-var]
    except TypeError:
        return tuple(sorted(unique, key=lambda value: (type(value).__name__, str(value))))


def coded(ids: Sequence[Hashable]) -> tuple[tuple[Hashable, ...], Codes]:
    """The distinct ids, sorted, and the place of each given one among them, int32."""
    names = _sorted_ids(ids)
    return names, _encode(list(ids), names, "ids")


def _encode(values: list[Any], ids: tuple[Hashable, ...], name: str) -> Codes:
    code_of = {identifier: code for code, identifier in enumerate(ids)}
    if len(code_of) != len(ids):
        raise _invalid([(f"/{'classes' if name == 'labels' else name}", "unique", "an id is listed twice")])
    try:
        return np.fromiter(map(code_of.__getitem__, values), dtype=np.int32, count=len(values))
    except KeyError:
        raise _invalid(
            [
                (f"/{name}/{row}", "unknown_class", "is not among the classes")
                for row, value in enumerate(values)
                if value not in code_of
            ]
        ) from None


def _checked_codes(name: str, values: NDArray[Any], size: int | None) -> Codes:
    if values.ndim != 1:
        raise _invalid([(f"/{name}", "shape", "must have one dimension")])
    if values.dtype.kind == "f":
        finite = np.isfinite(values)
        if not finite.all():
            raise _invalid([(f"/{name}/{row}", "missing", "is NaN") for row in np.flatnonzero(~finite)])
        values = np.where(values == np.floor(values), values, -1)
    elif values.dtype.kind not in "iub":
        raise _invalid([(f"/{name}", "integer", "codes must be integers; use from_ids for other ids")])
    limit = size if size is not None else 2**31 - 1
    outside = (values < 0) | (values >= limit)
    if outside.any():
        message = f"must be an integer from 0 to {limit - 1}"
        raise _invalid([(f"/{name}/{row}", "range", message) for row in np.flatnonzero(outside)])
    return values.astype(np.int32)


def _refuse_duplicates(pair: NDArray[np.int64]) -> None:
    repeated = np.flatnonzero(pair[1:] == pair[:-1])
    if repeated.size:
        message = f"{repeated.size} answers repeat a task and annotator with another label"
        raise _invalid([("", "duplicate", message)])


def _empty() -> InvalidInput:
    return _invalid([("", "empty", "there is no answer")])


def _invalid(found: Sequence[tuple[str, str, str]]) -> InvalidInput:
    problems = [Problem(path, rule, message) for path, rule, message in found[:_PROBLEMS_SHOWN]]
    return InvalidInput(f"The answers break {len(found)} rule(s)", problems=problems)
