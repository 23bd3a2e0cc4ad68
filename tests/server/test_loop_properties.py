"""The labeling loop against a model of it in plain Python, step by random step."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from assay.server.leases import service

ANNOTATE, REVIEW = 1, 2
SKIP_LIMIT, AHEAD, STEPS = 2, 4, 220
REVIEWER = "reviewer"


@dataclass(slots=True)
class Lease:
    body: dict[str, Any]
    task: str
    holder: int | str
    stage: int
    round: int
    state: str = "active"
    sent: dict[str, Any] | None = None


@dataclass(slots=True)
class Task:
    batch: str
    overlap: int
    priority: int = 0
    state: str = "open"
    round: int = 1
    submitted: int = 0
    skipped: int = 0
    labeled: bool = False
    reserved_for: int | None = None
    answered_by: list[int] = field(default_factory=list)
    """Who answered in this round."""


@dataclass(slots=True)
class Model:
    """What the engine must do, without any of the means by which it does it."""

    overlap: int
    reviewed: bool
    tasks: dict[str, Task] = field(default_factory=dict)
    leases: list[Lease] = field(default_factory=list)
    paused: set[str] = field(default_factory=set)

    def active(self, task: str, stage: int) -> int:
        return sum(
            lease.state == "active"
            for lease in self.leases
            if (lease.task, lease.stage, lease.round) == (task, stage, self.tasks[task].round)
        )

    def slots(self, name: str, stage: int) -> int:
        task = self.tasks[name]
        if (task.state, stage) not in (("open", ANNOTATE), ("review", REVIEW)):
            return 0
        wanted = task.overlap - task.submitted if stage == ANNOTATE else 1
        return max(wanted - self.active(name, stage), 0)

    def met(self, name: str, holder: int | str, stage: int) -> bool:
        """Whether they have, or have dealt with, this round of the task."""
        return any(
            (lease.task, lease.holder, lease.stage, lease.round)
            == (name, holder, stage, self.tasks[name].round)
            and lease.state in ("active", "submitted", "skipped")
            for lease in self.leases
        )

    def eligible(self, holder: int | str, stage: int) -> set[str]:
        return {
            name
            for name, task in self.tasks.items()
            if task.batch not in self.paused
            and self.slots(name, stage)
            and (stage == REVIEW or task.reserved_for in (None, holder))
            and not self.met(name, holder, stage)
        }

    def held(self, holder: int | str, stage: int) -> list[Lease]:
        return [one for one in self.leases if (one.holder, one.stage, one.state) == (holder, stage, "active")]

    def claim(self, holder: int | str, stage: int, count: int, bodies: list[dict[str, Any]]) -> None:
        """Check what was leased against what could be; take it over."""
        room = min(count, AHEAD - len(self.held(holder, stage)))
        eligible = self.eligible(holder, stage)
        assert len(bodies) == min(room, len(eligible))
        names = [body["task_id"] for body in bodies]
        assert len(set(names)) == len(names)
        assert set(names) <= eligible
        best = sorted((self.tasks[name].priority for name in eligible), reverse=True)[: len(names)]
        assert sorted((self.tasks[name].priority for name in names), reverse=True) == best
        for body in bodies:
            name = body["task_id"]
            assert body["round"] == self.tasks[name].round
            self.leases.append(Lease(body, name, holder, stage, body["round"]))
            self.forget_reservation(name)

    def forget_reservation(self, name: str) -> None:
        if not self.slots(name, ANNOTATE):
            self.tasks[name].reserved_for = None

    def can_submit(self, lease: Lease) -> bool:
        """An active lease may; one that ran out may where its slot is still open."""
        if lease.state == "active":
            return True
        same_round = self.tasks[lease.task].round == lease.round
        return (
            lease.state == "expired"
            and same_round
            and self.slots(lease.task, lease.stage) > 0
            and not self.met(lease.task, lease.holder, lease.stage)
        )

    def submit(self, lease: Lease) -> None:
        task = self.tasks[lease.task]
        lease.state = "submitted"
        if task.round != lease.round:
            return
        task.submitted += 1
        assert isinstance(lease.holder, int)
        task.answered_by.append(lease.holder)
        if task.state == "open" and task.submitted >= task.overlap:
            self.settle(task)

    def settle(self, task: Task) -> None:
        task.labeled = True
        task.state = "review" if self.reviewed else "done"
        task.reserved_for = None

    def skip(self, lease: Lease) -> None:
        task = self.tasks[lease.task]
        lease.state = "skipped"
        if lease.stage == ANNOTATE and task.round == lease.round:
            task.skipped += 1
            if task.state == "open" and task.skipped >= SKIP_LIMIT:
                task.state, task.reserved_for = "review", None

    def send_back(self, task: Task) -> None:
        task.reserved_for = task.answered_by[0] if len(task.answered_by) == 1 else None
        task.state, task.round = "open", task.round + 1
        task.submitted, task.skipped, task.answered_by = task.overlap - 1, 0, []

    def can_change(self, task: Task, overlap: int) -> bool:
        return overlap == task.overlap or (
            overlap > task.submitted or (overlap == task.submitted and bool(task.answered_by))
        )

    def change_overlap(self, name: str, overlap: int) -> None:
        task = self.tasks[name]
        before, task.overlap = task.overlap, overlap
        if overlap == before or task.state == "review":
            return
        if overlap > task.submitted and (task.state == "open" or overlap > before):
            task.state = "open"
        elif task.state == "open":
            self.settle(task)
        self.forget_reservation(name)


class Walk:
    """A random walk through the API, every step of which the model takes too."""

    def __init__(self, api: Any, project: Any, expect: Any, random: Random, model: Model) -> None:
        self.api, self.project, self.expect = api, project, expect
        self.random, self.model = random, model
        self.batches: list[str] = []

    def client(self, holder: int | str) -> httpx.AsyncClient:
        client: httpx.AsyncClient = self.api.reviewer if holder == REVIEWER else self.api.annotator(holder)
        return client

    def any_lease(self, *states: str, stage: int | None = None) -> Lease | None:
        found = [
            one for one in self.model.leases if one.state in states and (stage is None or one.stage == stage)
        ]
        return self.random.choice(found) if found else None

    async def begin(self) -> None:
        for name in ("first", "second"):
            made = await self.api.owner.post(f"{self.project.path}/batches", json={"name": name})
            self.batches.append(self.expect(made, 201)["id"])
            await self.add_items(4)

    async def add_items(self, count: int = 1) -> None:
        batch, priority = self.random.choice(self.batches), self.random.choice((0, 0, 2))
        items = [{"data": {"text": "passage"}, "priority": priority} for _ in range(count)]
        request = {"items": items, "batch_id": batch}
        self.expect(await self.api.owner.post(f"{self.project.path}/items", json=request), 201)
        for task in await self.project.tasks():
            if task["id"] not in self.model.tasks:
                self.model.tasks[task["id"]] = Task(batch, self.model.overlap, priority)

    async def lease(self) -> None:
        holder, count = self.random.randrange(4), self.random.randint(1, 3)
        if len(self.model.held(holder, ANNOTATE)) < AHEAD:
            leases = await self.project.lease(self.client(holder), count=count)
            self.model.claim(holder, ANNOTATE, count, leases)

    async def submit(self, *states: str) -> None:
        lease = self.any_lease(*(states or ("active", "active", "expired")), stage=ANNOTATE)
        if lease is None:
            return
        lease.sent = lease.sent or {
            "annotation_id": str(uuid4()),
            "lease_id": lease.body["id"],
            "token": lease.body["token"],
            "answer": {"mood": self.random.choice(("good", "bad"))},
        }
        repeated = lease.state == "submitted"
        may = repeated or self.model.can_submit(lease)
        answer = await self.client(lease.holder).post(f"{self.project.path}/annotations", json=lease.sent)
        body = self.expect(answer, 200 if may else 409)
        if repeated:
            assert body["receipt"] is None
        elif may:
            self.model.submit(lease)
            self.model.forget_reservation(lease.task)
            await self.project.settle()

    async def submit_again(self) -> None:
        lease = self.any_lease("submitted", stage=ANNOTATE)
        if lease is not None:
            await self.submit("submitted")

    async def end(self) -> None:
        """Skip a task, or give it back."""
        lease = self.any_lease("active")
        if lease is None:
            return
        verb = self.random.choice(("skip", "release"))
        path = f"{self.project.path}/leases/{lease.body['id']}/{verb}"
        proof = {"token": lease.body["token"]}
        self.expect(await self.client(lease.holder).post(path, json=proof), 204)
        if verb == "skip":
            self.model.skip(lease)
        else:
            lease.state = "released"
        self.expect(await self.client(lease.holder).post(path, json=proof), 409)

    async def expire(self) -> None:
        lease = self.any_lease("active")
        if lease is None:
            return
        engine = self.api.engine
        async with engine.open(engine.acting_in(self.api.tenant), "test") as workspace:
            async with workspace.cell.database.transaction() as connection:
                await connection.execute(
                    "update lease set expires_at = now() - interval '1 second' where id = %s",
                    (UUID(lease.body["id"]),),
                )
            await service.sweep(workspace)
        # The background loop may have been faster, and not be done yet.
        while await self.state_of(lease) == "active":
            pass
        lease.state = "expired"

    async def state_of(self, lease: Lease) -> str:
        engine = self.api.engine
        async with (
            engine.open(engine.acting_in(self.api.tenant), "test") as workspace,
            workspace.cell.database.connection() as connection,
        ):
            cursor = await connection.execute(
                "select state from lease where id = %s", (UUID(lease.body["id"]),)
            )
            (row,) = await cursor.fetchall()
            state: str = row[0]
            return state

    async def change_task(self) -> None:
        name = self.random.choice(list(self.model.tasks))
        task = self.model.tasks[name]
        path = f"{self.project.path}/tasks/{name}"
        if self.random.random() < 0.5:
            task.priority = self.random.randint(-1, 3)
            self.expect(await self.api.owner.patch(path, json={"priority": task.priority}))
            return
        overlap = self.random.randint(1, 3)
        may = self.model.can_change(task, overlap)
        self.expect(await self.api.owner.patch(path, json={"overlap": overlap}), 200 if may else 409)
        if may:
            self.model.change_overlap(name, overlap)
            await self.project.settle()

    async def pause_or_resume(self) -> None:
        batch = min(self.model.paused, default=self.random.choice(self.batches))
        self.model.paused ^= {batch}
        state = "paused" if batch in self.model.paused else "open"
        path = f"{self.project.path}/batches/{batch}"
        self.expect(await self.api.owner.patch(path, json={"state": state}))

    async def review(self) -> None:
        if len(self.model.held(REVIEWER, REVIEW)) < AHEAD:
            leases = await self.project.lease(self.api.reviewer, count=2, review=True)
            self.model.claim(REVIEWER, REVIEW, 2, leases)
        lease = self.any_lease("active", "expired", stage=REVIEW)
        if lease is None:
            return
        verdict = self.random.choice(("accept", "fix", "send_back", "send_back"))
        decision: dict[str, Any] = {
            "review_id": str(uuid4()),
            "lease_id": lease.body["id"],
            "token": lease.body["token"],
            "verdict": verdict,
        }
        if verdict == "fix":
            decision["answer"] = {"mood": "good"}
        if verdict == "send_back":
            decision["comments"] = [{"body": "Once more"}]
        task = self.model.tasks[lease.task]
        may = self.model.can_submit(lease) and (verdict != "accept" or task.labeled)
        answer = await self.api.reviewer.post(f"{self.project.path}/reviews", json=decision)
        self.expect(answer, 200 if may else 409)
        if not may:
            return
        lease.state = "submitted"
        if verdict == "send_back":
            self.model.send_back(task)
        else:
            task.state, task.labeled = "done", True

    async def check(self) -> None:
        """The engine's tasks and queue are the model's."""
        stored = {task["id"]: task for task in await self.project.tasks()}
        for name, task in self.model.tasks.items():
            known = {member: stored[name][member] for member in ("state", "round", "submitted", "skipped")}
            assert known == {
                "state": task.state,
                "round": task.round,
                "submitted": task.submitted,
                "skipped": task.skipped,
            }
        engine = self.api.engine
        async with (
            engine.open(engine.acting_in(self.api.tenant), "test") as workspace,
            workspace.cell.database.connection() as connection,
        ):
            cursor = await connection.execute(
                "select task_id, stage, open_slots, round, held, rank from queue where project_id = %s",
                (self.project.id,),
            )
            queue = {(str(row[0]), row[1]): row[2:] for row in await cursor.fetchall()}
        expected = {}
        for name, task in self.model.tasks.items():
            for stage in (ANNOTATE, REVIEW):
                if slots := self.model.slots(name, stage):
                    held = task.batch in self.model.paused
                    expected[name, stage] = (slots, task.round, held, -task.priority)
        assert queue == expected


@pytest.mark.parametrize(("seed", "overlap", "reviewed"), [(1, 2, True), (2, 3, False), (3, 1, True)])
async def test_the_engine_does_what_the_model_does(
    api: Any, make_project: Any, expect: Any, seed: int, overlap: int, reviewed: bool
) -> None:
    workflow = {
        "overlap": overlap,
        "skip_limit": SKIP_LIMIT,
        "leases_ahead": AHEAD,
        "review": {"sample": 1.0 if reviewed else 0.0},
    }
    project = await make_project(workflow=workflow)
    walk = Walk(api, project, expect, Random(seed), Model(overlap, reviewed))
    await walk.begin()
    steps = {
        walk.lease: 8,
        walk.submit: 10,
        walk.submit_again: 1,
        walk.end: 3,
        walk.expire: 2,
        walk.change_task: 3,
        walk.pause_or_resume: 2,
        walk.review: 4,
        walk.add_items: 1,
    }
    for step in walk.random.choices(list(steps), list(steps.values()), k=STEPS):
        await step()
        await walk.check()
    assert len(walk.model.leases) > 20
    assert {task.state for task in walk.model.tasks.values()} >= {"open", "done"}
