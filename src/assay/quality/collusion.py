"""Annotators who copy: two people, or a person and a model entered as one more annotator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from scipy.special import ndtr

from assay.quality.answers import Answers, Floats
from assay.quality.estimation import TruthResult, normalise, temper

_BLOCK = 50_000


@dataclass(frozen=True)
class CollusionEvidence:
    """Pairs with enough common tasks, the strongest first; arrays of shape (pairs,).

    `first`, `second`: annotator codes. `shared`: common tasks; `agree`: how many they answer alike;
    `expected`: how many they would by their skill alone; `z`: standardised excess; `p_value`: one-sided;
    `flagged`: kept by Benjamini-Hochberg. A flag asks for a look at times, texts and devices; alone it proves
    nothing.
    """

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    shared: NDArray[np.int64]
    agree: NDArray[np.int64]
    expected: NDArray[np.float64]
    z: NDArray[np.float64]
    p_value: NDArray[np.float64]
    flagged: NDArray[np.bool_]

    def groups(self, n_annotators: int) -> NDArray[np.int32]:
        """Connected components of flagged pairs, shape (annotators,): each may count as one vote."""
        rows, columns = self.first[self.flagged], self.second[self.flagged]
        graph = sparse.csr_matrix((np.ones(rows.size), (rows, columns)), shape=(n_annotators, n_annotators))
        group: NDArray[np.int32] = connected_components(graph, directed=False)[1]
        return group


def find_collusion(
    result: TruthResult, *, minimum_shared: int = 20, false_discovery: float = 0.01, temperature: float = 2.0
) -> CollusionEvidence:
    """Agreement of each pair against what their confusion matrices give under the posterior *without the
    pair*.

    That posterior is softened by `temperature`, since it is over-confident: else hard tasks, on which
    everybody errs alike, would look like copying. z is divided by the robust spread of all pairs' z where
    that is above 1 (Efron's empirical null, 2004), then tested one-sided at `false_discovery` (Benjamini &
    Hochberg, 1995). Little power on binary tasks with few shared ones; good with many classes.
    """
    answers = result.answers
    left, right, pair = _frequent_pairs(answers, minimum_shared)
    if not pair.size:
        none = np.zeros(0, dtype=np.int64)
        return CollusionEvidence(none, none, none, none, none / 1.0, none / 1.0, none / 1.0, none > 0)
    chance = np.concatenate(list(_agreement_chances(result, left, right, temperature)))
    keys, index = np.unique(pair, return_inverse=True)
    agree = np.bincount(index, weights=answers.label[left] == answers.label[right]).astype(np.int64)
    expected = np.bincount(index, weights=chance).astype(np.float64)
    variance = np.maximum(np.bincount(index, weights=chance * (1 - chance)), 1e-9)
    z: NDArray[np.float64] = _standardised((agree - expected) / np.sqrt(variance))
    p_value = ndtr(-z)
    order = np.argsort(p_value, kind="stable")
    return CollusionEvidence(
        keys[order] // answers.n_annotators,
        keys[order] % answers.n_annotators,
        np.bincount(index)[order],
        agree[order],
        expected[order],
        z[order],
        p_value[order],
        _benjamini_hochberg(p_value[order], false_discovery),
    )


def _frequent_pairs(
    answers: Answers, minimum: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Indices of two answers to one task by annotators with `minimum` common tasks, and the pair's key."""
    width = answers.n_annotators
    lefts, rights = [], []
    per_task = answers.answers_per_task
    first = np.concatenate([[0], np.cumsum(per_task)[:-1]])
    for size in np.unique(per_task[per_task >= 2]):
        i, j = np.triu_indices(size, 1)
        base = first[per_task == size][:, None]
        lefts.append((base + i).ravel())
        rights.append((base + j).ravel())
    none = np.zeros(0, dtype=np.int64)
    left, right = np.concatenate([none, *lefts]), np.concatenate([none, *rights])
    different = answers.annotator[left] != answers.annotator[right]
    left, right = left[different], right[different]
    pair = answers.annotator[left].astype(np.int64) * width + answers.annotator[right]
    _, index, count = np.unique(pair, return_inverse=True, return_counts=True)
    enough = count[index] >= minimum if pair.size else np.zeros(0, dtype=bool)
    return left[enough], right[enough], pair[enough]


def _agreement_chances(
    result: TruthResult, left: NDArray[np.int64], right: NDArray[np.int64], temperature: float
) -> Iterator[Floats]:
    answers = result.answers
    confusion = result.confusion.mean.astype(np.float64)
    log_posterior = np.log(np.maximum(result.posterior.astype(np.float64), 1e-12))
    for start in range(0, left.size, _BLOCK):
        i, j = left[start : start + _BLOCK], right[start : start + _BLOCK]
        mine, theirs = confusion[answers.annotator[i]], confusion[answers.annotator[j]]
        rows = np.arange(i.size)
        without = log_posterior[answers.task[i]]
        without = without - np.log(np.maximum(mine[rows, :, answers.label[i]], 1e-12))
        without -= np.log(np.maximum(theirs[rows, :, answers.label[j]], 1e-12))
        truth = temper(normalise(without)[0], temperature)
        yield np.einsum("pk,pkl,pkl->p", truth, mine, theirs)


def _standardised(z: NDArray[np.float64]) -> NDArray[np.float64]:
    if z.size < 10:
        return z
    centre = float(np.median(z))
    spread = 1.4826 * float(np.median(np.abs(z - centre)))
    standardised: NDArray[np.float64] = (z - max(centre, 0.0)) / max(spread, 1.0)
    return standardised


def _benjamini_hochberg(sorted_p: Floats, level: float) -> NDArray[np.bool_]:
    rank = np.arange(1, sorted_p.size + 1)
    passing = np.flatnonzero(sorted_p <= level * rank / sorted_p.size)
    flagged = np.zeros(sorted_p.size, dtype=np.bool_)
    if passing.size:
        flagged[: passing[-1] + 1] = True
    return flagged
