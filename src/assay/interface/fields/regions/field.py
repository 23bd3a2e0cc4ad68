"""The field type `regions`; what it does is in the modules beside this one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from random import Random
from typing import Any, ClassVar

from assay.errors import InvalidInput
from assay.interface.conditions import Facet
from assay.interface.context import Context, Merging, Pair, Parsing
from assay.interface.fields.base import (
    Change,
    Field,
    Json,
    KeyRequest,
    Outcome,
    Renames,
    is_disputed,
    may_fall,
    may_rise,
    never_matters,
    register,
)
from assay.interface.fields.regions.classes import RegionClass, RegionClasses, RegionsDeclaration
from assay.interface.fields.regions.comparison import Comparison, Region
from assay.interface.fields.regions.merging import MergedRegion, RegionMerge
from assay.interface.fields.regions.samples import RegionSampler
from assay.interface.fields.regions.validation import (
    LONGEST_ID,
    MOST_KEYFRAMES,
    MOST_REGIONS,
    RegionCheck,
)
from assay.interface.geometries import Extent
from assay.interface.inputs import ItemView
from assay.interface.record import strict_object


@register
class Regions(Field[RegionsDeclaration]):
    """See the package's docstring."""

    type = "regions"
    declaration_model = RegionsDeclaration
    widening: ClassVar = {"min": may_fall, "max": may_rise, "match": never_matters}

    def __init__(self, declared: RegionsDeclaration, path: str, pointer: str, parsing: Parsing) -> None:
        super().__init__(declared, path, pointer, parsing)
        self.tracks = declared.tracks
        self.classes = RegionClasses(declared, path, pointer, parsing)
        self.least = declared.min or 0
        self.most = MOST_REGIONS if declared.max is None else min(declared.max, MOST_REGIONS)
        if self.least > self.most:
            parsing.fail(f"{pointer}/max", "range", "max must not be less than min")
        self._comparison = Comparison(self.classes, self.tracks)
        self._merge = RegionMerge(
            self.classes,
            self._comparison,
            tracks=self.tracks,
            match=declared.match,
            limits=(self.least, declared.max),
        )

    def declaration(self) -> Json:
        return {**super().declaration(), "classes": [each.declaration() for each in self.classes.values()]}

    def children(self) -> Iterable[Field[Any]]:
        for each in self.classes.values():
            yield from each.everything.fields

    # -- values ---------------------------------------------------------------------------------------

    def validate(self, value: Any, path: str, context: Context) -> Any:
        if type(value) is not list:
            context.fail(path, "type", "must be a list of regions")
            return []
        if not self.least <= len(value) <= self.most:
            context.fail(path, "count", f"takes {self.least} to {self.most} regions")
            return []
        check = RegionCheck(self.classes, self.tracks, context, self.extent(context.item))
        return check.regions(value, path, self._frames(context.item))

    def extent(self, item: ItemView | None) -> Extent:
        """What the item tells about the input that the shapes lie on."""
        if item is None:
            return Extent()
        name = self.declared.on
        width, height = item.size(name) or (None, None)
        pages = item.pages(name)
        return Extent(
            width, height, item.text(name), item.duration(name), None if pages is None else (None,) * pages
        )

    def _frames(self, item: ItemView | None) -> int | None:
        return None if item is None else item.frames(self.declared.on)

    def json_schema(self) -> Json:
        return {
            "type": "array",
            "items": {"anyOf": [self._region_schema(each) for each in self.classes.values()]},
            "minItems": self.least,
            "maxItems": self.most,
        }

    def _region_schema(self, chosen: RegionClass) -> Json:
        shape = chosen.geometry.json_schema(chosen.setting(Extent()))
        properties: Json = {
            "id": {"type": "string", "minLength": 1, "maxLength": LONGEST_ID},
            "class": {"const": chosen.value},
        }
        attributes = chosen.attributes.json_schema()
        if self.tracks:
            properties["keyframes"] = self._keyframes_schema(chosen, shape)
        else:
            properties["geometry"] = shape
        required = list(properties) + (["attributes"] if "required" in attributes else [])
        properties["attributes"] = attributes
        return {
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": False,
        }

    def _keyframes_schema(self, chosen: RegionClass, shape: Json) -> Json:
        attributes = chosen.dynamic.json_schema()
        visible: Json = {
            "type": "object",
            "properties": {
                "frame": {"type": "integer", "minimum": 0},
                "geometry": shape,
                "outside": {"type": "boolean"},
                "attributes": attributes,
            },
            "required": ["frame"] + (["attributes"] if "required" in attributes else []),
            "additionalProperties": False,
            "anyOf": [
                {"required": ["geometry"]},
                {"properties": {"outside": {"const": True}}, "required": ["outside"]},
            ],
        }
        return {"type": "array", "items": visible, "minItems": 1, "maxItems": MOST_KEYFRAMES}

    def facets(self) -> Mapping[str, Facet]:
        return {"": Facet("opaque")}

    def sample(self, random: Random, context: Context) -> Any:
        count = random.randint(max(self.least, min(1, self.most)), min(self.most, max(self.least, 4)))
        sampler = self._sampler(context)
        return [sampler.region(random, str(index + 1)) for index in range(count)]

    def _sampler(self, context: Context) -> RegionSampler:
        item = context.item
        return RegionSampler(self.classes, self.tracks, context, self.extent(item), self._frames(item))

    def perturb(self, value: Any, random: Random, context: Context) -> Any:
        sampler = self._sampler(context)
        result = [sampler.careless(region, random, 0.08) for region in value]
        moves = [self._miss, self._invent, self._confuse]
        random.shuffle(moves)
        for move in moves:
            changed = move(result, random, sampler)
            if changed is not None:
                return changed
        return result

    def _miss(self, regions: list[Region], random: Random, sampler: RegionSampler) -> list[Region] | None:
        if len(regions) <= self.least or not regions:
            return None
        gone = random.randrange(len(regions))
        return regions[:gone] + regions[gone + 1 :]

    def _invent(self, regions: list[Region], random: Random, sampler: RegionSampler) -> list[Region] | None:
        if len(regions) >= self.most:
            return None
        taken = {region["id"] for region in regions}
        free = next(str(number) for number in range(1, len(regions) + 2) if str(number) not in taken)
        return [*regions, sampler.region(random, free)]

    def _confuse(self, regions: list[Region], random: Random, sampler: RegionSampler) -> list[Region] | None:
        for index in random.sample(range(len(regions)), len(regions)):
            other = sampler.reclassified(regions[index], random)
            if other is not None:
                return [*regions[:index], other, *regions[index + 1 :]]
        return None

    # -- language models ------------------------------------------------------------------------------

    def _asked(self) -> list[RegionClass]:
        if self.tracks:
            return []
        return [each for each in self.classes.values() if each.geometry.asked_of_llm]

    def llm_schema(self) -> Json | None:
        schemas = []
        for each in self._asked():
            properties: Json = {
                "id": {"type": "string", "description": "a name of your choice, different for each region"},
                "class": {"type": "string", "enum": [each.value]},
                "geometry": each.geometry.llm_schema(each.setting(Extent())),
            }
            attributes = each.attributes.llm_schema()
            if attributes is not None:
                properties["attributes"] = attributes
            schemas.append(strict_object(properties))
        if not schemas:
            return None
        return {"type": "array", "items": schemas[0] if len(schemas) == 1 else {"anyOf": schemas}}

    def to_llm(self, value: Any, context: Context) -> Any:
        asked = {each.value for each in self._asked()}
        extent = self.extent(context.item)
        result = []
        for region in value:
            if region["class"] not in asked:
                continue
            chosen = self.classes[region["class"]]
            said = {
                "id": region["id"],
                "class": chosen.value,
                "geometry": chosen.geometry.to_llm(region["geometry"], chosen.setting(extent)),
            }
            if chosen.attributes.llm_schema() is not None:
                said["attributes"] = chosen.attributes.to_llm(region["attributes"], context)
            result.append(said)
        return result

    def from_llm(self, reply: Any, path: str, context: Context) -> Any:
        if type(reply) is not list or len(reply) > self.most:
            context.fail(path, "type", f"must be a list of at most {self.most} regions")
            return []
        extent = self.extent(context.item)
        return [
            self._region_from_llm(said, f"{path}/{index}", context, extent, str(index + 1))
            for index, said in enumerate(reply)
        ]

    def _region_from_llm(self, said: Any, path: str, context: Context, extent: Extent, number: str) -> Region:
        name = said.get("class") if type(said) is dict else None
        chosen = self.classes.get(name) if type(name) is str else None
        if chosen is None or not chosen.geometry.asked_of_llm:
            context.fail(f"{path}/class", "unknown_class", "this must be one of the classes asked for")
            return {}
        region: Region = {"id": said.get("id") or number, "class": chosen.value}
        place = f"{path}/geometry"
        try:
            region["geometry"] = chosen.geometry.from_llm(said.get("geometry"), chosen.setting(extent), place)
        except InvalidInput as error:
            for problem in error.problems:
                context.fail(problem.path, problem.rule, problem.message)
            if not error.problems:
                context.fail(place, "unknown_extent", error.detail)
        if chosen.attributes.fields:
            region["attributes"] = chosen.attributes.from_llm(
                said.get("attributes", {}), f"{path}/attributes", context
            )
        return region

    # -- several answers ------------------------------------------------------------------------------

    def distance(self, left: Any, right: Any, pair: Pair) -> float:
        return self._comparison.distance(left, right, pair)

    def partners(self, left: Sequence[Region], right: Sequence[Region], pair: Pair) -> dict[str, str]:
        """For each region of `left` that has one, the id of its best partner in `right`."""
        matched = self._comparison.match(left, right, pair)
        return {
            left[i]["id"]: right[j]["id"]
            for i, j in zip(matched.rows.tolist(), matched.columns.tolist(), strict=True)
        }

    def consensus(self, values: Sequence[Any], weights: Sequence[float], merging: Merging) -> Any:
        return self.merge(values, weights, merging).value

    def merge_regions(
        self, values: Sequence[Any], weights: Sequence[float], merging: Merging
    ) -> list[MergedRegion]:
        """The merged regions with who drew each and how sure it is."""
        return self._merge.merge(values, weights, merging, self.extent(merging.item))

    def merge(self, values: Sequence[Any], weights: Sequence[float], merging: Merging) -> Outcome:
        first = values[0]
        if all(value == first for value in values):
            same = {region["id"]: region["id"] for region in first}
            return Outcome(first, 1.0, (), self._identities([same] * len(values), merging))
        merged = self.merge_regions(values, weights, merging)
        value = [each.region for each in merged]
        names: list[dict[str, str]] = [{} for _ in values]
        for each in merged:
            for member in each.members:
                names[member.answer][member.region["id"]] = each.region["id"]
        confidence = self.confidence(value, values, weights, merging)
        places = dict.fromkeys(place for each in merged for place in each.disputed)
        disputed = ("",) if is_disputed(confidence, values) else ()
        return Outcome(value, confidence, (*disputed, *places), self._identities(names, merging))

    @staticmethod
    def _identities(names: Sequence[Mapping[str, str]], merging: Merging) -> tuple[Mapping[str, str], ...]:
        """Aligned with all answers of the level; those without a value have no regions."""
        if not merging.indices:
            return tuple(names)
        result: list[Mapping[str, str]] = [{} for _ in range(max(merging.total, max(merging.indices) + 1))]
        for index, own in zip(merging.indices, names, strict=True):
            result[index] = own
        return tuple(result)

    # -- keys and versions ----------------------------------------------------------------------------

    def keys(self) -> Iterator[KeyRequest]:
        yield from self.classes.keys_to_press(self.path)

    def compare_attribute(self, key: str, was: Any, now: Any, old: Field[Any]) -> Iterator[Change]:
        if key != "classes":
            yield from super().compare_attribute(key, was, now, old)
            return
        assert isinstance(old, Regions)
        for value in old.classes:
            if value not in self.classes:
                yield Change("breaking", self.path, f"class {value} was removed")
        for value, chosen in self.classes.items():
            before = old.classes.get(value)
            if before is None:
                yield Change("compatible", self.path, f"class {value} was added")
            else:
                yield from self._compare_class(before, chosen)

    def _compare_class(self, before: RegionClass, now: RegionClass) -> Iterator[Change]:
        place = f"{self.path}.{now.value}"
        if before.geometry is not now.geometry:
            yield Change("breaking", place, "geometry changed")
        if before.constraints != now.constraints:
            kept = all(before.constraints.get(key) == value for key, value in now.constraints.items())
            yield Change("compatible" if kept else "breaking", place, "constraints changed")
        common = before.everything.names & now.everything.names
        if before.dynamic_names & common != now.dynamic_names & common:
            yield Change("breaking", place, "dynamic attributes changed")
        yield from now.everything.compare(before.everything, place)

    def rename(self, value: Any, renames: Renames) -> Any:
        return [self._rename_region(region, renames) for region in value]

    def _rename_region(self, region: Region, renames: Renames) -> Region:
        chosen = self.classes[region["class"]]
        renamed = {**region, "class": renames.value_of(self.path, chosen.value)}
        if "attributes" in region:
            renamed["attributes"] = chosen.attributes.rename(region["attributes"], renames)
        if self.tracks and chosen.dynamic.fields:
            renamed["keyframes"] = [
                {**keyframe, "attributes": chosen.dynamic.rename(keyframe["attributes"], renames)}
                if "attributes" in keyframe
                else keyframe
                for keyframe in region["keyframes"]
            ]
        return renamed

    def rename_declaration(self, renames: Renames) -> Json:
        classes: dict[str, Json] = {}
        for each in self.classes.values():
            declaration = each.rename_declaration(self.path, renames)
            classes.setdefault(declaration["value"], declaration)
        return {**self.declared.normalised(), "classes": list(classes.values())}
