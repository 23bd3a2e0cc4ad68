"""A level of fields: the interface itself, a group, the attributes of a class.

A record's value is an object with one key per answered field. Fields are dealt with in the order they are
declared; a field may look at those before it (conditions, relations between regions).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Literal

from assay.interface.conditions import Condition, Facet, parse_condition, rename_condition
from assay.interface.context import Context, Merging, Pair, Parsing
from assay.interface.declaration import escape, report_duplicates
from assay.interface.fields.base import (
    Change,
    Field,
    Json,
    KeyRequest,
    Renames,
    parse_field,
)
from assay.interface.merging import MergedRecord, merge_record
from assay.interface.source import MISSING

MAX_FIELDS = 200
"""Fields on one level."""


@dataclass(frozen=True, slots=True)
class Member:
    """A field and the condition under which it is asked."""

    field: Field[Any]
    condition: Condition | None
    asked_of_llm: bool

    def is_visible(self, values: Mapping[str, Any]) -> bool:
        return self.condition is None or self.condition.test(values)


def parse_record(raw: Any, parent_path: str, pointer: str, depth: int, parsing: Parsing) -> Record:
    """Compile a declared list of fields; `depth` is that of these fields (1 at the top)."""
    if not isinstance(raw, list) or not raw:
        parsing.fail(pointer, "type", "fields is a list of at least one field")
        return Record(())
    if len(raw) > MAX_FIELDS:
        parsing.fail(pointer, "too_many", f"at most {MAX_FIELDS} fields on one level")
        return Record(())
    members: list[Member] = []
    siblings: dict[str, Field[Any]] = {}
    outer, parsing.siblings = parsing.siblings, siblings
    for index, each in enumerate(raw):
        member = _parse_member(each, parent_path, f"{pointer}/{index}", depth, siblings, parsing)
        if member is not None:
            members.append(member)
            siblings.setdefault(member.field.name, member.field)
    parsing.siblings = outer
    names = [each.get("name") if isinstance(each, dict) else None for each in raw]
    report_duplicates([name if isinstance(name, str) else f"/{i}" for i, name in enumerate(names)],
                      pointer, "name", parsing)  # fmt: skip
    return Record(members)


def _parse_member(
    raw: Any,
    parent_path: str,
    pointer: str,
    depth: int,
    siblings: Mapping[str, Field[Any]],
    parsing: Parsing,
) -> Member | None:
    condition = None
    if isinstance(raw, dict) and raw.get("when") is not None:
        condition = parse_condition(raw["when"], f"{pointer}/when", facets_of(siblings.values()), parsing)
        raw = {**raw, "when": None if condition is None else condition.source}
    field = parse_field(raw, parent_path, pointer, depth, parsing)
    if field is None:
        return None
    return Member(field, condition, asked_of_llm=field.llm_schema() is not None)


def facets_of(fields: Iterable[Field[Any]]) -> dict[str, Facet]:
    """What a condition beside these fields may refer to."""
    return {
        f"{field.name}.{inside}" if inside else field.name: facet
        for field in fields
        for inside, facet in field.facets().items()
    }


class Record:
    """A compiled level of fields."""

    def __init__(self, members: Iterable[Member]) -> None:
        self.members = tuple(members)
        self.fields: tuple[Field[Any], ...] = tuple(member.field for member in self.members)
        self.names = frozenset(field.name for field in self.fields)
        self._plan = [
            (
                member.field.name,
                member.field.required,
                member.field.required and member.asked_of_llm,
                None if member.condition is None else member.condition.test,
                member.field.validate,
            )
            for member in self.members
        ]

    def declaration(self) -> list[Json]:
        return [field.declaration() for field in self.fields]

    def __getitem__(self, name: str) -> Field[Any]:
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)

    # -- values ---------------------------------------------------------------------------------------

    def validate(self, value: Any, path: str, context: Context) -> Json:
        """The normalised record; see `Field.validate`."""
        result: Json = {}
        if type(value) is not dict:
            context.fail(path, "type", "must be an object")
            return result
        outer, context.siblings = context.siblings, result
        hidden = 0
        for name, required, required_of_llm, condition, validate in self._plan:
            given = value.get(name, MISSING)
            if condition is not None and not condition(result):
                if given is not MISSING:
                    hidden += 1
                    context.fail(f"{path}/{name}", "hidden", "is not asked here, so it must be absent")
            elif given is not MISSING:
                result[name] = validate(given, f"{path}/{name}", context)
            elif required_of_llm if context.partial else required:
                context.fail(f"{path}/{name}", "required", "is required")
        context.siblings = outer
        if len(value) != len(result) + hidden:
            self._report_unknown(value, path, context)
        return result

    def _report_unknown(self, value: Mapping[Any, Any], path: str, context: Context) -> None:
        for key in value:
            if key not in self.names:
                context.fail(f"{path}/{escape(str(key)[:100])}", "unknown_field", "there is no such field")

    def json_schema(self) -> Json:
        schema: Json = {
            "type": "object",
            "properties": {field.name: field.json_schema() for field in self.fields},
            "additionalProperties": False,
        }
        always = [member.field.name for member in self.members
                  if member.field.required and member.condition is None]  # fmt: skip
        if always:
            schema["required"] = always
        rules = [_visibility_schema(member) for member in self.members if member.condition is not None]
        if rules:
            schema["allOf"] = rules
        return schema

    def facets(self) -> dict[str, Facet]:
        return facets_of(self.fields)

    def sample(self, random: Random, context: Context) -> Json:
        result: Json = {}
        outer, context.siblings = context.siblings, result
        for member in self.members:
            if not member.is_visible(result) or (not member.field.required and random.random() < 0.3):
                continue
            result[member.field.name] = member.field.sample(random, context)
        context.siblings = outer
        return result

    def perturb(self, value: Json, random: Random, context: Context, rate: float = 1.0) -> Json:
        """The record with each field made wrong with probability `rate`, and fields that become visible
        sampled."""
        result: Json = {}
        outer, context.siblings = context.siblings, result
        for member in self.members:
            name = member.field.name
            if not member.is_visible(result):
                continue
            if name in value:
                wrong = random.random() < rate
                own = value[name] if self._still_fits(member, value, result) else MISSING
                if own is MISSING:
                    result[name] = member.field.sample(random, context)
                else:
                    result[name] = member.field.perturb(own, random, context) if wrong else own
            elif member.field.required:
                result[name] = member.field.sample(random, context)
        context.siblings = outer
        return result

    @staticmethod
    def _still_fits(member: Member, before: Json, after: Json) -> bool:
        """A value that refers to other fields' values is only kept while those are as they were."""
        return all(before.get(name) == after.get(name) for name in member.field.refers_to())

    # -- language models ------------------------------------------------------------------------------

    def llm_schema(self) -> Json | None:
        properties = {}
        for member in self.members:
            schema = member.field.llm_schema()
            if schema is None:
                continue
            schema = _described(schema, member.field)
            optional = member.condition is not None or not member.field.required
            properties[member.field.name] = {"anyOf": [schema, {"type": "null"}]} if optional else schema
        return strict_object(properties) if properties else None

    def to_llm(self, value: Json, context: Context) -> Json:
        outer, context.siblings = context.siblings, value
        result: Json = {}
        for member in self.members:
            name = member.field.name
            if member.asked_of_llm:
                result[name] = member.field.to_llm(value[name], context) if name in value else None
        context.siblings = outer
        return result

    def from_llm(self, reply: Any, path: str, context: Context) -> Json:
        """The record for a reply, not yet validated. What is not asked is dropped: a model in strict mode
        has to write something into every key."""
        result: Json = {}
        if type(reply) is not dict:
            context.fail(path, "type", "must be an object")
            return result
        outer, context.siblings = context.siblings, result
        for member in self.members:
            name = member.field.name
            given = reply.get(name)
            if given is not None and member.asked_of_llm and member.is_visible(result):
                result[name] = member.field.from_llm(given, f"{path}/{name}", context)
        context.siblings = outer
        for key in reply:
            if key not in self.names:
                context.fail(f"{path}/{escape(str(key)[:100])}", "unknown_field", "there is no such field")
        return result

    # -- several answers ------------------------------------------------------------------------------

    def distances(self, left: Json, right: Json, pair: Pair) -> dict[str, float]:
        """Distance per field that at least one side answered; 1 where only one did."""
        pair = replace(pair, left=left, right=right)
        result = {}
        for field in self.fields:
            name = field.name
            if name in left and name in right:
                result[name] = field.distance(left[name], right[name], pair)
            elif name in left or name in right:
                result[name] = 1.0
        return result

    def distance(self, left: Json, right: Json, pair: Pair) -> float:
        """Mean over the fields that at least one side answered; 0 when there is none."""
        distances = self.distances(left, right, pair)
        return math.fsum(distances.values()) / len(distances) if distances else 0.0

    def merge(self, answers: Sequence[Json], weights: Sequence[float], merging: Merging) -> MergedRecord:
        """One record out of several; see `merge_record`."""
        return merge_record(self.members, answers, weights, merging)

    # -- keys and versions ----------------------------------------------------------------------------

    def keys(self) -> Iterator[KeyRequest]:
        for field in self.fields:
            yield from field.keys()

    def compare(self, old: Record, path: str) -> Iterator[Change]:
        """What changed from `old` (renames applied) to this level, whose dotted path is `path`."""
        before = {field.name: field for field in old.fields}
        for name in before:
            if name not in self.names:
                yield Change("breaking", _dotted(path, name), "field was removed")
        for field in self.fields:
            earlier = before.get(field.name)
            if earlier is None:
                kind: Literal["compatible", "breaking"] = "breaking" if field.required else "compatible"
                yield Change(kind, field.path, "field was added" + (" and is required" * field.required))
            elif earlier.type != field.type:
                yield Change("breaking", field.path, "type changed")
            else:
                yield from field.compare(earlier)
        if [name for name in before if name in self.names] != [
            field.name for field in self.fields if field.name in before
        ]:
            yield Change("compatible", path, "fields are in another order")

    def rename(self, value: Any, renames: Renames) -> Json:
        """The record's value under a rename map; fields renamed to None are dropped."""
        result: Json = {}
        for field in self.fields:
            new_name = renames.fields.get(field.path, field.name)
            if field.name in value and new_name is not None:
                result[new_name] = field.rename(value[field.name], renames)
        return result

    def rename_reference(self, reference: str, renames: Renames) -> str:
        """A path as conditions write it, under a rename map."""
        name, _, inside = reference.partition(".")
        field = self[name]
        new_name = renames.fields.get(field.path, name) or name
        return f"{new_name}.{field.rename_facet(inside, renames)}" if inside else new_name

    def rename_declaration(self, renames: Renames) -> list[Json]:
        """The declaration under a rename map."""
        facets = self.facets()

        def path(reference: str) -> str:
            return self.rename_reference(reference, renames)

        def value(reference: str, compared: Any) -> Any:
            if not isinstance(compared, str):
                return compared
            return renames.value_of(facets[reference].field, compared)

        result = []
        for member in self.members:
            name = renames.fields.get(member.field.path, member.field.name)
            if name is None:
                continue
            declaration = {**member.field.rename_declaration(renames), "name": name}
            if member.condition is not None:
                declaration["when"] = rename_condition(member.condition.source, path, value)
            result.append(declaration)
        return result


def strict_object(properties: Json) -> Json:
    """An object schema in the strict subset: every property required, no other."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _visibility_schema(member: Member) -> Json:
    assert member.condition is not None
    name = member.field.name
    rule: Json = {"if": member.condition.json_schema(), "else": {"properties": {name: False}}}
    if member.field.required:
        rule["then"] = {"required": [name]}
    return rule


def _described(schema: Json, field: Field[Any]) -> Json:
    texts = [field.declared.title, field.declared.help, schema.get("description")]
    description = " ".join(text for text in texts if text)
    return {**schema, "description": description} if description else schema


def _dotted(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
