"""Migrations: forward, resumable, and never over something else than was meant."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import psycopg
import pytest
from procrastinate.schema import SchemaManager

from assay.cells.database import Database
from assay.cells.job_schema import migrate_jobs
from assay.cells.migration import Step, migrate, read_steps
from assay.cells.postgres.cluster import EmbeddedCluster
from assay.cells.runtime import cell_steps
from assay.errors import Conflict

from .conftest import Engine
from .test_door import note, notes

FIRST = Step(1, "animals", "create table animal (name text); insert into animal values ('100% cat');")
SECOND = Step(2, "legs", "alter table animal add legs integer not null default 4;")


@pytest.fixture
async def database(make_cluster: Callable[[], EmbeddedCluster]) -> AsyncIterator[Database]:
    cluster = make_cluster()
    await cluster.create()
    await cluster.start()
    database = Database(cluster.connection_info())
    yield database
    await database.close()


async def rows(database: Database, query: str) -> list[tuple[object, ...]]:
    async with database.connection() as connection:
        return await (await connection.execute(query)).fetchall()


async def test_a_database_of_the_previous_version_is_upgraded(database: Database) -> None:
    assert await migrate(database, [FIRST]) == [FIRST]
    assert await migrate(database, [FIRST, SECOND]) == [SECOND]
    assert await migrate(database, [FIRST, SECOND]) == []
    assert await rows(database, "select * from animal") == [("100% cat", 4)]
    assert await rows(database, "select number, name from schema_migration") == [(1, "animals"), (2, "legs")]


async def test_a_changed_file_is_refused(database: Database) -> None:
    await migrate(database, [FIRST])
    with pytest.raises(Conflict, match="0001_animals"):
        await migrate(database, [Step(1, "animals", FIRST.sql + " "), SECOND])
    assert await rows(database, "select count(*) from schema_migration") == [(1,)]


async def test_a_database_newer_than_the_code_is_refused(database: Database) -> None:
    await migrate(database, [FIRST, SECOND])
    with pytest.raises(Conflict, match="migration 2"):
        await migrate(database, [FIRST])


async def test_a_step_that_fails_leaves_no_trace_and_can_be_run_again(database: Database) -> None:
    broken = Step(2, "legs", "create table half (id integer); select 1 / 0;")
    with pytest.raises(psycopg.errors.DivisionByZero):
        await migrate(database, [FIRST, broken])
    assert await rows(database, "select to_regclass('half') is null, max(number) from schema_migration") == [
        (True, 1)
    ]
    assert await migrate(database, [FIRST, SECOND]) == [SECOND]


async def test_the_queue_gets_its_tables_once(database: Database) -> None:
    applied = await migrate_jobs(database)
    assert len(applied) > 30
    assert await migrate_jobs(database) == []
    assert await rows(database, "select count(*) from procrastinate.procrastinate_jobs") == [(0,)]
    assert await rows(database, "select to_regclass('public.procrastinate_jobs') is null") == [(True,)]


async def test_an_older_queue_gets_what_its_ledger_does_not_list(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await migrate_jobs(database)
    shutil.copytree(SchemaManager.get_migrations_path(), tmp_path, dirs_exist_ok=True)
    (tmp_path / "99.00.00_01_later.sql").write_text("alter table procrastinate_jobs add later integer;")
    monkeypatch.setattr(SchemaManager, "get_migrations_path", staticmethod(lambda: str(tmp_path)))

    assert await migrate_jobs(database) == ["99.00.00_01_later"]
    assert await migrate_jobs(database) == []
    assert await rows(database, "select count(later) from procrastinate.procrastinate_jobs") == [(0,)]


async def test_a_cell_of_the_previous_version_is_upgraded_when_it_opens(engine: Engine) -> None:
    older = list(cell_steps())
    newer = [
        *older,
        Step(len(older) + 1, "colour", "alter table idempotency_key add colour text default 'red'"),
    ]
    cells = engine.cells(steps=older)
    tenant = await engine.create(cells)
    async with cells.open(tenant, "anna", "test") as cell:
        await note(cell, b"kept")
    await cells.close()

    async with engine.cells(steps=newer).open(tenant, "anna", "test") as cell:
        assert await notes(cell) == [b"kept"]
        assert await rows(cell.database, "select colour from idempotency_key") == [("red",)]


def test_steps_are_read_in_order(tmp_path: Path) -> None:
    (tmp_path / "0002_two.sql").write_text("select 2")
    (tmp_path / "0001_one.sql").write_text("select 1")
    assert read_steps(tmp_path) == [Step(1, "one", "select 1"), Step(2, "two", "select 2")]


@pytest.mark.parametrize("name", ["0003_gap.sql", "1_short.sql", "0002-dash.sql"])
def test_a_wrong_name_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "0001_one.sql").write_text("select 1")
    (tmp_path / name).write_text("select 1")
    with pytest.raises(ValueError):
        read_steps(tmp_path)
