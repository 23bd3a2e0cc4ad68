"""Projects, and people who work in them, for the tests of the server's features."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID, uuid4

import httpx
import pytest

from assay.server.consensus.service import settle_annotated
from assay.server.engine import Engine
from assay.server.workspace import Workspace

INTERFACE: dict[str, Any] = {
    "version": 1,
    "inputs": [{"name": "text", "type": "text", "source": "$.text"}],
    "fields": [
        {
            "name": "mood",
            "type": "choice",
            "options": [{"value": "good"}, {"value": "bad"}],
            "indexed": True,
        }
    ],
}


class Tenant(Protocol):
    """What a project needs of the `api` fixture."""

    tenant: UUID

    @property
    def engine(self) -> Engine: ...

    @property
    def owner(self) -> httpx.AsyncClient: ...

    def annotator(self, number: int = 0) -> httpx.AsyncClient: ...


@dataclass(slots=True)
class ProjectUnderTest:
    """A project of the `api` tenant and the steps of its work. Methods fail when the server refuses."""

    api: Tenant
    id: UUID

    @property
    def path(self) -> str:
        """The project's address, relative to the tenant."""
        return f"/projects/{self.id}"

    async def add_items(self, count: int = 3, **members: Any) -> list[str]:
        """Add `count` small items, each with `members` too; their ids."""
        items = [{"data": {"text": f"passage {number}"}, **members} for number in range(count)]
        return await self.add(items)

    async def add(self, items: list[dict[str, Any]]) -> list[str]:
        """Add items, none of which may be rejected; their ids."""
        added = expect(await self.api.owner.post(f"{self.path}/items", json={"items": items}), 201)
        assert added["rejected"] == []
        identifiers: list[str] = added["items"]
        return identifiers

    async def lease(
        self, client: httpx.AsyncClient, count: int = 1, review: bool = False
    ) -> list[dict[str, Any]]:
        stage = "/reviews/leases" if review else "/leases"
        answer = expect(await client.post(f"{self.path}{stage}", json={"count": count}))
        leases: list[dict[str, Any]] = answer["leases"]
        return leases

    async def submit(
        self, client: httpx.AsyncClient, lease: dict[str, Any], mood: str = "good", **members: Any
    ) -> dict[str, Any]:
        """Answer a lease; what the server answers."""
        submission = {
            "annotation_id": str(uuid4()),
            "lease_id": lease["id"],
            "token": lease["token"],
            "answer": {"mood": mood},
            "active_ms": 1000,
            **members,
        }
        submitted: dict[str, Any] = expect(await client.post(f"{self.path}/annotations", json=submission))
        return submitted

    async def annotate_all(self, client: httpx.AsyncClient, mood: str = "good") -> int:
        """Answer everything that is offered to a client; how many tasks that were."""
        answered = 0
        while leases := await self.lease(client):
            for lease in leases:
                await self.submit(client, lease, mood)
                answered += 1
        return answered

    async def settle(self) -> None:
        """Bring every annotated task through consensus now, instead of when the background loop does."""
        engine = self.api.engine
        async with engine.open(engine.acting_in(self.api.tenant), "test") as workspace:
            while await self._waiting_for_consensus(workspace):
                await settle_annotated(workspace, self.id)

    async def _waiting_for_consensus(self, workspace: Workspace) -> bool:
        """The background loop may hold the tasks at this moment: done is when none is left."""
        async with workspace.cell.database.connection() as connection:
            cursor = await connection.execute(
                "select exists (select 1 from task where project_id = %s and state = 'annotated')", (self.id,)
            )
            row = await cursor.fetchone()
        return bool(row and row[0])

    async def tasks(self, chosen: str | None = None) -> list[dict[str, Any]]:
        """Up to 500 tasks that a filter chooses."""
        parameters: dict[str, Any] = {"limit": 500} | ({} if chosen is None else {"filter": chosen})
        listed = expect(await self.api.owner.get(f"{self.path}/tasks", params=parameters))
        tasks: list[dict[str, Any]] = listed["items"]
        return tasks


MakeProject = Callable[..., Awaitable[ProjectUnderTest]]


def expect(response: httpx.Response, status: int = 200) -> Any:
    """The body of a response that must have this status."""
    assert response.status_code == status, f"{response.status_code}: {response.text[:2000]}"
    return response.json() if response.content else None


@pytest.fixture
def make_project(api: Tenant) -> MakeProject:
    """Makes projects; keyword arguments replace members of the request."""

    async def make(**overrides: Any) -> ProjectUnderTest:
        request = {"name": "Moods", "interface": INTERFACE, **overrides}
        made = expect(await api.owner.post("/projects", json=request), 201)
        return ProjectUnderTest(api, UUID(made["id"]))

    return make


@pytest.fixture
async def project(make_project: MakeProject) -> ProjectUnderTest:
    """A project with three items, one annotation wanted for each, and no review."""
    made = await make_project()
    await made.add_items(3)
    return made


class Expect(Protocol):
    def __call__(self, response: httpx.Response, status: int = 200) -> Any: ...


@pytest.fixture(name="expect")
def _expect() -> Expect:
    """The body of a response that must have the status given (200)."""
    return expect
