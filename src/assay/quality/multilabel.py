"""Tasks that take a set of classes: one yes/no question per class."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Set
from dataclasses import dataclass, field

import numpy as np

from assay.errors import InvalidInput, Problem
from assay.quality.answers import Answers, Floats
from assay.quality.dawid_skene import DawidSkene
from assay.quality.estimation import TruthModel, TruthResult


@dataclass(frozen=True)
class MultiLabelResult:
    """`results[j]` is the yes/no result of `classes[j]`; its classes are (False, True)."""

    tasks: tuple[Hashable, ...]
    classes: tuple[Hashable, ...]
    results: tuple[TruthResult, ...]

    @property
    def probability(self) -> Floats:
        """P(class applies), shape (tasks, classes)."""
        return np.stack([result.posterior[:, 1] for result in self.results], axis=1)

    @property
    def labels(self) -> list[frozenset[Hashable]]:
        """The set of classes that apply to each task; a tie counts as the model's tie rule says."""
        applies = np.stack([result.codes == 1 for result in self.results], axis=1)
        return [
            frozenset(name for name, yes in zip(self.classes, row, strict=True) if yes) for row in applies
        ]


@dataclass(frozen=True)
class MultiLabel:
    """Binary relevance: the `model` on each class by itself, so each annotator has a hit and a false-alarm
    rate per class. Good where classes are many and nearly independent.
    """

    model: TruthModel = field(default_factory=DawidSkene)

    def fit(
        self,
        rows: Iterable[tuple[Hashable, Hashable, Set[Hashable]]],
        *,
        classes: Iterable[Hashable] | None = None,
        gold: Mapping[Hashable, Set[Hashable]] | None = None,
    ) -> MultiLabelResult:
        """Rows of (task, annotator, set of classes); an empty set is an answer too.

        `classes` fixes the classes, else they are those seen. Raises InvalidInput for classes outside it, for
        a value that is not a set, and when there is no row.
        """
        listed = list(rows)
        not_sets = [row for row, (_, _, value) in enumerate(listed) if not isinstance(value, Set)]
        if not_sets:
            raise InvalidInput(
                "A multi-label answer is a set of classes",
                problems=[Problem(f"/{row}/2", "set", "is not a set") for row in not_sets[:20]],
            )
        seen: set[Hashable] = set().union(*(value for _, _, value in listed))
        names = tuple(classes) if classes is not None else tuple(sorted(seen, key=str))
        if seen - set(names):
            outside = [
                Problem(f"/{row}/2", "unknown_class", "has a class that is not listed")
                for row, (_, _, value) in enumerate(listed)
                if value - set(names)
            ]
            raise InvalidInput("Some answers use unknown classes", problems=outside[:20])
        results = []
        for name in names:
            answers = Answers.from_rows(
                ((task, annotator, name in value) for task, annotator, value in listed), classes=(False, True)
            )
            known = {task: name in value for task, value in (gold or {}).items()}
            results.append(self.model.fit(answers, known))
        if not results:
            raise InvalidInput("There is no class: list `classes`, or give an answer that has one")
        return MultiLabelResult(results[0].answers.tasks, names, tuple(results))
