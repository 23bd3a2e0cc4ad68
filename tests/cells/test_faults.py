"""What happens when things are killed."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from uuid import UUID

import pytest

from assay.cells.postgres.postmaster import running_process
from assay.errors import StorageFull, Unavailable

from .conftest import Engine
from .test_door import note, notes


async def test_a_killed_cluster_comes_back_by_itself_and_has_lost_nothing(embedded: Engine) -> None:
    cells = embedded.cells()
    tenant = await embedded.create(cells)
    async with cells.open(tenant, "anna", "test") as cell:
        for number in range(20):
            await note(cell, bytes([number]))
        embedded.kill_postmaster(tenant)
        # The first to notice is told to try again; soon the same request succeeds.
        async with asyncio.timeout(20):
            while True:
                try:
                    found = await notes(cell)
                    break
                except Unavailable:
                    await asyncio.sleep(0.05)
    assert found == [bytes([number]) for number in range(20)]


async def test_every_acknowledged_write_outlives_a_killed_cluster(embedded: Engine) -> None:
    cells = embedded.cells()
    tenant = await embedded.create(cells)
    acknowledged: set[bytes] = set()

    async def annotate(worker: int) -> None:
        for number in range(200):
            key = f"{worker}-{number}".encode()
            try:
                await note(cell, key)
            except Unavailable:
                continue
            acknowledged.add(key)
            if len(acknowledged) == 100:
                embedded.kill_postmaster(tenant)

    async with cells.open(tenant, "anna", "test") as cell:
        await asyncio.gather(*(annotate(worker) for worker in range(4)))
    await cells.close()
    async with embedded.cells().open(tenant, "anna", "test") as cell:
        assert acknowledged <= set(await notes(cell))
    assert len(acknowledged) >= 100


async def test_a_lock_file_that_names_another_process_is_no_obstacle(embedded: Engine) -> None:
    cells = embedded.cells()
    tenant = await embedded.create(cells)
    await cells.close()
    lock = embedded.data_directory(tenant) / "postmaster.pid"
    lock.write_text(f"{os.getpid()}\n{lock.parent}\n0\n5432\n\n\n\nready\n")
    async with embedded.cells().open(tenant, "anna", "test") as cell:
        assert await notes(cell) == []


_APPLICATION = """
import asyncio, sys
from pathlib import Path
from uuid import UUID
from assay.cells.configuration import CellsConfiguration
from assay.cells.door import Cells
from assay.cells.location import CellLocation
from assay.trust.file_keyring import FileKeyring
from assay.trust.key_slots import KeySlots

class Directory:
    async def locate(self, tenant):
        return CellLocation(UUID(sys.argv[2]), tenant, "embedded", sys.argv[3])

async def main():
    home = Path(sys.argv[1])
    keys = FileKeyring.open_or_create(home / "keyring" / "master.json")
    cells = Cells(CellsConfiguration(home), Directory(), keys, KeySlots(home / "keys"))
    async with cells.open(UUID(int=1), "anna", "test") as cell, cell.database.transaction() as connection:
        await connection.execute(
            "insert into idempotency_key (key_digest, request_digest, status, response)"
            " values ('acked', '', 0, '')"
        )
    print("acked", flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


async def test_a_cluster_whose_application_was_killed_is_adopted(embedded: Engine, home: Path) -> None:
    cells = embedded.cells()
    tenant = await embedded.create(cells)
    await cells.close()
    location = embedded.directory.locations[tenant]
    application = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        textwrap.dedent(_APPLICATION),
        str(home),
        str(location.id),
        location.database,
        stdout=subprocess.PIPE,
    )
    assert application.stdout is not None
    assert await application.stdout.readline() == b"acked\n"
    application.kill()
    await application.wait()
    pid = running_process(embedded.data_directory(tenant))
    assert pid is not None

    cells = embedded.cells()
    async with cells.open(tenant, "anna", "test") as cell:
        assert await notes(cell) == [b"acked"]
        assert running_process(embedded.data_directory(tenant)) == pid
    await cells.close()
    assert running_process(embedded.data_directory(tenant)) is None


async def test_a_cluster_that_another_process_uses_is_left_running(embedded: Engine) -> None:
    first, second = embedded.cells(), embedded.cells()
    tenant = await embedded.create(first)
    async with second.open(tenant, "anna", "test") as cell:
        await first.close()
        await note(cell, b"still here")
    await second.close()
    assert running_process(embedded.data_directory(tenant)) is None


async def test_twenty_killed_cells_are_back_within_five_seconds(embedded: Engine) -> None:
    cells = embedded.cells(max_connections=2, job_concurrency=0)
    tenants: list[UUID] = []
    for _ in range(20):
        tenants.append(await embedded.create(cells))
    for tenant in tenants:
        async with cells.open(tenant, "anna", "test") as cell:
            await note(cell, b"kept")
    for tenant in tenants:
        embedded.kill_postmaster(tenant)
    for runtime in cells._runtimes.values():
        await runtime.jobs.stop()

    after_the_crash = embedded.cells(max_connections=2, job_concurrency=0)

    async def visit(tenant: UUID) -> list[bytes]:
        async with after_the_crash.open(tenant, "anna", "test") as cell:
            return await notes(cell)

    began = time.monotonic()
    found = await asyncio.gather(*map(visit, tenants))
    assert time.monotonic() - began < 5
    assert found == [[b"kept"]] * 20


async def test_a_disk_that_is_full_is_told_and_forgotten_when_there_is_room(embedded: Engine) -> None:
    cells = embedded.cells()
    tenant = await embedded.create(cells)
    async with cells.open(tenant, "anna", "test") as cell:
        with pytest.raises(StorageFull):
            async with cell.database.transaction() as connection:
                await connection.execute("do $$ begin raise exception 'full' using errcode = '53100'; end $$")
        await note(cell, b"works again")
        assert await notes(cell) == [b"works again"]
