"""The steps of the work in one project, for people who meet faults, and what must hold whatever happens."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import psycopg

INTERFACE: dict[str, Any] = {
    "version": 1,
    "inputs": [{"name": "text", "type": "text", "source": "$.text"}],
    "fields": [{"name": "mood", "type": "choice", "options": [{"value": "good"}, {"value": "bad"}]}],
}
ANSWER = {"mood": "good"}


@dataclass(slots=True)
class Work:
    """A project, and clients by name whose addresses are relative to its tenant."""

    client: Callable[[str], httpx.AsyncClient]
    id: str = ""

    @property
    def path(self) -> str:
        return f"/projects/{self.id}"

    async def create(self, items: int = 0, **workflow: Any) -> Work:
        request = {"name": "Faults", "interface": INTERFACE, "workflow": workflow}
        made = await self._send("owner", "/projects", request)
        assert made.status_code == 201, made.text
        self.id = made.json()["id"]
        if items:
            await self.add(items)
        return self

    async def add(self, count: int) -> list[str]:
        identifiers: list[str] = []
        for start in range(0, count, 1000):
            rows = [
                {"data": {"text": f"passage {number}"}} for number in range(start, min(start + 1000, count))
            ]
            added = await self._send("owner", f"{self.path}/items", {"items": rows})
            assert added.status_code == 201, added.text
            identifiers += added.json()["items"]
        return identifiers

    async def lease(self, who: str, count: int = 1) -> list[dict[str, Any]]:
        answer = await self._send(who, f"{self.path}/leases", {"count": count})
        assert answer.status_code == 200, answer.text
        leases: list[dict[str, Any]] = answer.json()["leases"]
        return leases

    async def submit(self, who: str, lease: dict[str, Any], **members: Any) -> httpx.Response:
        return await self._send(who, f"{self.path}/annotations", submission(lease, **members))

    async def _send(self, who: str, path: str, body: dict[str, Any]) -> httpx.Response:
        """As clients do: what cannot be served now is sent again. Kills leave dead connections behind."""
        for _ in range(40):
            answer = await self.client(who).post(path, json=body)
            if answer.status_code != 503:
                break
            await asyncio.sleep(0.05)
        return answer


def submission(lease: dict[str, Any], **members: Any) -> dict[str, Any]:
    """What answers a lease, with a new annotation id."""
    made = {"annotation_id": str(uuid4()), "lease_id": lease["id"], "token": lease["token"], "answer": ANSWER}
    return {**made, **members}


# Each of these must be empty at every moment, to whoever looks in one statement.
INVARIANTS = {
    "open slots, active leases and annotations of the round make up the overlap": """
        select t.id from task t
        where t.project_id = %(project)s and t.state = 'open'
          and t.overlap <> t.submitted
            + coalesce((select open_slots from queue q where q.task_id = t.id and q.stage = 1), 0)
            + (select count(*) from lease l where l.task_id = t.id and l.stage = 1 and l.round = t.round
                 and l.state = 'active')
    """,
    "what a task counts as submitted are the annotations of its round": """
        select t.id from task t
        where t.project_id = %(project)s and t.state <> 'gold'
          and t.submitted <> (select count(*) from annotation a where a.task_id = t.id and a.round = t.round)
    """,
    "no more annotations than the overlap": """
        select task_id from annotation a join task t on t.id = a.task_id
        where a.project_id = %(project)s group by task_id, a.round, t.overlap having count(*) > t.overlap
    """,
    "nobody has a task twice": """
        select task_id from lease where project_id = %(project)s and state in ('active', 'submitted')
        group by task_id, annotator_id, stage, round having count(*) > 1
    """,
    "nobody has annotated a task twice": """
        select task_id from annotation where project_id = %(project)s
        group by task_id, annotator_id, round having count(*) > 1
    """,
    "every annotation came from a lease that says so": """
        select a.id from annotation a left join lease l on l.id = a.lease_id
        where a.project_id = %(project)s and (l.state is distinct from 'submitted'
           or l.annotator_id <> a.annotator_id or l.task_id <> a.task_id)
    """,
    "every annotation has its revision": """
        select a.id from annotation a left join annotation_revision r
          on r.annotation_id = a.id and r.revision = a.revision
        where a.project_id = %(project)s and r.annotation_id is null
    """,
    "every annotation has one row in the log": """
        select a.id from annotation a
        where a.project_id = %(project)s
          and (select count(*) from log_row r where r.object_id = a.id
                 and r.action = 'annotation.submitted') <> 1
    """,
    "every lease has its row in the log": """
        select l.id from lease l where l.project_id = %(project)s and not exists
          (select 1 from log_row r where r.object_id = l.task_id and r.action = 'lease.claimed'
             and position(l.id::text in convert_from(r.entry, 'UTF8')) > 0)
    """,
    "annotators' totals are their annotations": """
        select annotator_id from annotator_progress p where project_id = %(project)s and stage = 1
          and submitted <> (select count(*) from annotation a
                            where a.project_id = p.project_id and a.annotator_id = p.annotator_id)
    """,
}


async def broken_invariants(connection: psycopg.AsyncConnection[Any], project: str) -> list[str]:
    """The invariants that do not hold now, each with an example."""
    broken = []
    for name, statement in INVARIANTS.items():
        row = await (await connection.execute(statement, {"project": project})).fetchone()
        if row is not None:
            broken.append(f"{name}: {row[0]}")
    return broken


async def acknowledged_but_lost(
    connection: psycopg.AsyncConnection[Any], project: str, acknowledged: dict[str, dict[str, Any] | None]
) -> list[str]:
    """Annotation ids that were acknowledged and are not there, or whose receipt names another log row."""
    rows = await connection.execute(
        "select a.id::text, r.id, r.entry from annotation a join log_row r on r.object_id = a.id"
        " and r.action = 'annotation.submitted' where a.project_id = %s",
        (project,),
    )
    stored = {row[0]: (row[1], bytes(row[2]).decode()) for row in await rows.fetchall()}
    lost = []
    for annotation, receipt in acknowledged.items():
        row, entry = stored.get(annotation, (None, ""))
        if row is None or (receipt and (receipt["log_row"] != row or receipt["commitment"] not in entry)):
            lost.append(annotation)
    return lost
