"""Run lengths of masks, as COCO writes them, and set operations that never unfold the pixels.

A mask of height h and width w is read column by column; `counts` are the lengths of alternating runs of
background and foreground, background first (length 0 when the first pixel is foreground). Written as text,
every count from the fourth on is replaced by its difference to the count two before, and each number by
groups of five bits, lowest first, with a sixth bit for "more follows", as characters from "0" (48) on.
Source: pycocotools, maskApi.c, `rleToString` and `rleFrString`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]

_MORE, _SIGN, _LOW = 0x20, 0x10, 0x1F
_LONGEST_GROUP = 8


def encode_counts(counts: IntArray) -> str:
    """The COCO text of run lengths (n,)."""
    numbers = counts.astype(np.int64, copy=True)
    numbers[3:] -= counts[1:-2]
    groups = np.empty((len(numbers), _LONGEST_GROUP), dtype=np.uint8)
    used = np.zeros((len(numbers), _LONGEST_GROUP), dtype=np.bool_)
    pending = np.ones(len(numbers), dtype=np.bool_)
    for position in range(_LONGEST_GROUP):
        bits = numbers & _LOW
        numbers = numbers >> 5
        more = np.where(bits & _SIGN, numbers != -1, numbers != 0)
        groups[:, position] = bits + np.where(more, _MORE, 0) + 48
        used[:, position] = pending
        pending &= more
    return bytes(groups[used]).decode("ascii")


def decode_counts(text: str) -> IntArray | None:
    """The run lengths of a COCO text, None when it is not one. They are not checked to be positive."""
    if not text.isascii():
        return None
    codes = np.frombuffer(text.encode("ascii"), dtype=np.uint8).astype(np.int64) - 48
    if not len(codes) or codes.min() < 0 or codes.max() > _MORE | _LOW or codes[-1] & _MORE:
        return None
    last = np.flatnonzero((codes & _MORE) == 0)
    first = np.concatenate(([0], last[:-1] + 1))
    place = np.arange(len(codes)) - np.repeat(first, last - first + 1)
    if place.max() >= _LONGEST_GROUP:
        return None
    numbers = np.add.reduceat((codes & _LOW) << (5 * place), first)
    negative = (codes[last] & _SIGN) != 0
    numbers -= np.where(negative, np.int64(1) << (5 * (last - first + 1)), 0)
    numbers[1::2] = np.cumsum(numbers[1::2])
    numbers[2::2] = np.cumsum(numbers[2::2])
    return numbers


def runs_of(counts: IntArray) -> IntArray:
    """Foreground as half-open ranges of pixel numbers in column order; (runs, 2), none empty."""
    ends = np.cumsum(counts)
    count = len(counts) // 2
    runs = np.column_stack((ends[0 : 2 * count : 2], ends[1::2]))
    return runs[runs[:, 0] < runs[:, 1]]


def counts_of(runs: IntArray, pixels: int) -> IntArray:
    """The counts of ordered, disjoint ranges (runs, 2); touching ones are joined."""
    if len(runs):
        apart = np.concatenate(([True], runs[1:, 0] > runs[:-1, 1]))
        starts = runs[apart, 0]
        ends = runs[np.concatenate((apart[1:], [True])), 1]
        runs = np.column_stack((starts, ends))
    borders = np.concatenate(([0], runs.ravel(), [pixels]))
    counts = np.diff(borders)
    return counts if counts[-1] else counts[:-1]


def area(runs: IntArray) -> int:
    """Number of foreground pixels."""
    return int((runs[:, 1] - runs[:, 0]).sum())


def intersection(a: IntArray, b: IntArray) -> int:
    """Number of pixels in both."""
    if not len(a) or not len(b):
        return 0
    # Foreground of b before each pixel number grows linearly inside a run and stands still between runs.
    lengths = np.cumsum(b[:, 1] - b[:, 0])
    corners = b.ravel().astype(np.float64)
    heights = np.column_stack((np.concatenate(([0], lengths[:-1])), lengths)).ravel().astype(np.float64)
    before = np.interp(a.ravel(), corners, heights).reshape(-1, 2)
    return int(np.rint((before[:, 1] - before[:, 0]).sum()))


def majority(many: Sequence[IntArray], weights: Sequence[float]) -> IntArray:
    """The pixels that more than half of the weight marks as foreground."""
    borders = np.concatenate([runs.ravel() for runs in many])
    step = np.concatenate([np.tile((w, -w), len(runs)) for runs, w in zip(many, weights, strict=True)])
    places, index = np.unique(borders, return_inverse=True)
    # Rounded, or the sum of many steps up and down would end a hair above or below half.
    support = np.round(np.cumsum(np.bincount(index, weights=step, minlength=len(places))), 9)
    chosen = support > round(sum(sorted(weights)) / 2, 9)
    following = np.append(places[1:], places[-1:])
    return np.column_stack((places[chosen], following[chosen])).astype(np.int64)


def columns_of(runs: IntArray, height: int) -> IntArray:
    """Rows (column, first row, past the last row): runs cut where they pass from one column to the next."""
    first, last = runs[:, 0] // height, (runs[:, 1] - 1) // height
    lengths = last - first + 1
    owner = np.repeat(np.arange(len(runs)), lengths)
    column = np.arange(len(owner)) - np.repeat(np.cumsum(lengths) - lengths - first, lengths)
    start = np.maximum(runs[owner, 0] - column * height, 0)
    end = np.minimum(runs[owner, 1] - column * height, height)
    return np.column_stack((column, start, end))


def runs_of_columns(columns: IntArray, height: int) -> IntArray:
    """The inverse of `columns_of`, for ordered rows; rows without pixels are left out."""
    filled = columns[columns[:, 2] > columns[:, 1]]
    offset = filled[:, 0] * height
    return np.column_stack((offset + filled[:, 1], offset + filled[:, 2]))


def bounding_box(runs: IntArray, height: int) -> tuple[int, int, int, int]:
    """x0, y0, x1, y1 of a foreground that is not empty; x1, y1 exclusive."""
    first, last = runs[:, 0] // height, (runs[:, 1] - 1) // height
    if (first != last).any():
        top, bottom = _rows_of_long_runs(runs, first, last, height)
    else:
        top, bottom = int((runs[:, 0] % height).min()), int(((runs[:, 1] - 1) % height).max()) + 1
    return int(first.min()), top, int(last.max()) + 1, bottom


def _rows_of_long_runs(runs: IntArray, first: IntArray, last: IntArray, height: int) -> tuple[int, int]:
    # A run that goes on in the next column reaches the last row of one and the first row of the other.
    crossing = first != last
    starts = np.where(crossing, 0, runs[:, 0] % height)
    ends = np.where(crossing, height, (runs[:, 1] - 1) % height + 1)
    return int(starts.min()), int(ends.max())
