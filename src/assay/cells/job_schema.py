"""The tables of the job queue: those of procrastinate, in a schema of their own, with a ledger of their own.

A new database gets the complete schema of the installed package and a ledger that lists every migration
the package has; an older one gets, in order, the migrations that its ledger does not list. So an upgrade of
the package needs no file of ours. Neither digests nor numbers are checked: the files are not ours to freeze.
"""

from __future__ import annotations

from pathlib import Path

from procrastinate.schema import SchemaManager

from assay.cells.database import Connection, Database, run_script

_LOCK = 0x61737361795F6A6F
"""The advisory lock: the bytes of "assay_jo"."""

_CREATE = """
create schema if not exists procrastinate;
create table if not exists procrastinate.schema_migration (
    name        text primary key,
    applied_at  timestamptz not null default now()
);
"""


async def migrate_jobs(database: Database) -> list[str]:
    """Bring the job queue up to the installed procrastinate; answer the names of what was applied now."""
    known = [path.stem for path in _files()]
    async with database.connection() as connection:
        if set(known) <= (await _applied(connection) or set()):
            return []
        await connection.execute("select pg_advisory_lock(%s)", (_LOCK,))
        try:
            applied = await _applied(connection)
            if applied is None:
                await _create(connection, known)
                return known
            pending = [path for path in _files() if path.stem not in applied]
            for path in pending:
                await _apply(connection, path.read_text(encoding="utf-8"), [path.stem])
            return [path.stem for path in pending]
        finally:
            await connection.execute("select pg_advisory_unlock(%s)", (_LOCK,))


def _files() -> list[Path]:
    return sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))


async def _applied(connection: Connection) -> set[str] | None:
    """The names in the ledger, None when there is no ledger."""
    found = await connection.execute("select to_regclass('procrastinate.schema_migration') is not null")
    if (await found.fetchone()) != (True,):
        return None
    rows = await connection.execute("select name from procrastinate.schema_migration")
    return {name for (name,) in await rows.fetchall()}


async def _create(connection: Connection, names: list[str]) -> None:
    await _apply(connection, SchemaManager.get_schema(), names, _CREATE)


async def _apply(connection: Connection, script: str, names: list[str], first: str = "") -> None:
    async with connection.transaction():
        if first:
            await run_script(connection, first)
        # Unqualified names in the package's files then mean this schema.
        await connection.execute("set local search_path to procrastinate")
        await run_script(connection, script)
        for name in names:
            await connection.execute("insert into procrastinate.schema_migration (name) values (%s)", (name,))
