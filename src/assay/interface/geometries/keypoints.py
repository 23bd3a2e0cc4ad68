"""Keypoints: `{"type": "keypoints", "points": {"nose": [x, y, v], ...}}`, the named joints of a skeleton.

Pixels; v is COCO's visibility: 1 labelled but hidden, 2 visible. A joint that is not labelled is left out.
The class's constraints name the joints (`points`) and which are joined (`edges`, pairs of names).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, ClassVar

import numpy as np

from assay.errors import Problem
from assay.interface.geometries.base import (
    ANYWHERE,
    ConstraintRule,
    FloatArray,
    Geometry,
    IndexArray,
    Setting,
    Shape,
)
from assay.interface.geometries.checks import (
    NUMBER_SCHEMA,
    invalid,
    is_coordinate,
    key_problems,
    number_problem,
    object_schema,
    pointer_token,
    stored_schema,
)
from assay.interface.geometries.consensus import weighted_median
from assay.interface.geometries.plane import (
    LLM_POINT,
    PLANAR_INPUTS,
    point_from_llm,
    point_problems,
    point_to_llm,
    sample_box,
)
from assay.interface.geometries.registry import register

HIDDEN, VISIBLE = 1, 2

MOST_JOINTS = 1000
LONGEST_NAME = 64

FALLOFF = 0.1
"""k in exp(-d² / 2(sk)²) with s the size of the skeleton: the middle of COCO's 2σ (0.05 eyes, 0.2 hips)."""

_SAMPLE_JOINTS = ("head", "left_hand", "right_hand", "left_foot", "right_foot")


