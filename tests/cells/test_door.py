"""The contract of the door, over embedded clusters and an external server."""

from __future__ import annotations

import asyncio
import time
from uuid import uuid4

import psycopg
import pytest

from assay.cells.cell import Cell
from assay.cells.jobs import JobRegistry
from assay.cells.runtime import Duty
from assay.errors import Conflict, KeyUnavailable, NotFound, Unavailable

from .conftest import Engine

_NOTE = "insert into idempotency_key (key_digest, request_digest, status, response) values (%s, '', 0, '')"


async def note(cell: Cell, key: bytes) -> None:
    async with cell.database.transaction() as connection:
        await connection.execute(_NOTE, (key,))


async def notes(cell: Cell) -> list[bytes]:
    async with cell.database.connection() as connection:
        cursor = await connection.execute("select key_digest from idempotency_key order by 1")
        return [key for (key,) in await cursor.fetchall()]


async def log_actions(cell: Cell) -> list[str]:
    async with cell.database.connection() as connection:
        cursor = await connection.execute("select action from log_row order by id")
        return [action for (action,) in await cursor.fetchall()]


async def test_what_was_written_is_there_after_a_restart(engine: Engine) -> None:
    cells = engine.cells()
    tenant = await engine.create(cells)
    async with cells.open(tenant, "anna", "test") as cell:
        await note(cell, b"kept")
    await cells.close()

    async with engine.cells().open(tenant, "anna", "test") as cell:
        assert await notes(cell) == [b"kept"]
        assert (cell.tenant, cell.principal, cell.purpose) == (tenant, "anna", "test")


async def test_a_transaction_that_raises_leaves_nothing(engine: Engine) -> None:
    cells = engine.cells()
    tenant = await engine.create(cells)
    async with cells.open(tenant, "anna", "test") as cell:
        with pytest.raises(ZeroDivisionError):
            async with cell.database.transaction() as connection:
                await connection.execute(_NOTE, (b"lost",))
                _ = 1 / 0
        assert await notes(cell) == []


async def test_two_cells_share_nothing(engine: Engine) -> None:
    cells = engine.cells()
    one, other = await asyncio.gather(engine.create(cells), engine.create(cells))
    async with cells.open(one, "a", "t") as first, cells.open(other, "b", "t") as second:
        await note(first, b"secret")
        assert await notes(second) == []
        assert first.id != second.id
        assert first.blobs is not second.blobs


async def test_an_unknown_tenant_is_not_found(engine: Engine) -> None:
    with pytest.raises(NotFound):
        async with engine.cells().open(uuid4(), "anna", "test"):
            pass


async def test_a_dropped_cell_is_gone_and_its_keys_are(engine: Engine) -> None:
    cells = engine.cells()
    tenant = await engine.create(cells)
    location = engine.directory.locations[tenant]
    async with cells.open(tenant, "anna", "test") as cell:
        with pytest.raises(Conflict):
            await cells.drop(tenant)
        keys = cell.keys
    await cells.drop(tenant)
    del engine.directory.locations[tenant]

    with pytest.raises(KeyUnavailable):
        await asyncio.to_thread(keys.cell_key, principal="anna", purpose="test", log_size=0)
    engine.directory.locations[tenant] = location
    with pytest.raises((NotFound, Unavailable)):
        async with engine.cells(connection_wait_seconds=0.5).open(tenant, "anna", "test"):
            pass
    del engine.directory.locations[tenant]


async def test_the_application_is_no_superuser_and_sees_no_other_database(engine: Engine) -> None:
    cells = engine.cells()
    one, other = await asyncio.gather(engine.create(cells), engine.create(cells))
    async with cells.open(one, "anna", "test") as cell, cell.database.connection() as connection:
        cursor = await connection.execute(
            "select rolsuper, rolcreaterole, rolcreatedb, rolbypassrls"
            " from pg_roles where rolname = current_user"
        )
        assert await cursor.fetchone() == (False, False, False, False)
        assert (await (await connection.execute("show search_path")).fetchone()) == ("public,procrastinate",)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await connection.execute("copy (select 1) to program 'id'")
        cursor = await connection.execute(
            "select count(*) from pg_database"
            " where datname = %s and has_database_privilege(datname, 'connect')",
            (engine.directory.locations[other].database,),
        )
        assert await cursor.fetchone() == (0,)


async def test_a_hundred_who_open_at_once_start_one_cell(engine: Engine) -> None:
    cells = engine.cells()
    tenant = await engine.create(cells)
    await cells.close()
    cells = engine.cells()

    async def visit() -> object:
        async with cells.open(tenant, "anna", "test") as cell:
            return cell.database

    assert len(set(map(id, await asyncio.gather(*(visit() for _ in range(100)))))) == 1


