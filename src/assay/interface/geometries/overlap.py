"""Exact areas of intersection and union of polygons, for many pairs in one pass.

The plane is cut into vertical slabs at every vertex and every crossing of edges. Inside a slab no two
edges cross, so the length of any cut grows linearly across it, and width x length in the middle *is*
the area. There are no special cases: touching edges, shared vertices and collinear overlaps only make
slabs or gaps of width zero. The inside of a ring is taken by the even-odd rule. (Slab decomposition:
Preparata & Shamos, Computational Geometry, 1985, section 2.2.)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from assay.interface.geometries.sweep import expand_ranges, pairs_within_groups

FloatArray = npt.NDArray[np.float64]
IndexArray = npt.NDArray[np.intp]

_EDGES_AT_ONCE = 20_000


class _Edges(NamedTuple):
    """Non-vertical edges from left to right; `pair` is their pair's number, `second` marks its ring b."""

    pair: IndexArray
    second: npt.NDArray[np.bool_]
    x0: FloatArray
    y0: FloatArray
    x1: FloatArray
    y1: FloatArray


def intersections_over_unions(a: Sequence[FloatArray], b: Sequence[FloatArray]) -> FloatArray:
    """Intersection over union of the rings a[i] and b[i], each (vertices, 2); shape (n,), 0 for no area."""
    areas = intersection_and_union(a, b)
    return np.divide(areas[:, 0], areas[:, 1], out=np.zeros(len(areas)), where=areas[:, 1] > 0)


def intersection_and_union(a: Sequence[FloatArray], b: Sequence[FloatArray]) -> FloatArray:
    """Areas (n, 2) of the intersection and of the union of the rings a[i] and b[i]."""
    areas = np.zeros((len(a), 2))
    start = 0
    while start < len(a):
        stop, edges = start, 0
        while stop < len(a) and (stop == start or edges < _EDGES_AT_ONCE):
            edges += len(a[stop]) + len(b[stop])
            stop += 1
        areas[start:stop] = _areas(a[start:stop], b[start:stop])
        start = stop
    return areas


def _areas(a: Sequence[FloatArray], b: Sequence[FloatArray]) -> FloatArray:
    count = len(a)
    edges = _edges_of([*a, *b], np.tile(np.arange(count), 2), count)
    boundary, boundary_pair, start, stop = _slabs(edges)
    edge, slab = expand_ranges(start, stop)
    width = np.diff(boundary, append=0.0)
    middle = boundary[slab] + 0.5 * width[slab]
    slope = (edges.y1 - edges.y0) / (edges.x1 - edges.x0)
    height = edges.y0[edge] + slope[edge] * (middle - edges.x0[edge])

    order = np.lexsort((height, slab))
    second = edges.second[edge[order]]
    inside_b = np.cumsum(second) & 1
    inside_a = np.cumsum(~second) & 1
    strip = np.diff(height[order], append=0.0) * width[slab[order]]
    pair = boundary_pair[slab[order]]
    intersection = np.bincount(pair, weights=strip * (inside_a & inside_b), minlength=count)
    union = np.bincount(pair, weights=strip * (inside_a | inside_b), minlength=count)
    return np.column_stack((intersection, union))


def _edges_of(rings: Sequence[FloatArray], pair_of_ring: IndexArray, pairs: int) -> _Edges:
    sizes = np.array([len(ring) for ring in rings])
    points = np.concatenate(rings) if rings else np.empty((0, 2))
    following = np.arange(1, len(points) + 1)
    ends = np.cumsum(sizes)
    following[ends[sizes > 0] - 1] = (ends - sizes)[sizes > 0]
    ring = np.repeat(np.arange(len(rings)), sizes)
    begin, end = points, points[following]
    slanted = begin[:, 0] != end[:, 0]
    begin, end, ring = begin[slanted], end[slanted], ring[slanted]
    swap = (begin[:, 0] > end[:, 0])[:, None]
    left, right = np.where(swap, end, begin), np.where(swap, begin, end)
    return _Edges(pair_of_ring[ring], ring >= pairs, left[:, 0], left[:, 1], right[:, 0], right[:, 1])


def _slabs(edges: _Edges) -> tuple[FloatArray, IndexArray, IndexArray, IndexArray]:
    """Slab boundaries of all pairs in order, their pairs, and each edge's first and past-the-last slab."""
    crossing_pair, crossing_x = _crossings(edges)
    x = np.concatenate((edges.x0, edges.x1, crossing_x))
    pair = np.concatenate((edges.pair, edges.pair, crossing_pair))
    boundary, position = np.unique(pair + 1j * x, return_inverse=True)
    count = len(edges.x0)
    return boundary.imag, boundary.real.astype(np.intp), position[:count], position[count : 2 * count]


def _crossings(edges: _Edges) -> tuple[IndexArray, FloatArray]:
    """Where edges of one pair cross strictly inside their common stretch of x."""
    i, j = pairs_within_groups(edges.pair, edges.x0, edges.x1)
    low = np.maximum(edges.x0[i], edges.x0[j])
    high = np.minimum(edges.x1[i], edges.x1[j])
    slope = (edges.y1 - edges.y0) / (edges.x1 - edges.x0)
    gap_low = _height(edges, slope, i, low) - _height(edges, slope, j, low)
    gap_high = _height(edges, slope, i, high) - _height(edges, slope, j, high)
    crossing = gap_low * gap_high < 0
    low, high = low[crossing], high[crossing]
    gap_low, gap_high = gap_low[crossing], gap_high[crossing]
    x = low + (high - low) * (gap_low / (gap_low - gap_high))
    inside = (x > low) & (x < high)
    return edges.pair[i[crossing][inside]], x[inside]


def _height(edges: _Edges, slope: FloatArray, index: IndexArray, x: FloatArray) -> FloatArray:
    return np.asarray(edges.y0[index] + slope[index] * (x - edges.x0[index]))
