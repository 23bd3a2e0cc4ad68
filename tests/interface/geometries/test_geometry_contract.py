"""Runs over every registered geometry: what the rest of the system relies on."""

from __future__ import annotations

import math
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from assay.errors import InvalidInput
from assay.interface.geometries import ANYWHERE, GEOMETRIES, Extent, Geometry, Setting, Shape

TEXT = "Zürich 🦊 foxes and Zürich bankers met; the foxes 🦊🦊 left Zürich early. " * 3
EXTENT = Extent(640, 480, TEXT, 42.5, ((595.0, 842.0), (842.0, 595.0)))
SETTINGS = {name: [ANYWHERE, Setting(EXTENT)] for name in GEOMETRIES}
for _name in ("box", "rotated_box", "ellipse", "polygon", "mask", "cuboid2d", "page_region"):
    SETTINGS[_name].append(Setting(EXTENT, {"min_px": 12, "max_px": 300}))
SETTINGS["polygon"].append(Setting(EXTENT, {"min_points": 4, "max_points": 6, "min_area": 50}))
SETTINGS["polyline"].append(Setting(EXTENT, {"min_points": 3, "min_px": 5}))
SETTINGS["keypoints"].append(
    Setting(EXTENT, {"points": ["nose", "tail", "paw"], "edges": [["nose", "tail"]], "min_points": 2})
)
SETTINGS["cuboid3d"].append(Setting(EXTENT, {"yaw_only": True, "size_prior": [4, 2, 1.5]}))
SETTINGS["span"].append(Setting(EXTENT, {"min_length": 3, "max_length": 9}))
SETTINGS["time_range"].append(Setting(EXTENT, {"min_seconds": 1, "max_seconds": 5}))

CASES = [
    pytest.param(GEOMETRIES[name], setting, id=f"{name}-{index}")
    for name, settings_of in SETTINGS.items()
    for index, setting in enumerate(settings_of)
]
every_case = pytest.mark.parametrize(("geometry", "setting"), CASES)


def draw(geometry: Geometry, setting: Setting, count: int = 12) -> list[Shape]:
    return [geometry.sample(Random(seed), setting) for seed in range(count)]


def test_every_geometry_of_the_design_is_there() -> None:
    expected = "box rotated_box polygon polyline point keypoints ellipse mask cuboid2d cuboid3d span"
    assert set(GEOMETRIES) == {*expected.split(), "time_range", "page_region"}


@every_case
def test_samples_are_valid_and_fit_the_schema(geometry: Geometry, setting: Setting) -> None:
    assert not geometry.constraint_problems(setting.constraints) or geometry.name == "keypoints"
    schema = geometry.json_schema(setting)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    shapes = draw(geometry, setting)
    for shape in shapes:
        assert geometry.problems(shape, "", setting) == []
        assert validator.is_valid(shape)
        assert geometry.problems(geometry.normalise(shape), "", setting) == []
    assert geometry.problems_of_many(shapes, [""] * len(shapes), setting) == []
    assert len({str(shape) for shape in shapes}) > 1


JUNK: list[Any] = [None, True, "x", [], {}, -1, math.nan, math.inf, 1e300, 10**400, [[1]], {"type": "box"}]


@every_case
def test_broken_values_are_named_and_never_crash(geometry: Geometry, setting: Setting) -> None:
    validator = Draft202012Validator(geometry.json_schema(setting))
    shape = geometry.sample(Random(3), setting)
    for junk in JUNK:
        assert geometry.problems(junk, "/here", setting)
    for key in shape:
        missing = {name: value for name, value in shape.items() if name != key}
        assert any(p.path == f"/here/{key}" for p in geometry.problems(missing, "/here", setting))
        for junk in JUNK:
            broken = {**shape, key: junk}
            problems = geometry.problems(broken, "/here", setting)
            many = geometry.problems_of_many([shape, broken], ["/a", "/here"], setting)
            assert problems == many
            assert all(problem.path.startswith(f"/here/{key}") for problem in problems), (junk, problems)
            if not validator.is_valid(broken):
                assert problems, (key, junk)
    assert any(p.rule == "unknown_key" for p in geometry.problems({**shape, "color": 1}, "", setting))


