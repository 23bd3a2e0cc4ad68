"""What a field type is: the contract every one of them fulfils, and the registry they register in.

A field type is one class in one file of this package, decorated with `@register`. Instances are *compiled*
fields: the constructor reads the declaration once and prepares whatever makes the other methods quick.
The value of a field is plain JSON (dict, list, str, int, float). Adding a type is adding a file: the package
imports all its modules, and `tests/interface/test_field_contract.py` runs over every registered type.
"""

from __future__ import annotations

import builtins
import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, ClassVar, Generic, Literal, TypeVar

from pydantic import ConfigDict

from assay.interface.conditions import Facet
from assay.interface.context import Context, Merging, Pair, Parsing
from assay.interface.declaration import Declaration, Name, report_declaration_errors

MAX_DEPTH = 5
"""Fields nest at most this deep; a field of the interface itself has depth 1."""

Json = dict[str, Any]


class FieldDeclaration(Declaration):
    """The keys every field type shares. A type's own declaration extends this (unknown keys are refused).

    `title`, `help`, `ui`, `hotkey`, `translations` never change meaning: they are left out of the semantic
    hash at every depth (see `assay.interface.declaration.COSMETIC`).
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: Name
    type: str
    required: bool = True
    when: Any = None
    indexed: bool = False


@dataclass(frozen=True, slots=True)
class KeyRequest:
    """One thing the annotator can press a key for. `hotkey` is the key the declaration asks for, if any;
    without one, `automatic` says whether the allocator should find a key."""

    field: str
    value: str
    path: str
    hotkey: str | None = None
    automatic: bool = True


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two versions of a field. `field` is the dotted path in the new version."""

    kind: Literal["compatible", "breaking"]
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The merged value of one field.

    confidence: 0..1, the weighted mean of 1 - distance between the merged value and each answer.
    disputed: dotted paths below the field ("" for the field itself) on which no majority agreed.
    identities: for fields whose value holds things with ids: for each merged answer (aligned with
    `Merging.answers`), the map from its own id to the id in the merged value; absent ids were not kept.
    """

    value: Any
    confidence: float
    disputed: tuple[str, ...] = ()
    identities: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Renames:
    """A rename map: `fields` old dotted field path -> new name (None drops the field);
    `values` old dotted field path -> {old value: new value}."""

    fields: Mapping[str, str | None] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def value_of(self, path: str, value: str) -> str:
        """The new name of an option, class or type of the field at dotted `path`."""
        renamed = self.values.get(path)
        return value if renamed is None else renamed.get(value, value)


D = TypeVar("D", bound=FieldDeclaration)


class Field(ABC, Generic[D]):
    """A compiled field.

    `declared` is the parsed declaration; `path` the dotted path of the declaration ("rubric.correct"), used
    in renames, conditions and hotkeys; JSON Pointer paths of values are handed to the methods.
    Methods get a context that shows what else they may look at: the item (None when unknown) and the values
    of the fields before this one on the same level (siblings).
    """

    type: ClassVar[str]
    declaration_model: ClassVar[builtins.type[FieldDeclaration]]
    may_be_indexed: ClassVar[bool] = False

    widening: ClassVar[Mapping[str, Callable[[Any, Any], bool]]] = {}
    """For each declared attribute, whether going from old to new keeps every old answer valid and its
    meaning. Attributes not named here break old answers when they change (defaults are filled in)."""

    def __init__(self, declared: D, path: str, pointer: str, parsing: Parsing) -> None:
        """`pointer` is the JSON Pointer of the declaration. Broken rules go to
        `parsing.fail(pointer + "/key", rule, message)`; the constructor itself never raises."""
        self.declared: D = declared
        self.name: str = declared.name
        self.path = path
        self.required: bool = declared.required
        self.indexed: bool = declared.indexed
        if declared.indexed and not self.can_be_indexed():
            parsing.fail(f"{pointer}/indexed", "not_indexable", f"a {self.type} field cannot be indexed")

    # -- the declaration ------------------------------------------------------------------------------

    def declaration(self) -> Json:
        """The normalised declaration as JSON: defaults left out. Types with nested declarations they
        compile themselves (fields, attributes) override this to put those in their normalised form."""
        return self.declared.normalised()

    def children(self) -> Iterable[Field[Any]]:
        """Fields nested in this one."""
        return ()

    def refers_to(self) -> Iterable[str]:
        """Names of the fields on the same level that the value points into."""
        return ()

    def can_be_indexed(self) -> bool:
        """Whether the value is one scalar that may stand in a plaintext column."""
        return self.may_be_indexed

    # -- values ---------------------------------------------------------------------------------------

    @abstractmethod
    def validate(self, value: Any, path: str, context: Context) -> Any:
        """The normalised value. Each broken rule goes to `context.fail(path, rule, message)`, with the JSON
        Pointer of the exact place; what is returned then does not matter. Must not raise on any JSON value,
        must not keep references to mutable parts of `value`, must cost microseconds."""

    @abstractmethod
    def json_schema(self) -> Json:
        """JSON Schema 2020-12 of the value: accepts what `validate` accepts without an item, as far as
        JSON Schema can say it. No `$ref`, no `$defs`."""

    @abstractmethod
    def facets(self) -> Mapping[str, Facet]:
        """What conditions may refer to: dotted path inside the value ("" for the value itself) -> facet.
        A condition walks plain JSON objects, so each path must be a path of keys in the value."""

    @abstractmethod
    def sample(self, random: Random, context: Context) -> Any:
        """A random valid value. Without an item, one that fits any item as well as can be."""

    @abstractmethod
    def perturb(self, value: Any, random: Random, context: Context) -> Any:
        """A plausible wrong value, as a careless annotator would give: valid, and where the type has more
        than one value, different from `value`."""

    # -- language models ------------------------------------------------------------------------------

    @abstractmethod
    def llm_schema(self) -> Json | None:
        """Schema of what a language model is asked for, in the strict subset: objects with every property
        required and `additionalProperties: false`, `anyOf` only, no `$ref`, only type, enum, items, anyOf,
        properties, description. None: a language model is not asked for this field."""

    @abstractmethod
    def to_llm(self, value: Any, context: Context) -> Any:
        """The stored value as a language model would say it."""

    @abstractmethod
    def from_llm(self, reply: Any, path: str, context: Context) -> Any:
        """The stored value for a reply, not yet validated; what cannot be translated goes to
        `context.fail`. Must not raise on any JSON value."""

    # -- several answers ------------------------------------------------------------------------------

    @abstractmethod
    def distance(self, left: Any, right: Any, pair: Pair) -> float:
        """Disagreement of two valid values: 0 same, 1 nothing in common. Symmetric, 0 on equal values."""

    @abstractmethod
    def consensus(self, values: Sequence[Any], weights: Sequence[float], merging: Merging) -> Any:
        """One valid value out of at least one; independent of the order of the values (sum weights with
        `math.fsum`, break ties by a stated rule). Values are aligned with `merging.answers`."""

    def merge(self, values: Sequence[Any], weights: Sequence[float], merging: Merging) -> Outcome:
        """`consensus` with its confidence. Types that know more (nested disputes, identities) override."""
        value = self.consensus(values, weights, merging)
        confidence = self.confidence(value, values, weights, merging)
        return Outcome(value, confidence, ("",) if is_disputed(confidence, values) else ())

    def confidence(
        self, merged: Any, values: Sequence[Any], weights: Sequence[float], merging: Merging
    ) -> float:
        """Weighted mean of 1 - distance(merged, value): for a plain choice, the winner's share."""
        total = math.fsum(weights)
        agreeing = math.fsum(
            weight * (1.0 - self.distance(merged, value, merging.pair_with_merged(index)))
            for index, (value, weight) in enumerate(zip(values, weights, strict=True))
        )
        return min(1.0, max(0.0, agreeing / total))

    # -- keys, index, versions ------------------------------------------------------------------------

    def keys(self) -> Iterator[KeyRequest]:
        """What the annotator can press a key for, children included, in the order they are shown."""
        return iter(())

    def indexed_value(self, value: Any) -> Any:
        """The scalar that stands in a plaintext column (only asked of fields that can be indexed)."""
        return value

    def compare(self, old: Field[Any]) -> Iterator[Change]:
        """What changed from `old` (same name and type, renames applied) to this version."""
        before, after = old.declared, self.declared
        for key in type(after).model_fields:
            was, now = getattr(before, key), getattr(after, key)
            if was != now and key not in _NOT_COMPARED and not Declaration.is_cosmetic(key):
                yield from self.compare_attribute(key, was, now, old)

    def compare_attribute(self, key: str, was: Any, now: Any, old: Field[Any]) -> Iterator[Change]:
        """How a change of one declared attribute counts. Types override it for lists of parts (options,
        classes, fields) and hand everything else to this."""
        rule = self.widening.get(key) or _COMMON_WIDENING.get(key)
        kept = rule is not None and rule(was, now)
        yield Change("compatible" if kept else "breaking", self.path, f"{key} changed")

    def rename_facet(self, inside: str, renames: Renames) -> str:
        """A path of `facets()` under a rename map."""
        return inside

    def rename(self, value: Any, renames: Renames) -> Any:
        """The value under a rename map (paths are those of this, the old, version)."""
        return value

    def rename_declaration(self, renames: Renames) -> Json:
        """`declaration()` under a rename map, own name apart: options, classes, nested fields and the
        conditions inside them get their new names, so that it can be compared with the new version."""
        return self.declaration()


