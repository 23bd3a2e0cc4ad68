"""What the annotator looks at: typed views on an item's data.

An input type is one class decorated with `@register_input`: what its values look like, and what they tell
about themselves (text, pixel size, duration, the elements a `group` may go through). The types are in
`input_types`.
"""

from __future__ import annotations

import builtins
import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, TypeVar

from pydantic import field_validator

from assay.errors import Problem
from assay.interface.context import Parsing
from assay.interface.declaration import Declaration, Name, report_declaration_errors
from assay.interface.source import MISSING, Step, compile_source, parse_source

Element = tuple[str, Mapping[str, Any]]
"""One thing a group goes through: a stable key and its properties, which selectors filter by."""


class InputDeclaration(Declaration):
    """`optional`: items may lack the value."""

    name: Name
    type: str
    source: str
    optional: bool = False

    @field_validator("source")
    @classmethod
    def _source_can_be_read(cls, source: str) -> str:
        parse_source(source)
        return source


class Input(ABC):
    """A compiled input: one typed view on the item's data."""

    type: ClassVar[str]
    declaration_model: ClassVar[builtins.type[InputDeclaration]] = InputDeclaration
    parts: ClassVar[tuple[str, ...]] = ()
    """Names of the lists inside the value that a group may go through; the first is the default."""

    def __init__(self, declared: InputDeclaration) -> None:
        self.declared = declared
        self.name = declared.name
        self.optional = declared.optional
        steps = parse_source(declared.source)
        self.resolve: Callable[[Any], Any] = compile_source(steps)
        self.pointer = _pointer(steps)

    def declaration(self) -> dict[str, Any]:
        return self.declared.normalised()

    @abstractmethod
    def fault(self, value: Any) -> tuple[str, str] | None:
        """What is wrong with a value: a path below it and a message, or None."""

    def check(self, data: Any) -> Problem | None:
        """The problem an item has with this input, if any."""
        value = self.resolve(data)
        if value is MISSING or value is None:
            if self.optional:
                return None
            return Problem(self.pointer, "required", f"the item has no value for input {self.name}")
        fault = self.fault(value)
        if fault is None:
            return None
        return Problem(self.pointer + fault[0], f"not_{self.type}", fault[1])

    def text(self, value: Any) -> str | None:
        """The text that spans point into."""
        return None

    def elements(self, value: Any, part: str) -> list[Element]:
        """The elements of one of `parts`."""
        return []


class ItemView:
    """An item's data seen through the inputs of its interface. Says None for what the item does not tell."""

    __slots__ = ("_inputs", "data")

    def __init__(self, inputs: Mapping[str, Input], data: Any) -> None:
        self._inputs = inputs
        self.data = data

    def value(self, name: str) -> Any:
        """The raw value of an input, None when missing."""
        found = self._inputs.get(name)
        value = MISSING if found is None else found.resolve(self.data)
        return None if value is MISSING else value

    def text(self, name: str) -> str | None:
        """The text of an input, which span offsets (Unicode code points) refer to."""
        value = self.value(name)
        return None if value is None else self._inputs[name].text(value)

    def size(self, name: str) -> tuple[float, float] | None:
        """Width and height in pixels."""
        width, height = self._number(name, "width"), self._number(name, "height")
        return None if width is None or height is None else (width, height)

    def duration(self, name: str) -> float | None:
        """Length in seconds."""
        return self._number(name, "duration")

    def frames(self, name: str) -> int | None:
        """Number of frames."""
        value = self.value(name)
        frames = value.get("frames") if isinstance(value, dict) else value
        if isinstance(frames, list):
            return len(frames)
        count = self._number(name, "frames")
        return None if count is None else int(count)

    def pages(self, name: str) -> int | None:
        """Number of pages."""
        count = self._number(name, "pages")
        return None if count is None else int(count)

    def elements(self, name: str, part: str) -> list[Element]:
        """The elements a group goes through; none when the value is missing or not as it should be."""
        value = self.value(name)
        if value is None or self._inputs[name].fault(value) is not None:
            return []
        return self._inputs[name].elements(value, part)

    def _number(self, name: str, key: str) -> float | None:
        value = self.value(name)
        number = value.get(key) if isinstance(value, dict) else None
        if isinstance(number, bool) or not isinstance(number, (int, float)):
            return None
        return number if 0 < number < math.inf else None


INPUT_TYPES: dict[str, type[Input]] = {}
"""Every registered input type by name."""

I = TypeVar("I", bound=type[Input])  # noqa: E741


def register_input(input_type: I) -> I:
    """Class decorator: make an input type known."""
    if input_type.type in INPUT_TYPES:
        raise ValueError(f"input type {input_type.type} is registered twice")
    INPUT_TYPES[input_type.type] = input_type
    return input_type


def parse_input(raw: Any, pointer: str, parsing: Parsing) -> Input | None:
    """Compile one declared input, or report why it cannot be."""
    if not isinstance(raw, dict):
        parsing.fail(pointer, "type", "an input is an object")
        return None
    kind = raw.get("type")
    input_type = INPUT_TYPES.get(kind) if isinstance(kind, str) else None
    if input_type is None:
        rule = "required" if "type" not in raw else "unknown_type"
        parsing.fail(f"{pointer}/type", rule, f"type is one of: {', '.join(sorted(INPUT_TYPES))}")
        return None
    declared = report_declaration_errors(input_type.declaration_model, raw, pointer, parsing)
    return None if declared is None else input_type(declared)


def _pointer(steps: Iterable[Step]) -> str:
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)
