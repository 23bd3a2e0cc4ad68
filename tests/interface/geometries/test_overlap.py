"""Areas by hand, and properties that hold for any shapes."""

from __future__ import annotations

import math
import time

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.interface.geometries import GEOMETRIES, Extent, Setting, Shape
from assay.interface.geometries.overlap import intersection_and_union
from assay.interface.geometries.packing import PACK_ABOVE, expand, pack
from assay.interface.geometries.simplicity import simple_rings

BOX, ROTATED, POLYGON = GEOMETRIES["box"], GEOMETRIES["rotated_box"], GEOMETRIES["polygon"]


def box(x: float, y: float, w: float, h: float) -> Shape:
    return {"type": "box", "x": x, "y": y, "w": w, "h": h}


def polygon(*points: tuple[float, float]) -> Shape:
    return {"type": "polygon", "points": [list(point) for point in points]}


def rotated(cx: float, cy: float, w: float, h: float, angle: float) -> Shape:
    return {"type": "rotated_box", "cx": cx, "cy": cy, "w": w, "h": h, "angle": angle}


def test_boxes() -> None:
    assert BOX.distance(box(0, 0, 10, 10), box(5, 0, 10, 10)) == pytest.approx(1 - 50 / 150)
    assert BOX.distance(box(0, 0, 10, 10), box(2, 2, 5, 5)) == pytest.approx(1 - 25 / 100)
    assert BOX.distance(box(0, 0, 10, 10), box(10, 0, 10, 10)) == 1.0


def test_rotated_boxes() -> None:
    # A square and the same turned by 45 degrees share a regular octagon: IoU is 1/sqrt(2).
    square, diamond = rotated(50, 50, 10, 10, 0), rotated(50, 50, 10, 10, 45)
    assert ROTATED.distance(square, diamond) == pytest.approx(1 - 1 / math.sqrt(2), abs=1e-12)
    lying = rotated(50, 50, 8, 4, 0)
    assert ROTATED.distance(lying, rotated(50, 50, 4, 8, 90)) == pytest.approx(0, abs=1e-12)
    assert ROTATED.distance(lying, rotated(50, 50, 8, 4, 90)) == pytest.approx(1 - 16 / 48)


def test_polygons() -> None:
    notched = polygon((0, 0), (4, 0), (4, 4), (2, 1), (0, 4))
    assert POLYGON.distance(notched, polygon((0, 0), (4, 0), (4, 4), (0, 4))) == pytest.approx(1 - 10 / 16)
    # Two prongs of a comb against a bar across: the overlap has two parts.
    comb = polygon((0, 0), (5, 0), (5, 4), (4, 4), (4, 1), (1, 1), (1, 4), (0, 4))
    bar = polygon((-1, 2), (6, 2), (6, 3), (-1, 3))
    assert POLYGON.distance(comb, bar) == pytest.approx(1 - 2 / (11 + 7 - 2))


def test_touching_and_shared_edges_are_no_special_case() -> None:
    left, right = polygon((0, 0), (2, 0), (2, 2), (0, 2)), polygon((2, 0), (4, 0), (4, 2), (2, 2))
    assert POLYGON.distance(left, right) == 1.0
    half = polygon((0, 0), (2, 0), (2, 1), (0, 1))
    assert POLYGON.distance(left, half) == pytest.approx(0.5)


rings = st.integers(3, 30).flatmap(
    lambda n: st.tuples(
        st.lists(st.floats(0.2, 1.0), min_size=n, max_size=n), st.floats(-50, 50), st.floats(-50, 50)
    )
)


Drawn = tuple[list[float], float, float]
Ring = npt.NDArray[np.float64]


def star(drawn: Drawn) -> Ring:
    radii, x, y = drawn
    angles = np.linspace(0, 2 * np.pi, len(radii), endpoint=False)
    unit = np.column_stack((np.cos(angles), np.sin(angles)))
    return np.asarray(unit * np.array(radii)[:, None] * 60 + (x, y), dtype=np.float64)


def area(ring: Ring) -> float:
    x, y = (ring - ring[0]).T
    return abs(float(x @ np.roll(y, -1) - np.roll(x, -1) @ y)) / 2


@settings(max_examples=60, deadline=None)
@given(rings, rings)
def test_inclusion_and_exclusion(a: Drawn, b: Drawn) -> None:
    first, second = star(a), star(b)
    shared, union = intersection_and_union([first], [second])[0]
    assert shared + union == pytest.approx(area(first) + area(second), rel=1e-9)
    assert -1e-9 <= shared <= min(area(first), area(second)) * (1 + 1e-9)
    swapped = intersection_and_union([second[::-1]], [first])[0]
    assert swapped == pytest.approx((shared, union), rel=1e-9, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=3, max_size=9))