_NOT_COMPARED = frozenset({"name", "type"})


def is_disputed(confidence: float, values: Sequence[Any]) -> bool:
    """No majority stands behind the merged value."""
    return len(values) > 1 and confidence <= 0.5


def may_fall(was: float | None, now: float | None) -> bool:
    """Widening rule of a lower bound; None means no bound."""
    return now is None or (was is not None and now <= was)


def may_rise(was: float | None, now: float | None) -> bool:
    """Widening rule of an upper bound; None means no bound."""
    return now is None or (was is not None and now >= was)


def never_matters(_was: Any, _now: Any) -> bool:
    """Widening rule of an attribute that changes nothing for answers already given."""
    return True


_COMMON_WIDENING: Mapping[str, Callable[[Any, Any], bool]] = {
    "required": lambda was, _now: bool(was),
    "indexed": never_matters,
}

FIELD_TYPES: dict[str, type[Field[Any]]] = {}
"""Every registered field type by name."""

F = TypeVar("F", bound=type[Field[Any]])


def register(field_type: F) -> F:
    """Class decorator: make a field type known."""
    if field_type.type in FIELD_TYPES:
        raise ValueError(f"field type {field_type.type} is registered twice")
    FIELD_TYPES[field_type.type] = field_type
    return field_type


def parse_field(raw: Any, parent_path: str, pointer: str, depth: int, parsing: Parsing) -> Field[Any] | None:
    """Compile one declared field, or report why it cannot be.

    `parent_path` is the dotted path of the field or class around it ("" at the top), `depth` that of this
    field (1 at the top).
    """
    if depth > MAX_DEPTH:
        parsing.fail(pointer, "too_deep", f"fields nest at most {MAX_DEPTH} deep")
        return None
    if not isinstance(raw, dict):
        parsing.fail(pointer, "type", "a field is an object")
        return None
    kind = raw.get("type")
    field_type = FIELD_TYPES.get(kind) if isinstance(kind, str) else None
    if field_type is None:
        known = ", ".join(sorted(FIELD_TYPES))
        rule = "required" if "type" not in raw else "unknown_type"
        parsing.fail(f"{pointer}/type", rule, f"type is one of: {known}")
        return None
    declared = report_declaration_errors(field_type.declaration_model, raw, pointer, parsing)
    if declared is None:
        return None
    path = f"{parent_path}.{declared.name}" if parent_path else declared.name
    with parsing.nested(depth):
        return field_type(declared, path, pointer, parsing)