@register
class Keypoints(Geometry):
    """Distance: 1 - mean over joints of exp(-d² / 2(sk)²), COCO's object keypoint similarity, made symmetric:
    s² is the mean area of both bounding boxes, and a joint that only one has counts as wholly different.
    Merge: joints that more than half of the weight has, at the weighted median place, visible by majority."""

    name = "keypoints"
    input_types = PLANAR_INPUTS
    constraint_rules: ClassVar[Mapping[str, ConstraintRule]] = {
        "points": ConstraintRule("list of names", "the joints of the skeleton, each once"),
        "edges": ConstraintRule("list of pairs", "which joints are joined by a line"),
        "min_points": ConstraintRule("count", "the shape has at least this many labelled joints"),
    }

    def constraint_problems(self, constraints: Mapping[str, Any], path: str = "") -> list[Problem]:
        structure = {"points", "edges"}
        rest = {name: value for name, value in constraints.items() if name not in structure}
        problems = super().constraint_problems(rest, path)
        joints = constraints.get("points")
        if joints is None:
            message = "keypoints need the names of their joints"
            return [*problems, Problem(f"{path}/points", "required", message)]
        if not _are_names(joints):
            message = f"this must be a list of 1 to {MOST_JOINTS} different names"
            return [*problems, Problem(f"{path}/points", "constraint", message)]
        edges = constraints.get("edges", [])
        if not isinstance(edges, list):
            return [
                *problems,
                Problem(f"{path}/edges", "constraint", "this must be a list of pairs of joints"),
            ]
        for index, edge in enumerate(edges):
            if not _is_edge(edge, joints):
                message = "an edge is a pair of two different joints of this skeleton"
                problems.append(Problem(f"{path}/edges/{index}", "constraint", message))
        return problems

    def problems(self, value: object, path: str = "", setting: Setting = ANYWHERE) -> list[Problem]:
        problems = key_problems(value, self.name, ("points",), path)
        if problems or not isinstance(value, dict):
            return problems
        points, place = value["points"], f"{path}/points"
        if not isinstance(points, dict):
            return [Problem(place, "type", "points are an object of joints by name")]
        least = max(1, setting.constraints.get("min_points", 1))
        if not least <= len(points) <= MOST_JOINTS:
            return [Problem(place, "min_points", f"from {least} to {MOST_JOINTS} joints are required")]
        names = setting.constraints.get("points")
        for name, joint in points.items():
            where = f"{place}/{pointer_token(name)}"
            if (names is not None and name not in names) or not 0 < len(name) <= LONGEST_NAME:
                problems.append(Problem(where, "unknown_joint", "the skeleton has no joint of this name"))
            else:
                problems += _joint_problems(joint, where, setting)
        return problems

    def normalise(self, shape: Shape) -> Shape:
        points = {name: list(joint) for name, joint in shape["points"].items()}
        return {"type": self.name, "points": points}

    def json_schema(self, setting: Setting = ANYWHERE) -> dict[str, Any]:
        joint = {
            "type": "array",
            "prefixItems": [NUMBER_SCHEMA, NUMBER_SCHEMA, {"enum": [HIDDEN, VISIBLE]}],
            "minItems": 3,
            "maxItems": 3,
        }
        joints: dict[str, Any] = {"type": "object", "minProperties": 1, "maxProperties": MOST_JOINTS}
        names = setting.constraints.get("points")
        if names is None:
            joints |= {"propertyNames": {"maxLength": LONGEST_NAME, "minLength": 1}}
            joints |= {"additionalProperties": joint}
        else:
            joints |= {"properties": dict.fromkeys(names, joint), "additionalProperties": False}
        return stored_schema(self.name, {"points": joints})

    def pair_distances(
        self,
        a: Sequence[Shape],
        b: Sequence[Shape],
        rows: IndexArray,
        columns: IndexArray,
        setting: Setting = ANYWHERE,
    ) -> FloatArray:
        return np.array(
            [_distance(a[i]["points"], b[j]["points"]) for i, j in zip(rows, columns, strict=True)]
        )

    def _merge_distinct(self, shapes: list[Shape], weights: list[float], setting: Setting) -> Shape:
        total = sum(weights)
        points: dict[str, list[float]] = {}
        for name in _joint_order([shape["points"] for shape in shapes], setting):
            holders = [
                (s["points"][name], w) for s, w in zip(shapes, weights, strict=True) if name in s["points"]
            ]
            support = [weight for _, weight in holders]
            if sum(support) > total / 2:
                x, y = (weighted_median([joint[axis] for joint, _ in holders], support) for axis in (0, 1))
                visible = sum(weight for joint, weight in holders if joint[2] == VISIBLE)
                points[name] = [x, y, VISIBLE if visible >= sum(support) / 2 else HIDDEN]
        merged = {"type": self.name, "points": points}
        if self.problems(merged, "", setting):
            return super()._merge_distinct(shapes, weights, setting)
        return merged

    def interpolate(self, a: Shape, b: Shape, fraction: float) -> Shape:
        points = {}
        for name, (x, y, visibility) in a["points"].items():
            other_x, other_y, _ = b["points"].get(name, (x, y, visibility))
            points[name] = [x + (other_x - x) * fraction, y + (other_y - y) * fraction, visibility]
        return {"type": self.name, "points": points}

    def sample(self, random: Random, setting: Setting = ANYWHERE) -> Shape:
        names = list(setting.constraints.get("points", _SAMPLE_JOINTS))
        least = max(1, setting.constraints.get("min_points", 1))
        kept = [name for name in names if random.random() < 0.85]
        if len(kept) < least:
            kept = names
        x, y, w, h = sample_box(random, Setting(setting.extent))
        points = {
            name: [
                round(x + random.random() * w, 2),
                round(y + random.random() * h, 2),
                random.choice((HIDDEN, VISIBLE, VISIBLE)),
            ]
            for name in kept
        }
        return {"type": self.name, "points": points}

    def _jitter(self, shape: Shape, random: Random, strength: float, setting: Setting) -> Shape:
        spread = strength * max(1.0, _area(shape["points"]) ** 0.5) / 2
        points = {
            name: [
                round(x + random.gauss(0.0, spread), 3),
                round(y + random.gauss(0.0, spread), 3),
                visibility,
            ]
            for name, (x, y, visibility) in shape["points"].items()
        }
        return {"type": self.name, "points": points}

    def llm_schema(self, setting: Setting = ANYWHERE) -> dict[str, Any]:
        names = setting.constraints.get("points")
        name_schema = {"type": "string"} if names is None else {"type": "string", "enum": list(names)}
        joint = object_schema(
            {"name": name_schema, **LLM_POINT["properties"], "visible": {"type": "boolean"}}
        )
        return object_schema({"points": {"type": "array", "items": joint}})

    def to_llm(self, shape: Shape, setting: Setting) -> dict[str, Any]:
        return {
            "points": [
                {"name": name, **point_to_llm(x, y, setting.extent), "visible": visibility == VISIBLE}
                for name, (x, y, visibility) in shape["points"].items()
            ]
        }

    def from_llm(self, answer: object, setting: Setting, path: str = "") -> Shape:
        joints = answer.get("points") if isinstance(answer, dict) else None
        if not isinstance(joints, list) or len(joints) > MOST_JOINTS:
            raise invalid(
                [Problem(f"{path}/points", "type", f"points must be a list of up to {MOST_JOINTS}")]
            )
        points: dict[str, list[float]] = {}
        for index, joint in enumerate(joints):
            where = f"{path}/points/{index}"
            x, y = point_from_llm(joint, setting.extent, where)
            name, visible = joint.get("name"), joint.get("visible")
            if not isinstance(name, str) or name in points:
                raise invalid([Problem(f"{where}/name", "name", "this must be a joint not given before")])
            if not isinstance(visible, bool):
                raise invalid([Problem(f"{where}/visible", "type", "this must be true or false")])
            points[name] = [x, y, VISIBLE if visible else HIDDEN]
        return {"type": self.name, "points": points}


