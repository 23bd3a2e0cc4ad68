"""What every importer and exporter shares: rows, options, limits, checkpoints and the two protocols.

A reader turns bytes into `ImportRow`s one at a time and never stops at a bad one: that becomes a
`RejectedRow` with its number and the reason, and the next row follows. A writer turns `ExportRow`s
into bytes, the same bytes for the same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, BinaryIO, ClassVar, Literal, NamedTuple, Protocol

import orjson

from assay.errors import InvalidInput, Problem

EXCERPT_CHARACTERS = 200

JsonObject = dict[str, Any]
Checkpoint = dict[str, Any]
"""Opaque to everybody but the reader that made it; JSON, so that it can be stored with the job."""


@dataclass(frozen=True, slots=True)
class FileReference:
    """Stands in `ImportRow.data` where a file belongs: the position in `ImportRow.files`."""

    index: int


class ImportedFile(NamedTuple):
    """A file that came with a row. `size` is in bytes as declared by the source.

    `open` gives a fresh forward-only stream. It counts what it really delivers and raises `BadFile` as soon
    as that is more than declared, damaged or cut short, so whoever copies it needs no guard of its own.
    """

    name: str
    media_type: str
    size: int
    open: Callable[[], BinaryIO]


class Prelabel(NamedTuple):
    """An answer a model gave before any person; `score` is its confidence in [0, 1]."""

    answer: JsonObject
    score: float | None = None
    model: str = ""


class GoldAnswer(NamedTuple):
    """The known right answer of an item, and why it is right."""

    answer: JsonObject
    explanation: str | None = None


class ImportRow(NamedTuple):
    """One item to import.

    `number` counts from 1 the way a person finds the row again: the line for text formats (the first one of
    a record that spans several), the row for Parquet, the member for folders and archives.
    """

    number: int
    data: JsonObject
    key: str | None
    metadata: JsonObject
    prelabels: tuple[Prelabel, ...] = ()
    gold: GoldAnswer | None = None
    priority: int | None = None
    files: tuple[ImportedFile, ...] = ()


class RejectedRow(NamedTuple):
    """A row that cannot be imported.

    `reason` says why in words and quotes no content; `rule` is a stable slug; `value` is a bounded excerpt
    of what was there, which is customer content and has to be kept as such; `path` is a JSON Pointer into
    the row.
    """

    number: int
    reason: str
    rule: str
    value: str = ""
    path: str = ""


Row = ImportRow | RejectedRow


class Rejection(Exception):
    """Raised inside a reader to reject the row at hand; `reject` turns it into a `RejectedRow`."""

    def __init__(self, rule: str, reason: str, *, path: str = "", value: object = None) -> None:
        super().__init__(reason)
        self.rule = rule
        self.reason = reason
        self.path = path
        self.value = value


class BadFile(InvalidInput):
    """A file that came with a row turned out damaged, cut short or larger than it claimed."""

    code = "bad_file"

    def __init__(self, rule: str, reason: str) -> None:
        super().__init__(reason, problems=[Problem("", rule, reason)])
        self.rule = rule


def reject(number: int, error: Rejection | BadFile, fallback: object = None) -> RejectedRow:
    """The rejected row for an error in row `number`; `fallback` is excerpted if the error has no value."""
    if isinstance(error, BadFile):
        return RejectedRow(number, error.detail, error.rule, excerpt(fallback))
    value = fallback if error.value is None else error.value
    return RejectedRow(number, error.reason, error.rule, excerpt(value), error.path)


def excerpt(value: object) -> str:
    """At most `EXCERPT_CHARACTERS` characters of a value, whatever it is and however large."""
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value[: 4 * EXCERPT_CHARACTERS].decode("utf-8", "replace")[:EXCERPT_CHARACTERS]
    if isinstance(value, str):
        return value[:EXCERPT_CHARACTERS]
    try:
        return excerpt(orjson.dumps(value))
    except TypeError:  # too deep, or not JSON at all
        return type(value).__name__


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on what one import may cost; sizes in bytes. Beyond a row's bound the row is rejected.

    `expansion` is how many times larger unpacked data may be than packed data once it is beyond
    `expansion_floor`: text packs 5 to 30 times, a bomb 1000 times.
    """

    row_bytes: int = 16 << 20
    depth: int = 64
    metadata_bytes: int = 64 << 10
    key_characters: int = 512
    prelabels: int = 100
    expansion: int = 200
    expansion_floor: int = 32 << 20
    unpacked_bytes: int = 1 << 40
    members: int = 1_000_000
    member_bytes: int = 16 << 30
    files_per_row: int = 10_000