@every_case
def test_distance_is_a_distance(geometry: Geometry, setting: Setting) -> None:
    shapes = draw(geometry, setting, 8)
    shapes += [geometry.perturb(shape, Random(1), 0.1, setting) for shape in shapes]
    near = geometry.near_pairs(shapes, shapes, setting)
    listed = {(i, j): d for i, j, d in zip(*(column.tolist() for column in near), strict=True)}
    for i, a in enumerate(shapes):
        assert geometry.distance(a, a, setting) == 0.0
        for j, b in enumerate(shapes):
            distance = geometry.distance(a, b, setting)
            assert 0.0 <= distance <= 1.0
            assert distance == pytest.approx(geometry.distance(b, a, setting), abs=1e-9)
            assert listed.get((i, j), 1.0) == pytest.approx(distance, abs=1e-9)


@every_case
def test_merge_keeps_equals_and_forgets_the_order(geometry: Geometry, setting: Setting) -> None:
    for seed in range(6):
        random = Random(seed)
        shape = geometry.sample(random, setting)
        assert geometry.merge([shape] * 3, [1, 2, 0.5], setting) == shape
        others = [geometry.perturb(shape, random, 0.05, setting) for _ in range(4)]
        weights = [1.0, 2.0, 0.7, 1.3]
        merged = geometry.merge(others, weights, setting)
        assert geometry.problems(merged, "", setting) == []
        assert merged == geometry.merge(others[::-1], weights[::-1], setting)
        worst = max(geometry.distance(shape, other, setting) for other in others)
        assert geometry.distance(shape, merged, setting) <= worst + 0.05


@every_case
def test_perturb_keeps_validity_and_changes(geometry: Geometry, setting: Setting) -> None:
    changed = 0
    for seed in range(20):
        random = Random(seed)
        shape = geometry.sample(random, setting)
        moved = geometry.perturb(shape, random, 0.2, setting)
        assert geometry.problems(moved, "", setting) == []
        changed += moved != shape
    assert changed >= 12


@every_case
def test_interpolation_ends_at_the_keyframes(geometry: Geometry, setting: Setting) -> None:
    first = geometry.sample(Random(5), setting)
    last = geometry.perturb(first, Random(6), 0.1, setting)
    assert geometry.distance(geometry.interpolate(first, last, 0.0), first, setting) < 1e-6
    between = geometry.interpolate(first, last, 0.5)
    assert geometry.problems(between, "", Setting(setting.extent)) == []


TOLERATED = {"box": 0.12, "page_region": 0.12, "rotated_box": 0.15, "ellipse": 0.15, "polygon": 0.15}


@every_case
def test_language_model_round_trip(geometry: Geometry, setting: Setting) -> None:
    setting = Setting(EXTENT, setting.constraints)
    if not geometry.asked_of_llm:
        with pytest.raises(InvalidInput, match="not asked"):
            geometry.llm_schema(setting)
        return
    schema = geometry.llm_schema(setting)
    assert_strict(schema)
    for shape in draw(geometry, setting):
        answer = geometry.to_llm(shape, setting)
        assert Draft202012Validator(schema).is_valid(answer)
        back = geometry.from_llm(answer, setting)
        assert geometry.distance(shape, back, setting) <= TOLERATED.get(geometry.name, 0.05)
    for junk in JUNK:
        with pytest.raises(InvalidInput) as caught:
            geometry.from_llm(junk, setting, "/reply")
        assert all(problem.path.startswith("/reply") for problem in caught.value.problems)


def assert_strict(schema: dict[str, Any]) -> None:
    assert set(schema) <= {"type", "enum", "items", "anyOf", "properties", "description", "required",
                           "additionalProperties"}  # fmt: skip
    if schema.get("type") == "object":
        assert schema["additionalProperties"] is False
        assert schema["required"] == list(schema["properties"])
        for each in schema["properties"].values():
            assert_strict(each)
    if "items" in schema:
        assert_strict(schema["items"])


@pytest.mark.parametrize("name", sorted(GEOMETRIES))
def test_constraints_are_checked(name: str) -> None:
    geometry = GEOMETRIES[name]
    unknown = geometry.constraint_problems({"no_such": 1}, "/constraints")
    assert "/constraints/no_such" in [problem.path for problem in unknown]
    for key in geometry.constraint_rules:
        assert geometry.constraint_problems({key: "wrong"}, "/constraints")


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(GEOMETRIES)), st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["type", "x", "points", "counts", "size", "start", "quote", "front", "quat"]), inner),
    max_leaves=12,
))  # fmt: skip
def test_any_json_gives_problems_not_crashes(name: str, value: Any) -> None:
    if isinstance(value, dict):
        value = {**value, "type": name}
    assert isinstance(GEOMETRIES[name].problems(value), list)
