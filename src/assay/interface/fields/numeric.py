"""Reading numbers out of JSON values without Python's surprises (true is 1, NaN, 10 ** 400)."""

from __future__ import annotations

import math
from typing import Any

MAX_EXACT = 2**53 - 1
"""The largest integer that every JSON reader keeps exactly."""


def as_integer(value: Any) -> int | None:
    """The integer a JSON number stands for (1.0 is 1), or None. Beyond `MAX_EXACT` there is none."""
    if type(value) is float and value.is_integer():
        value = int(value)
    return value if type(value) is int and -MAX_EXACT <= value <= MAX_EXACT else None


def as_number(value: Any) -> float | None:
    """The finite number a JSON number is, or None; integers stay integers while they are exact."""
    if type(value) is int:
        if -MAX_EXACT <= value <= MAX_EXACT:
            return value
        try:
            return float(value)
        except OverflowError:
            return None
    return value if type(value) is float and math.isfinite(value) else None
