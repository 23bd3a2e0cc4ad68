"""A posterior that follows the answers as they come in."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np

from assay.errors import InvalidInput, Problem
from assay.quality.answers import Answers, Floats
from assay.quality.dawid_skene import DawidSkene
from assay.quality.estimation import TruthResult, class_prior, expected_counts, normalise


@dataclass
class _Task:
    given: list[tuple[int, int]]
    posterior: Floats


class RunningTruth:
    """Dawid-Skene kept up to date one answer at a time.

    Starts from a full fit of `answers`. `add` costs O(classes * answers of the task): it folds the answer
    into the task's posterior under the annotators' current confusion matrices and moves the expected counts
    of everybody who answered that task. The other tasks feel it at the next `refit`, which runs the full
    model on all answers. New tasks and new annotators may appear at any time: a new annotator is the
    population's.
    """

    def __init__(self, answers: Answers, model: DawidSkene | None = None) -> None:
        self.model = model or DawidSkene()
        self._load(answers, self.model.fit(answers))

    def _load(self, answers: Answers, result: TruthResult) -> None:
        self._classes: tuple[Hashable, ...] = answers.classes
        self._class_code = {name: code for code, name in enumerate(answers.classes)}
        self._annotators = {name: code for code, name in enumerate(answers.annotators)}
        self._log_prior = np.log(class_prior(result.posterior))
        counts = expected_counts(answers, result.posterior).astype(np.float64)
        prior = self.model.prior_counts(counts).astype(np.float64)
        self._parameters: list[Floats] = list(counts + prior)
        population = self.model.prior_counts(np.concatenate([counts, np.zeros_like(counts[:1])]))
        self._newcomer: Floats = population[-1].astype(np.float64)
        given: list[list[tuple[int, int]]] = [[] for _ in answers.tasks]
        columns = (answers.task.tolist(), answers.annotator.tolist(), answers.label.tolist())
        for task, annotator, label in zip(*columns, strict=True):
            given[task].append((annotator, label))
        self._tasks = {
            name: _Task(pairs, row.astype(np.float64))
            for name, pairs, row in zip(answers.tasks, given, result.posterior, strict=True)
        }

    def add(self, task: Hashable, annotator: Hashable, label: Hashable) -> Floats:
        """Fold in one answer; the task's new posterior, shape (classes,). A repeated answer changes nothing.

        Raises InvalidInput when `label` is not among the classes.
        """
        if label not in self._class_code:
            raise InvalidInput(
                "The label is not among the classes",
                problems=[Problem("/label", "unknown_class", "is not among the classes")],
            )
        code = self._annotators.setdefault(annotator, len(self._annotators))
        if code == len(self._parameters):
            self._parameters.append(self._newcomer.copy())
        state = self._tasks.setdefault(task, _Task([], np.zeros(len(self._classes))))
        given = (code, self._class_code[label])
        if given in state.given:
            return state.posterior
        before = state.posterior
        after = self._posterior([*state.given, given])
        for other, other_label in state.given:
            self._parameters[other][other_label] += after - before
        self._parameters[code][given[1]] += after
        state.given.append(given)
        state.posterior = after
        return after

    def posterior(self, task: Hashable) -> Floats:
        """The current posterior of a task, shape (classes,); the class prior for a task never seen."""
        state = self._tasks.get(task)
        prior: Floats = np.exp(self._log_prior)
        return state.posterior if state else prior

    def refit(self) -> TruthResult:
        """Run the full model on everything and continue from its parameters."""
        names = list(self._annotators)
        rows = [
            (task, names[annotator], self._classes[label])
            for task, state in self._tasks.items()
            for annotator, label in state.given
        ]
        answers = Answers.from_rows(rows, classes=self._classes, all_tasks=list(self._tasks))
        result = self.model.fit(answers)
        self._load(answers, result)
        return result

    def _posterior(self, given: list[tuple[int, int]]) -> Floats:
        scores = self._log_prior.copy()
        for annotator, label in given:
            parameters = self._parameters[annotator]
            scores += np.log(np.maximum(parameters[label], 1e-9) / parameters.sum(axis=0))
        posterior: Floats = normalise(scores[None])[0][0]
        return posterior
