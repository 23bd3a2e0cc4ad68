"""The task interface: one declaration, compiled once, that says what a task asks and does all that follows
from it: validation, JSON Schema, what a language model is asked, agreement, merge, keys, samples, versions.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from random import Random
from typing import Any, Literal
from uuid import UUID

import orjson
from pydantic import Field as Key

from assay.errors import InvalidInput, Problem
from assay.interface import fields as _register_field_types  # noqa: F401
from assay.interface import input_types as _register_input_types  # noqa: F401
from assay.interface.context import Context, Merging, Pair, Parsing
from assay.interface.declaration import Declaration, report_declaration_errors, report_duplicates, semantic
from assay.interface.fields.base import Change, Field, Json
from assay.interface.hotkeys import Target, allocate
from assay.interface.inputs import Input, ItemView, parse_input
from assay.interface.reading import (
    LARGE_ANSWER_BYTES,
    MAX_ANSWER_BYTES,
    MAX_DECLARATION_BYTES,
    check_bounds,
    collection_paused,
    is_large,
    read_json,
)
from assay.interface.record import Record, parse_record
from assay.interface.shown_order import shown_order, shuffled
from assay.interface.versions import Edit, compare_inputs, parse_renames

MAX_INPUTS = 64


class InterfaceDeclaration(Declaration):
    """The whole: `version` of the language (1), `inputs`, `fields`; `title`, `help`, `ui`, `translations` are
    free."""

    version: Literal[1] = 1
    inputs: list[Any] = Key(min_length=1, max_length=MAX_INPUTS)
    fields: list[Any] = Key(min_length=1)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How much answers agree: 1 - mean pairwise distance, 0..1. `fields` by field that any pair could be
    compared on, `score` their mean (1 when there is nothing to compare)."""

    score: float
    fields: dict[str, float]


@dataclass(frozen=True, slots=True)
class Merged:
    """One answer out of several. confidence: that of the least sure field, 0..1; fields: by field;
    disputed: dotted paths of what has no majority (such an answer wants a reviewer)."""

    answer: Json
    confidence: float
    fields: dict[str, float]
    disputed: list[str]


