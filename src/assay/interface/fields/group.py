"""`group`: fields that belong together, asked once or, with `each`, once per turn, step, response, criterion.

Value: an object of the fields' values; with `each` an object of such objects by key (see `selector`). With an
item, every selected element has its entry and nothing else has one; keys do not depend on the selection, so
an answer stays what it was when a filter changes.

Agreement: mean over the entries, of the mean over their fields. Merge: entry by entry, field by field; the
confidence is that of the least sure part.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from random import Random
from typing import Any, Literal

from assay.interface.conditions import Facet
from assay.interface.context import Context, Merging, Pair, Parsing
from assay.interface.declaration import escape
from assay.interface.fields.base import (
    Change,
    Field,
    FieldDeclaration,
    Json,
    KeyRequest,
    Outcome,
    Renames,
    register,
)
from assay.interface.fields.selector import Elements, Known, parse_selector
from assay.interface.record import parse_record, strict_object

MAX_KEY_LENGTH = 256


class GroupDeclaration(FieldDeclaration):
    """fields: as in the interface itself. each: a selector, or a list of criteria."""

    type: Literal["group"]
    fields: Any
    each: str | list[Any] | None = None


@register
class Group(Field[GroupDeclaration]):
    """See the module's docstring."""

    type = "group"
    declaration_model = GroupDeclaration

    def __init__(self, declared: GroupDeclaration, path: str, pointer: str, parsing: Parsing) -> None:
        super().__init__(declared, path, pointer, parsing)
        self.selector = parse_selector(declared.each, f"{pointer}/each", parsing)
        self.record = parse_record(declared.fields, path, f"{pointer}/fields", parsing.depth + 1, parsing)
        for index, field in enumerate(self.record.fields):
            if field.indexed:
                place = f"{pointer}/fields/{index}/indexed"
                parsing.fail(place, "not_indexable", "only a field of the interface itself can be indexed")

    @property
    def repeats(self) -> bool:
        return self.declared.each is not None

    def children(self) -> Iterable[Field[Any]]:
        return self.record.fields

    def declaration(self) -> Json:
        declaration = {**super().declaration(), "fields": self.record.declaration()}
        if isinstance(self.selector, Known) and self.selector.criteria:
            declaration["each"] = [criterion.normalised() for criterion in self.selector.criteria]
        return declaration

    def _known_keys(self, context: Context) -> Sequence[str] | None:
        """The keys there must be, None when only the item could tell and there is none."""
        if isinstance(self.selector, Known):
            return self.selector.keys
        if isinstance(self.selector, Elements) and context.item is not None:
            return self.selector.keys(context.item)
        return None

    # -- values ---------------------------------------------------------------------------------------

    def validate(self, value: Any, path: str, context: Context) -> Any:
        if not self.repeats:
            return self.record.validate(value, path, context)
        if type(value) is not dict:
            context.fail(path, "type", "must be an object with an entry per element")
            return {}
        keys = self._known_keys(context)
        if keys is None:
            keys = [key for key in value if self._is_key(key, path, context)]
        elif len(value) != len(keys) or any(key not in value for key in keys):
            self._report_keys(value, keys, path, context)
        return {
            key: self.record.validate(value[key], f"{path}/{escape(key)}", context)
            for key in keys
            if key in value
        }

    @staticmethod
    def _is_key(key: Any, path: str, context: Context) -> bool:
        if type(key) is str and len(key) <= MAX_KEY_LENGTH:
            return True
        context.fail(path, "key", f"keys are strings of at most {MAX_KEY_LENGTH} characters")
        return False

    @staticmethod
    def _report_keys(value: Json, keys: Sequence[str], path: str, context: Context) -> None:
        known = frozenset(keys)
        for key in value:
            if key not in known:
                place = f"{path}/{escape(str(key)[:100])}"
                context.fail(place, "unknown_element", "there is no such element here")
        for key in keys:
            if key not in value:
                context.fail(f"{path}/{escape(key)}", "required", "every element has an entry")

    def json_schema(self) -> Json:
        entry = self.record.json_schema()
        if not self.repeats:
            return entry
        if isinstance(self.selector, Known):
            return {
                "type": "object",
                "properties": dict.fromkeys(self.selector.keys, entry),
                "required": list(self.selector.keys),
                "additionalProperties": False,
            }
        names = {"maxLength": MAX_KEY_LENGTH}
        return {"type": "object", "additionalProperties": entry, "propertyNames": names}

    def facets(self) -> Mapping[str, Facet]:
        inner = self.record.facets()
        facets = {"": Facet("opaque")}
        if not self.repeats:
            return {**facets, **inner}
        for key in self.selector.keys if isinstance(self.selector, Known) else ():
            facets[key] = Facet("opaque")
            facets.update({f"{key}.{inside}": facet for inside, facet in inner.items()})
        return facets

    def sample(self, random: Random, context: Context) -> Any:
        if not self.repeats:
            return self.record.sample(random, context)
        keys = self._known_keys(context)
        if keys is None:
            keys = [str(index) for index in range(random.randint(1, 3))]
        return {key: self.record.sample(random, context) for key in keys}

    def perturb(self, value: Any, random: Random, context: Context) -> Any:
        if not self.repeats:
            return self.record.perturb(value, random, context)
        if not value:
            return value
        wrong = random.choice(list(value))
        return {
            key: self.record.perturb(entry, random, context) if key == wrong else entry
            for key, entry in value.items()
        }

    # -- language models ------------------------------------------------------------------------------

    def llm_schema(self) -> Json | None:
        entry = self.record.llm_schema()
        if entry is None or not self.repeats:
            return entry
        if isinstance(self.selector, Known):
            criteria = {each.value: each for each in self.selector.criteria}
            return strict_object({key: _titled(entry, criteria.get(key)) for key in self.selector.keys})
        item = {"type": "string", "description": "the id of the element, else its position from 0"}
        return {"type": "array", "items": strict_object({"item": item, "answer": entry})}

    def to_llm(self, value: Any, context: Context) -> Any:
        if not self.repeats:
            return self.record.to_llm(value, context)
        entries = {key: self.record.to_llm(entry, context) for key, entry in value.items()}
        if isinstance(self.selector, Known):
            return entries
        return [{"item": key, "answer": entry} for key, entry in entries.items()]

    def from_llm(self, reply: Any, path: str, context: Context) -> Any:
        if not self.repeats:
            return self.record.from_llm(reply, path, context)
        if isinstance(self.selector, Known):
            if not isinstance(reply, dict):
                return reply
            return {
                key: self.record.from_llm(entry, f"{path}/{escape(str(key)[:100])}", context)
                for key, entry in reply.items()
            }
        if not isinstance(reply, list):
            context.fail(path, "type", "must be a list of item and answer")
            return {}
        return self._from_entries(reply, path, context)

    def _from_entries(self, reply: list[Any], path: str, context: Context) -> Json:
        result: Json = {}
        for index, each in enumerate(reply):
            key = each.get("item") if isinstance(each, dict) else None
            if not isinstance(key, str):
                context.fail(f"{path}/{index}/item", "type", "must be the id or position of an element")
            elif key in result:
                context.fail(f"{path}/{index}/item", "duplicate", "is answered twice")
            else:
                place = f"{path}/{index}/answer"
                result[key] = self.record.from_llm(each.get("answer"), place, context)
        return result

    # -- several answers ------------------------------------------------------------------------------

    def distance(self, left: Any, right: Any, pair: Pair) -> float:
        if not self.repeats:
            return self.record.distance(left, right, pair)
        keys = sorted(left.keys() | right.keys())
        if not keys:
            return 0.0
        distances = (
            self.record.distance(left[key], right[key], pair) if key in left and key in right else 1.0
            for key in keys
        )
        return math.fsum(distances) / len(keys)

    def consensus(self, values: Sequence[Any], weights: Sequence[float], merging: Merging) -> Any:
        return self.merge(values, weights, merging).value

    def merge(self, values: Sequence[Any], weights: Sequence[float], merging: Merging) -> Outcome:
        if not self.repeats:
            merged = self.record.merge(values, weights, merging)
            return Outcome(merged.value, merged.confidence, merged.disputed)
        value: Json = {}
        confidences: list[float] = []
        disputed: list[str] = []
        for key in self._merged_keys(values, merging):
            holders = [index for index, each in enumerate(values) if key in each]
            entries = [values[index][key] for index in holders]
            merged = self.record.merge(entries, [weights[index] for index in holders], merging)
            value[key] = merged.value
            confidences.append(merged.confidence)
            disputed.extend(f"{key}.{place}" for place in merged.disputed)
        return Outcome(value, min(confidences, default=1.0), tuple(disputed))

    def _merged_keys(self, values: Sequence[Json], merging: Merging) -> list[str]:
        """Every key that occurs, in the order of the declaration or the item, else sorted."""
        present = {key for value in values for key in value}
        order = self._known_keys(Context(merging.item)) or ()
        return [key for key in order if key in present] + sorted(present - set(order))

    # -- keys and versions ----------------------------------------------------------------------------

    def keys(self) -> Iterator[KeyRequest]:
        return self.record.keys()

    def compare_attribute(self, key: str, was: Any, now: Any, old: Field[Any]) -> Iterator[Change]:
        assert isinstance(old, Group)
        if key == "fields":
            yield from self.record.compare(old.record, self.path)
        elif key == "each" and self._goes_through_the_same_as(old):
            if self._known_order() != old._known_order():
                yield Change("compatible", self.path, "elements are in another order")
        else:
            yield from super().compare_attribute(key, was, now, old)

    def _goes_through_the_same_as(self, old: Group) -> bool:
        if isinstance(self.selector, Known) and isinstance(old.selector, Known):
            return set(self.selector.keys) == set(old.selector.keys)
        return self.selector == old.selector

    def _known_order(self) -> tuple[str, ...]:
        return self.selector.keys if isinstance(self.selector, Known) else ()

    def rename_facet(self, inside: str, renames: Renames) -> str:
        if not self.repeats:
            return self.record.rename_reference(inside, renames)
        key, _, rest = inside.partition(".")
        renamed = renames.value_of(self.path, key)
        return f"{renamed}.{self.record.rename_reference(rest, renames)}" if rest else renamed

    def rename(self, value: Any, renames: Renames) -> Any:
        if not self.repeats:
            return self.record.rename(value, renames)
        return {
            renames.value_of(self.path, key): self.record.rename(entry, renames)
            for key, entry in value.items()
        }

    def rename_declaration(self, renames: Renames) -> Json:
        declaration = {**self.declaration(), "fields": self.record.rename_declaration(renames)}
        if isinstance(declaration.get("each"), list):
            declaration["each"] = [
                {**each, "value": renames.value_of(self.path, each["value"])} for each in declaration["each"]
            ]
        return declaration


def _titled(schema: Json, criterion: Any) -> Json:
    texts = [] if criterion is None else [criterion.title, criterion.help]
    description = " ".join(text for text in texts if text)
    return {**schema, "description": description} if description else schema
