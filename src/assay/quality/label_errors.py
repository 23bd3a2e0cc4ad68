"""Labels that are probably wrong, ranked, with an estimate of how many there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.errors import InvalidInput, Problem
from assay.quality.answers import Codes, Floats

_BLOCK = 2048


@dataclass(frozen=True)
class LabelErrors:
    """`suspects`: indices of examples, the most certain error first, and `suggested` classes for them
    (parallel). `quality`: (examples,), 1 fine to 0 wrong. `joint`: estimated P(given class, true class),
    (classes, classes). `error_rate` with its 95 % bootstrap interval (`lower`, `upper`).
    """

    suspects: NDArray[np.int64]
    suggested: Codes
    quality: Floats
    joint: Floats
    error_rate: float
    lower: float
    upper: float


def find_label_errors(
    labels: Codes, probabilities: Floats, *, replicates: int = 500, seed: int = 0
) -> LabelErrors:
    """Confident learning (Northcutt, Jiang & Chuang, JAIR 2021), pruning by noise rate.

    `labels` (examples,) given class codes; `probabilities` (examples, classes) from a model that did not
    train on the example (cross-validation), or `neighbour_probabilities`. An example counts as class j when
    its probability of j reaches the mean probability of j over examples labelled j. From each off-diagonal
    cell of the resulting joint, that many examples are taken, the widest margin first. Raises InvalidInput
    for shapes, codes or probabilities that do not fit.
    """
    labels, probabilities = _checked(labels, probabilities)
    counts = confident_joint(labels, probabilities)
    given = np.bincount(labels, minlength=probabilities.shape[1])
    joint = _calibrated(counts, given)
    suspects, suggested = _pruned(labels, probabilities, joint)
    lower, upper = _interval(counts, given, replicates, seed)
    rows = np.arange(labels.size)
    others = probabilities.copy()
    others[rows, labels] = -1
    quality = (probabilities[rows, labels] - others.max(axis=1) + 1) / 2
    if probabilities.shape[1] == 1:
        quality = np.ones(labels.size)
    return LabelErrors(suspects, suggested, quality, joint, float(1 - np.trace(joint)), lower, upper)


def confident_joint(labels: Codes, probabilities: Floats) -> NDArray[np.float64]:
    """Counts of (given class, confidently another or the same class), shape (classes, classes)."""
    size = probabilities.shape[1]
    given = np.bincount(labels, minlength=size)
    own = np.bincount(labels, weights=probabilities[np.arange(labels.size), labels], minlength=size)
    threshold = np.where(given > 0, own / np.maximum(given, 1), 2.0)
    confident = np.where(probabilities >= threshold - 1e-9, probabilities, -1.0)
    best = confident.argmax(axis=1)
    kept = confident[np.arange(labels.size), best] >= 0
    cells = labels[kept].astype(np.int64) * size + best[kept]
    counts = np.bincount(cells, minlength=size * size).reshape(size, size)
    return counts.astype(np.float64)


def neighbour_probabilities(embeddings: Floats, labels: Codes, *, k: int = 10, n_classes: int = 0) -> Floats:
    """Class shares among the k nearest other examples by cosine, weighted by similarity, with half an
    imaginary vote spread over the classes; shape (examples, classes). Exact, by blocks: O(examples^2) time,
    bounded memory.
    """
    vectors = np.asarray(embeddings, dtype=np.float32)
    if vectors.ndim != 2 or len(vectors) != len(labels) or not np.isfinite(vectors).all():
        message = "must be finite, of shape (examples, dimensions), one row per label"
        raise InvalidInput("Malformed embeddings", problems=[Problem("/embeddings", "shape", message)])
    vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    size = max(n_classes, int(labels.max()) + 1)
    k = min(k, len(labels) - 1)
    shares = np.full((len(labels), size), 0.5 / size)
    if k < 1:
        return np.asarray(shares / shares.sum(axis=1, keepdims=True))
    for start in range(0, len(vectors), _BLOCK):
        similarity = vectors[start : start + _BLOCK] @ vectors.T
        rows = np.arange(len(similarity))
        similarity[rows, start + rows] = -np.inf
        near = np.argpartition(-similarity, k - 1, axis=1)[:, :k]
        weight = np.clip(np.take_along_axis(similarity, near, axis=1), 1e-3, 1)
        flat = (rows[:, None] * size + labels[near]).ravel()
        votes = np.bincount(flat, weights=weight.ravel(), minlength=rows.size * size)
        shares[start : start + rows.size] += votes.reshape(-1, size)
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def _calibrated(counts: Floats, given: NDArray[np.int64]) -> NDArray[np.float64]:
    """The confident joint scaled so that its rows add up to the shares of given labels."""
    total = counts.sum(axis=1, keepdims=True)
    rows = np.where(total > 0, counts / np.maximum(total, 1), np.eye(len(given)))
    joint: NDArray[np.float64] = rows * (given / given.sum())[:, None]
    return joint


def _pruned(labels: Codes, probabilities: Floats, joint: Floats) -> tuple[NDArray[np.int64], Codes]:
    rows = np.arange(labels.size)
    margin = probabilities - probabilities[rows, labels][:, None]
    best = np.full(labels.size, -np.inf)
    target = labels.copy()
    expected = np.rint(joint * labels.size).astype(np.int64)
    for truth in range(joint.shape[0]):
        for given in range(joint.shape[0]):
            wanted = expected[given, truth]
            if given == truth or not wanted:
                continue
            members = np.flatnonzero(labels == given)
            order = members[np.argsort(-margin[members, truth], kind="stable")[:wanted]]
            better = order[(margin[order, truth] > best[order]) & (margin[order, truth] > 0)]
            best[better] = margin[better, truth]
            target[better] = truth
    suspects = np.flatnonzero(best > 0)
    suspects = suspects[np.argsort(-best[suspects], kind="stable")]
    return suspects, target[suspects]


def _interval(counts: Floats, given: NDArray[np.int64], replicates: int, seed: int) -> tuple[float, float]:
    """Percentile bootstrap of the error rate over confidently placed examples."""
    total = int(counts.sum())
    if not total or not replicates:
        return 0.0, 1.0
    random = np.random.default_rng(seed)
    drawn = random.multinomial(total, counts.ravel() / total, size=replicates)
    rates = [1 - np.trace(_calibrated(draw.reshape(counts.shape), given)) for draw in drawn]
    lower, upper = np.quantile(rates, [0.025, 0.975])
    return float(lower), float(upper)


def _checked(labels: Any, probabilities: Any) -> tuple[Codes, NDArray[np.float64]]:
    labels, probabilities = np.asarray(labels), np.asarray(probabilities, dtype=np.float64)
    problems = []
    if labels.ndim != 1 or probabilities.ndim != 2 or len(labels) != len(probabilities) or not len(labels):
        problems.append(
            Problem("", "shape", "labels (examples,), probabilities (examples, classes), not empty")
        )
    elif labels.dtype.kind not in "iu" or labels.min() < 0 or labels.max() >= probabilities.shape[1]:
        problems.append(Problem("/labels", "range", "must be class codes from 0"))
    else:
        sums = probabilities.sum(axis=1)
        bad = ~(np.isfinite(sums) & (np.abs(sums - 1) < 1e-3) & (probabilities.min(axis=1) >= 0))
        problems += [
            Problem(f"/probabilities/{row}", "probability", "must be from 0 and add up to 1")
            for row in np.flatnonzero(bad)[:20]
        ]
    if problems:
        raise InvalidInput("The labels and probabilities do not fit", problems=problems)
    return labels.astype(np.int32), probabilities
