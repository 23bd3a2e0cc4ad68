"""What the annotator looks at: typed views on an item's data.

An input type is one class decorated with `@register_input`: what its values look like, and what they tell
about themselves (text, pixel size, duration, the elements a `group` may go through).

Media values (image, video, audio, document, pointcloud) are a string (address or blob id), or an object
with `url` or `blob` and what is known: `width`, `height` (pixels of the EXIF-normalised original),
`duration` (seconds), `frames`, `pages` (counts).
"""

from __future__ import annotations

import builtins
import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar, TypeVar

from pydantic import field_validator

from assay.errors import Problem
from assay.interface.context import Parsing
from assay.interface.declaration import Declaration, Name, report_declaration_errors
from assay.interface.source import MISSING, Step, compile_source, parse_source

MAX_PAGES = 100_000
"""A document that says it has more is not gone through page by page."""

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


class _TextInput(Input):
    def fault(self, value: Any) -> tuple[str, str] | None:
        return None if type(value) is str else ("", f"input {self.name} needs a string")

    def text(self, value: Any) -> str | None:
        return value if isinstance(value, str) else None


@register_input
class TextInput(_TextInput):
    """Plain text."""

    type = "text"


@register_input
class HtmlInput(_TextInput):
    """A piece of HTML, shown in a sandboxed frame. Spans point into its source."""

    type = "html"


class CodeDeclaration(InputDeclaration):
    """`language`: the programming language, for highlighting."""

    language: str | None = None


@register_input
class CodeInput(_TextInput):
    """Source code."""

    type = "code"
    declaration_model = CodeDeclaration


class _MediaInput(Input):
    def fault(self, value: Any) -> tuple[str, str] | None:
        return media_fault(value, self.name)


def media_fault(value: Any, name: str) -> tuple[str, str] | None:
    """What is wrong with a reference to a media file (see the module's docstring)."""
    if type(value) is dict:
        reference = value.get("url", value.get("blob"))
        if type(reference) is str and reference:
            return None
        return ("/url", f"input {name} needs an address in `url`, or a blob id in `blob`")
    if type(value) is str and value:
        return None
    return ("", f"input {name} needs an address, a blob id, or an object with one of them")


@register_input
class ImageInput(_MediaInput):
    """A picture."""

    type = "image"


@register_input
class VideoInput(_MediaInput):
    """A video; frames are known by their presentation time stamps."""

    type = "video"


@register_input
class AudioInput(_MediaInput):
    """A sound recording."""

    type = "audio"


@register_input
class DocumentInput(_MediaInput):
    """A PDF."""

    type = "document"
    parts = ("pages",)

    def elements(self, value: Any, part: str) -> list[Element]:
        count = value.get("pages") if isinstance(value, dict) else None
        if not isinstance(count, int) or not 0 < count <= MAX_PAGES:
            return []
        return [(str(page), {"page": page}) for page in range(count)]


class PointcloudDeclaration(InputDeclaration):
    """`cameras`: source of the cameras' pictures and calibration; `frame`: the coordinate frame's name."""

    cameras: str | None = None
    frame: str = "world"

    @field_validator("cameras")
    @classmethod
    def _cameras_can_be_read(cls, source: str | None) -> str | None:
        if source is not None:
            parse_source(source)
        return source


@register_input
class PointcloudInput(Input):
    """LiDAR frames in metres: one media value, a list of them, or an object with a list in `frames`."""

    type = "pointcloud"
    declaration_model = PointcloudDeclaration
    parts = ("frames",)

    def fault(self, value: Any) -> tuple[str, str] | None:
        frames, prefix = _list_in(value, "frames")
        if frames is None:
            return media_fault(value, self.name)
        if not frames:
            return (prefix, f"input {self.name} needs at least one frame")
        for index, frame in enumerate(frames):
            fault = media_fault(frame, self.name)
            if fault is not None:
                return (f"{prefix}/{index}{fault[0]}", fault[1])
        return None

    def elements(self, value: Any, part: str) -> list[Element]:
        return keyed(_list_in(value, "frames")[0] or [value])


class _ListInput(Input):
    """A list of objects, bare or in an object under the part's name."""

    def fault(self, value: Any) -> tuple[str, str] | None:
        part = self.parts[0]
        entries, prefix = _list_in(value, part)
        if entries is None:
            return ("", f"input {self.name} needs a list, or an object with a list in `{part}`")
        for index, entry in enumerate(entries):
            fault = self.entry_fault(entry)
            if fault is not None:
                return (f"{prefix}/{index}{fault[0]}", fault[1])
        return None

    @abstractmethod
    def entry_fault(self, entry: Any) -> tuple[str, str] | None:
        """What is wrong with one entry."""

    def elements(self, value: Any, part: str) -> list[Element]:
        return keyed(_list_in(value, self.parts[0])[0] or [])


@register_input
class ChatInput(_ListInput):
    """Messages with `role` and `content` (a string, or a list of parts); `id` and `parent` make a tree."""

    type = "chat"
    parts = ("messages",)

    def entry_fault(self, entry: Any) -> tuple[str, str] | None:
        if type(entry) is not dict:
            return ("", "a message is an object with role and content")
        if type(entry.get("role")) is not str:
            return ("/role", "a message has a role")
        if "content" in entry and type(entry["content"]) not in (str, list, type(None)):
            return ("/content", "a message's content is a string or a list of parts")
        return None


@register_input
class TrajectoryInput(_ListInput):
    """The steps of an agent: objects, whatever they hold."""

    type = "trajectory"
    parts = ("steps",)

    def entry_fault(self, entry: Any) -> tuple[str, str] | None:
        return None if type(entry) is dict else ("", "a step is an object")


@register_input
class TimeseriesInput(Input):
    """Measurements: a media value (CSV, Parquet), a list of rows, or an object of columns of one length."""

    type = "timeseries"

    def fault(self, value: Any) -> tuple[str, str] | None:
        if type(value) is list or type(value) is str:
            return None if value else ("", f"input {self.name} is empty")
        if type(value) is not dict:
            return ("", f"input {self.name} needs rows, columns or an address")
        if "url" in value or "blob" in value:
            return media_fault(value, self.name)
        lengths = {len(column) if type(column) is list else -1 for column in value.values()}
        if len(lengths) != 1 or -1 in lengths:
            return ("", f"the columns of input {self.name} are lists of one length")
        return None


@register_input
class TableInput(Input):
    """Rows, or any other JSON value."""

    type = "table"
    parts = ("rows",)

    def fault(self, value: Any) -> tuple[str, str] | None:
        return None

    def elements(self, value: Any, part: str) -> list[Element]:
        return keyed(_list_in(value, "rows")[0] or [])


def _list_in(value: Any, part: str) -> tuple[list[Any] | None, str]:
    """The list that is the value or lies in it under `part`, and the pointer to it."""
    if type(value) is list:
        return value, ""
    inner = value.get(part) if type(value) is dict else None
    return (inner, f"/{part}") if type(inner) is list else (None, "")


def keyed(entries: Sequence[Any]) -> list[Element]:
    """Entries with their keys: their own ids where all have one and no two the same, else positions."""
    ids = [entry.get("id") if isinstance(entry, dict) else None for entry in entries]
    names = [str(own) for own in ids if type(own) in (str, int)]
    if len(names) != len(entries) or len(set(names)) != len(names):
        names = [str(index) for index in range(len(entries))]
    return [
        (name, entry if isinstance(entry, dict) else {}) for name, entry in zip(names, entries, strict=True)
    ]
