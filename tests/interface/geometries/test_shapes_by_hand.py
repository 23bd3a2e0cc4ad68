"""Each geometry's own rules on small cases worked out by hand."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.errors import InvalidInput
from assay.interface.geometries import GEOMETRIES, Extent, Setting, Shape
from assay.interface.geometries.consensus import weighted_median, weighted_medians
from assay.interface.geometries.mask import foreground, mask_of
from assay.interface.geometries.run_lengths import (
    counts_of,
    decode_counts,
    encode_counts,
    intersection,
    runs_of,
)

bitmaps = st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(0, 2**32)).map(
    lambda drawn: np.random.default_rng(drawn[2]).random((drawn[0], drawn[1])) < 0.5
)


def mask_from(bitmap: np.ndarray) -> Shape:
    flat = np.concatenate(([0], bitmap.T.ravel().astype(int), [0]))
    borders = np.flatnonzero(np.diff(flat)).reshape(-1, 2)
    return mask_of(borders, *bitmap.shape)


@settings(max_examples=60, deadline=None)
@given(bitmaps, st.integers(0, 2**32))
def test_masks_agree_with_pixels(bitmap: np.ndarray, seed: int) -> None:
    mask = GEOMETRIES["mask"]
    other = np.random.default_rng(seed).random(bitmap.shape) < 0.5
    bitmap[0, 0] = other[-1, -1] = True
    a, b = mask_from(bitmap), mask_from(other)
    expected = 1 - (bitmap & other).sum() / (bitmap | other).sum()
    assert mask.distance(a, b) == pytest.approx(expected)
    ys, xs = np.nonzero(bitmap)
    bounds = mask.bounds([a], Setting())
    assert bounds is not None
    assert bounds[0].tolist() == [xs.min(), ys.min(), xs.max() + 1, ys.max() + 1]
    third = ~bitmap
    third[0, 0] = True
    voted = bitmap.astype(int) + other + third >= 2
    if voted.any():
        assert mask.merge([a, b, mask_from(third)], [1, 1, 1]) == mask_from(voted)


def test_coco_text_of_a_known_mask() -> None:
    # pycocotools.mask.encode of a 3 x 3 image whose middle pixel is set: counts 4, 1, 4.
    assert encode_counts(np.array([4, 1, 4])) == "414"
    decoded = decode_counts("414")
    assert decoded is not None
    assert decoded.tolist() == [4, 1, 4]
    # The example in the documentation of pycocotools' run lengths; later counts are differences.
    counts = np.array([6, 1, 40, 4, 5, 4, 5, 4, 21])
    assert encode_counts(counts) == "61X13mN000`0"
    assert mask_from(np.ones((2, 2), dtype=bool))["counts"] == encode_counts(np.array([0, 4]))


@settings(max_examples=80, deadline=None)
@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=30))
def test_counts_survive_the_text(counts: list[int]) -> None:
    decoded = decode_counts(encode_counts(np.array(counts, dtype=np.int64)))
    assert decoded is not None
    assert decoded.tolist() == counts


def test_masks_that_do_not_add_up() -> None:
    mask = GEOMETRIES["mask"]
    shape: Shape = {"type": "mask", "size": [2, 3], "counts": [1, 2, 3]}
    assert mask.problems(shape) == []
    assert mask.normalise(shape)["counts"] == encode_counts(np.array([1, 2, 3]))
    for counts, rule in (([1, 2], "counts_sum"), ([7, -1], "counts_sum"), ([6], "no_area"), ("~", "counts")):
        assert mask.problems({**shape, "counts": counts}, "/m")[0].rule == rule
    assert mask.problems(shape, "/m", Setting(Extent(3, 4)))[0].path == "/m/size/0"
    assert intersection(runs_of(np.array([1, 2, 3])), runs_of(np.array([2, 2, 2]))) == 1
    assert counts_of(foreground(shape), 6).tolist() == [1, 2, 3]


def span(start: int, end: int, text: str) -> Shape:
    return {"type": "span", "start": start, "end": end, "quote": text[start:end]}


def test_spans_count_code_points() -> None:
    text = "🦊 fox 🦊 fox"
    setting = Setting(Extent(text=text))
    geometry = GEOMETRIES["span"]
    assert geometry.problems(span(2, 5, text), "", setting) == []
    assert geometry.problems({**span(2, 5, text), "quote": "fax"}, "/s", setting)[0].rule == "quote"
    assert geometry.problems({**span(2, 5, text), "end": 500}, "/s", setting)[0].path == "/s/end"
    assert geometry.distance(span(0, 4, text), span(2, 6, text)) == pytest.approx(0.5)
    assert geometry.to_llm(span(8, 11, text), setting) == {"quote": "fox", "occurrence": 2}
    assert geometry.from_llm({"quote": "🦊 fox", "occurrence": 2}, setting) == span(6, 11, text)
    with pytest.raises(InvalidInput) as caught:
        geometry.from_llm({"quote": "wolf", "occurrence": 1}, setting, "/r")
    assert caught.value.problems[0].path == "/r/quote"
    assert "wolf" not in str(caught.value.problems)
    with pytest.raises(InvalidInput):
        geometry.from_llm({"quote": "fox", "occurrence": 3}, setting)
    merged = geometry.merge([span(2, 5, text), span(1, 5, text), span(2, 6, text)], [1, 1, 1], setting)
    assert merged == span(2, 5, text)


def test_time_ranges() -> None:
    geometry = GEOMETRIES["time_range"]
    a, b = ({"type": "time_range", "start": s, "end": e} for s, e in ((0, 4), (2, 6)))
    assert geometry.distance(a, b) == pytest.approx(1 - 2 / 6)
    assert geometry.problems({**a, "end": 0}, "/t")[0].rule == "order"
    assert geometry.problems(b, "/t", Setting(Extent(duration=5)))[0].path == "/t/end"


def cuboid(x: float, yaw: float, size: tuple[float, float, float] = (4.0, 2.0, 2.0)) -> Shape:
    quat = [np.cos(yaw / 2), 0.0, 0.0, np.sin(yaw / 2)]
    return {"type": "cuboid3d", "center": [x, 0.0, 0.0], "size": list(size), "quat": [float(q) for q in quat]}


def test_cuboids_in_space() -> None:
    geometry = GEOMETRIES["cuboid3d"]
    assert geometry.distance(cuboid(0, 0), cuboid(2, 0)) == pytest.approx(1 - 8 / 24)
    assert geometry.distance(cuboid(0, 0), cuboid(0, np.pi / 2)) == pytest.approx(1 - 8 / 24)
    higher = cuboid(0, 0) | {"center": [0.0, 0.0, 1.0]}
    assert geometry.distance(cuboid(0, 0), higher) == pytest.approx(1 - 8 / 24)
    assert geometry.problems(cuboid(0, 0) | {"quat": [1, 1, 0, 0]}, "/c")[0].rule == "unit_quaternion"
    tilted = cuboid(0, 0) | {"quat": [0.8, 0.6, 0.0, 0.0]}
    assert geometry.problems(tilted) == []
    assert geometry.problems(tilted, "/c", Setting(Extent(), {"yaw_only": True}))[0].rule == "yaw_only"
    # One annotator got the heading backwards: the merged cuboid still heads the way of the others.
    merged = geometry.merge([cuboid(0, 0.1), cuboid(0, 0.12), cuboid(0, 0.11 + np.pi)], [1, 1, 1])
    assert merged["quat"] == pytest.approx([np.cos(0.055), 0, 0, np.sin(0.055)], abs=1e-3)
    middle = geometry.interpolate(cuboid(0, 0), cuboid(2, np.pi / 2), 0.5)
    assert middle["center"][0] == 1.0
    assert middle["quat"] == pytest.approx(cuboid(0, np.pi / 4)["quat"])


def test_keypoints() -> None:
    geometry = GEOMETRIES["keypoints"]
    constraints = {"points": ["a", "b", "c"], "edges": [["a", "b"]]}
    assert geometry.constraint_problems(constraints) == []
    assert geometry.constraint_problems({"points": ["a", "a"]}, "/k")[0].path == "/k/points"
    assert geometry.constraint_problems({**constraints, "edges": [["a", "z"]]}, "/k")[0].path == "/k/edges/0"
    a: Shape = {"type": "keypoints", "points": {"a": [0, 0, 2], "b": [100, 100, 1]}}
    b: Shape = {"type": "keypoints", "points": {"a": [0, 0, 2], "c": [100, 100, 2]}}
    assert geometry.distance(a, b) == pytest.approx(1 - 1 / 3)
    setting = Setting(Extent(200, 200), constraints)
    assert geometry.problems({**a, "points": {"z": [0, 0, 2]}}, "/k", setting)[0].path == "/k/points/z"
    assert geometry.problems({**a, "points": {"a": [0, 300, 0]}}, "/k", setting)[0].path == "/k/points/a/2"
    merged = geometry.merge([a, a, b], [1, 1, 1], setting)
    assert merged["points"] == {"a": [0, 0, 2], "b": [100, 100, 1]}


def test_polylines_forget_the_direction() -> None:
    geometry = GEOMETRIES["polyline"]
    line: Shape = {"type": "polyline", "points": [[0, 0], [50, 0], [100, 0]]}
    back: Shape = {"type": "polyline", "points": [[100, 0], [0, 0]]}
    beside: Shape = {"type": "polyline", "points": [[0, 5], [100, 5]]}
    assert geometry.distance(line, back) == pytest.approx(0, abs=1e-12)
    assert geometry.distance(line, beside) == pytest.approx(0.5)


def test_oriented_merge_sees_through_other_writings() -> None:
    geometry = GEOMETRIES["rotated_box"]

    def turned(w: float, h: float, angle: float) -> Shape:
        return {"type": "rotated_box", "cx": 50.0, "cy": 50.0, "w": w, "h": h, "angle": angle}

    merged = geometry.merge([turned(20, 10, 359), turned(20, 10, 1), turned(10, 20, 90)], [1, 1, 1])
    assert geometry.distance(merged, turned(20, 10, 0)) < 0.02
    assert geometry.interpolate(turned(20, 10, 350), turned(20, 10, 10), 0.5)["angle"] == pytest.approx(0)


def test_points_and_pages() -> None:
    point = GEOMETRIES["point"]
    a, b = {"type": "point", "x": 0, "y": 0}, {"type": "point", "x": 30, "y": 40}
    setting = Setting(Extent(), {"tolerance_px": 50})
    assert point.distance(a, b, setting) == pytest.approx(1 - np.exp(-0.5))
    page = GEOMETRIES["page_region"]
    region = page.sample(Random(1))
    assert page.distance(region, region | {"page": 7}) == 1.0
    one_page = Setting(Extent(pages=(None,)))
    assert page.problems(region | {"page": 7}, "/p", one_page)[0].path == "/p/page"
    assert page.problems(region, "/p", one_page) == []
    with pytest.raises(InvalidInput):
        page.to_llm(region, one_page)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.floats(-100, 100), st.sampled_from([0.5, 1.0, 2.0])), min_size=1, max_size=8))
def test_weighted_medians(drawn: list[tuple[float, float]]) -> None:
    values, weights = [v for v, _ in drawn], [w for _, w in drawn]
    median = weighted_median(values, weights)
    assert median == weighted_median(values[::-1], weights[::-1])
    assert sum(w for v, w in drawn if v < median) <= sum(weights) / 2 + 1e-9
    assert sum(w for v, w in drawn if v > median) <= sum(weights) / 2 + 1e-9
    assert weighted_medians(np.array(values), weights) == pytest.approx(median)
