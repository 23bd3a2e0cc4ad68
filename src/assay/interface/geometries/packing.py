"""Points of polygons and polylines: as a list `[[x, y], ...]` or packed as base64 text.

Packed is `x0, y0, x1, y1, ...` as little-endian float32 in standard base64 (RFC 4648, section 4, with
padding). Both mean the same shape. Packed is canonical above PACK_ABOVE points; up to there a shape stays as
it came. Exporters `expand`, editors and storage `pack`.
"""

from __future__ import annotations

from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64
from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from assay.interface.geometries.base import Shape
from assay.interface.geometries.checks import is_coordinate

FloatArray = npt.NDArray[np.float64]
IndexArray = npt.NDArray[np.intp]

PACK_ABOVE = 500
"""Points; shapes with more are stored packed."""

MOST_POINTS = 20_000
"""Points of one shape; anything larger is a mask."""

_BYTES = 8
_LONGEST_TEXT = (MOST_POINTS * _BYTES + 2) // 3 * 4


def pack(shape: Shape) -> Shape:
    """The shape with its points packed; coordinates are rounded to float32."""
    if isinstance(shape["points"], str):
        return dict(shape)
    raw = np.asarray(shape["points"], dtype="<f4").tobytes()
    return {**shape, "points": b2a_base64(raw, newline=False).decode("ascii")}


def expand(shape: Shape) -> Shape:
    """The shape with its points as a list."""
    if isinstance(shape["points"], str):
        return {**shape, "points": points_of(shape).tolist()}
    return shape


def points_of(shape: Shape) -> FloatArray:
    """The points of a valid shape; (n, 2)."""
    points = shape["points"]
    if isinstance(points, str):
        return np.frombuffer(a2b_base64(points), dtype="<f4").reshape(-1, 2).astype(np.float64)
    return np.array(points, dtype=np.float64).reshape(-1, 2)


def decode(points: object) -> FloatArray | None:
    """The points of a packed text, None when it is not one."""
    if not isinstance(points, str) or len(points) > _LONGEST_TEXT:
        return None
    try:
        raw = a2b_base64(points, strict_mode=True)
    except (Base64Error, ValueError):
        return None
    if len(raw) % _BYTES:
        return None
    return np.frombuffer(raw, dtype="<f4").reshape(-1, 2).astype(np.float64)


def well_formed_lists(lists: Sequence[Any]) -> tuple[FloatArray, IndexArray] | None:
    """All points one after another (total, 2) and how many belong to each list (lists,).

    None when any of them is not a list of pairs of numbers, or when nothing is there. Checks whole
    columns of types at once: a few nanoseconds per number instead of a Python step for each.
    """
    if not lists or set(map(type, lists)) != {list}:
        return None
    points = list(chain.from_iterable(lists))
    if set(map(type, points)) != {list} or set(map(len, points)) != {2}:
        return None
    numbers = list(chain.from_iterable(points))
    if not set(map(type, numbers)) <= {int, float}:
        return None
    try:
        flat = np.array(numbers, dtype=np.float64)
    except OverflowError:
        return None
    return flat.reshape(-1, 2), np.fromiter(map(len, lists), dtype=np.intp, count=len(lists))


def well_formed_texts(texts: Sequence[Any]) -> tuple[FloatArray, IndexArray] | None:
    """As `well_formed_lists`, for packed points."""
    if not texts or set(map(type, texts)) != {str} or max(map(len, texts)) > _LONGEST_TEXT:
        return None
    try:
        raw = [a2b_base64(text, strict_mode=True) for text in texts]
    except (Base64Error, ValueError):
        return None
    lengths = np.fromiter(map(len, raw), dtype=np.intp, count=len(raw))
    if (lengths % _BYTES).any():
        return None
    return np.frombuffer(b"".join(raw), dtype="<f4").reshape(-1, 2).astype(np.float64), lengths // _BYTES


def misplaced(points: Sequence[Any]) -> list[str]:
    """Pointers, relative to the list, of everything in it that is not a pair of coordinates."""
    places = []
    for index, point in enumerate(points):
        if not isinstance(point, list) or len(point) != 2:
            places.append(f"/{index}")
            continue
        places += [f"/{index}/{axis}" for axis, number in enumerate(point) if not is_coordinate(number)]
    return places
