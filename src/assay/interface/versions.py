"""Versions of an interface: what an edit means for the answers already given.

same: nothing but looks and wording changed. compatible: every old answer is a valid answer to the new
interface and means what it meant. migrating: so it is after the rename map was applied. breaking: a new
version; old answers stay valid under theirs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from assay.errors import InvalidInput, Problem
from assay.interface.declaration import NAME_PATTERN, VALUE_PATTERN, escape, is_name, is_value, semantic
from assay.interface.fields.base import Change, Field, Renames
from assay.interface.inputs import Input
from assay.interface.record import Record


@dataclass(frozen=True, slots=True)
class Edit:
    """The step from one version to another. reasons: every difference; those of kind "breaking" are why an
    edit breaks."""

    kind: Literal["same", "compatible", "migrating", "breaking"]
    reasons: list[Change]


def parse_renames(raw: Any, record: Record) -> Renames:
    """A rename map for answers to `record`: `{"fields": {old path: new name or null}, "values": {path: {old:
    new}}}`. Raises InvalidInput."""
    problems: list[Problem] = []
    if not isinstance(raw, Mapping):
        raise InvalidInput(
            "The rename map is not an object", problems=[Problem("", "type", "must be an object")]
        )
    paths = {field.path for field in _all_fields(record.fields)}
    for key in raw:
        if key not in ("fields", "values"):
            place = f"/{escape(str(key)[:100])}"
            problems.append(Problem(place, "unknown_key", "a rename map has fields and values"))
    fields = _object_at(raw, "fields", problems)
    values = _object_at(raw, "values", problems)
    for path, name in fields.items():
        if path not in paths:
            problems.append(Problem(f"/fields/{escape(str(path)[:100])}", "unknown_field", "no such field"))
        elif name is not None and not (isinstance(name, str) and is_name(name)):
            problems.append(
                Problem(f"/fields/{escape(path)}", "name", f"must match {NAME_PATTERN} or be null")
            )
    for path, mapping in values.items():
        if path not in paths:
            problems.append(Problem(f"/values/{escape(str(path)[:100])}", "unknown_field", "no such field"))
        else:
            problems.extend(_value_problems(path, mapping))
    if problems:
        raise InvalidInput("The rename map breaks a rule", problems=problems)
    return Renames(fields, values)


def _object_at(raw: Mapping[str, Any], key: str, problems: list[Problem]) -> Mapping[str, Any]:
    found = raw.get(key, {})
    if isinstance(found, Mapping):
        return found
    problems.append(Problem(f"/{key}", "type", "must be an object"))
    return {}


def _value_problems(path: str, mapping: Any) -> Iterator[Problem]:
    place = f"/values/{escape(str(path)[:100])}"
    if not isinstance(mapping, Mapping):
        yield Problem(place, "type", "must be an object of old and new values")
        return
    for old, new in mapping.items():
        if not isinstance(old, str) or not (isinstance(new, str) and is_value(new)):
            yield Problem(f"{place}/{escape(str(old)[:100])}", "value", f"must match {VALUE_PATTERN}")


def _all_fields(fields: Any) -> Iterator[Field[Any]]:
    for field in fields:
        yield field
        yield from _all_fields(field.children())


_HARMLESS_FOR_INPUTS = frozenset({"language", "frame"})


def compare_inputs(old: Mapping[str, Input], new: Mapping[str, Input]) -> Iterator[Change]:
    """What changed in what annotators look at; answers are about what was seen, so most of it breaks."""
    for name in old:
        if name not in new:
            yield Change("breaking", name, "input was removed")
    for name, now in new.items():
        was = old.get(name)
        if was is None:
            kind: Literal["compatible", "breaking"] = "compatible" if now.optional else "breaking"
            yield Change(kind, name, "input was added" + ("" if now.optional else " and is not optional"))
            continue
        before, after = semantic(was.declaration()), semantic(now.declaration())
        for key in sorted(before.keys() | after.keys()):
            if before.get(key) != after.get(key):
                harmless = key in _HARMLESS_FOR_INPUTS or (key == "optional" and now.optional)
                yield Change("compatible" if harmless else "breaking", name, f"{key} of the input changed")
