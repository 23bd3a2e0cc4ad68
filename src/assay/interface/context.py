"""What the operations on values may look at besides the value: the item, the fields around, the problems."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from assay.errors import Problem

if TYPE_CHECKING:
    from assay.interface.fields.base import Field, Outcome
    from assay.interface.inputs import Input, ItemView

MAX_PROBLEMS = 100
"""More problems than this in one value help nobody; the rest is counted as found but not kept."""


class _Problems:
    __slots__ = ("problems",)

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def fail(self, path: str, rule: str, message: str) -> None:
        """Note a broken rule at a JSON Pointer path."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(path, rule, message))


class Parsing(_Problems):
    """One run of the declaration parser.

    inputs: the inputs of the interface by name. siblings: the fields compiled so far on the level being
    parsed, by name (set by `Record`); a field that refers to another finds it there. depth: that of the
    field being compiled; nested fields have `depth + 1`.
    """

    __slots__ = ("depth", "inputs", "siblings")

    def __init__(self, inputs: Mapping[str, Input] | None = None) -> None:
        super().__init__()
        self.inputs: Mapping[str, Input] = inputs or {}
        self.siblings: Mapping[str, Field[Any]] = {}
        self.depth = 0

    @contextmanager
    def nested(self, depth: int) -> Iterator[None]:
        before, siblings = self.depth, self.siblings
        self.depth = depth
        try:
            yield
        finally:
            self.depth, self.siblings = before, siblings


class Context(_Problems):
    """One run over an answer (validate, sample, to_llm, from_llm, perturb).

    item: the item's data seen through the inputs, None when unknown. siblings: normalised values of the
    fields before this one on the same level, by name. partial: fields a language model is not asked for
    may be missing.
    """

    __slots__ = ("item", "partial", "siblings")

    def __init__(self, item: ItemView | None = None, *, partial: bool = False) -> None:
        super().__init__()
        self.item = item
        self.partial = partial
        self.siblings: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Pair:
    """Two answers being compared: the siblings of the left and of the right value."""

    item: ItemView | None = None
    left: Mapping[str, Any] = field(default_factory=dict)
    right: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Merging:
    """Several answers being merged.

    answers: for each value, the record it comes from (its siblings), aligned with `values`.
    indices: for each value, its position among all answers of the level; `Outcome.identities` of a sibling
    is aligned with all answers, so `outcome.identities[indices[i]]` belongs to `values[i]`.
    total: how many answers there are on the level.
    merged: outcomes of the fields before this one on the same level.
    """

    item: ItemView | None = None
    answers: Sequence[Mapping[str, Any]] = ()
    indices: Sequence[int] = ()
    total: int = 0
    merged: Mapping[str, Outcome] = field(default_factory=dict)

    def pair_with_merged(self, index: int) -> Pair:
        """The merged level so far (left) beside answer `index` (right)."""
        left = {name: outcome.value for name, outcome in self.merged.items()}
        return Pair(self.item, left, self.answers[index] if index < len(self.answers) else {})
