"""Random regions, and regions as a careless annotator would draw them."""

from __future__ import annotations

from random import Random
from typing import Any

from assay.interface.context import Context
from assay.interface.fields.regions.classes import RegionClass, RegionClasses
from assay.interface.geometries import Extent

_USUAL_FRAMES = 50


class RegionSampler:
    """Draws regions of one field for one item. `frames`: how many the input has, None when unknown."""

    def __init__(
        self, classes: RegionClasses, tracks: bool, context: Context, extent: Extent, frames: int | None
    ) -> None:
        self._classes = classes
        self._tracks = tracks
        self._context = context
        self._extent = extent
        self._frames = frames

    def region(self, random: Random, name: str) -> dict[str, Any]:
        """A region of any class with this id."""
        chosen = self._classes[random.choice(list(self._classes))]
        region: dict[str, Any] = {"id": name, "class": chosen.value}
        if self._tracks:
            region["keyframes"] = self._keyframes(random, chosen)
        else:
            region["geometry"] = self._shape(random, chosen)
        if chosen.attributes.fields:
            region["attributes"] = chosen.attributes.sample(random, self._context)
        return region

    def _shape(self, random: Random, chosen: RegionClass) -> dict[str, Any]:
        setting = chosen.setting(self._extent)
        return chosen.geometry.normalise(chosen.geometry.sample(random, setting))

    def _keyframes(self, random: Random, chosen: RegionClass) -> list[dict[str, Any]]:
        frames = self._frames or _USUAL_FRAMES
        count = min(frames, random.randint(1, 3))
        shape = self._shape(random, chosen)
        keyframes = []
        for frame in sorted(random.sample(range(frames), count)):
            keyframe: dict[str, Any] = {"frame": frame, "geometry": shape}
            if chosen.dynamic.fields:
                keyframe["attributes"] = chosen.dynamic.sample(random, self._context)
            keyframes.append(keyframe)
            moved = chosen.geometry.perturb(shape, random, 0.1, chosen.setting(self._extent))
            shape = chosen.geometry.normalise(moved)
        return keyframes

    def careless(self, region: dict[str, Any], random: Random, strength: float) -> dict[str, Any]:
        """The region with its shapes drawn by an unsteady hand and at times a wrong attribute."""
        chosen = self._classes[region["class"]]
        setting = chosen.setting(self._extent)

        def redrawn(holder: dict[str, Any]) -> dict[str, Any]:
            if "geometry" not in holder:
                return holder
            moved = chosen.geometry.perturb(holder["geometry"], random, strength, setting)
            return {**holder, "geometry": chosen.geometry.normalise(moved)}

        if self._tracks:
            result = {**region, "keyframes": [redrawn(keyframe) for keyframe in region["keyframes"]]}
        else:
            result = redrawn(region)
        if chosen.attributes.fields:
            attributes = chosen.attributes.perturb(region["attributes"], random, self._context, 0.2)
            result = {**result, "attributes": attributes}
        return result

    def reclassified(self, region: dict[str, Any], random: Random) -> dict[str, Any] | None:
        """The region with another class of the same geometry and constraints, None when there is none."""
        chosen = self._classes[region["class"]]
        others = [
            each
            for each in self._classes.values()
            if each is not chosen
            and each.geometry is chosen.geometry
            and each.constraints == chosen.constraints
            and not (each.dynamic.fields or chosen.dynamic.fields)
        ]
        if not others:
            return None
        other = random.choice(others)
        result = {key: value for key, value in region.items() if key != "attributes"} | {"class": other.value}
        if other.attributes.fields:
            result["attributes"] = other.attributes.sample(random, self._context)
        return result
