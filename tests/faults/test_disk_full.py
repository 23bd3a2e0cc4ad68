"""A full disk: writes fail with a clear problem document, nothing acknowledged is lost, and work goes on
by itself once there is space.

Two ways to fill it. As root on Linux the whole installation lies on a small tmpfs that is filled up to the
last byte, so that the database, its write-ahead log and the blobs really run out of space. Anywhere else
such a file system cannot be made; there the same requests meet an error 53100 (disk_full) that a trigger
raises inside of the database. The trigger's test runs everywhere.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import psycopg

from .conftest import Behind, Tenant
from .engine_process import EngineProcess, engine_process, passable_directory
from .work import Work, acknowledged_but_lost, broken_invariants, submission

_DISK_MEGABYTES = 700
_BACK_SECONDS = 40.0


async def test_a_full_disk_is_told_and_overcome() -> None:
    async with _fillable_disk() as disk, disk.engine.clients() as clients:
        work = await Work(clients.__getitem__).create(2000, overlap=1, leases_ahead=50)
        acknowledged: dict[str, dict[str, Any] | None] = {}
        with disk.full():
            codes = await _write_until_refused(work, acknowledged)
        assert "storage_full" in codes, codes
        assert codes <= {"storage_full", "unavailable"}, codes
        await _until_it_works_again(work, acknowledged)
        async with disk.engine.behind_the_scenes() as connection:
            assert await broken_invariants(connection, work.id) == []
            assert await acknowledged_but_lost(connection, work.id, acknowledged) == []


async def test_the_problem_document_of_a_full_disk(api: Tenant, behind: Behind) -> None:
    """Every kind of write says the same, and leaves nothing half done."""
    work = await Work(api.clients.__getitem__).create(3)
    (lease,) = await work.lease("annotator 0")
    async with behind() as connection:
        for table in ("annotation", "item", "comment"):
            await connection.execute(_trigger(table), prepare=False)
        try:
            answers = [
                await work.submit("annotator 0", lease),
                await work.client("owner").post(
                    f"{work.path}/items", json={"items": [{"data": {"text": "x"}}]}
                ),
                await work.client("annotator 0").post(
                    f"{work.path}/tasks/{lease['task_id']}/comments", json={"body": "Why?"}
                ),
            ]
        finally:
            for table in ("annotation", "item", "comment"):
                await connection.execute(f"drop trigger full_disk on {table}")
    for answer in answers:
        assert answer.status_code == 507
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert problem["code"] == "storage_full"
        assert problem["advice"]
    assert (await work.submit("annotator 0", lease)).status_code == 200
    async with behind() as connection:
        assert await broken_invariants(connection, work.id) == []


async def _write_until_refused(work: Work, acknowledged: dict[str, dict[str, Any] | None]) -> set[str]:
    """Big items and small annotations until the disk has been full for a while; the codes of refusals."""
    codes: set[str] = set()
    until = time.monotonic() + 60
    big = {"items": [{"data": {"text": os.urandom(30_000).hex()}} for _ in range(20)]}
    while "storage_full" not in codes and time.monotonic() < until:
        with suppress(httpx.TransportError):
            added = await work.client("owner").post(f"{work.path}/items", json=big)
            if not added.is_success:
                assert added.status_code in (503, 507), added.text
                codes.add(added.json()["code"])
            leases = await work.client("annotator 0").post(f"{work.path}/leases", json={"count": 1})
            for lease in leases.json().get("leases", ()):
                sent = await work.client("annotator 0").post(
                    f"{work.path}/annotations", json=submission(lease)
                )
                if sent.is_success:
                    acknowledged[sent.json()["annotation_id"]] = sent.json()["receipt"]
    return codes


async def _until_it_works_again(work: Work, acknowledged: dict[str, dict[str, Any] | None]) -> None:
    async with asyncio.timeout(_BACK_SECONDS):
        while True:
            with suppress(httpx.TransportError):
                held = await work.client("annotator 0").get(f"{work.path}/leases")
                if not held.is_success or not (found := held.json()["leases"]):
                    await work.client("annotator 0").post(f"{work.path}/leases", json={"count": 1})
                    await asyncio.sleep(0.1)
                    continue
                sent = await work.client("annotator 0").post(
                    f"{work.path}/annotations", json=submission(found[0])
                )
                if sent.is_success:
                    acknowledged[sent.json()["annotation_id"]] = sent.json()["receipt"]
                    return
            await asyncio.sleep(0.1)


class TmpfsDisk:
    """A file system of its own below the engine."""

    def __init__(self, engine: EngineProcess, root: Path) -> None:
        self.engine = engine
        self._root = root

    @contextmanager
    def full(self) -> Iterator[None]:
        filler = self._root / "filler"
        with suppress(OSError), filler.open("wb", buffering=0) as file:
            while True:
                file.write(b"\0" * 65536)
        try:
            yield
        finally:
            filler.unlink()


class InjectedDisk:
    """A database that says that its disk is full."""

    def __init__(self, engine: EngineProcess) -> None:
        self.engine = engine

    @contextmanager
    def full(self) -> Iterator[None]:
        data = self.engine.cell_data()
        with psycopg.connect(self.engine.superuser(data, "cell"), autocommit=True) as connection:
            connection.execute(_trigger("item"))
            try:
                yield
            finally:
                connection.execute("drop trigger full_disk on item")


@asynccontextmanager
async def _fillable_disk() -> AsyncIterator[TmpfsDisk | InjectedDisk]:
    root = passable_directory()
    mounted = _mount(root)
    try:
        async with engine_process(root) as engine:
            yield TmpfsDisk(engine, root) if mounted else InjectedDisk(engine)
    finally:
        _remove(root, mounted)


def _mount(root: Path) -> bool:
    """Whether a small file system could be mounted."""
    if os.geteuid() != 0:
        return False
    options = f"size={_DISK_MEGABYTES}m,mode=0711"
    command = ["mount", "-t", "tmpfs", "-o", options, "assay-test", str(root)]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def _remove(root: Path, mounted: bool) -> None:
    if mounted:
        subprocess.run(["umount", "--lazy", str(root)], check=True)
    shutil.rmtree(root, ignore_errors=True)


def _trigger(table: str) -> str:
    return f"""
        create or replace function full_disk() returns trigger language plpgsql as
        $$ begin raise exception 'could not extend file' using errcode = 'disk_full'; end $$;
        create trigger full_disk before insert on {table} execute function full_disk();
    """
