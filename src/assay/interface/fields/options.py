"""The options of a choice: a flat list, or a tree (a taxonomy)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import Field

from assay.interface.context import Parsing
from assay.interface.declaration import OptionDeclaration, report_declaration_errors
from assay.interface.fields.base import Json, Renames

MAX_OPTIONS = 50_000
MAX_LEVELS = 16


class ChoiceOption(OptionDeclaration):
    """An option; with `options` of its own it is a branch of a taxonomy."""

    options: list[Any] = Field(default_factory=list)


class Options:
    """Parsed options. Values are unique in the whole tree, so one value names a node.

    values: every value, parents before children, in the order of declaration.
    parents: value -> parent's value, None at the top. depths: value -> 1 at the top.
    """

    def __init__(self, raw: Sequence[Any], pointer: str, parsing: Parsing) -> None:
        self.values: list[str] = []
        self.parents: dict[str, str | None] = {}
        self.depths: dict[str, int] = {}
        self.children: dict[str | None, list[str]] = {}
        self.declared: dict[str, ChoiceOption] = {}
        self.pointers: dict[str, str] = {}
        self._parsing = parsing
        self._count = 0
        self._read(raw, None, pointer, 1)
        self.positions = {value: index for index, value in enumerate(self.values)}
        self.is_tree = any(depth > 1 for depth in self.depths.values())
        self.leaves = [value for value in self.values if value not in self.children]

    def _read(self, raw: Sequence[Any], parent: str | None, pointer: str, depth: int) -> None:
        fail = self._parsing.fail
        self._count += len(raw)
        if depth > MAX_LEVELS or self._count > MAX_OPTIONS:
            fail(pointer, "too_many", f"at most {MAX_OPTIONS} options in {MAX_LEVELS} levels")
            return
        for index, each in enumerate(raw):
            place = f"{pointer}/{index}"
            option = report_declaration_errors(ChoiceOption, each, place, self._parsing)
            if option is None:
                continue
            if option.value in self.parents:
                fail(f"{place}/value", "duplicate", f"value {option.value} occurs twice")
                continue
            self.values.append(option.value)
            self.parents[option.value] = parent
            self.depths[option.value] = depth
            self.children.setdefault(parent, []).append(option.value)
            self.declared[option.value] = option
            self.pointers[option.value] = place
            if option.options:
                self._read(option.options, option.value, f"{place}/options", depth + 1)

    def declaration(self, parent: str | None = None) -> list[Json]:
        """The options as JSON, defaults left out."""
        result = []
        for value in self.children.get(parent, ()):
            declaration = self.declared[value].normalised()
            if value in self.children:
                declaration["options"] = self.declaration(value)
            result.append(declaration)
        return result

    def rename_declaration(self, path: str, renames: Renames, parent: str | None = None) -> list[Json]:
        """The options under a rename map; options that get the same name become one."""
        result: dict[str, Json] = {}
        for value in self.children.get(parent, ()):
            declaration = {**self.declared[value].normalised(), "value": renames.value_of(path, value)}
            if value in self.children:
                declaration["options"] = self.rename_declaration(path, renames, value)
            result.setdefault(declaration["value"], declaration)
        return list(result.values())

    def ancestors(self, value: str) -> list[str]:
        """The path from the top to the value, itself included."""
        path: list[str] = []
        node: str | None = value
        while node is not None:
            path.append(node)
            node = self.parents[node]
        return path[::-1]

    def tree_distance(self, left: str, right: str) -> float:
        """1 - the similarity of Wu and Palmer (1994): twice the depth of the lowest common ancestor over
        the sum of the depths."""
        if left == right:
            return 0.0
        common = 0
        for one, other in zip(self.ancestors(left), self.ancestors(right), strict=False):
            if one != other:
                break
            common += 1
        return 1.0 - 2.0 * common / (self.depths[left] + self.depths[right])
