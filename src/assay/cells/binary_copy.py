"""Rows in PostgreSQL's binary COPY format, encoded outside of the event loop.

psycopg's own `write_row` runs where the connection runs; a bulk import would hold up everybody else.
Format: https://www.postgresql.org/docs/current/sql-copy.html, section "Binary Format".
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

_HEADER = b"PGCOPY\n\xff\r\n\x00" + struct.pack(">ii", 0, 0)
_TRAILER = struct.pack(">h", -1)
_NULL = struct.pack(">i", -1)
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


def copy_data(rows: Sequence[Sequence[bytes | None]]) -> bytes:
    """All of a COPY's data: `rows` of equally many fields in their binary formats, None for null."""
    parts = [_HEADER]
    for row in rows:
        parts.append(_int2(len(row)))
        for field in row:
            if field is None:
                parts.append(_NULL)
            else:
                parts.append(_length(len(field)))
                parts.append(field)
    parts.append(_TRAILER)
    return b"".join(parts)
