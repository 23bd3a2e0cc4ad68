"""How far apart two answers are: 0 the same, 1 as different as can be (interval and ratio: unbounded).

Structured answers (boxes, spans, tracks) bring their own callables; these are the ones that need no geometry.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence, Set
from typing import Any

from rapidfuzz.distance import Levenshtein

Distance = Callable[[Any, Any], float]


def nominal(left: Hashable, right: Hashable) -> float:
    """0 when equal, else 1."""
    return float(left != right)


def interval(left: float, right: float) -> float:
    """Squared difference (Krippendorff's interval metric)."""
    return float((left - right) ** 2)


def jaccard(left: Set[Hashable], right: Set[Hashable]) -> float:
    """1 - shared / all; two empty sets are the same."""
    union = len(left | right)
    return 1 - len(left & right) / union if union else 0.0


def masi(left: Set[Hashable], right: Set[Hashable]) -> float:
    """Passonneau (LREC 2006): Jaccard times 1 (equal), 2/3 (subset), 1/3 (overlap) or 0, from 1."""
    if left == right:
        return 0.0
    nested = left <= right or right <= left
    shared = 1 / 3 if left & right else 0.0
    monotonicity = 2 / 3 if nested else shared
    return 1 - (1 - jaccard(left, right)) * monotonicity


def token_f1(left: Sequence[Hashable], right: Sequence[Hashable]) -> float:
    """1 - F1 of two multisets of tokens (or of the positions that spans cover)."""
    total = len(left) + len(right)
    if not total:
        return 0.0
    shared = sum((Counter(left) & Counter(right)).values())
    return 1 - 2 * shared / total


def edit(left: str | Sequence[Hashable], right: str | Sequence[Hashable]) -> float:
    """Levenshtein distance over the longer length: characters of text, elements of a sequence (words)."""
    return float(Levenshtein.normalized_distance(left, right))


def kendall(left: Sequence[Hashable], right: Sequence[Hashable]) -> float:
    """Share of the pairs that two rankings of the same things put in the opposite order: (1 - tau) / 2.

    Raises ValueError when they do not rank the same things.
    """
    place = {thing: position for position, thing in enumerate(right)}
    if len(left) != len(right) or set(left) != set(place):
        raise ValueError("the rankings do not hold the same things")
    order = [place[thing] for thing in left]
    pairs = len(order) * (len(order) - 1) // 2
    if not pairs:
        return 0.0
    swapped = sum(order[i] > order[j] for i in range(len(order)) for j in range(i + 1, len(order)))
    return swapped / pairs
