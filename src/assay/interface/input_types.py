"""The input types. A new one is one more class here.

Media values (image, video, audio, document, pointcloud) are a string (address or blob id), or an object
with `url` or `blob` and what is known: `width`, `height` (pixels of the EXIF-normalised original),
`duration` (seconds), `frames`, `pages` (counts).
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

from pydantic import field_validator

from assay.interface.inputs import Element, Input, InputDeclaration, register_input
from assay.interface.source import parse_source

MAX_PAGES = 100_000
"""A document that says it has more is not gone through page by page."""


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
