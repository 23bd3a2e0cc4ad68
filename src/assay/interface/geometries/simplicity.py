"""Whether rings touch or cross themselves, for many rings in one pass."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from assay.interface.geometries.sweep import count_within_groups, pairs_within_groups

FloatArray = npt.NDArray[np.float64]
IndexArray = npt.NDArray[np.intp]
BoolArray = npt.NDArray[np.bool_]

MOST_EDGE_PAIRS = 5_000_000
"""Rings whose edges overlap in x more often than this are refused unseen: the test stays bounded."""

_PAIRS_AT_ONCE = 1_000_000


def simple_rings(points: FloatArray, sizes: IndexArray) -> BoolArray:
    """For each ring whether no two of its edges touch except neighbours at their common vertex.

    `points` (total, 2) holds the rings one after another, `sizes` (rings,) their numbers of vertices.
    Repeated neighbouring vertices count once. A ring that is too tangled to test counts as not simple.
    """
    points, sizes = _without_repeats(points, sizes)
    simple = _turns_once_around_its_middle(points, sizes)
    doubtful = np.flatnonzero(~simple & (sizes >= 3))
    if len(doubtful):
        chosen = np.isin(np.repeat(np.arange(len(sizes)), sizes), doubtful)
        simple[doubtful] = _without_contacts(points[chosen], sizes[doubtful])
    return simple


def _without_repeats(points: FloatArray, sizes: IndexArray) -> tuple[FloatArray, IndexArray]:
    ring = np.repeat(np.arange(len(sizes)), sizes)
    repeated = np.all(points == points[_following(sizes)], axis=1)
    if not repeated.any():
        return points, sizes
    return points[~repeated], np.bincount(ring[~repeated], minlength=len(sizes))


def _following(sizes: IndexArray) -> IndexArray:
    """Index of the next vertex in the same ring."""
    following = np.arange(1, int(sizes.sum()) + 1)
    ends = np.cumsum(sizes)
    filled = sizes > 0
    following[ends[filled] - 1] = (ends - sizes)[filled]
    return following


def _turns_once_around_its_middle(points: FloatArray, sizes: IndexArray) -> BoolArray:
    """True for rings that are star-shaped around the mean of their vertices: those are simple."""
    count = len(sizes)
    ring = np.repeat(np.arange(count), sizes)
    divisor = np.maximum(sizes, 1)
    middle = np.column_stack([np.bincount(ring, points[:, k], count) / divisor for k in (0, 1)])
    x, y = (points - middle[ring]).T
    following = _following(sizes)
    x_next, y_next = x[following], y[following]
    turn = x * y_next - y * x_next
    # A clear margin: a turn that is nearly zero may have the wrong sign and goes to the full test.
    margin = 1e-9 * (np.abs(x * y_next) + np.abs(y * x_next))
    left = np.bincount(ring, turn > margin, count) == sizes
    right = np.bincount(ring, turn < -margin, count) == sizes
    passes_right_side = ((y < 0) != (y_next < 0)) & ((turn > 0) == (y < 0))
    once = np.bincount(ring, passes_right_side, count) == 1
    return np.asarray((left | right) & once)


def _without_contacts(points: FloatArray, sizes: IndexArray) -> BoolArray:
    ring = np.repeat(np.arange(len(sizes)), sizes)
    following = _following(sizes)
    low = np.minimum(points[:, 0], points[following, 0])
    high = np.maximum(points[:, 0], points[following, 0])
    cost = np.bincount(ring, count_within_groups(ring, low, high), len(sizes))
    simple = cost <= MOST_EDGE_PAIRS
    batch = np.cumsum(np.where(simple, cost, 0)) // _PAIRS_AT_ONCE
    for number in np.unique(batch[simple]):
        chosen = simple & (batch == number)
        edges = np.flatnonzero(chosen[ring])
        i, j = pairs_within_groups(ring[edges], low[edges], high[edges])
        i, j = edges[i], edges[j]
        touching = _edges_touch(points, following, i, j)
        simple[np.unique(ring[i[touching]])] = False
    return simple


def _edges_touch(points: FloatArray, following: IndexArray, i: IndexArray, j: IndexArray) -> BoolArray:
    """Whether edge i and edge j touch; for neighbours whether they fold back on each other."""
    y = points[:, 1]
    y_low, y_high = np.minimum(y, y[following]), np.maximum(y, y[following])
    kept = (y_low[i] <= y_high[j]) & (y_low[j] <= y_high[i])
    near = np.flatnonzero(kept)
    i, j = i[near], j[near]
    a, b, c, d = points[i], points[following[i]], points[j], points[following[j]]
    side_c, side_d = _side(a, b, c), _side(a, b, d)
    side_a, side_b = _side(c, d, a), _side(c, d, b)
    # The boxes of the edges overlap here, so four zeros mean collinear edges that share a point.
    contact = (side_c * side_d <= 0) & (side_a * side_b <= 0)
    neighbours = (following[i] == j) | (following[j] == i)
    folded = (side_c == 0) & (side_d == 0) & (np.einsum("ij,ij->i", b - a, d - c) < 0)
    touching = np.zeros(len(kept), dtype=np.bool_)
    touching[near] = np.where(neighbours, folded, contact)
    return touching


def _side(origin: FloatArray, end: FloatArray, point: FloatArray) -> FloatArray:
    direction, offset = end - origin, point - origin
    return np.sign(direction[:, 0] * offset[:, 1] - direction[:, 1] * offset[:, 0])