def _are_names(joints: object) -> bool:
    return (
        isinstance(joints, list)
        and 0 < len(joints) <= MOST_JOINTS
        and all(isinstance(name, str) and 0 < len(name) <= LONGEST_NAME for name in joints)
        and len(set(joints)) == len(joints)
    )


def _is_edge(edge: object, joints: list[str]) -> bool:
    return (
        isinstance(edge, list)
        and len(edge) == 2
        and all(end in joints for end in edge)
        and edge[0] != edge[1]
    )


def _joint_problems(joint: object, path: str, setting: Setting) -> list[Problem]:
    if not isinstance(joint, list) or len(joint) != 3:
        return [Problem(path, "type", "a joint is [x, y, visibility]")]
    problems = [number_problem(f"{path}/{axis}") for axis in (0, 1) if not is_coordinate(joint[axis])]
    if type(joint[2]) is not int or joint[2] not in (HIDDEN, VISIBLE):
        message = "visibility is 1 (hidden) or 2 (visible); leave an unlabelled joint out"
        problems.append(Problem(f"{path}/2", "visibility", message))
    return problems or point_problems(joint[0], joint[1], setting.extent, f"{path}/0", f"{path}/1")


def _joint_order(all_points: list[dict[str, Any]], setting: Setting) -> list[str]:
    present = set().union(*all_points)
    names = setting.constraints.get("points")
    return sorted(present) if names is None else [name for name in names if name in present]


def _area(points: Mapping[str, Sequence[float]]) -> float:
    x, y = [joint[0] for joint in points.values()], [joint[1] for joint in points.values()]
    return (max(x) - min(x)) * (max(y) - min(y))


def _distance(a: Mapping[str, Sequence[float]], b: Mapping[str, Sequence[float]]) -> float:
    common = a.keys() & b.keys()
    # A skeleton of one joint or on one line has no area; 100 square pixels keep the scale sane.
    scale = max(100.0, (_area(a) + _area(b)) / 2)
    gaps = np.array([(a[n][0] - b[n][0]) ** 2 + (a[n][1] - b[n][1]) ** 2 for n in sorted(common)])
    similar = float(np.exp(-gaps / (2 * scale * FALLOFF**2)).sum())
    return min(1.0, max(0.0, 1.0 - similar / len(a.keys() | b.keys())))
