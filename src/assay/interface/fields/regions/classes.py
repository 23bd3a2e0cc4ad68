"""The classes of a regions field: what they declare, and what is prepared from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from pydantic import Field as Key

from assay.interface.context import Parsing
from assay.interface.declaration import OptionDeclaration, report_declaration_errors
from assay.interface.fields.base import FieldDeclaration, Json, KeyRequest, Renames
from assay.interface.geometries import GEOMETRIES, Extent, Geometry, Setting
from assay.interface.record import Record, parse_record

MOST_CLASSES = 10_000


class RegionsDeclaration(FieldDeclaration):
    """on: the input the shapes lie on. classes: see `ClassDeclaration`. tracks: regions go through frames
    and carry keyframes. min, max: how many regions there may be. match: overlap (1 - distance) from which
    on the shapes of two annotators may be the same object when answers are merged."""

    type: Literal["regions"]
    on: str
    classes: list[Any] = Key(min_length=1, max_length=MOST_CLASSES)
    tracks: bool = False
    min: int | None = Key(default=None, ge=0)
    max: int | None = Key(default=None, ge=1)
    match: float = Key(default=0.5, gt=0, lt=1)


class ClassDeclaration(OptionDeclaration):
    """geometry: a name of `GEOMETRIES`. constraints: what the geometry lets a class demand. attributes:
    fields asked of each region; with `"dynamic": true` (tracks only) they are asked at each keyframe."""

    geometry: str
    constraints: dict[str, Any] = Key(default_factory=dict)
    attributes: list[Any] = Key(default_factory=list)


class RegionClass:
    """A compiled class. `attributes` are asked once per region, `dynamic` once per keyframe."""

    def __init__(
        self, declared: ClassDeclaration, geometry: Geometry, record: Record, dynamic: frozenset[str]
    ) -> None:
        self.declared = declared
        self.value: str = declared.value
        self.geometry = geometry
        self.constraints = declared.constraints
        self.everything = record
        self.dynamic_names = dynamic
        self.attributes = Record(m for m in record.members if m.field.name not in dynamic)
        self.dynamic = Record(m for m in record.members if m.field.name in dynamic)

    def setting(self, extent: Extent) -> Setting:
        return Setting(extent, self.constraints)

    def declaration(self) -> Json:
        return self._with_attributes(self.declared.value, self.everything.declaration())

    def rename_declaration(self, path: str, renames: Renames) -> Json:
        value = renames.value_of(path, self.value)
        names = {
            renames.fields.get(field.path, field.name)
            for field in self.everything.fields
            if field.name in self.dynamic_names
        }
        return self._with_attributes(value, self.everything.rename_declaration(renames), names)

    def _with_attributes(self, value: str, attributes: list[Json], dynamic: Any = None) -> Json:
        names = self.dynamic_names if dynamic is None else dynamic
        declaration = {**self.declared.normalised(), "value": value}
        if attributes:
            declaration["attributes"] = [
                {**each, "dynamic": True} if each["name"] in names else each for each in attributes
            ]
        return declaration


class RegionClasses(Mapping[str, RegionClass]):
    """All classes of a field by value, in the order of declaration; broken ones are reported and left out."""

    def __init__(self, declared: RegionsDeclaration, path: str, pointer: str, parsing: Parsing) -> None:
        self._path = path
        self._pointer = f"{pointer}/classes"
        self._parsing = parsing
        self._tracks = declared.tracks
        self._input_type = self._type_of_input(declared.on, pointer)
        self._classes: dict[str, RegionClass] = {}
        self._places: dict[str, str] = {}
        for index, raw in enumerate(declared.classes):
            self._read(raw, f"{self._pointer}/{index}")
        self.order = {value: index for index, value in enumerate(self._classes)}

    def _type_of_input(self, name: str, pointer: str) -> str | None:
        found = self._parsing.inputs.get(name)
        if found is None:
            self._parsing.fail(f"{pointer}/on", "unknown_input", "there is no input of this name")
            return None
        return found.type

    def _read(self, raw: Any, place: str) -> None:
        declared = report_declaration_errors(ClassDeclaration, raw, place, self._parsing)
        if declared is None:
            return
        geometry = GEOMETRIES.get(declared.geometry)
        if geometry is None:
            message = f"a geometry is one of: {', '.join(sorted(GEOMETRIES))}"
            self._parsing.fail(f"{place}/geometry", "unknown_geometry", message)
            return
        if declared.value in self._classes:
            self._parsing.fail(f"{place}/value", "duplicate", f"value {declared.value} occurs twice")
            return
        if self._input_type is not None and self._input_type not in geometry.input_types:
            message = f"{geometry.name} lies on: {', '.join(sorted(geometry.input_types))}"
            self._parsing.fail(f"{place}/geometry", "not_on_this_input", message)
        for problem in geometry.constraint_problems(declared.constraints, f"{place}/constraints"):
            self._parsing.fail(problem.path, problem.rule, problem.message)
        record, dynamic = self._attributes(declared, f"{place}/attributes")
        self._classes[declared.value] = RegionClass(declared, geometry, record, dynamic)
        self._places[declared.value] = place

    def _attributes(self, declared: ClassDeclaration, place: str) -> tuple[Record, frozenset[str]]:
        if not declared.attributes:
            return Record(()), frozenset()
        dynamic, plain = set(), []
        for index, raw in enumerate(declared.attributes):
            if not isinstance(raw, dict) or "dynamic" not in raw:
                plain.append(raw)
                continue
            flag = raw["dynamic"]
            if not isinstance(flag, bool) or (flag and not self._tracks):
                message = "this is true or false, and true only for tracks"
                self._parsing.fail(f"{place}/{index}/dynamic", "dynamic", message)
            if flag is True and isinstance(raw.get("name"), str):
                dynamic.add(raw["name"])
            plain.append({key: value for key, value in raw.items() if key != "dynamic"})
        path = f"{self._path}.{declared.value}"
        record = parse_record(plain, path, place, self._parsing.depth + 1, self._parsing)
        self._forbid_crossing_conditions(record, dynamic, place)
        return record, frozenset(dynamic)

    def _forbid_crossing_conditions(self, record: Record, dynamic: set[str], place: str) -> None:
        for index, member in enumerate(record.members):
            source = None if member.condition is None else member.condition.source
            side = member.field.name in dynamic
            if any((name.partition(".")[0] in dynamic) != side for name in _fields_in(source)):
                message = "dynamic attributes and others are not asked at the same moment"
                self._parsing.fail(f"{place}/{index}/when", "dynamic", message)

    def __getitem__(self, value: str) -> RegionClass:
        return self._classes[value]

    def __iter__(self) -> Iterator[str]:
        return iter(self._classes)

    def __len__(self) -> int:
        return len(self._classes)

    def keys_to_press(self, path: str) -> Iterator[KeyRequest]:
        for value, each in self._classes.items():
            yield KeyRequest(path, value, f"{self._places[value]}/hotkey", each.declared.hotkey)
            yield from each.everything.keys()

    def with_geometry(self, names: Sequence[str]) -> dict[str, Setting]:
        """For each geometry the setting that shapes of different classes are compared under: that of the
        class declared first."""
        settings: dict[str, Setting] = {}
        for each in self._classes.values():
            if each.geometry.name in names:
                settings.setdefault(each.geometry.name, Setting(Extent(), each.constraints))
        return settings


def _fields_in(condition: Any) -> Iterator[str]:
    """Every field that a condition refers to."""
    if isinstance(condition, dict):
        for key, value in condition.items():
            if key == "field" and isinstance(value, str):
                yield value
            else:
                yield from _fields_in(value)
    elif isinstance(condition, list):
        for each in condition:
            yield from _fields_in(each)
