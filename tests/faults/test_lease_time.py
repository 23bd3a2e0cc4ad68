"""Leases run out by the database's clock, and what happens to answers that come too late."""

from __future__ import annotations

import asyncio
import importlib
import pkgutil
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

import assay.server
from assay.server.leases.service import sweep

from .conftest import Behind, Tenant
from .work import Work, broken_invariants, submission

FIRST, SECOND, THIRD = "annotator 0", "annotator 1", "annotator 2"


async def _pass_time(behind: Behind, lease: str, by: str = "2 hours") -> None:
    """To a lease it is the same whether the clock moves forward or its own times move back."""
    async with behind() as connection:
        await connection.execute(
            "update lease set expires_at = expires_at - %s::interval, claimed_at = claimed_at - %s::interval"
            " where id = %s",
            (by, by, lease),
        )


async def _sweep(api: Tenant) -> None:
    """End leases that ran out. The background loop may be at it at the same time: wait for its commit too."""
    async with api.engine.open(api.engine.acting_in(api.tenant), "test") as workspace:
        await sweep(workspace)
        overdue = "select 1 from lease where state = 'active' and expires_at < now() limit 1"
        while True:
            async with workspace.cell.database.connection() as connection:
                if await (await connection.execute(overdue)).fetchone() is None:
                    return


async def _state(behind: Behind, lease: str) -> str:
    async with behind() as connection:
        row = await (await connection.execute("select state from lease where id = %s", (lease,))).fetchone()
    assert row is not None
    return str(row[0])


async def test_a_lease_that_ran_out_goes_to_somebody_else(
    api: Tenant, work: Callable[[], Work], behind: Behind
) -> None:
    project = await work().create(1)
    (lease,) = await project.lease(FIRST)
    assert await project.lease(SECOND) == []
    await _pass_time(behind, lease["id"])
    await _sweep(api)
    assert await _state(behind, lease["id"]) == "expired"
    (other,) = await project.lease(SECOND)
    assert other["task_id"] == lease["task_id"]
    async with behind() as connection:
        assert await broken_invariants(connection, project.id) == []


async def test_the_background_gives_slots_back_by_itself(work: Callable[[], Work], behind: Behind) -> None:
    project = await work().create(1)
    (lease,) = await project.lease(FIRST)
    await _pass_time(behind, lease["id"])
    async with asyncio.timeout(20):
        while True:
            if await project.lease(SECOND):
                return
            await asyncio.sleep(0.05)


async def test_an_answer_in_time_by_the_skin_of_its_teeth(work: Callable[[], Work], behind: Behind) -> None:
    """The lease ran out and nobody has noticed yet: the answer is as good as any."""
    project = await work().create(1)
    (lease,) = await project.lease(FIRST)
    async with behind() as connection:
        await connection.execute("update lease set expires_at = now() where id = %s", (lease["id"],))
    answer = await project.submit(FIRST, lease)
    assert answer.status_code == 200, answer.text


async def test_a_late_answer_is_taken_while_the_slot_is_open(
    api: Tenant, work: Callable[[], Work], behind: Behind
) -> None:
    project = await work().create(1)
    (lease,) = await project.lease(FIRST)
    await _pass_time(behind, lease["id"])
    await _sweep(api)
    answer = await project.submit(FIRST, lease)
    assert answer.status_code == 200, answer.text
    assert await project.lease(SECOND) == []
    async with behind() as connection:
        assert await broken_invariants(connection, project.id) == []


@pytest.mark.parametrize("submitted", [False, True])
async def test_a_late_answer_is_refused_when_the_slot_is_gone(
    api: Tenant, work: Callable[[], Work], behind: Behind, submitted: bool
) -> None:
    project = await work().create(1)
    (lease,) = await project.lease(FIRST)
    await _pass_time(behind, lease["id"])
    await _sweep(api)
    (other,) = await project.lease(SECOND)
    if submitted:
        assert (await project.submit(SECOND, other)).status_code == 200
    answer = await project.submit(FIRST, lease)
    assert (answer.status_code, answer.json()["code"]) == (409, "lease_lost")
    async with behind() as connection:
        assert await broken_invariants(connection, project.id) == []


