"""Many transcripts of one recording, merged word by word: weighted ROVER."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from assay.errors import InvalidInput, Problem

Words = tuple[str, ...]
Slot = tuple[str, ...]
_NOT_WORD = re.compile(r"[^\w']+")


def words(text: str) -> Words:
    """Lower case words; punctuation and hyphens part them, apostrophes stay."""
    return tuple(part for part in _NOT_WORD.sub(" ", text.lower()).split() if part.strip("'_"))


@dataclass(frozen=True)
class TranscriptResult:
    """Per task, in the order of `tasks`: the merged `text`, the `confidence` of each of its words (share of
    the weight that chose it) and `medoid`, the given answer nearest to the others. `weight` per annotator in
    order of `annotators`; larger is more accurate.
    """

    tasks: tuple[Hashable, ...]
    annotators: tuple[Hashable, ...]
    text: list[str]
    confidence: list[tuple[float, ...]]
    medoid: list[str]
    weight: NDArray[np.float64]


@dataclass(frozen=True)
class WeightedRover:
    """ROVER (Fiscus, ASRU 1997) voting with annotators' weights.

    An annotator's weight is 1 / (mean word distance to the medoid of the others + 0.02), shrunk to the
    crowd's with `strength` imaginary answers, three `rounds`. Every answer is aligned to the weighted medoid;
    each slot (a word of the medoid, or the gap before it) goes to the words with most weight, ties to the
    medoid's own. `weighted=False` is plain ROVER with the same alignment. `split` turns text into words.
    """

    rounds: int = 3
    strength: float = 5.0
    weighted: bool = True
    split: Callable[[str], Words] = words

    def fit(self, rows: Iterable[tuple[Hashable, Hashable, str]]) -> TranscriptResult:
        """Rows of (task, annotator, text). Raises InvalidInput for no row and for what is not text."""
        listed = sorted(_checked(rows), key=lambda row: (str(row[0]), str(row[1]), row[2]))
        tasks = tuple(dict.fromkeys(row[0] for row in listed))
        annotators = tuple(sorted(dict.fromkeys(row[1] for row in listed), key=str))
        code_of = {name: code for code, name in enumerate(annotators)}
        groups: dict[Hashable, list[tuple[int, Words, str]]] = {task: [] for task in tasks}
        for task, annotator, text in listed:
            groups[task].append((code_of[annotator], self.split(text), text))
        answered = [_Answered(group) for group in groups.values()]
        weight = self._weights(answered, len(annotators))
        merged = [task.merge(weight) for task in answered]
        return TranscriptResult(
            tasks,
            annotators,
            [" ".join(word for word, _ in task) for task in merged],
            [tuple(share for _, share in task) for task in merged],
            [task.texts[task.medoid(weight)] for task in answered],
            weight,
        )

    def _weights(self, answered: Sequence[_Answered], n_annotators: int) -> NDArray[np.float64]:
        weight = np.ones(n_annotators)
        if not self.weighted:
            return weight
        compared = [task for task in answered if len(task.words) > 1]
        if not compared:
            return weight
        who = np.concatenate([task.annotator for task in compared])
        given = np.bincount(who, minlength=n_annotators)
        for _ in range(self.rounds):
            far = np.concatenate([task.distance_to_others(weight) for task in compared])
            total = np.bincount(who, weights=far, minlength=n_annotators)
            shrunk = (total + self.strength * far.mean()) / (given + self.strength)
            weight = 1 / (shrunk + 0.02)
        scaled: NDArray[np.float64] = weight / weight.mean()
        return scaled


class _Answered:
    """The answers to one task with their distances."""

    def __init__(self, group: list[tuple[int, Words, str]]) -> None:
        self.annotator = np.array([annotator for annotator, _, _ in group])
        self.words = [answer for _, answer, _ in group]
        self.texts = [text for _, _, text in group]
        size = len(group)
        self.distances = np.zeros((size, size))
        for i in range(size):
            for j in range(i + 1, size):
                distance = Levenshtein.normalized_distance(self.words[i], self.words[j])
                self.distances[i, j] = self.distances[j, i] = distance

    def medoid(self, weight: NDArray[np.float64]) -> int:
        """The answer with the least weighted distance to the others; ties to the first in text order."""
        sums = self.distances @ weight[self.annotator] - 1e-9 * weight[self.annotator]
        best = np.flatnonzero(sums <= sums.min() + 1e-9)
        return int(min(best, key=lambda index: self.texts[index]))

    def distance_to_others(self, weight: NDArray[np.float64]) -> NDArray[np.float64]:
        """From each answer to the weighted medoid of the *others*: who is often the medoid must not be judged
        by the distance to themselves, which is zero.
        """
        own = weight[self.annotator]
        sums = (self.distances @ own)[None, :] - own[:, None] * self.distances
        np.fill_diagonal(sums, np.inf)
        nearest = sums.argmin(axis=1)
        distance: NDArray[np.float64] = self.distances[np.arange(nearest.size), nearest]
        return distance

    def merge(self, weight: NDArray[np.float64]) -> list[tuple[str, float]]:
        pivot = self.words[self.medoid(weight)]
        gaps: list[dict[Slot, float]] = [{} for _ in range(len(pivot) + 1)]
        places: list[dict[Slot, float]] = [{} for _ in pivot]
        total = 0.0
        for annotator, answer in zip(self.annotator, self.words, strict=True):
            share = float(weight[annotator])
            total += share
            inserted, replaced = align(pivot, answer)
            for votes, slot in zip(gaps, inserted, strict=True):
                votes[slot] = votes.get(slot, 0.0) + share
            for votes, slot in zip(places, replaced, strict=True):
                votes[slot] = votes.get(slot, 0.0) + share
        merged: list[tuple[str, float]] = []
        for position in range(len(pivot) + 1):
            merged += _winner(gaps[position], (), total)
            if position < len(pivot):
                merged += _winner(places[position], (pivot[position],), total)
        return merged


def align(pivot: Words, answer: Words) -> tuple[list[Slot], list[Slot]]:
    """`answer` laid along `pivot`: the words it has in each of the len(pivot) + 1 gaps, and at each word of
    the pivot the word it has there, () where it has none.
    """
    inserted: list[Slot] = [()] * (len(pivot) + 1)
    replaced: list[Slot] = [(word,) for word in pivot]
    for edit in Levenshtein.editops(pivot, answer):
        if edit.tag == "insert":
            inserted[edit.src_pos] += (answer[edit.dest_pos],)
        else:
            replaced[edit.src_pos] = (answer[edit.dest_pos],) if edit.tag == "replace" else ()
    return inserted, replaced


def word_error_rate(reference: str, text: str, split: Callable[[str], Words] = words) -> float:
    """Word edits over the reference's words; an empty reference counts as one word."""
    truth = split(reference)
    return float(Levenshtein.distance(truth, split(text))) / max(len(truth), 1)


def _winner(votes: dict[Slot, float], own: Slot, total: float) -> list[tuple[str, float]]:
    best = max(votes.values())
    tied = sorted(slot for slot, share in votes.items() if share >= best - 1e-9)
    chosen = own if own in tied else tied[0]
    return [(word, best / total) for word in chosen]


def _checked(rows: Iterable[tuple[Hashable, Hashable, str]]) -> list[tuple[Hashable, Hashable, str]]:
    listed = list(rows)
    problems = [] if listed else [Problem("", "empty", "there is no transcript")]
    problems += [
        Problem(f"/{row}/2", "text", "is not text")
        for row, (_, _, text) in enumerate(listed)
        if not isinstance(text, str)
    ]
    if problems:
        raise InvalidInput(f"{len(problems)} transcripts are wrong", problems=problems[:20])
    return listed
