"""Who is whom: the best one-to-one matching of two sets out of the pairs that are alike at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

FloatArray = npt.NDArray[np.float64]
IndexArray = npt.NDArray[np.intp]

_SMALL = 4_096


class Likeness(NamedTuple):
    """Pairs (rows[i], columns[i]) of two sets and how alike they are, in 0..1; others are not
    alike at all."""

    rows: IndexArray
    columns: IndexArray
    values: FloatArray


def best_matching(likeness: Likeness, height: int, width: int) -> Likeness:
    """The one-to-one pairs with the greatest sum of likeness (Kuhn 1955, the Hungarian method).

    Sets of `height` and `width` members. Pairs that are linked to each other by no chain of alike pairs
    cannot get in each other's way: each such island is solved for itself, which keeps large sets quick.
    """
    if not len(likeness.rows):
        return likeness
    if height * width <= _SMALL:
        return _solve(likeness)
    links = coo_array(
        (np.ones(len(likeness.rows), dtype=np.int8), (likeness.rows, height + likeness.columns)),
        shape=(height + width, height + width),
    )
    islands = connected_components(links, directed=False)[1][likeness.rows]
    order = np.argsort(islands, kind="stable")
    borders = np.flatnonzero(np.diff(islands[order])) + 1
    parts = []
    for chosen in np.split(order, borders):
        island = Likeness(likeness.rows[chosen], likeness.columns[chosen], likeness.values[chosen])
        parts.append(island if len(chosen) == 1 else _solve(island))
    return concatenated(parts)


def concatenated(parts: Sequence[Likeness]) -> Likeness:
    """The pairs of all parts (at least one)."""
    return Likeness(
        np.concatenate([part.rows for part in parts]),
        np.concatenate([part.columns for part in parts]),
        np.concatenate([part.values for part in parts]),
    )


def _solve(likeness: Likeness) -> Likeness:
    rows, row_index = np.unique(likeness.rows, return_inverse=True)
    columns, column_index = np.unique(likeness.columns, return_inverse=True)
    table = np.zeros((len(rows), len(columns)))
    table[row_index, column_index] = likeness.values
    chosen_rows, chosen_columns = linear_sum_assignment(table, maximize=True)
    values = table[chosen_rows, chosen_columns]
    alike = values > 0
    return Likeness(rows[chosen_rows[alike]], columns[chosen_columns[alike]], values[alike])
