"""CSV with a header row (RFC 4180), reading any of its common dialects, writing one.

Reading: the delimiter is found out among comma, semicolon, tab and bar; values stay text unless `typed`.
What the columns mean is in `columns`. Cells of `prelabel.`, `gold.` and `label.` columns that begin with `[`
or `{` are JSON, because answers can be nested.

Writing: one column per entry of data, metadata and label, nested values as JSON text. A text cell that a
spreadsheet would run as a formula gets an apostrophe in front (OWASP, CSV injection); one that already begins
with apostrophes before such a character gets one more, so that our reader can take exactly one away again.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO, ClassVar

import orjson

from assay.errors import InvalidInput, Problem
from assay.formats.base import (
    Checkpoint,
    ExportRow,
    Position,
    Reading,
    ReadOptions,
    RejectedRow,
    Rejection,
    Row,
    WrittenFile,
    excerpt,
    reject,
)
from assay.formats.columns import (
    PARTS,
    REST,
    Column,
    ExportColumns,
    TableLayout,
    cells_of,
    json_text,
    part_of,
)
from assay.formats.records import deeper_than, row_from_record
from assay.formats.sinks import HashingSink, WriteOptions
from assay.formats.streams import UTF8_BOM, BrokenStream, ByteStream, open_text, read_lines, skip

_DELIMITERS = ",;\t|"
_SAMPLE_BYTES = 64 << 10
_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")
_WORDS: dict[str, Any] = {"": None, "null": None, "true": True, "false": False}
_FIXED_COLUMNS = ("item_id", "key", "label_state", "confidence", "agreement", "interface_version")
_ANSWER_PARTS = ("prelabel", "gold", "label")


class CsvReader:
    name: ClassVar[str] = "csv"
    suffixes: ClassVar[tuple[str, ...]] = (".csv", ".tsv", ".csv.gz", ".tsv.gz")
    magic: ClassVar[tuple[bytes, ...]] = ()

    def read(
        self, source: BinaryIO, options: ReadOptions | None = None, checkpoint: Checkpoint | None = None
    ) -> Reading:
        options = options or ReadOptions()
        position = Position.after(self.name, checkpoint)
        # Process-wide, and only ever raised: rows are bounded by `_RecordLines`, fields thereby too.
        csv.field_size_limit(max(csv.field_size_limit(), options.limits.row_bytes))
        header = _HeaderLines(source, options)
        layout = TableLayout(header.names, options.columns)
        if position.number == 0:
            position.number, position.offset = header.lines, header.end
        return Reading(_read_table(header, layout, options, position), position)


class _HeaderLines:
    """The header: column names, the delimiter, and where the rows begin."""

    def __init__(self, source: BinaryIO, options: ReadOptions) -> None:
        self.stream, self.encoding = open_text(source, options.encoding, options.limits)
        self.seekable = self.stream is source and source.seekable()
        self.sample = self._read_sample()
        text = self.sample.removeprefix(UTF8_BOM)
        lines = text.split(b"\n")
        if not lines[0].strip():
            raise _bad_header("no_header", "the file does not begin with a header row")
        if b"\r" in lines[0].rstrip(b"\r"):
            raise _bad_header(
                "line_ends", "lines end in carriage returns only; save the file with line feeds"
            )
        self.delimiter = options.delimiter or _find_delimiter(lines, self.encoding)
        self._parse(lines)

    def _read_sample(self) -> bytes:
        sample = b""
        try:
            while len(sample) < _SAMPLE_BYTES and (block := self.stream.read(_SAMPLE_BYTES - len(sample))):
                sample += block
        except BrokenStream as broken:
            if b"\n" not in sample:
                raise _bad_header(broken.rule, broken.reason) from None
            self.stream = _BrokenHere(broken)
        return sample

    def _parse(self, lines: list[bytes]) -> None:
        taken: list[bytes] = []

        def feed() -> Iterator[str]:
            for line in lines:
                taken.append(line)
                yield line.decode(self.encoding) + "\n"

        try:
            reader = csv.reader(feed(), delimiter=self.delimiter, strict=True)
            self.names = [name.strip() for name in next(reader)]
        except UnicodeDecodeError:
            advice = f"it is not {self.encoding}; give the option encoding, such as cp1252"
            raise _bad_header("encoding", f"the header cannot be read: {advice}") from None
        except (csv.Error, StopIteration, TypeError):
            raise _bad_header("header", "the header row is not well-formed CSV of at most 64 KiB") from None
        self.lines = len(taken)
        prefix = len(UTF8_BOM) if self.sample.startswith(UTF8_BOM) else 0
        self.end = min(prefix + sum(map(len, taken)) + len(taken), len(self.sample))

    def rows_from(self, offset: int) -> ByteStream:
        """The bytes from `offset`, which is never before the end of the header."""
        if self.seekable:
            skip(self.stream, offset)
            return self.stream
        replay = _Replay(self.sample, self.stream)
        skip(replay, offset)
        return replay


class _Replay:
    """A forward-only stream whose beginning was read already."""

    def __init__(self, beginning: bytes, stream: ByteStream) -> None:
        self._beginning = beginning
        self._stream = stream

    def read(self, size: int, /) -> bytes:
        if not self._beginning:
            return self._stream.read(size)
        block, self._beginning = self._beginning[:size], self._beginning[size:]
        return block


class _BrokenHere:
    """The place where a stream broke off, to be met again when the rows before it are read."""

    def __init__(self, broken: BrokenStream) -> None:
        self._broken = broken

    def read(self, size: int, /) -> bytes:
        raise self._broken


def _bad_header(rule: str, message: str) -> InvalidInput:
    return InvalidInput("The CSV file cannot be read.", problems=[Problem("/header", rule, message)])


def _find_delimiter(lines: list[bytes], encoding: str) -> str:
    """The delimiter that splits the header most, among those that split the next rows just as often."""
    sample = [line.decode(encoding, "replace") for line in lines[:20]]
    whole = sample[:-1] if len(sample) > 1 else sample
    scores: dict[str, tuple[bool, int]] = {}
    for delimiter in _DELIMITERS:
        try:
            widths = [len(cells) for cells in csv.reader(whole, delimiter=delimiter) if cells]
        except csv.Error:
            continue
        if widths and widths[0] > 1:
            scores[delimiter] = (len(set(widths)) == 1, widths[0])
    return max(scores, key=scores.__getitem__, default=",")


class _RecordLines:
    """Feeds decoded lines to the CSV parser; knows how far it went and stops a record that grows too large.

    A quote that is never closed would otherwise take the rest of the file into one field.
    """

    def __init__(self, stream: ByteStream, encoding: str, limit: int, position: Position) -> None:
        self.line_number = position.number
        self.end = position.offset
        self.first = b""
        self._lines = read_lines(stream, position.offset, limit)
        self._encoding = encoding
        self._limit = limit
        self._record_bytes = 0

    def begin_record(self) -> int:
        """The number of the line on which the next record begins."""
        self._record_bytes = 0
        self.first = b""
        return self.line_number + 1

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line, self.end, overlong = next(self._lines)
        self.line_number += 1
        if not self._record_bytes:
            self.first = line
        self._record_bytes += len(line) + 1
        if overlong or self._record_bytes > self._limit + 1:
            reason = f"the row is longer than {self._limit} bytes; a quote may not be closed"
            raise Rejection("too_long", reason)
        try:
            return line.decode(self._encoding) + "\n"
        except UnicodeDecodeError as error:
            reason = f"the line is not {self._encoding} at byte {error.start + 1}; see the option encoding"
            raise Rejection("encoding", reason) from None


def _read_table(
    header: _HeaderLines, layout: TableLayout, options: ReadOptions, position: Position
) -> Iterator[Row]:
    number = position.number
    try:
        stream = header.rows_from(position.offset)
        lines = _RecordLines(stream, header.encoding, options.limits.row_bytes, position)
        records = csv.reader(lines, delimiter=header.delimiter, strict=True)
        assemble = _Assembler(layout, options)
        while True:
            number = lines.begin_record()
            try:
                cells = next(records)
                row: Row | None = row_from_record(number, assemble(cells), options) if cells else None
            except StopIteration:
                return
            except csv.Error as error:
                row = RejectedRow(number, f"not well-formed CSV: {error}", "csv", excerpt(lines.first))
            except Rejection as rejection:
                row = reject(number, rejection, lines.first)
            position.number, position.offset = lines.line_number, lines.end
            position.weight = lines.end
            if row is not None:
                yield row
    except BrokenStream as broken:
        position.number, position.ended = number, True
        yield RejectedRow(number, broken.reason, broken.rule)


class _Assembler:
    """Turns the cells of one row into a record: checks their number, takes guards away, finds types."""

    def __init__(self, layout: TableLayout, options: ReadOptions) -> None:
        self._layout = layout
        self._width = len(layout.names)
        self._typed = options.typed
        self._depth = options.limits.depth
        self._answers = [
            index
            for index, (part, field) in enumerate(layout.targets)
            if part in _ANSWER_PARTS or field == REST
        ]
        self._sparse = [
            index for index, (part, _) in enumerate(layout.targets) if part != "data" or layout.exported
        ]

    def __call__(self, cells: list[str]) -> dict[str, Any]:
        if len(cells) != self._width:
            reason = f"the row has {len(cells)} cells where the header has {self._width} columns"
            raise Rejection("ragged", reason)
        values: list[Any] = cells
        if self._layout.exported:
            values = [_unguarded(cell) for cell in cells]
        if self._typed:
            values = [self._value(cell) for cell in values]
        else:
            for index in self._answers:
                if values[index][:1] in ("[", "{"):
                    values[index] = self._value(values[index])
            for index in self._sparse:
                values[index] = None if values[index] == "" else values[index]
        return self._layout.record(values)

    def _value(self, cell: str) -> Any:
        if cell in _WORDS:
            return _WORDS[cell]
        if cell[0] in "[{":
            return self._nested(cell)
        if _NUMBER.fullmatch(cell):
            return orjson.loads(cell)
        return cell

    def _nested(self, cell: str) -> Any:
        try:
            value = orjson.loads(cell)
        except orjson.JSONDecodeError:
            return cell
        if deeper_than(value, self._depth - 1):
            raise Rejection("too_deep", f"objects and lists nest more than {self._depth} levels", value=cell)
        return value


def guarded(text: str) -> str:
    """The text as a cell no spreadsheet runs."""
    return "'" + text if _FORMULA.match(text) else text


def _unguarded(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell) else cell


class CsvWriter:
    """One row per item, UTF-8, CRLF (a bare carriage return in a field would not be quoted otherwise)."""

    name: ClassVar[str] = "csv"
    suffix: ClassVar[str] = ".csv"

    def __init__(self, target: BinaryIO, name: str, options: WriteOptions | None = None) -> None:
        self._sink = HashingSink(target, name)
        self._columns: ExportColumns | None = None
        self._by_part: dict[str, list[Column]] = {}
        if options is not None and options.columns is not None:
            self._begin(options.columns)

    def write(self, rows: Sequence[ExportRow]) -> None:
        if not rows:
            return
        if self._columns is None:
            self._begin(ExportColumns.infer(rows))
        self._write_cells([self._cells(row) for row in rows])
        self._sink.rows += len(rows)

    def close(self) -> WrittenFile:
        if self._columns is None:
            self._begin(ExportColumns(()))
        return self._sink.finish()

    def _begin(self, columns: ExportColumns) -> None:
        self._columns = columns
        self._by_part = {
            part: [column for column in columns.columns if column.part == part] for part in PARTS
        }
        header: list[Any] = list(_FIXED_COLUMNS)
        for part in PARTS:
            header += [column.name for column in self._by_part[part]]
            header.append(f"{part}.{REST}")
        if columns.annotations:
            header.append("annotations")
        self._write_cells([header])

    def _write_cells(self, rows: list[list[Any]]) -> None:
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\r\n").writerows(rows)
        self._sink.write(text.getvalue().encode())

    def _cells(self, row: ExportRow) -> list[Any]:
        cells: list[Any] = [getattr(row, name) for name in _FIXED_COLUMNS]
        for part in PARTS:
            values, rest = cells_of(part_of(row, part), self._by_part[part])
            cells += values
            cells.append(rest)
        if self._columns is not None and self._columns.annotations:
            cells.append(_annotations_text(row))
        return [_cell(value) for value in cells]


def _annotations_text(row: ExportRow) -> str | None:
    if row.annotations is None:
        return None
    return row.annotations.decode() if isinstance(row.annotations, bytes) else json_text(row.annotations)


def _cell(value: Any) -> Any:
    if type(value) is str:
        return guarded(value)
    if type(value) is bool:
        return "true" if value else "false"
    return value
