"""Parquet: row groups in, row groups out, a batch at a time.

Reading: every Arrow type that has a JSON form is taken (see `arrow_values`); columns mean what `columns`
says. NaN, which pandas uses for "nothing", becomes null; infinities reject the row; binary columns refuse the
file.

Writing: scalars as themselves, nested values as JSON text in columns marked so in the schema, zstd. Row
groups are cut by row count and size only, so that the bytes do not depend on how rows were cut into calls.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO, ClassVar

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from assay.errors import InvalidInput, Problem
from assay.formats.arrow_values import Unsupported, column_values, json_type
from assay.formats.base import (
    Checkpoint,
    ExportRow,
    JsonObject,
    Limits,
    Position,
    Reading,
    ReadOptions,
    RejectedRow,
    Rejection,
    Row,
    WrittenFile,
    reject,
)
from assay.formats.columns import (
    PARTS,
    REST,
    ColumnType,
    ExportColumns,
    TableLayout,
    cells_of,
    json_text,
    part_of,
)
from assay.formats.records import deeper_than, row_from_record
from assay.formats.sinks import HashingSink, WriteOptions

_BATCH_BYTES = 8 << 20
_BATCH_ROWS = 4096
_NESTED_BYTES = 1 << 30
# An IndexError is how pyarrow refuses row counts that a damaged file makes negative.
_ARROW_ERRORS = (pa.ArrowException, OSError, ValueError, OverflowError, IndexError)
_JSON_MARK = {b"assay": b"json"}


class ParquetReader:
    name: ClassVar[str] = "parquet"
    suffixes: ClassVar[tuple[str, ...]] = (".parquet", ".pq")
    magic: ClassVar[tuple[bytes, ...]] = (b"PAR1",)

    def read(
        self, source: BinaryIO, options: ReadOptions | None = None, checkpoint: Checkpoint | None = None
    ) -> Reading:
        options = options or ReadOptions()
        position = Position.after(self.name, checkpoint)
        table = _Table(source, options)
        return Reading(_read_rows(table, options, position), position)


class _Table:
    """An open Parquet file: what its columns mean and how its row groups are read.

    A file with a struct column `data` holds records (see `records`) as they are; any other is a table.
    """

    def __init__(self, source: BinaryIO, options: ReadOptions) -> None:
        try:
            self.file = _open(source)
            self.groups = [self.file.metadata.row_group(index) for index in range(self.file.num_row_groups)]
            self.schema = self.file.schema_arrow
        except _ARROW_ERRORS as error:
            raise _refused("parquet", "it is damaged, cut short or not a Parquet file") from error
        self._refuse_bomb(source, options.limits)
        names = list(self.schema.names)
        self.layout = TableLayout(names, options.columns)
        self.holds_records = "data" in names and _is_object(self._field("data").type)
        targets = zip(names, self.layout.targets, strict=True)
        self.read_columns = [name for name, target in targets if target.part]
        self.json_columns = {name for name in names if _is_marked_json(self._field(name))}
        self._refuse_unsupported(options.limits)
        # Repeated text stays one value: expanded, a page of a few bytes could stand for terabytes.
        texts = [name for name in self.read_columns if pa.types.is_string(self._field(name).type)]
        self.file = _open(source, texts)
        self._nested = {name for name in self.read_columns if pa.types.is_nested(self._field(name).type)}

    def _field(self, name: str) -> Any:
        return self.schema.field(self.schema.names.index(name))

    def _refuse_bomb(self, source: BinaryIO, limits: Limits) -> None:
        packed = source.seek(0, 2)
        unpacked = sum(group.total_byte_size for group in self.groups)
        bound = max(limits.expansion_floor, packed * limits.expansion)
        if unpacked > min(bound, limits.unpacked_bytes) or any(group.num_rows < 0 for group in self.groups):
            raise _refused("expansion", "it unpacks to more than is allowed")

    def _refuse_unsupported(self, limits: Limits) -> None:
        problems = []
        for name in self.read_columns:
            try:
                json_type(self._field(name).type, limits.depth - 1)
            except Unsupported as unsupported:
                index = self.schema.names.index(name)
                problems.append(
                    Problem(f"/columns/{index}", unsupported.rule, f"{name[:100]!r}: {unsupported}")
                )
        if problems:
            raise InvalidInput(
                "The Parquet file has columns that cannot be imported.",
                advice='Leave a column out with the option columns: {"its name": ""}.',
                problems=problems,
            )

    def batches(self, group: int) -> Iterator[Any]:
        """The rows of a group in batches of a bounded number of bytes."""
        metadata = self.groups[group]
        rows = _BATCH_BYTES * max(1, metadata.num_rows) // max(1, metadata.total_byte_size)
        # Nested text cannot be kept as a dictionary; no value is larger than its column in the group.
        columns = [metadata.column(index) for index in range(metadata.num_columns)]
        nested = [
            c.total_uncompressed_size for c in columns if c.path_in_schema.split(".")[0] in self._nested
        ]
        rows = min(rows, _NESTED_BYTES // max([1, *nested]))
        rows = max(16, min(_BATCH_ROWS, rows))
        return iter(self.file.iter_batches(rows, row_groups=[group], columns=self.read_columns))

    def record(self, values: Sequence[Any]) -> JsonObject:
        """The record of a row; `values` are those of all columns, None for columns that are left out."""
        if self.holds_records:
            pairs = zip(self.layout.names, values, strict=True)
            return {name: value for name, value in pairs if name and value is not None}
        return self.layout.record(values)


def _open(source: BinaryIO, dictionaries: Sequence[str] = ()) -> Any:
    source.seek(0)
    return pq.ParquetFile(source, pre_buffer=False, buffer_size=1 << 20, read_dictionary=list(dictionaries))


def _is_object(arrow_type: Any) -> bool:
    return bool(pa.types.is_struct(arrow_type) or pa.types.is_map(arrow_type))


def _is_marked_json(field: Any) -> bool:
    return (field.metadata or {}).get(b"assay") == b"json"


def _refused(rule: str, message: str) -> InvalidInput:
    return InvalidInput("The Parquet file cannot be read.", problems=[Problem("", rule, message)])


def _read_rows(table: _Table, options: ReadOptions, position: Position) -> Iterator[Row]:
    group_end = 0
    for group, metadata in enumerate(table.groups):
        group_end += metadata.num_rows
        if group_end <= position.number:
            continue
        skipped = position.number - (group_end - metadata.num_rows)
        try:
            for batch in table.batches(group):
                if skipped >= batch.num_rows:
                    skipped -= batch.num_rows
                    continue
                yield from _batch_rows(table, batch.slice(skipped), options, position)
                skipped = 0
        except _ARROW_ERRORS:
            first, position.number = position.number + 1, group_end
            reason = f"row group {group + 1} is damaged: rows {first} to {group_end} cannot be read"
            yield RejectedRow(first, reason, "parquet")


def _batch_rows(table: _Table, batch: Any, options: ReadOptions, position: Position) -> Iterator[Row]:
    limits = options.limits
    columns: list[Sequence[Any]] = []
    for original, target in zip(table.schema.names, table.layout.targets, strict=True):
        if not target.part:
            columns.append([None] * batch.num_rows)
            continue
        cells = column_values(batch.column(batch.schema.names.index(original)))
        if original in table.json_columns:
            cells = [_json_cell(cell, limits) for cell in cells]
        columns.append(cells)
    for values in zip(*columns, strict=True):
        number = position.number = position.number + 1
        row: Row
        try:
            position.weight += _checked_size(values, limits)
            row = row_from_record(number, table.record(values), options)
        except Rejection as rejection:
            row = reject(number, rejection, [value for value in values if not isinstance(value, Rejection)])
        yield row


def _checked_size(values: Sequence[Any], limits: Limits) -> int:
    """About how many bytes a row takes; raises what stands in place of a value without a JSON form."""
    size = 0
    for value in values:
        if type(value) is str:
            size += len(value)
        elif isinstance(value, Rejection):
            raise value
        else:
            size += 64
    if size > limits.row_bytes:
        raise Rejection("too_long", f"the row is longer than {limits.row_bytes} characters")
    return size


def _json_cell(cell: Any, limits: Limits) -> Any:
    """The value of a JSON text cell, or the `Rejection` of its row."""
    if cell is None:
        return None
    try:
        value = orjson.loads(cell)
    except orjson.JSONDecodeError:
        return Rejection("json", "a cell of a JSON column is not valid JSON", value=cell)
    if deeper_than(value, limits.depth - 1):
        return Rejection("too_deep", f"objects and lists nest more than {limits.depth} levels", value=cell)
    return value


_ARROW_TYPES: dict[ColumnType, Any] = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "json": pa.string(),
}
_FIXED_FIELDS = (
    pa.field("item_id", pa.string(), nullable=False),
    pa.field("key", pa.string()),
    pa.field("label_state", pa.string()),
    pa.field("confidence", pa.float64()),
    pa.field("agreement", pa.float64()),
    pa.field("interface_version", pa.string()),
)


class ParquetWriter:
    """One column per entry of data, metadata and label; the same schema in every file of the same columns."""

    name: ClassVar[str] = "parquet"
    suffix: ClassVar[str] = ".parquet"
    group_rows: ClassVar[int] = 32_768
    group_bytes: ClassVar[int] = 32 << 20

    def __init__(self, target: BinaryIO, name: str, options: WriteOptions | None = None) -> None:
        self._sink = HashingSink(target, name)
        self._columns = options.columns if options else None
        self._file: Any = None
        self._held: list[tuple[Any, ...]] = []
        self._held_bytes = 0

    def write(self, rows: Sequence[ExportRow]) -> None:
        if not rows:
            return
        if self._file is None:
            self._begin(self._columns or ExportColumns.infer(rows))
        for row in rows:
            cells = self._cells(row)
            self._held.append(cells)
            self._held_bytes += sum(len(cell) if type(cell) is str else 8 for cell in cells)
            if len(self._held) == self.group_rows or self._held_bytes >= self.group_bytes:
                self._write_group()
        self._sink.rows += len(rows)

    def close(self) -> WrittenFile:
        if self._file is None:
            self._begin(self._columns or ExportColumns(()))
        self._write_group()
        self._file.close()
        return self._sink.finish()

    def _begin(self, columns: ExportColumns) -> None:
        self._columns = columns
        self._by_part = [[column for column in columns.columns if column.part == part] for part in PARTS]
        fields = list(_FIXED_FIELDS)
        for part, part_columns in zip(PARTS, self._by_part, strict=True):
            for column in part_columns:
                mark = _JSON_MARK if column.type == "json" else None
                fields.append(pa.field(column.name, _ARROW_TYPES[column.type], metadata=mark))
            fields.append(pa.field(f"{part}.{REST}", pa.string(), metadata=_JSON_MARK))
        if columns.annotations:
            fields.append(pa.field("annotations", pa.string(), metadata=_JSON_MARK))
        self._schema = pa.schema(fields)
        self._file = pq.ParquetWriter(self._sink, self._schema, compression="zstd")

    def _cells(self, row: ExportRow) -> tuple[Any, ...]:
        version = row.interface_version
        cells: list[Any] = [row.item_id, row.key, row.label_state, row.confidence, row.agreement]
        cells.append(None if version is None else str(version))
        for part, columns in zip(PARTS, self._by_part, strict=True):
            values, rest = cells_of(part_of(row, part), columns)
            cells += values
            cells.append(rest)
        if self._columns is not None and self._columns.annotations:
            annotations = row.annotations
            cells.append(
                annotations.decode() if isinstance(annotations, bytes) else _text_or_none(annotations)
            )
        return tuple(cells)

    def _write_group(self) -> None:
        if not self._held:
            return
        columns = zip(*self._held, strict=True)
        arrays = [pa.array(column, field.type) for column, field in zip(columns, self._schema, strict=True)]
        self._file.write_table(
            pa.Table.from_arrays(arrays, schema=self._schema), row_group_size=len(self._held)
        )
        self._held, self._held_bytes = [], 0


def _text_or_none(value: Any) -> str | None:
    return None if value is None else json_text(value)
