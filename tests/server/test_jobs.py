"""Jobs: what is told of them, and that a run is never half done nor done twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any, ClassVar
from uuid import UUID

import orjson
import pytest

from assay.errors import InvalidInput, Problem, Unavailable
from assay.server.engine import Engine
from assay.server.jobs import service, store
from assay.server.jobs.models import JobKind
from assay.server.jobs.run import JobRun, Result, RunSuperseded, Work, handler_of
from assay.server.workspace import Workspace


class CountingWork(Work):
    """Counts to five, one chunk each, and stops on the way when it is told to."""

    kind: ClassVar[JobKind] = JobKind.IMPORT

    def __init__(self, error: Exception | None = None, at: int = 3) -> None:
        self.error = error
        self.at = at
        self.settled: list[str] = []
        self.cleaned = 0

    async def perform(self, run: JobRun) -> Result:
        count = (run.checkpoint or {}).get("count", 0)
        while count < 5:
            if count == self.at and self.error is not None:
                raise self.error
            count += 1
            workspace = await run.workspace()
            async with workspace.cell.database.transaction() as connection:
                await run.advance(connection, {"count": count}, done=1, total=5)
            run.stop_if_cancelled()
        return {"count": count}

    async def settle(self, workspace: Workspace, connection: Any, job: Any) -> None:
        self.settled.append(job.state)

    async def clean_up(self, workspace: Workspace, job: Any) -> None:
        self.cleaned += 1


class Bench:
    """A job in the database that only the test runs."""

    def __init__(self, engine: Engine, workspace: Workspace, project: UUID, job: UUID) -> None:
        self.engine, self.workspace, self.project, self.job = engine, workspace, project, job

    async def run(self, work: Work) -> None:
        await handler_of(self.engine, work)(self.workspace.cell, {"job": str(self.job)})

    async def read(self) -> Any:
        return await service.read(self.workspace, self.project, self.job)


@pytest.fixture
async def bench(api: Any, project: Any) -> AsyncIterator[Bench]:
    from assay.identifiers import new_id

    async with api.engine.open(api.owner_principal(), "test") as workspace:
        async with workspace.cell.database.transaction() as connection:
            job = await store.add(
                connection,
                job=new_id(),
                project=project.id,
                kind="import",
                parameters={},
                options=None,
                total=None,
                created_by=workspace.actor,
            )
        yield Bench(api.engine, workspace, project.id, job.id)


async def test_runs_to_its_end(bench: Bench) -> None:
    work = CountingWork()
    await bench.run(work)
    job = await bench.read()
    assert (job.state, job.done, job.total, job.progress) == ("done", 5, 5, 1.0)
    assert job.result == {"count": 5}
    assert work.settled == ["done"] and work.cleaned == 1


async def test_goes_on_from_its_checkpoint_after_a_crash(bench: Bench) -> None:
    with pytest.raises(RuntimeError):
        await bench.run(CountingWork(RuntimeError("killed")))
    assert (await bench.read()).state == "running"
    work = CountingWork()
    await bench.run(work)
    job = await bench.read()
    assert (job.state, job.done) == ("done", 5)
    assert work.settled == ["done"]


async def test_passing_failures_are_tried_again_and_lasting_ones_are_told(bench: Bench) -> None:
    with pytest.raises(Unavailable):
        await bench.run(CountingWork(Unavailable("away")))
    problem = Problem("/x", "rule", "It is wrong")
    await bench.run(CountingWork(InvalidInput("It is wrong.", problems=[problem])))
    job = await bench.read()
    assert job.state == "failed"
    assert job.error is not None and job.error["code"] == "invalid_input"
    assert job.error["problems"] == [{"path": "/x", "rule": "rule", "message": "It is wrong"}]


async def test_unforeseen_errors_end_it_in_time_and_quote_nothing(bench: Bench) -> None:
    for _ in range(2):
        with pytest.raises(ValueError):
            await bench.run(CountingWork(ValueError("secret content")))
    await bench.run(CountingWork(ValueError("secret content")))
    job = await bench.read()
    assert job.state == "failed" and "secret" not in orjson.dumps(job.error).decode()


async def test_a_run_that_was_superseded_changes_nothing_more(bench: Bench) -> None:
    database = bench.workspace.cell.database
    async with database.transaction() as connection:
        first = await store.start(connection, bench.job)
    async with database.transaction() as connection:
        second = await store.start(connection, bench.job)
    assert first is not None and second is not None
    late = JobRun(bench.engine, bench.workspace.cell, first)
    with pytest.raises(RunSuperseded):
        async with database.transaction() as connection:
            await late.advance(connection, {"count": 9}, done=9)
    job = await bench.read()
    assert job.done == 0 and job.state == "running"


async def test_finished_jobs_only_clean_up_again(bench: Bench) -> None:
    await bench.run(CountingWork())
    again = CountingWork(AssertionError("performed again"), at=0)
    await bench.run(again)
    assert again.cleaned == 1 and again.settled == []
    assert (await bench.read()).done == 5


async def test_cancelled_between_chunks(api: Any, bench: Bench, expect: Any) -> None:
    class Cancelled(CountingWork):
        async def perform(self, run: JobRun) -> Result:
            path = f"/projects/{bench.project}/jobs/{bench.job}/cancel"
            assert expect(await api.owner.post(path))["cancel_requested"] is True
            return await super().perform(run)

    work = Cancelled()
    await bench.run(work)
    job = await bench.read()
    assert (job.state, job.done) == ("cancelled", 1)
    assert work.settled == ["cancelled"] and work.cleaned == 1
    answer = await api.owner.post(f"/projects/{bench.project}/jobs/{bench.job}/cancel")
    assert answer.status_code == 409


async def test_cancelled_before_it_began(api: Any, bench: Bench, expect: Any) -> None:
    path = f"/projects/{bench.project}/jobs/{bench.job}"
    assert expect(await api.owner.post(f"{path}/cancel"))["state"] == "cancelled"
    work = CountingWork(AssertionError("performed"), at=0)
    await bench.run(work)
    assert (await bench.read()).done == 0 and work.cleaned == 1


async def test_listed_by_project_and_tenant(api: Any, bench: Bench, expect: Any, make_project: Any) -> None:
    await bench.run(CountingWork())
    of_project = expect(await api.owner.get(f"/projects/{bench.project}/jobs"))["items"]
    assert [job["id"] for job in of_project] == [str(bench.job)]
    chosen = expect(await api.owner.get("/jobs", params={"filter": "state = done", "limit": 500}))["items"]
    assert str(bench.job) in [job["id"] for job in chosen]
    assert all(job["state"] == "done" for job in chosen)
    other = await make_project()
    assert expect(await api.owner.get(f"{other.path}/jobs"))["items"] == []
    foreign = await api.owner.get(f"{other.path}/jobs/{bench.job}")
    assert foreign.status_code == 404
    assert (await api.annotator().get(f"/projects/{bench.project}/jobs")).status_code == 403


async def test_pages_of_jobs_follow_each_other(api: Any, project: Any, expect: Any) -> None:
    for _ in range(3):
        body = b'{"text": "one more"}\n'
        expect(await api.owner.post(f"{project.path}/imports?format=jsonl", content=body), 202)
    seen: list[str] = []
    cursor: str | None = None
    while True:
        params = {"limit": 2} | ({} if cursor is None else {"cursor": cursor})
        page = expect(await api.owner.get(f"{project.path}/jobs", params=params))
        seen += [job["id"] for job in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == 3 and seen == sorted(seen, reverse=True)


def events_in(text: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for block in text.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if "data" in fields:
            yield fields["event"], fields["id"], orjson.loads(fields["data"])


async def test_progress_comes_as_events_until_the_end(api: Any, bench: Bench) -> None:
    path = f"/projects/{bench.project}/jobs/{bench.job}/events"
    watching = asyncio.create_task(api.owner.get(path))
    await asyncio.sleep(0)
    await bench.run(CountingWork())
    answer = await watching
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = list(events_in(answer.text))
    name, version, job = events[-1]
    assert name == "finished" and job["state"] == "done" and job["done"] == 5
    assert all(kind == "progress" for kind, _, _ in events[:-1])
    known = await api.owner.get(path, headers={"last-event-id": version})
    assert list(events_in(known.text)) == [], "what the client knows is not told again"
    assert (await api.owner.get(f"/projects/{bench.project}/jobs/{UUID(int=1)}/events")).status_code == 404
