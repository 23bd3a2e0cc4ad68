"""Slots under concurrent clients, killed backends and requests that are cut off half way.

Two annotators never hold the same slot, nobody gets a task twice, and the books balance at every moment.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from assay.errors import Unavailable

from .conftest import Behind, Tenant
from .work import Work, acknowledged_but_lost, broken_invariants, submission

ANNOTATORS = [f"annotator {number}" for number in range(5)]
EXAMPLES = max(1, round(5 * float(os.environ.get("FAULT_PATIENCE", "1"))))
_MOST_STEPS = 4000

KILL = """
select pg_terminate_backend(pid) from pg_stat_activity
where usename = 'cell_owner' and backend_type = 'client backend'
order by random() limit 1
"""


@dataclass(slots=True)
class Annotator:
    """Works until there is nothing left; loses connections, forgets leases and repeats itself on the way."""

    work: Work
    who: str
    random: random.Random
    acknowledged: dict[str, dict[str, Any] | None]
    leases: dict[str, dict[str, Any]] = field(default_factory=dict)
    idle: int = 0

    async def run(self) -> None:
        for _ in range(_MOST_STEPS):
            await asyncio.sleep(0)
            if not self.leases:
                await self._lease()
            elif self.random.random() < 0.15:
                await self._give_back()
            else:
                await self._submit()
            if self.idle >= 4:
                return
        raise AssertionError(f"{self.who} found no end")

    async def _lease(self) -> None:
        """Most of the time new ones, now and then those held already, as a client that was restarted does."""
        method = "GET" if self.random.random() < 0.3 else "POST"
        body = {} if method == "GET" else {"json": {"count": self.random.randint(1, 4)}}
        answer = await self._maybe_cut_off(method, "leases", **body)
        if answer is None or answer.status_code in (429, 503):
            await self._recover()
            return
        assert answer.status_code == 200, answer.text
        self._take(answer.json()["leases"])
        self.idle = 0 if self.leases else self.idle + (method == "POST")

    async def _submit(self) -> None:
        lease = self.leases.pop(self.random.choice(sorted(self.leases)))
        sent = submission(lease, lease_next=self.random.randint(0, 2))
        for _ in range(20):
            answer = await self._maybe_cut_off("POST", "annotations", json=sent)
            if answer is not None and answer.status_code != 503:
                break
        else:
            raise AssertionError("never answered")
        if answer.status_code == 200:
            body = answer.json()
            self.acknowledged[body["annotation_id"]] = body["receipt"]
            self._take(body["leases"])
        else:
            # A token is renewed by whoever asks for the leases held, so an older one may be unknown now.
            assert answer.status_code in (404, 409), answer.text

    async def _give_back(self) -> None:
        lease = self.leases.pop(self.random.choice(sorted(self.leases)))
        body = {"token": lease["token"]}
        await self._maybe_cut_off("POST", f"leases/{lease['id']}/release", json=body)

    async def _recover(self) -> None:
        """Ask for what is held, so that leases whose answer was lost are not forgotten."""
        answer = await self.work.client(self.who).get(f"{self.work.path}/leases")
        if answer.status_code == 200:
            self._take(answer.json()["leases"])

    async def _maybe_cut_off(self, method: str, route: str, **body: Any) -> httpx.Response | None:
        """The answer, or None when the client went away before it came."""
        url = f"{self.work.path}/{route}"
        request = asyncio.ensure_future(self.work.client(self.who).request(method, url, **body))
        if self.random.random() < 0.2:
            await asyncio.sleep(self.random.uniform(0, 0.01))
            request.cancel()
        try:
            return await request
        except asyncio.CancelledError:
            return None

    def _take(self, leases: list[dict[str, Any]]) -> None:
        self.leases.update({lease["id"]: lease for lease in leases})


async def _kill_backends(behind: Behind, done: asyncio.Event, chance: random.Random) -> int:
    killed = 0
    while not done.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(done.wait(), chance.uniform(0.01, 0.08))
        with suppress(Unavailable):
            async with behind() as connection:
                killed += (await connection.execute(KILL)).rowcount
    return killed


async def _watch(behind: Behind, project: str, done: asyncio.Event) -> list[str]:
    """Look at the books all the time; the first that do not balance."""
    while not done.is_set():
        with suppress(Unavailable):
            async with behind() as connection:
                broken = await broken_invariants(connection, project)
            if broken:
                return broken
        await asyncio.sleep(0.02)
    return []


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    overlap=st.integers(1, 4),
    tasks=st.integers(5, 25),
    ahead=st.integers(1, 6),
    kills=st.booleans(),
    seed=st.integers(0, 2**32),
)
async def test_slots_are_handed_out_once(
    work: Callable[[], Work], behind: Behind, overlap: int, tasks: int, ahead: int, kills: bool, seed: int
) -> None:
    project = await work().create(tasks, overlap=overlap, leases_ahead=ahead)
    acknowledged: dict[str, dict[str, Any] | None] = {}
    done = asyncio.Event()
    watching = asyncio.create_task(_watch(behind, project.id, done))
    killing = asyncio.create_task(_kill_backends(behind, done, random.Random(seed))) if kills else None
    annotators = [Annotator(project, who, random.Random(f"{seed} {who}"), acknowledged) for who in ANNOTATORS]
    try:
        await asyncio.gather(*(annotator.run() for annotator in annotators))
    finally:
        done.set()
        broken = await watching
        killed = 0 if killing is None else await killing
    assert broken == []
    assert killing is None or killed > 0
    await _everything_is_answered(project, behind, acknowledged)


async def _everything_is_answered(
    project: Work, behind: Behind, acknowledged: dict[str, dict[str, Any] | None]
) -> None:
    """Whatever is still held is given back by the clock, done by somebody, and then nothing is open."""
    async with behind() as connection:
        await connection.execute(
            "update lease set expires_at = now() - interval '1 hour'"
            " where project_id = %s and state = 'active'",
            (project.id,),
        )
    await _until_swept(behind, project.id)
    for who in ANNOTATORS:
        while leases := await project.lease(who):
            for lease in leases:
                answer = await project.submit(who, lease)
                assert answer.status_code == 200, answer.text
                acknowledged[answer.json()["annotation_id"]] = answer.json()["receipt"]
    async with behind() as connection:
        assert await broken_invariants(connection, project.id) == []
        assert await acknowledged_but_lost(connection, project.id, acknowledged) == []
        rows = await connection.execute(
            "select count(*) from task where project_id = %s and (state = 'open' or submitted <> overlap)",
            (project.id,),
        )
        assert (await rows.fetchone()) == (0,)


async def _until_swept(behind: Behind, project: str) -> None:
    async with asyncio.timeout(30):
        while True:
            async with behind() as connection:
                rows = await connection.execute(
                    "select count(*) from lease where project_id = %s and state = 'active'", (project,)
                )
                if (await rows.fetchone()) == (0,):
                    return
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("stage", ["lease", "submit"])
async def test_one_slot_and_everybody_wants_it(
    api: Tenant, work: Callable[[], Work], behind: Behind, stage: str
) -> None:
    """All ask at the same moment, by several connections each."""
    for _ in range(5):
        project = await work().create(1, overlap=1)
        found = await asyncio.gather(*(project.lease(who) for who in ANNOTATORS * 4))
        leases = [lease for some in found for lease in some]
        assert len(leases) == 1
        if stage == "submit":
            (who,) = {ANNOTATORS[place % 5] for place, some in enumerate(found) if some}
            answers = await asyncio.gather(*(project.submit(who, leases[0]) for _ in range(5)))
            assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409]
        async with behind() as connection:
            assert await broken_invariants(connection, project.id) == []


async def test_a_connection_left_in_the_middle_of_a_pipeline_is_not_used_again(api: Tenant) -> None:
    """A task that is cancelled at the wrong moment cannot leave the pipeline; the next is spared."""
    async with api.engine.open(api.engine.acting_in(api.tenant), "test") as workspace:
        database = workspace.cell.database
        async with database.connection() as connection:
            connection.pgconn.enter_pipeline_mode()
        for _ in range(3):
            async with (
                database.connection() as connection,
                connection.cursor().copy("copy (select 1) to stdout") as copy,
            ):
                assert [row async for row in copy]
