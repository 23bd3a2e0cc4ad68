"""`choice`: one or several options of a list, an ordered scale, or a taxonomy.

Value: the option's value, or with `multi` a list of values in the order of declaration.

| kind     | declared by      | distance                          | merge                            |
|----------|------------------|-----------------------------------|----------------------------------|
| single   |                  | 0 the same, else 1                | most weight, else declared first |
| ordinal  | `ordinal: true`  | steps apart / steps there are     | lower weighted median            |
| taxonomy | nested `options` | 1 - Wu-Palmer similarity          | majority from the top down       |
| multi    | `multi: true`    | Jaccard                           | options with more than half      |
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any, ClassVar, Literal

from pydantic import Field as Key

from assay.interface.conditions import Facet
from assay.interface.context import Context, Merging, Pair, Parsing
from assay.interface.fields.base import (
    Change,
    Field,
    FieldDeclaration,
    Json,
    KeyRequest,
    Renames,
    may_fall,
    may_rise,
    register,
)
from assay.interface.fields.options import Options
from assay.interface.fields.voting import plurality, support, weighted_median


class ChoiceDeclaration(FieldDeclaration):
    """options: `{"value", "title", "help", "hotkey", "color", "options"}`; nested options make a taxonomy.
    ordinal: the options are steps of a scale, least first. leaves_only: of a taxonomy only nodes without
    children may be picked. multi: several; `min` (default 1) and `max` bound how many."""

    type: Literal["choice"]
    options: list[Any] = Key(min_length=1)
    multi: bool = False
    ordinal: bool = False
    leaves_only: bool = False
    min: int = Key(default=1, ge=0)
    max: int | None = Key(default=None, ge=1)


@register
class Choice(Field[ChoiceDeclaration]):
    """See the module's docstring."""

    type = "choice"
    declaration_model = ChoiceDeclaration
    widening: ClassVar = {"min": may_fall, "max": may_rise, "leaves_only": lambda was, _now: bool(was)}

    def __init__(self, declared: ChoiceDeclaration, path: str, pointer: str, parsing: Parsing) -> None:
        super().__init__(declared, path, pointer, parsing)
        self.options = Options(declared.options, f"{pointer}/options", parsing)
        self.multi = declared.multi
        pickable = self.options.leaves if declared.leaves_only else self.options.values
        self.values = list(pickable)
        self._order = {value: index for index, value in enumerate(self.values)}
        self._allowed = frozenset(self.values)
        self._steps = max(1, len(self.values) - 1)
        self.least = declared.min
        self.most = len(self.values) if declared.max is None else declared.max
        self._check_declaration(pointer, parsing)

    def _check_declaration(self, pointer: str, parsing: Parsing) -> None:
        declared = self.declared
        if declared.ordinal and (declared.multi or self.options.is_tree):
            parsing.fail(f"{pointer}/ordinal", "conflict", "a scale is neither multi nor a taxonomy")
        if declared.leaves_only and not self.options.is_tree:
            parsing.fail(f"{pointer}/leaves_only", "conflict", "only a taxonomy has leaves")
        for key in ("min", "max"):
            if key in declared.model_fields_set and not declared.multi:
                parsing.fail(f"{pointer}/{key}", "conflict", f"{key} counts picked options: it needs multi")
        if self.values and not self.least <= self.most <= len(self.values):
            parsing.fail(
                f"{pointer}/max", "range", "min, max and the number of options must be in this order"
            )

    def can_be_indexed(self) -> bool:
        return not self.declared.multi

    def declaration(self) -> Json:
        return {**super().declaration(), "options": self.options.declaration()}

    # -- values ---------------------------------------------------------------------------------------

    def validate(self, value: Any, path: str, context: Context) -> Any:
        if not self.multi:
            if type(value) is str and value in self._allowed:
                return value
            self._report(value, path, context)
            return None
        if type(value) is not list:
            context.fail(path, "type", "must be a list of option values")
            return []
        if not self.least <= len(value) <= self.most:
            context.fail(path, "count", f"takes {self.least} to {self.most} options")
            return []
        picked = set()
        for index, each in enumerate(value):
            if type(each) is not str or each not in self._allowed:
                self._report(each, f"{path}/{index}", context)
            elif each in picked:
                context.fail(f"{path}/{index}", "duplicate", "is picked twice")
            else:
                picked.add(each)
        return self._in_order(picked)

    def _report(self, value: Any, path: str, context: Context) -> None:
        if type(value) is not str:
            context.fail(path, "type", "must be the value of an option, a string")
        elif value in self.options.parents:
            context.fail(path, "not_a_leaf", "must be an option without options of its own")
        else:
            context.fail(path, "unknown_option", "is not one of the options")

    def _in_order(self, values: set[str] | frozenset[str]) -> list[str]:
        return sorted(values, key=self._order.__getitem__)

    def json_schema(self) -> Json:
        one: Json = {"type": "string", "enum": list(self.values)}
        if not self.multi:
            return one
        return {"type": "array", "items": one, "uniqueItems": True,
                "minItems": self.least, "maxItems": self.most}  # fmt: skip

    def facets(self) -> Mapping[str, Facet]:
        return {"": Facet("strings" if self.multi else "string", self._allowed, self.path)}

    def sample(self, random: Random, context: Context) -> Any:
        if not self.multi:
            return random.choice(self.values)
        most = min(self.most, max(self.least, 3))
        return self._in_order(set(random.sample(self.values, random.randint(self.least, most))))

    def perturb(self, value: Any, random: Random, context: Context) -> Any:
        if not self.multi:
            return self._other(value, random)
        free = [option for option in self.values if option not in value]
        moves = []
        if len(value) > self.least:
            moves.append("drop")
        if free and len(value) < self.most:
            moves.append("add")
        if free and value:
            moves.append("swap")
        move = random.choice(moves) if moves else ""
        changed = set(value)
        if move in ("drop", "swap"):
            changed.remove(random.choice(value))
        if move in ("add", "swap"):
            changed.add(random.choice(free))
        return self._in_order(changed)

    def _other(self, value: str, random: Random) -> str:
        """On a scale a neighbouring step, in a tree preferably a sibling, else any other option."""
        position = self._order[value]
        if self.declared.ordinal:
            others = [self.values[at] for at in (position - 1, position + 1) if 0 <= at <= self._steps]
            others = [other for other in others if other != value][: len(self.values) - 1]
        elif self.options.is_tree:
            siblings = self.options.children[self.options.parents[value]]
            others = [other for other in siblings if other != value and other in self._allowed]
        else:
            others = []
        others = others or [other for other in self.values if other != value]
        return random.choice(others) if others else value

    # -- language models ------------------------------------------------------------------------------

    def llm_schema(self) -> Json | None:
        titles = [
            f"{value} = {option.title}" for value, option in self.options.declared.items() if option.title
        ]
        one: Json = {"type": "string", "enum": list(self.values)}
        if self.multi:
            one = {"type": "array", "items": one}
        if titles and len(titles) <= 100:
            one["description"] = "; ".join(titles)
        return one

    def to_llm(self, value: Any, context: Context) -> Any:
        return list(value) if self.multi else value

    def from_llm(self, reply: Any, path: str, context: Context) -> Any:
        if self.multi and isinstance(reply, list):
            return list(dict.fromkeys(each if isinstance(each, str) else "" for each in reply))
        return reply

    # -- several answers ------------------------------------------------------------------------------

    def distance(self, left: Any, right: Any, pair: Pair) -> float:
        if left == right:
            return 0.0
        if self.multi:
            one, other = set(left), set(right)
            return 1.0 - len(one & other) / len(one | other)
        if self.declared.ordinal:
            return abs(self._order[left] - self._order[right]) / self._steps
        if self.options.is_tree:
            return self.options.tree_distance(left, right)
        return 1.0

    def consensus(self, values: Sequence[Any], weights: Sequence[float], merging: Merging) -> Any:
        if self.multi:
            return self._merge_sets(values, weights)
        if self.declared.ordinal:
            positions = [self._order[value] for value in values]
            return self.values[int(weighted_median(positions, weights))]
        if self.options.is_tree:
            return self._descend(values, weights)
        return plurality(values, weights, self._order)

    def _merge_sets(self, values: Sequence[list[str]], weights: Sequence[float]) -> list[str]:
        """Options with more than half of the weight, filled up or cut to the allowed count by weight."""
        if all(value == values[0] for value in values):
            return list(values[0])
        pairs = [(each, weight) for value, weight in zip(values, weights, strict=True) for each in value]
        totals = support([each for each, _ in pairs], [weight for _, weight in pairs])
        half = math.fsum(weights) / 2.0
        ranked = sorted(totals, key=lambda each: (-totals[each], self._order[each]))
        wanted = sum(1 for each in ranked if totals[each] > half)
        count = min(max(wanted, self.least), self.most)
        return self._in_order(set(ranked[:count]))

    def _descend(self, values: Sequence[str], weights: Sequence[float]) -> str:
        """From the top down, into the child with most weight while more than half of it lies there; with
        `leaves_only` until there are no children."""
        pairs = [
            (node, weight)
            for value, weight in zip(values, weights, strict=True)
            for node in self.options.ancestors(value)
        ]
        totals = support([node for node, _ in pairs], [weight for _, weight in pairs])
        half = math.fsum(weights) / 2.0
        node: str | None = None
        while True:
            children = [child for child in self.options.children.get(node, ()) if child in totals]
            if not children:
                break
            best = min(children, key=lambda child: (-totals[child], self.options.positions[child]))
            if node is not None and not self.declared.leaves_only and totals[best] <= half:
                break
            node = best
        assert node is not None
        return node

    # -- keys and versions ----------------------------------------------------------------------------

    def keys(self) -> Iterator[KeyRequest]:
        for value, option in self.options.declared.items():
            place = f"{self.options.pointers[value]}/hotkey"
            automatic = not self.options.is_tree and value in self._allowed
            yield KeyRequest(self.path, value, place, option.hotkey, automatic)

    def compare_attribute(self, key: str, was: Any, now: Any, old: Field[Any]) -> Iterator[Change]:
        if key != "options":
            yield from super().compare_attribute(key, was, now, old)
            return
        assert isinstance(old, Choice)
        before, after = old.options, self.options
        removed = [value for value in old.values if value not in self._allowed]
        moved = [value for value in before.values
                 if value in after.parents and after.parents[value] != before.parents[value]]  # fmt: skip
        added = [value for value in self.values if value not in before.parents]
        kept_before = [value for value in old.values if value in self._allowed]
        kept_after = [value for value in self.values if value in before.parents]
        for value in removed:
            yield Change("breaking", self.path, f"option {value} was removed")
        for value in moved:
            yield Change("breaking", self.path, f"option {value} was moved to another branch")
        for value in added:
            yield Change("compatible", self.path, f"option {value} was added")
        if kept_before != kept_after:
            kind: Literal["compatible", "breaking"] = "breaking" if self.declared.ordinal else "compatible"
            yield Change(kind, self.path, "options are in another order")

    def rename(self, value: Any, renames: Renames) -> Any:
        if not self.multi:
            return renames.value_of(self.path, value)
        return list(dict.fromkeys(renames.value_of(self.path, each) for each in value))

    def rename_declaration(self, renames: Renames) -> Json:
        return {**super().declaration(), "options": self.options.rename_declaration(self.path, renames)}