class Interface:
    """A compiled task interface; make it with `Interface.parse`. Immutable, safe to share and to keep."""

    def __init__(self, declared: InterfaceDeclaration, parsing: Parsing) -> None:
        self.inputs: dict[str, Input] = _parse_inputs(declared.inputs, parsing)
        parsing.inputs = self.inputs
        self.record: Record = parse_record(declared.fields, "", "/fields", 1, parsing)
        self._hotkeys = allocate(self.record.keys(), parsing)
        self._input_list = list(self.inputs.values())
        self._indexed = [field for field in self.record.fields if field.indexed]
        self._shuffled = list(shuffled(self.record.fields))
        if parsing.problems:
            return
        self.declaration: Json = {
            "version": 1,
            **declared.normalised(),
            "inputs": [each.declaration() for each in self._input_list],
            "fields": self.record.declaration(),
        }
        meaning = {key: self.declaration[key] for key in ("inputs", "fields")}
        canonical = orjson.dumps(semantic(meaning), option=orjson.OPT_SORT_KEYS)
        self.version_hash: str = hashlib.sha256(canonical).hexdigest()

    @classmethod
    def parse(cls, declaration: Mapping[str, Any] | str | bytes) -> Interface:
        """Compile a declaration (an object, or its JSON).

        Raises Malformed (no JSON), TooLarge, or InvalidInput whose problems name each place and rule.
        """
        raw: Any = declaration
        if isinstance(declaration, (str, bytes, bytearray, memoryview)):
            raw = read_json(declaration, MAX_DECLARATION_BYTES)
        check_bounds(raw)
        parsing = Parsing()
        declared = report_declaration_errors(InterfaceDeclaration, raw, "", parsing)
        interface = None if declared is None else cls(declared, parsing)
        if interface is None or parsing.problems:
            raise InvalidInput("The interface breaks a rule", problems=parsing.problems)
        return interface

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Interface) and self.declaration == other.declaration

    def __hash__(self) -> int:
        return hash(self.version_hash)

    def __getitem__(self, name: str) -> Field[Any]:
        """The compiled field of this name. Raises KeyError."""
        return self.record[name]

    def shown_order(self, lease: UUID) -> dict[str, list[str]]:
        """By dotted path of each preference: its inputs in the order in which this lease shows them."""
        return {field.path: shown_order(field, lease) for field in self._shuffled}

    # -- items and answers ----------------------------------------------------------------------------

    def view(self, data: Any) -> ItemView | None:
        """The item's data seen through the inputs."""
        return None if data is None else ItemView(self.inputs, data)

    def check_item(self, data: Any) -> list[Problem]:
        """What is wrong with an item: each input's source must lead to a value of its kind."""
        if type(data) is not dict:
            return [Problem("", "type", "an item's data is an object")]
        return [problem for each in self._input_list if (problem := each.check(data)) is not None]

    def validate(self, answer: Any, data: Any = None) -> Json:
        """The normalised answer. With the item's `data` also what only it can tell (offsets, bounds, turns)
        is checked. Raises InvalidInput with the JSON Pointer of each broken rule."""
        context = Context(None if data is None else ItemView(self.inputs, data))
        if is_large(answer):
            with collection_paused():
                result = self.record.validate(answer, "", context)
        else:
            result = self.record.validate(answer, "", context)
        if context.problems:
            raise InvalidInput("The answer breaks a rule", problems=context.problems)
        return result

    def validate_json(self, raw: bytes, data: Any = None) -> Json:
        """`validate` of an answer that is still JSON. Raises also Malformed and TooLarge."""
        if len(raw) < LARGE_ANSWER_BYTES:
            return self.validate(read_json(raw, MAX_ANSWER_BYTES), data)
        with collection_paused():
            return self.validate(read_json(raw, MAX_ANSWER_BYTES), data)

    def json_schema(self) -> Json:
        """JSON Schema 2020-12 of an answer, without `$ref`."""
        return {"$schema": "https://json-schema.org/draft/2020-12/schema", **self.record.json_schema()}

    def indexed(self, answer: Json) -> Json:
        """Scalars of the fields marked `indexed`, for plaintext columns."""
        return {
            field.name: field.indexed_value(answer[field.name])
            for field in self._indexed
            if field.name in answer
        }

    def hotkeys(self) -> dict[str, Target]:
        """Key -> `{"field": dotted path, "value": what it picks}`."""
        return {key: dict(target) for key, target in self._hotkeys.items()}

    def sample(self, random: Random, data: Any = None) -> Json:
        """A random valid answer."""
        return self.record.sample(random, Context(self.view(data)))

    def perturb(self, answer: Json, random: Random, rate: float = 1.0, data: Any = None) -> Json:
        """A valid answer with each field made plausibly wrong with probability `rate`."""
        return self.record.perturb(answer, random, Context(self.view(data)), rate)

    # -- language models ------------------------------------------------------------------------------

    def llm_schema(self) -> Json:
        """What a language model is asked: strict (all required, no other keys, `anyOf` only, conditional
        fields nullable, no `$ref`). Fields a language model cannot give (masks, cuboids) are left out."""
        return self.record.llm_schema() or {
            "type": "object", "properties": {}, "required": [], "additionalProperties": False
        }  # fmt: skip

    def to_llm(self, answer: Json, data: Any = None) -> Json:
        """A valid answer as a language model would give it."""
        return self.record.to_llm(answer, Context(self.view(data)))

    def from_llm(self, reply: Any, data: Any = None) -> Json:
        """The answer in a language model's reply, validated; only fields it was not asked for may be
        missing. Raises InvalidInput, with paths into the reply or, for what could be translated but is not
        valid, into the answer."""
        context = Context(self.view(data), partial=True)
        answer = self.record.from_llm(reply, "", context)
        if not context.problems:
            answer = self.record.validate(answer, "", context)
        if context.problems:
            raise InvalidInput("The reply is not a valid answer", problems=context.problems)
        return answer

    # -- several answers ------------------------------------------------------------------------------

    def distance(self, field: str, left: Any, right: Any, data: Any = None) -> float:
        """Disagreement of two values of a field, 0..1. Raises KeyError for an unknown field."""
        return self.record[field].distance(left, right, Pair(self.view(data)))

    def agreement(self, answers: Sequence[Json], data: Any = None) -> Agreement:
        """Mean pairwise agreement of valid answers per field; see `Agreement`."""
        pair = Pair(self.view(data))
        found: dict[str, list[float]] = {}
        for left, right in combinations(answers, 2):
            for name, distance in self.record.distances(left, right, pair).items():
                found.setdefault(name, []).append(distance)
        fields = {
            field.name: max(0.0, 1.0 - math.fsum(found[field.name]) / len(found[field.name]))
            for field in self.record.fields
            if field.name in found
        }
        return Agreement(math.fsum(fields.values()) / len(fields) if fields else 1.0, fields)

    def merge(
        self, answers: Sequence[Json], weights: Sequence[float] | None = None, data: Any = None
    ) -> Merged:
        """One answer out of at least one valid answer, by each field's merge rule; `weights` (>= 0) say how
        far each annotator is trusted. Independent of the order of the answers. Raises InvalidInput."""
        if weights is None:
            weights = [1.0] * len(answers)
        if not answers or len(answers) != len(weights) or not all(0 <= each < math.inf for each in weights):
            raise InvalidInput("A merge takes at least one answer, with a weight of 0 or more for each")
        merged = self.record.merge(answers, weights, Merging(self.view(data)))
        return Merged(merged.value, merged.confidence, merged.fields, list(merged.disputed))

    # -- versions -------------------------------------------------------------------------------------

    @staticmethod
    def compare(old: Interface, new: Interface, renames: Mapping[str, Any] | None = None) -> Edit:
        """What the step from `old` to `new` means for old answers; see `assay.interface.versions`."""
        if not renames:
            if old.version_hash == new.version_hash:
                return Edit("same", [])
            return _edit(old, new, "compatible")
        try:
            renamed = old._renamed(renames)
        except _ImpossibleRename as error:
            return Edit("breaking", [Change("breaking", "", f"the rename map does not fit: {error}")])
        return _edit(renamed, new, "migrating")

    def _renamed(self, renames: Mapping[str, Any]) -> Interface:
        parsed = parse_renames(renames, self.record)
        fields = self.record.rename_declaration(parsed)
        try:
            return Interface.parse({**self.declaration, "fields": fields})
        except InvalidInput as error:
            raise _ImpossibleRename(error.problems[0].message) from None

    def migrate(self, answer: Json, renames: Mapping[str, Any]) -> Json:
        """An answer to this interface under a rename map, `{"fields": {"old.path": "new_name" or None},
        "values": {"old.path": {"old": "new"}}}`; validate it with the new interface. Raises InvalidInput."""
        return self.record.rename(answer, parse_renames(renames, self.record))


class _ImpossibleRename(Exception):
    """The old declaration is not valid under the rename map (two fields of one name, say)."""


def _edit(old: Interface, new: Interface, kind: Literal["compatible", "migrating"]) -> Edit:
    reasons = [*compare_inputs(old.inputs, new.inputs), *new.record.compare(old.record, "")]
    breaks = any(change.kind == "breaking" for change in reasons)
    return Edit("breaking" if breaks else kind, reasons)


def _parse_inputs(raw: Sequence[Any], parsing: Parsing) -> dict[str, Input]:
    parsed = [parse_input(each, f"/inputs/{index}", parsing) for index, each in enumerate(raw)]
    names = [f"/{index}" if each is None else each.name for index, each in enumerate(parsed)]
    report_duplicates(names, "/inputs", "name", parsing)
    return {each.name: each for each in parsed if each is not None}
