"""Rows in PostgreSQL's binary COPY format, encoded outside of the event loop.

psycopg's own `write_row` runs where the connection runs; a bulk import would hold up everybody else.
Format: https://www.postgresql.org/docs/current/sql-copy.html, section "Binary Format".
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence

_HEADER = b"PGCOPY\n\xff\r\n\x00" + struct.pack(">ii", 0, 0)
_TRAILER = struct.pack(">h", -1)
NULL = struct.pack(">i", -1)
ID_LENGTH = struct.pack(">i", 16)
"""What stands before the bytes of an id that is not packed by itself."""
_length = struct.Struct(">i").pack
_int2 = struct.Struct(">h").pack
_int4 = struct.Struct(">i").pack
_float4 = struct.Struct(">f").pack


def int2(value: int) -> bytes:
    return _int2(value)


def int4(value: int) -> bytes:
    return _int4(value)


def float4(value: float | None) -> bytes | None:
    return None if value is None else _float4(value)


def boolean(value: bool) -> bytes:
    return b"\x01" if value else b"\x00"


def jsonb(text: bytes) -> bytes:
    """JSON text as a jsonb value (format version 1)."""
    return b"\x01" + text


def packed(*fields: bytes | None) -> bytes:
    """Fields that stand side by side in a row; those that are the same in every row are packed once."""
    return b"".join([NULL if field is None else _length(len(field)) + field for field in fields])


def row_start(fields: int) -> bytes:
    """What stands before the packed fields of a row of so many."""
    return _int2(fields)


def id_row_start(fields: int) -> bytes:
    """`row_start`, when an id comes first and follows as its bare 16 bytes."""
    return _int2(fields) + ID_LENGTH


def copy_data(rows: Iterable[Sequence[bytes | None]]) -> bytes:
    """All of a COPY's data: `rows` of equally many fields in their binary formats, None for null."""
    return copy_packed([row_start(len(row)) + packed(*row) for row in rows])


def copy_packed(rows: Iterable[bytes]) -> bytes:
    """All of a COPY's data, of rows that are packed already."""
    return b"".join((_HEADER, *rows, _TRAILER))
