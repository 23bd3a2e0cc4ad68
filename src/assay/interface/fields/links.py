"""Which links between regions stand when several annotators have drawn them. All is independent of order."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from assay.interface.fields.voting import support

Ends = tuple[str, str]

Link = tuple[str, str, str]
"""Type, from, to."""


def majority(drawn: Sequence[tuple[Link, float]], total: float, order: Mapping[str, int]) -> list[Link]:
    """The links with more than half of the `total` weight; and where more than half linked two regions
    without a majority for any type, the type with most weight, of equals the first in `order`."""
    half = total / 2 + 1e-9
    links = support([link for link, _ in drawn], [weight for _, weight in drawn])
    kept = {link for link, weight in links.items() if weight > half}
    settled = {link[1:] for link in kept}
    undecided: dict[Ends, list[tuple[Link, float]]] = {}
    for link, weight in links.items():
        if link[1:] not in settled:
            undecided.setdefault(link[1:], []).append((link, weight))
    for candidates in undecided.values():
        if math.fsum(weight for _, weight in candidates) > half:
            kept.add(min(candidates, key=lambda each: (-round(each[1], 9), order[each[0][0]]))[0])
    return sorted(kept)


def within_limits(kept: list[Link], drawn: Sequence[tuple[Link, float]], least: int, most: int) -> list[Link]:
    """`kept`, filled up or cut to the allowed count by weight."""
    if least <= len(kept) <= most:
        return kept
    links = support([link for link, _ in drawn], [weight for _, weight in drawn])
    ranked = sorted(links, key=lambda link: (link not in kept, -round(links[link], 9), link))
    return ranked[: min(most, max(least, len(kept)))]
