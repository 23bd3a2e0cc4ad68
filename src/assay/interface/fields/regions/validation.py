"""Validation of regions: forms, ids, shapes of one class together, attributes, keyframes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assay.interface.context import Context
from assay.interface.fields.regions.classes import RegionClass, RegionClasses
from assay.interface.geometries import Extent
from assay.interface.record import Record

MOST_REGIONS = 100_000
MOST_KEYFRAMES = 100_000
LONGEST_ID = 64

_REGION_KEYS = frozenset({"id", "class", "geometry", "attributes"})
_TRACK_KEYS = frozenset({"id", "class", "keyframes", "attributes"})
_KEYFRAME_KEYS = frozenset({"frame", "geometry", "outside", "attributes"})


class RegionCheck:
    """One run over a value. Shapes are gathered by class and checked together at the end: geometries with
    many numbers check them in whole arrays."""

    def __init__(self, classes: RegionClasses, tracks: bool, context: Context, extent: Extent) -> None:
        self._classes = classes
        self._tracks = tracks
        self._context = context
        self._extent = extent
        self._ids: set[str] = set()
        self._shapes: dict[str, tuple[list[Any], list[str]]] = {}

    def regions(self, value: list[Any], path: str, frames: int | None) -> list[dict[str, Any]]:
        """The normalised regions; shapes that are wrong stay as they came."""
        before = len(self._context.problems)
        read = [self._region(region, f"{path}/{index}", frames) for index, region in enumerate(value)]
        for name, (shapes, paths) in self._shapes.items():
            chosen = self._classes[name]
            setting = chosen.setting(self._extent)
            for problem in chosen.geometry.problems_of_many(shapes, paths, setting):
                self._context.fail(problem.path, problem.rule, problem.message)
        if len(self._context.problems) == before:
            self._normalise_shapes(read)
        return read

    def _normalise_shapes(self, regions: Sequence[dict[str, Any]]) -> None:
        for region in regions:
            normalise = self._classes[region["class"]].geometry.normalise
            for holder in region["keyframes"] if self._tracks else (region,):
                if "geometry" in holder:
                    holder["geometry"] = normalise(holder["geometry"])

    def _region(self, region: Any, path: str, frames: int | None) -> dict[str, Any]:
        fail = self._context.fail
        if type(region) is not dict:
            fail(path, "type", "a region is an object")
            return {}
        allowed = _TRACK_KEYS if self._tracks else _REGION_KEYS
        if not region.keys() <= allowed:
            fail(path, "unknown_key", f"a region has only: {', '.join(sorted(allowed))}")
        self._identify(region.get("id"), path)
        name = region.get("class")
        chosen = self._classes.get(name) if type(name) is str else None
        if chosen is None:
            rule = "unknown_class" if "class" in region else "required"
            fail(f"{path}/class", rule, "this must be one of the classes of this field")
            return {}
        result: dict[str, Any] = {"id": region.get("id"), "class": name}
        if self._tracks:
            place = f"{path}/keyframes"
            result["keyframes"] = self._keyframes(region.get("keyframes"), chosen, place, frames)
        elif "geometry" in region:
            result["geometry"] = region["geometry"]
            self._gather(chosen, region["geometry"], f"{path}/geometry")
        else:
            fail(f"{path}/geometry", "required", "a region needs a geometry")
        self._attributes(chosen.attributes, region, result, path)
        return result

    def _identify(self, name: Any, path: str) -> None:
        if type(name) is not str or not 0 < len(name) <= LONGEST_ID:
            self._context.fail(f"{path}/id", "id", f"an id is a string of 1 to {LONGEST_ID} characters")
        elif name in self._ids:
            self._context.fail(f"{path}/id", "duplicate", "another region has the same id")
        else:
            self._ids.add(name)

    def _gather(self, chosen: RegionClass, shape: Any, path: str) -> None:
        shapes, paths = self._shapes.setdefault(chosen.value, ([], []))
        shapes.append(shape)
        paths.append(path)

    def _attributes(self, record: Record, given: dict[str, Any], result: dict[str, Any], path: str) -> None:
        value = given.get("attributes", {})
        if record.fields:
            result["attributes"] = record.validate(value, f"{path}/attributes", self._context)
        elif value != {}:
            self._context.fail(f"{path}/attributes", "unknown_field", "there are no attributes here")

    def _keyframes(
        self, value: Any, chosen: RegionClass, path: str, frames: int | None
    ) -> list[dict[str, Any]]:
        if type(value) is not list or not 0 < len(value) <= MOST_KEYFRAMES:
            message = f"keyframes are a list of 1 to {MOST_KEYFRAMES} objects"
            self._context.fail(path, "keyframes", message)
            return []
        last = -1
        result = []
        for index, keyframe in enumerate(value):
            place = f"{path}/{index}"
            if type(keyframe) is not dict or not keyframe.keys() <= _KEYFRAME_KEYS:
                message = f"a keyframe is an object with: {', '.join(sorted(_KEYFRAME_KEYS))}"
                self._context.fail(place, "type", message)
                continue
            frame = keyframe.get("frame")
            if type(frame) is not int or frame <= last or (frames is not None and frame >= frames):
                message = "frames are integers from 0, each later than the one before, within the input"
                self._context.fail(f"{place}/frame", "frame", message)
            else:
                last = frame
            result.append(self._keyframe(keyframe, chosen, place))
        if value[0] and type(value[0]) is dict and value[0].get("outside") is True:
            self._context.fail(f"{path}/0/outside", "outside", "a track begins where it is visible")
        return result

    def _keyframe(self, keyframe: dict[str, Any], chosen: RegionClass, path: str) -> dict[str, Any]:
        outside = keyframe.get("outside", False)
        result: dict[str, Any] = {"frame": keyframe.get("frame")}
        if type(outside) is not bool:
            self._context.fail(f"{path}/outside", "type", "outside is true or false")
        if "geometry" in keyframe:
            result["geometry"] = keyframe["geometry"]
            self._gather(chosen, keyframe["geometry"], f"{path}/geometry")
        elif outside is not True:
            self._context.fail(f"{path}/geometry", "required", "a visible keyframe needs a geometry")
        if outside is True:
            result["outside"] = True
        self._attributes(chosen.dynamic, keyframe, result, path)
        return result