async def test_a_late_answer_takes_one_slot_of_several(
    api: Tenant, work: Callable[[], Work], behind: Behind
) -> None:
    """Two late answers and one new lease race for two slots: exactly two get one."""
    project = await work().create(1, overlap=2)
    (first,) = await project.lease(FIRST)
    (second,) = await project.lease(SECOND)
    for lease in (first, second):
        await _pass_time(behind, lease["id"])
    await _sweep(api)
    new, *answers = await asyncio.gather(
        project.lease(THIRD), project.submit(FIRST, first), project.submit(SECOND, second)
    )
    taken = sum(answer.status_code == 200 for answer in answers)
    assert taken + len(new) == 2
    async with behind() as connection:
        assert await broken_invariants(connection, project.id) == []


async def test_a_lease_that_was_renewed_meanwhile_is_not_doubled(
    api: Tenant, work: Callable[[], Work], behind: Behind
) -> None:
    """The same annotator has leased the same task again; the old answer must not count beside the new one."""
    project = await work().create(1, overlap=2)
    (old,) = await project.lease(FIRST)
    await _pass_time(behind, old["id"])
    await _sweep(api)
    (new,) = await project.lease(FIRST)
    assert new["task_id"] == old["task_id"]
    assert (await project.submit(FIRST, old)).json()["code"] == "lease_lost"
    assert (await project.submit(FIRST, new)).status_code == 200
    async with behind() as connection:
        assert await broken_invariants(connection, project.id) == []


async def test_a_heartbeat_keeps_a_lease_and_cannot_raise_the_dead(
    api: Tenant, work: Callable[[], Work], behind: Behind
) -> None:
    project = await work().create(1)
    (lease,) = await project.lease(FIRST)
    heartbeat = f"{project.path}/leases/{lease['id']}/heartbeat"
    proof = {"token": lease["token"]}
    await _pass_time(behind, lease["id"], "29 minutes")
    assert (await project.client(FIRST).post(heartbeat, json=proof)).status_code == 200
    await _pass_time(behind, lease["id"], "29 minutes")
    await _sweep(api)
    assert await _state(behind, lease["id"]) == "active"
    await _pass_time(behind, lease["id"])
    await _sweep(api)
    late = await project.client(FIRST).post(heartbeat, json=proof)
    assert (late.status_code, late.json()["code"]) == (409, "lease_lost")


async def test_the_same_answer_again_after_its_lease_has_run_out(
    api: Tenant, work: Callable[[], Work], behind: Behind
) -> None:
    """What was acknowledged stays acknowledged, however late the question comes."""
    project = await work().create(1)
    (lease,) = await project.lease(FIRST)
    sent = submission(lease)
    first = await project.client(FIRST).post(f"{project.path}/annotations", json=sent)
    await _pass_time(behind, lease["id"])
    await _sweep(api)
    again = await project.client(FIRST).post(f"{project.path}/annotations", json=sent)
    assert (first.status_code, again.status_code) == (200, 200)
    async with behind() as connection:
        assert await broken_invariants(connection, project.id) == []


@pytest.mark.parametrize("years", [-10, 10])
async def test_the_applications_clock_means_nothing_to_leases(
    api: Tenant, work: Callable[[], Work], behind: Behind, monkeypatch: pytest.MonkeyPatch, years: int
) -> None:
    """The host's clock jumps under the application; the database's is the one that counts."""
    project = await work().create(1, lease_seconds=600)
    (lease,) = await project.lease(FIRST)
    assert _jump(monkeypatch, timedelta(days=365 * years)) > 0
    await _sweep(api)
    assert await _state(behind, lease["id"]) == "active"
    assert await project.lease(SECOND) == []
    proof = {"token": lease["token"]}
    beat = await project.client(FIRST).post(f"{project.path}/leases/{lease['id']}/heartbeat", json=proof)
    assert beat.status_code == 200
    async with behind() as connection:
        rows = await connection.execute(
            "select expires_at between now() + interval '9 minutes' and now() + interval '11 minutes'"
            " from lease where id = %s",
            (lease["id"],),
        )
        assert (await rows.fetchone()) == (True,)
    assert (await project.submit(FIRST, lease)).status_code == 200


def _jump(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> int:
    """Move the clock that modules of the server read; how many of them read it."""

    class Jumped(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime.now(tz) + by

    moved = 0
    for module in pkgutil.walk_packages(assay.server.__path__, "assay.server."):
        loaded = importlib.import_module(module.name)
        if getattr(loaded, "datetime", None) is datetime and not module.name.endswith("models"):
            monkeypatch.setattr(loaded, "datetime", Jumped)
            moved += 1
    return moved