async def test_who_gives_up_waiting_does_not_take_the_cell_from_others(engine: Engine) -> None:
    cells = engine.cells()
    tenant = await engine.create(cells)
    await cells.close()
    cells = engine.cells()

    async def visit() -> bool:
        async with cells.open(tenant, "anna", "test") as cell:
            return cell.tenant == tenant

    impatient, patient = asyncio.create_task(visit()), asyncio.create_task(visit())
    await asyncio.sleep(0)
    impatient.cancel()
    assert await patient


async def test_opening_an_open_cell_costs_next_to_nothing(engine: Engine) -> None:
    cells = engine.cells()
    tenant = await engine.create(cells)
    rounds = 2000
    began = time.process_time()
    for _ in range(rounds):
        async with cells.open(tenant, "anna", "test"):
            pass
    assert (time.process_time() - began) / rounds < 20e-6


async def test_an_idle_cell_stops_and_opens_again(engine: Engine) -> None:
    cells = engine.cells(idle_seconds=1e-9, job_concurrency=0)
    tenant = await engine.create(cells)
    async with cells.open(tenant, "anna", "test") as cell:
        await note(cell, b"kept")
        await cells.sweep()
        assert cells.running() == [tenant]
    await cells.sweep()
    assert cells.running() == []
    async with cells.open(tenant, "anna", "test") as cell:
        assert await notes(cell) == [b"kept"]


async def test_a_cell_with_work_waiting_is_not_stopped(engine: Engine) -> None:
    registry = JobRegistry()

    @registry.job("something")
    async def something(cell: Cell, arguments: object) -> None: ...

    cells = engine.cells(idle_seconds=1e-9, job_concurrency=0, jobs=registry)
    tenant = await engine.create(cells)
    async with cells.open(tenant, "anna", "test") as cell, cell.database.transaction() as connection:
        await cell.jobs.defer(connection, "something")
    cells._idle_seconds = 5.0
    runtime = await cells.runtime(tenant)
    runtime.last_used -= 10
    await cells.sweep()
    assert cells.running() == [tenant]


async def test_a_stopped_cell_opens_again_when_its_work_is_due(engine: Engine) -> None:
    due_in = 3600.0

    async def nothing(cell: Cell) -> None: ...

    async def due(cell: Cell) -> float | None:
        return due_in

    duty = Duty("deliveries", nothing, due)
    cells = engine.cells(idle_seconds=60.0, job_concurrency=0, duties=[duty])
    tenant = await engine.create(cells)
    (await cells.runtime(tenant)).last_used -= 120
    await cells.sweep()
    assert cells.running() == []
    await cells.sweep()
    assert cells.running() == []
    cells._alarms[tenant] -= 3600
    await cells.sweep()
    assert cells.running() == [tenant]


async def test_a_duty_runs_while_the_cell_is_open(engine: Engine) -> None:
    events: list[str] = []
    began, failed_once = asyncio.Event(), asyncio.Event()

    async def attend(cell: Cell) -> None:
        events.append(cell.principal)
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            events.append("stopped")
            failed_once.set()

    cells = engine.cells(duties=[Duty("attend", attend)])
    await engine.create(cells)
    await asyncio.wait_for(began.wait(), 5)
    await cells.close()
    assert events == ["engine", "stopped"]


async def test_closed_cells_open_nothing_more(engine: Engine) -> None:
    cells = engine.cells()
    tenant = await engine.create(cells)
    await cells.close()
    with pytest.raises(Unavailable):
        async with cells.open(tenant, "anna", "test"):
            pass


async def test_every_unwrap_is_in_the_log_before_the_key_is_handed_out(engine: Engine) -> None:
    cells = engine.cells()
    tenant = await engine.create(cells)
    project = uuid4()
    async with cells.open(tenant, "anna", "label") as cell:
        await cell.create_project_key(project)
        before = await log_actions(cell)
        key = await cell.project_key(project)
        assert await log_actions(cell) == [*before, "key.unwrapped"]
        assert await cell.project_key(project) is key
        assert len(await log_actions(cell)) == len(before) + 1

    async with cells.open(tenant, "bert", "review") as cell:
        await cell.project_key(project)
        assert len(await log_actions(cell)) == len(before) + 2


async def test_an_unwrap_in_a_worker_thread_is_written_by_the_next_commit(engine: Engine) -> None:
    # Without a worker, whose own transactions would write the row just as well.
    cells = engine.cells(job_concurrency=0)
    tenant = await engine.create(cells)
    async with cells.open(tenant, "anna", "label") as cell:
        before = await log_actions(cell)
        await asyncio.to_thread(cell.keys.cell_key, principal="job", purpose="export", log_size=1)
        with pytest.raises(ZeroDivisionError):
            async with cell.database.transaction():
                _ = 1 / 0
        assert await log_actions(cell) == before
        await asyncio.gather(*(note(cell, bytes([number])) for number in range(5)))
        assert await log_actions(cell) == [*before, "key.unwrapped"]