LabelUse = Literal["ignore", "prelabel", "gold"]


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read a source; what does not concern a format is ignored by it.

    `encoding`, `delimiter` (None: found out) and `typed` (numbers, booleans, nulls and JSON in cells become
    values instead of text) are for CSV. `columns` renames columns of CSV and Parquet before they are
    understood, `{"id": "key", "body": "data.text"}`; an empty name leaves the column out. `labels` says what
    becomes of the labels in a file that Assay exported.
    """

    encoding: str = "utf-8"
    delimiter: str | None = None
    typed: bool = False
    columns: Mapping[str, str] = field(default_factory=dict)
    labels: LabelUse = "ignore"
    limits: Limits = field(default_factory=Limits)


@dataclass(slots=True)
class Position:
    """Where a reader stands, after the row it gave last.

    `number` is that row's, or the last line's; `offset` is in bytes of unpacked text where that is the way
    to go on; `ended` says that nothing can follow, because the source broke off there.
    `weight` grows by about the memory each row takes, in bytes, so that a chunk can be bounded.
    """

    reader: str
    number: int = 0
    offset: int = 0
    ended: bool = False
    weight: int = 0

    def checkpoint(self) -> Checkpoint:
        return {"reader": self.reader, "number": self.number, "offset": self.offset, "ended": self.ended}

    def follow(self, inner: Position) -> None:
        """Stand where a reader stands that this one reads through."""
        self.number, self.offset, self.ended, self.weight = (
            inner.number,
            inner.offset,
            inner.ended,
            inner.weight,
        )

    @classmethod
    def after(cls, reader: str, checkpoint: Checkpoint | None) -> Position:
        """The position a checkpoint names, or the start; raises `InvalidInput` if another reader made it."""
        if checkpoint is None:
            return cls(reader)
        number, offset = checkpoint.get("number"), checkpoint.get("offset")
        if checkpoint.get("reader") != reader or not _is_count(number) or not _is_count(offset):
            problem = Problem("/checkpoint", "checkpoint", f"this is not a checkpoint of the {reader} reader")
            raise InvalidInput("The import cannot go on from this checkpoint.", problems=[problem])
        return cls(reader, int(number), int(offset), checkpoint.get("ended") is True)  # type: ignore[arg-type]


def _is_count(value: Any) -> bool:
    return type(value) is int and value >= 0


class Chunk(NamedTuple):
    """A run of rows and the checkpoint after them: commit both together and a crash repeats nothing."""

    rows: list[ImportRow]
    rejected: list[RejectedRow]
    checkpoint: Checkpoint


class Reading:
    """The rows of one source, in order, and where the reading stands. Iterate it once."""

    def __init__(self, rows: Iterator[Row], position: Position) -> None:
        self._rows = iter(()) if position.ended else rows
        self.position = position

    def __iter__(self) -> Iterator[Row]:
        return self._rows

    def checkpoint(self) -> Checkpoint:
        """A place to go on from, right after the row that was given last."""
        return self.position.checkpoint()

    def chunks(self, size: int, weight: int = 64 << 20) -> Iterator[Chunk]:
        """The rest of the rows in runs, each with the checkpoint that follows it.

        A run ends at `size` rows, or sooner with the row that takes it to `weight` bytes.
        """
        position = self.position
        while True:
            rows: list[ImportRow] = []
            rejected: list[RejectedRow] = []
            full = position.weight + weight
            for row in islice(self._rows, size):
                if isinstance(row, ImportRow):
                    rows.append(row)
                else:
                    rejected.append(row)
                if position.weight >= full:
                    break
            if not rows and not rejected:
                return
            yield Chunk(rows, rejected, self.checkpoint())


class Reader(Protocol):
    """An import format. Instances are stateless and shared; `read` may run many times at once."""

    name: ClassVar[str]
    suffixes: ClassVar[tuple[str, ...]]
    magic: ClassVar[tuple[bytes, ...]]
    """What every file of the format begins with, if that tells it from all others, else nothing."""

    def read(
        self, source: BinaryIO, options: ReadOptions = ..., checkpoint: Checkpoint | None = None
    ) -> Reading:
        """Open a seekable source and give its rows, after `checkpoint` if there is one.

        Raises `InvalidInput` when the source as a whole cannot be read: no header, not an archive,
        a bomb. From the first row on, everything that is wrong is a `RejectedRow`.
        """
        ...


class ExportRow(NamedTuple):
    """One item with its label. Parts given as bytes are JSON already and are written as they stand.

    `label` is None while there is none; `confidence` and `agreement` are in [0, 1].
    """

    item_id: str
    data: JsonObject | bytes
    key: str | None = None
    metadata: JsonObject | bytes = b"{}"
    label: JsonObject | bytes | None = None
    label_state: str | None = None
    confidence: float | None = None
    agreement: float | None = None
    interface_version: int | str | None = None
    annotations: list[Any] | bytes | None = None


class WrittenFile(NamedTuple):
    """A finished file: its size in bytes, SHA-256 in lower-case hex, and how many rows it holds."""

    name: str
    bytes: int
    sha256: str
    rows: int


class Writer(Protocol):
    """An export format, writing one file. Same rows, same bytes, however they are cut into calls."""

    def write(self, rows: Sequence[ExportRow]) -> None: ...

    def close(self) -> WrittenFile:
        """Write what is left and say what was written. The target stays open."""
        ...
