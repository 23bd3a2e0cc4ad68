"""kill -9 of the application, of a backend and of the whole cluster while eight clients submit.

No acknowledged annotation is lost, none is without its row in the log, none is there twice.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from assay.cells.postgres.postmaster import running_process

from .engine_process import EngineProcess, engine_process
from .work import Work, acknowledged_but_lost, broken_invariants, submission

CLIENTS = 8
TASKS = 3000
SECONDS = 12.0
_BACK_SECONDS = 30.0


@pytest.fixture(scope="module")
async def engine() -> AsyncIterator[EngineProcess]:
    async with engine_process() as engine:
        yield engine


@dataclass(slots=True)
class Submitter:
    """Submits as fast as it can, and the same submission again until it is answered."""

    work: Work
    who: str
    over: asyncio.Event
    acknowledged: dict[str, dict[str, Any] | None]
    longest_wait: float = 0.0
    unanswered: int = 0
    leases: list[dict[str, Any]] = field(default_factory=list)

    async def run(self) -> None:
        while not self.over.is_set():
            if not self.leases:
                await self._lease()
            else:
                await self._submit(self.leases.pop())

    async def _lease(self) -> None:
        """What is held already, because an answer may have been lost; then new ones."""
        held = await self._answered("GET", "leases")
        self.leases = held.json()["leases"]
        if not self.leases:
            answer = await self._answered("POST", "leases", json={"count": 3})
            self.leases = answer.json()["leases"] if answer.status_code == 200 else []

    async def _submit(self, lease: dict[str, Any]) -> None:
        sent = submission(lease, lease_next=1)
        answer = await self._answered("POST", "annotations", json=sent)
        if answer.status_code == 200:
            body = answer.json()
            self.acknowledged[body["annotation_id"]] = body["receipt"]
            self.leases += body["leases"]
        else:
            assert answer.status_code in (404, 409), answer.text

    async def _answered(self, method: str, route: str, **body: Any) -> httpx.Response:
        began = time.monotonic()
        while time.monotonic() - began < _BACK_SECONDS:
            with suppress(httpx.TransportError):
                answer = await self.work.client(self.who).request(method, f"{self.work.path}/{route}", **body)
                if answer.status_code != 503:
                    assert answer.status_code < 500, answer.text
                    self.longest_wait = max(self.longest_wait, time.monotonic() - began)
                    return answer
            self.unanswered += 1
            await asyncio.sleep(0.05)
        raise AssertionError(f"no answer for {_BACK_SECONDS} seconds: {method} {route}")


Kill = Callable[[EngineProcess], Awaitable[None]]


async def kill_application(engine: EngineProcess) -> None:
    await engine.stop(signal.SIGKILL)
    await engine.start()


async def kill_backend(engine: EngineProcess) -> None:
    """The server takes every backend down with it and goes through crash recovery."""
    with suppress(psycopg.Error, FileNotFoundError):  # It may be down already.
        async with engine.behind_the_scenes() as connection:
            rows = await connection.execute(
                "select pid from pg_stat_activity where usename = 'cell_owner'"
                " and backend_type = 'client backend' order by random() limit 1"
            )
            row = await rows.fetchone()
        if row is not None:
            with suppress(ProcessLookupError):
                os.kill(row[0], signal.SIGKILL)


async def kill_cluster(engine: EngineProcess) -> None:
    pid = running_process(engine.cell_data())
    if pid is not None:
        os.kill(pid, signal.SIGKILL)


KILLS: dict[str, Kill] = {
    "application": kill_application,
    "backend": kill_backend,
    "cluster": kill_cluster,
}


async def test_no_acknowledged_annotation_is_lost(engine: EngineProcess, patience: float) -> None:
    seed = random.SystemRandom().randrange(2**32)
    chance = random.Random(seed)
    async with engine.clients() as clients:
        work = await Work(clients.__getitem__).create(TASKS, overlap=2, leases_ahead=5)
        acknowledged: dict[str, dict[str, Any] | None] = {}
        until = time.monotonic() + SECONDS * patience
        over = asyncio.Event()
        submitters = [Submitter(work, f"annotator {n}", over, acknowledged) for n in range(CLIENTS)]

        async def kill_at_random() -> dict[str, int]:
            counts = dict.fromkeys(KILLS, 0)
            order: list[str] = []
            while time.monotonic() < until or not all(counts.values()):
                order = order or chance.sample(sorted(KILLS), len(KILLS))
                await asyncio.sleep(chance.uniform(0.3, 1.2))
                kind = order.pop()
                await KILLS[kind](engine)
                counts[kind] += 1
            before = len(acknowledged)
            async with asyncio.timeout(_BACK_SECONDS):
                await _reaches(acknowledged, before + 5 * CLIENTS)
            over.set()
            return counts

        killing = asyncio.create_task(kill_at_random())
        try:
            await asyncio.gather(*(submitter.run() for submitter in submitters), killing)
        finally:
            over.set()
            killing.cancel()
        counts = killing.result()
    about = f"seed {seed}, {len(acknowledged)} acknowledged, {counts}"
    assert sum(submitter.unanswered for submitter in submitters) > 0, "nobody noticed: " + about
    async with engine.behind_the_scenes() as connection:
        assert await broken_invariants(connection, work.id) == [], about
        assert await acknowledged_but_lost(connection, work.id, acknowledged) == [], about
    print(about, f"longest wait {max(submitter.longest_wait for submitter in submitters):.1f} s")


async def _reaches(acknowledged: dict[str, Any], count: int) -> None:
    while True:
        await asyncio.sleep(0.05)
        if len(acknowledged) >= count:
            return


async def test_a_database_that_stands_still_for_three_seconds(engine: EngineProcess) -> None:
    """Requests wait and are then answered, each once."""
    async with engine.clients() as clients:
        work = await Work(clients.__getitem__).create(100, overlap=1, leases_ahead=5)
        held = {f"annotator {n}": (await work.lease(f"annotator {n}"))[0] for n in range(CLIENTS)}
        processes = _process_tree(running_process(engine.cell_data()))
        for process in processes:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGSTOP)
        try:
            began = time.monotonic()
            requests = [asyncio.create_task(work.submit(who, lease)) for who, lease in held.items()]
            done, _ = await asyncio.wait(requests, timeout=3)
            assert not done
        finally:
            for process in processes:
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGCONT)
        answers = await asyncio.gather(*requests)
        assert [answer.status_code for answer in answers] == [200] * CLIENTS
        assert time.monotonic() - began < 10
    async with engine.behind_the_scenes() as connection:
        assert await broken_invariants(connection, work.id) == []


def _process_tree(postmaster: int | None) -> list[int]:
    """The postmaster and its children."""
    assert postmaster is not None
    children = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == postmaster:
                children.append(int(process.name))
    return [postmaster, *children]