def test_simplicity_agrees_with_every_pair_of_edges(points: list[tuple[int, int]]) -> None:
    distinct = [p for i, p in enumerate(points) if p != points[i - 1]]
    ring = np.array(points, dtype=np.float64)
    if len(distinct) < 3:
        assert not simple_rings(ring, np.array([len(ring)]))[0]
        return
    assert bool(simple_rings(ring, np.array([len(ring)]))[0]) == simple_by_hand(distinct)


def simple_by_hand(points: list[tuple[int, int]]) -> bool:
    def side(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> int:
        return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

    def on(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> bool:
        return (
            side(a, b, c) == 0
            and min(a[0], b[0]) <= c[0] <= max(a[0], b[0])
            and min(a[1], b[1]) <= c[1] <= max(a[1], b[1])
        )

    count = len(points)
    edges = [(points[i], points[(i + 1) % count]) for i in range(count)]
    for i in range(count):
        for j in range(i + 1, count):
            (a, b), (c, d) = edges[i], edges[j]
            if j == i + 1 or (i == 0 and j == count - 1):
                shared = b if j == i + 1 else a
                free = (a, d) if j == i + 1 else (b, c)
                if count == 3:
                    if side(*points[:3]) == 0:
                        return False
                elif on(shared, free[0], free[1]) or on(shared, free[1], free[0]):
                    return False
            elif (
                on(a, b, c)
                or on(a, b, d)
                or on(c, d, a)
                or on(c, d, b)
                or (side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0)
            ):
                return False
    return True


def test_crossings_are_named() -> None:
    bow = polygon((0, 0), (10, 10), (10, 0), (0, 10))
    spike = polygon((0, 0), (10, 0), (10, 10), (10, 5), (0, 5))
    for shape in (bow, spike):
        assert [p.rule for p in POLYGON.problems(shape, "/g")] in (["self_intersection"], ["no_area"])
    allowed = Setting(Extent(), {"allow_self_intersection": True})
    assert POLYGON.problems(bow, "/g", allowed) == []
    repeated = polygon((0, 0), (10, 0), (10, 0), (10, 10), (0, 0))
    assert POLYGON.problems(repeated, "/g") == []


def test_places_of_bad_points() -> None:
    shape = polygon((0, 0), (10, 0), (700, 10))
    problems = POLYGON.problems(shape, "/g", Setting(Extent(640, 480)))
    assert [(p.path, p.rule) for p in problems] == [("/g/points/2", "outside")]
    shape["points"][1][0] = "1"
    assert [p.path for p in POLYGON.problems(shape, "/g")] == ["/g/points/1/0"]


def test_packed_and_listed_are_the_same_shape() -> None:
    shape = polygon((0, 0), (10.5, 0), (10, 10.25))
    packed = pack(shape)
    assert isinstance(packed["points"], str)
    assert expand(packed) == shape
    assert POLYGON.problems(packed) == []
    assert POLYGON.distance(shape, packed) == 0.0
    not_numbers = "AADAfwAAwH8AAMB/AADAfwAAwH8AAMB/"
    for wrong in ("", "AAAA", packed["points"][:-4], packed["points"] + "!", not_numbers):
        assert POLYGON.problems({**shape, "points": wrong}, "/g")[0].path == "/g/points"
    angles = np.linspace(0, 6.28, PACK_ABOVE + 1, endpoint=False)
    large = polygon(*zip(np.cos(angles), np.sin(angles), strict=True))
    assert isinstance(POLYGON.normalise(large)["points"], str)
    assert POLYGON.normalise(packed) == packed


def test_ten_thousand_polygons_are_quick() -> None:
    generator = np.random.default_rng(0)
    angles = np.sort(generator.uniform(0, 6.28, (10_000, 20)), axis=1)
    middles = generator.uniform(50, 900, (10_000, 1, 2))
    rings_drawn = np.stack((np.cos(angles), np.sin(angles)), axis=2) * 40 + middles
    shapes = [pack({"type": "polygon", "points": ring.tolist()}) for ring in rings_drawn]
    setting, paths = Setting(Extent(1000, 1000), {"min_px": 2}), [""] * len(shapes)
    start = time.process_time()
    assert POLYGON.problems_of_many(shapes, paths, setting) == []
    assert time.process_time() - start < 1.0
