"""Background work: enqueued with the transaction, done at least once, whoever dies."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

import pytest

from assay.cells.cell import Cell
from assay.cells.jobs import JobRegistry
from assay.errors import Conflict

from .conftest import Engine


class Recorder:
    """A registry with one kind of job that notes what it was given."""

    def __init__(self) -> None:
        self.registry = JobRegistry()
        self.registry.register("record", self.record)
        self.calls: list[Mapping[str, Any]] = []
        self.tenants: list[UUID] = []
        self.happened = asyncio.Event()
        self.errors: list[Exception] = []

    async def record(self, cell: Cell, arguments: Mapping[str, Any]) -> None:
        self.calls.append(arguments)
        self.tenants.append(cell.tenant)
        if self.errors:
            raise self.errors.pop()
        self.happened.set()

    async def wait(self) -> None:
        await asyncio.wait_for(self.happened.wait(), 10)


async def test_a_job_runs_in_its_cell_with_its_arguments(engine: Engine) -> None:
    recorder, item = Recorder(), uuid4()
    cells = engine.cells(jobs=recorder.registry)
    tenant = await engine.create(cells)
    async with cells.open(tenant, "anna", "test") as cell, cell.database.transaction() as connection:
        await cell.jobs.defer(connection, "record", item=item, count=3)
    await recorder.wait()
    assert recorder.calls == [{"item": str(item), "count": 3}]
    assert recorder.tenants == [tenant]


async def test_a_job_of_a_transaction_that_failed_never_was(engine: Engine) -> None:
    recorder = Recorder()
    cells = engine.cells(jobs=recorder.registry, job_concurrency=0)
    tenant = await engine.create(cells)
    async with cells.open(tenant, "anna", "test") as cell:
        with pytest.raises(ZeroDivisionError):
            async with cell.database.transaction() as connection:
                await cell.jobs.defer(connection, "record")
                _ = 1 / 0
        assert await cell.jobs.seconds_until_due() is None
        async with cell.database.transaction() as connection:
            await cell.jobs.defer(connection, "record", after_seconds=100.0)
        due = await cell.jobs.seconds_until_due()
        assert due is not None and 90 < due <= 100


async def test_an_unknown_kind_is_refused(engine: Engine) -> None:
    cells = engine.cells()
    tenant = await engine.create(cells)
    async with cells.open(tenant, "anna", "test") as cell:
        with pytest.raises(KeyError):
            async with cell.database.transaction() as connection:
                await cell.jobs.defer(connection, "unheard of")


async def test_a_failed_job_is_tried_again_and_its_words_stay_out_of_the_log(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    recorder = Recorder()
    recorder.errors.append(ValueError("a canary that sings"))
    cells = engine.cells(jobs=recorder.registry, job_poll_seconds=0.2)
    tenant = await engine.create(cells)
    async with cells.open(tenant, "anna", "test") as cell, cell.database.transaction() as connection:
        await cell.jobs.defer(connection, "record", number=1)
    await recorder.wait()
    assert recorder.calls == [{"number": 1}, {"number": 1}]
    assert "canary" not in caplog.text


async def test_jobs_of_a_worker_that_is_gone_run_again(engine: Engine) -> None:
    recorder = Recorder()
    cells = engine.cells(jobs=recorder.registry, job_concurrency=0)
    tenant = await engine.create(cells)
    async with cells.open(tenant, "anna", "test") as cell, cell.database.transaction() as connection:
        await cell.jobs.defer(connection, "record", number=1)
        await connection.execute(
            "with gone as (insert into procrastinate_workers (last_heartbeat) values (%s) returning id)"
            " update procrastinate_jobs set status = 'doing', worker_id = (select id from gone)",
            ("2020-01-01",),
        )
    await cells.close()
    async with engine.cells(jobs=recorder.registry).open(tenant, "anna", "test"):
        await recorder.wait()
    assert recorder.calls == [{"number": 1}]


async def test_jobs_of_a_killed_process_run_at_once_in_an_embedded_cell(embedded: Engine) -> None:
    recorder = Recorder()
    cells = embedded.cells(jobs=recorder.registry, job_concurrency=0)
    tenant = await embedded.create(cells)
    async with cells.open(tenant, "anna", "test") as cell, cell.database.transaction() as connection:
        await cell.jobs.defer(connection, "record", number=1)
        await connection.execute(
            "with gone as (insert into procrastinate_workers default values returning id)"
            " update procrastinate_jobs set status = 'doing', worker_id = (select id from gone)"
        )
    await cells.close()
    async with embedded.cells(jobs=recorder.registry).open(tenant, "anna", "test"):
        await recorder.wait()


def test_a_name_is_registered_once() -> None:
    recorder = Recorder()
    with pytest.raises(Conflict):
        recorder.registry.register("record", recorder.record)
    assert "record" in recorder.registry
    assert "other" not in recorder.registry
