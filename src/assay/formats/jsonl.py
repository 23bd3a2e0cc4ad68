"""JSON Lines: one record (see `records`) per line, plain or gzip; and the export of the same shape.

Blank lines, CRLF, a byte order mark and a missing last line feed are fine. Of two equal names in an object
the last counts. Numbers are 64-bit integers or IEEE doubles (RFC 8259, section 6); NaN and Infinity are not
JSON.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO, ClassVar

import orjson

from assay.formats.base import (
    Checkpoint,
    ExportRow,
    ImportRow,
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
from assay.formats.records import deeper_than, row_from_record
from assay.formats.sinks import HashingSink, WriteOptions
from assay.formats.streams import UTF8_BOM, BrokenStream, ByteStream, open_text, read_lines, skip


class JsonLinesReader:
    name: ClassVar[str] = "jsonl"
    suffixes: ClassVar[tuple[str, ...]] = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")
    magic: ClassVar[tuple[bytes, ...]] = (b'{"', UTF8_BOM + b'{"')

    def read(
        self, source: BinaryIO, options: ReadOptions | None = None, checkpoint: Checkpoint | None = None
    ) -> Reading:
        options = options or ReadOptions()
        position = Position.after(self.name, checkpoint)
        stream, _ = open_text(source, "utf-8", options.limits)
        return Reading(_read_records(stream, options, position), position)


def _read_records(stream: ByteStream, options: ReadOptions, position: Position) -> Iterator[Row]:
    number = position.number
    try:
        skip(stream, position.offset)
        for line, end, overlong in read_lines(stream, position.offset, options.limits.row_bytes):
            number += 1
            position.number, position.offset, position.weight = number, end, end
            try:
                row: Row | None = _row(number, line, overlong, options)
            except Rejection as rejection:
                row = reject(number, rejection, line)
            if row is not None:
                yield row
    except BrokenStream as broken:
        position.number, position.ended = number + 1, True
        yield RejectedRow(number + 1, broken.reason, broken.rule)


def _row(number: int, line: bytes, overlong: bool, options: ReadOptions) -> ImportRow | None:
    """The row on a line, None for a blank one."""
    limits = options.limits
    if not line:
        return None
    if overlong:
        raise Rejection("too_long", f"the line is longer than {limits.row_bytes} bytes")
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError:
        line = line.removeprefix(UTF8_BOM) if number == 1 else line
        if not line.strip():
            return None
        record = _second_look(line)
    if type(record) is not dict:
        raise Rejection("not_an_object", "the line is not a JSON object")
    # Counting brackets is cheap and rules nearly every line out.
    if line.count(b"[") + line.count(b"{") > limits.depth and deeper_than(record, limits.depth):
        raise _too_deep(limits)
    return row_from_record(number, record, options)


def _too_deep(limits: Limits) -> Rejection:
    return Rejection("too_deep", f"objects and lists nest more than {limits.depth} levels")


def _second_look(line: bytes) -> Any:
    """The value of a line that had a byte order mark; else the `Rejection` that says best what is wrong."""
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError as error:
        message, index = error.msg, error.pos
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as undecodable:
        reason = f"the line is not UTF-8 at byte {undecodable.start + 1}"
        raise Rejection("encoding", reason) from None
    if "depth limit" in message or "ecursion" in message:
        raise Rejection("too_deep", "objects and lists nest far too deeply")
    if text.startswith(("NaN", "Infinity", "-Infinity"), index) or "infinity" in message:
        raise Rejection("non_finite_number", f"there is a number that is not finite at character {index + 1}")
    raise Rejection("json", f"not valid JSON at character {index + 1}: {message.partition(': line ')[0]}")


class JsonLinesWriter:
    """One object per row with the parts of `ExportRow`; parts given as bytes are spliced in unread."""

    name: ClassVar[str] = "jsonl"
    suffix: ClassVar[str] = ".jsonl"

    def __init__(self, target: BinaryIO, name: str, options: WriteOptions | None = None) -> None:
        self._sink = HashingSink(target, name)

    def write(self, rows: Sequence[ExportRow]) -> None:
        if not rows:
            return
        lines = [_encode(row) for row in rows]
        text = b"".join(lines)
        # A part given as bytes may hold line feeds between its tokens, which would break the line in two.
        if text.count(b"\n") != len(lines):
            text = b"".join(map(_on_one_line, lines))
        self._sink.write(text)
        self._sink.rows += len(lines)

    def close(self) -> WrittenFile:
        return self._sink.finish()


def _encode(row: ExportRow) -> bytes:
    head = orjson.dumps(
        {
            "item_id": row.item_id,
            "key": row.key,
            "label_state": row.label_state,
            "confidence": row.confidence,
            "agreement": row.agreement,
            "interface_version": row.interface_version,
        }
    )
    # Formatting bytes costs a third of what the encoder's own splicing does, and these are most of the row.
    content = head[:-1], _encoded(row.data), _encoded(row.metadata), _encoded(row.label)
    line = b'%b,"data":%b,"metadata":%b,"label":%b}\n' % content
    if row.annotations is not None:
        line = b'%b,"annotations":%b}\n' % (line[:-2], _encoded(row.annotations))
    return line


def _encoded(part: Any) -> bytes:
    return part if type(part) is bytes else orjson.dumps(part)


def _on_one_line(line: bytes) -> bytes:
    if line.count(b"\n") == 1:
        return line
    return orjson.dumps(orjson.loads(line), option=orjson.OPT_APPEND_NEWLINE)
