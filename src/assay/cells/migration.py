"""Migrations: numbered files of plain SQL, applied forward only, each in a transaction of its own.

`schema_migration` in the database remembers what was applied and the digest of each file. A file that was
changed after it was applied is refused, and so is a database that is newer than the code. An interrupted run
goes on where it stopped; two processes that start at once take turns.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assay.cells.database import Connection, Database, run_script
from assay.errors import Conflict

_FILE_NAME = re.compile(r"(\d{4})_([a-z0-9_]+)\.sql")
_LOCK = 0x61737361795F6D67
"""The advisory lock of migrations, the same in every database: the bytes of "assay_mg"."""

_LEDGER = """
create table if not exists schema_migration (
    number      integer primary key,
    name        text not null,
    sha256      text not null,
    applied_at  timestamptz not null default now()
)
"""


@dataclass(frozen=True, slots=True)
class Step:
    """One migration: its number, its name and its statements."""

    number: int
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


def read_steps(directory: Path) -> list[Step]:
    """The steps in a directory, `0001_name.sql` first. Raises ValueError for a gap or a wrong name."""
    steps = []
    for path in sorted(directory.glob("*.sql")):
        found = _FILE_NAME.fullmatch(path.name)
        if found is None:
            raise ValueError(f"{path.name} is not a migration's name: 0001_what_it_does.sql")
        steps.append(Step(int(found[1]), found[2], path.read_text(encoding="utf-8")))
    numbers = [step.number for step in steps]
    if numbers != list(range(1, len(steps) + 1)):
        raise ValueError(f"the migrations in {directory} are not numbered 1, 2, 3 without a gap: {numbers}")
    return steps


async def migrate(database: Database, steps: Sequence[Step]) -> list[Step]:
    """Bring `database` up to the last of `steps`; answer those that were applied now.

    Raises Conflict when an applied file has changed since, or when the database knows steps that the code
    does not: neither is touched then.
    """
    async with database.connection() as connection:
        if not _pending(await _applied(connection), steps):
            return []
        await connection.execute("select pg_advisory_lock(%s)", (_LOCK,))
        try:
            # Read again: another process may have been faster.
            pending = _pending(await _applied(connection), steps)
            for step in pending:
                await _apply(connection, step)
            return pending
        finally:
            await connection.execute("select pg_advisory_unlock(%s)", (_LOCK,))


async def _applied(connection: Connection) -> dict[int, str]:
    """The digests of the steps that were applied, by number; empty in a new database."""
    exists = await connection.execute("select to_regclass('public.schema_migration') is not null")
    if (await exists.fetchone()) != (True,):
        return {}
    rows = await connection.execute("select number, sha256 from public.schema_migration order by number")
    return dict(await rows.fetchall())


def _pending(applied: dict[int, str], steps: Sequence[Step]) -> list[Step]:
    known = {step.number: step for step in steps}
    newer = sorted(set(applied) - set(known))
    if newer:
        raise Conflict(
            f"The database has migration {newer[-1]}, the code knows {len(steps)}.",
            advice="Run the newer version of Assay that wrote it; there is no way back.",
        )
    for number, digest in applied.items():
        if known[number].sha256 != digest:
            raise Conflict(
                f"Migration {number:04}_{known[number].name}.sql was changed after it was applied.",
                advice="Restore the file; a change of the schema belongs into a new one.",
            )
    return [step for step in steps if step.number not in applied]


async def _apply(connection: Connection, step: Step) -> None:
    async with connection.transaction():
        await run_script(connection, _LEDGER)
        await run_script(connection, step.sql)
        await connection.execute(
            "insert into public.schema_migration (number, name, sha256) values (%s, %s, %s)",
            (step.number, step.name, step.sha256),
        )
