"""A tenant with every kind of object in it, and everybody who could ask for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID, uuid4

import httpx

from assay.control.access import Role
from assay.server.consensus.service import settle_annotated
from assay.server.engine import Engine

INTERFACE: dict[str, Any] = {
    "version": 1,
    "inputs": [
        {"name": "text", "type": "text", "source": "$.text"},
        {"name": "image", "type": "image", "source": "$.image"},
    ],
    "fields": [
        {
            "name": "mood",
            "type": "choice",
            "options": [{"value": "good"}, {"value": "bad"}],
            "indexed": True,
        }
    ],
}
ANSWER = {"mood": "good"}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8cfc00000030101007a5eabb10000000049454e44ae426082"
)
HELPER = "annotator 4"
"""Does the annotating that others need before they can do what they do."""


class Tenant(Protocol):
    """What a world needs of the `api` and `rival` fixtures."""

    tenant: UUID
    clients: dict[str, httpx.AsyncClient]

    @property
    def engine(self) -> Engine: ...

    async def client(self, key: str | None) -> httpx.AsyncClient: ...

    async def key(self, role: Role, name: str = ..., projects: list[UUID] | None = ...) -> str: ...


@dataclass(slots=True)
class Project:
    """A project with one of everything; `ids` names each by kind."""

    world: World
    id: str
    ids: dict[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return f"{self.world.path}/projects/{self.id}"

    @property
    def uuid(self) -> UUID:
        return UUID(self.id)

    async def upload(self) -> dict[str, Any]:
        """A stored image, as an item's data refers to it."""
        content = PNG + uuid4().bytes
        made = await self.world.client("owner").post(f"{self.path}/uploads?file_name=a.png", content=content)
        reference: dict[str, Any] = expect(made, 201)
        return reference

    async def add_item(self, priority: int = 0) -> str:
        """A new item with an image; its id."""
        item = {
            "data": {"text": "a passage", "image": await self.upload()},
            "key": str(uuid4()),
            "priority": priority,
        }
        added = await self.post("owner", "items", {"items": [item]}, 201)
        assert added["rejected"] == [], added
        return str(added["items"][0])

    async def task_of(self, item: str) -> str:
        return str((await self.get("owner", f"items/{item}"))["task_id"])

    async def lease(self, who: str, stage: str = "leases") -> dict[str, Any]:
        """A lease for somebody, on work that was made for it if there was none."""
        for attempt in range(2):
            found: list[dict[str, Any]] = (await self.post(who, stage, {"count": 1}))["leases"]
            if found:
                return found[0]
            assert attempt == 0, f"{who} was offered nothing"
            await (self.add_item() if stage == "leases" else self.reviewable())
        raise AssertionError

    async def submission(self, who: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """A new lease of somebody's, and what they would send to answer it."""
        lease = await self.lease(who)
        return lease, {
            "annotation_id": str(uuid4()),
            "lease_id": lease["id"],
            "token": lease["token"],
            "answer": ANSWER,
        }

    async def annotation(self, who: str) -> tuple[str, str]:
        """An annotation by somebody: its id, and its task's."""
        lease, submission = await self.submission(who)
        await self.post(who, "annotations", submission)
        return submission["annotation_id"], lease["task_id"]

    async def reviewable(self) -> str:
        """A task that waits for a reviewer."""
        await self.add_item(priority=1000)
        _, task = await self.annotation(HELPER)
        await self.settle()
        return task

    async def settle(self) -> None:
        engine = self.world.tenant.engine
        async with engine.open(engine.acting_in(self.world.tenant.tenant), "test") as workspace:
            while await settle_annotated(workspace, self.uuid):
                pass

    async def finished(self, job: str) -> dict[str, Any]:
        """The job when it has ended."""
        async with self.world.client("owner").stream("GET", f"{self.path}/jobs/{job}/events") as events:
            async for _ in events.aiter_lines():
                pass
        ended: dict[str, Any] = await self.get("owner", f"jobs/{job}")
        assert ended["state"] == "done", ended
        return ended

    async def start(self, route: str, body: dict[str, Any]) -> str:
        """Ask for long work and wait for its end; the job's id."""
        job = str((await self.post("owner", route, body, 202))["id"])
        await self.finished(job)
        return job

    async def post(self, who: str, route: str, body: dict[str, Any], status: int = 200) -> Any:
        return expect(await self.world.client(who).post(f"{self.path}/{route}", json=body), status)

    async def get(self, who: str, route: str) -> Any:
        return expect(await self.world.client(who).get(f"{self.path}/{route}"))


@dataclass(slots=True)
class World:
    """A tenant and its people; `main` and `sibling` are two projects that know nothing of each other."""

    tenant: Tenant
    people: dict[str, httpx.AsyncClient] = field(default_factory=dict)
    main: Project = field(init=False)
    sibling: Project = field(init=False)

    @property
    def address(self) -> str:
        return self.tenant.engine.settings.base_url

    @property
    def path(self) -> str:
        return f"{self.address}/api/v1/tenants/{self.tenant.tenant}"

    def client(self, who: str) -> httpx.AsyncClient:
        """Somebody of this tenant, by role or by name."""
        name = "annotator 0" if who == "annotator" else who
        return self.people.get(name) or self.tenant.clients[name]

    async def build(self) -> None:
        self.main = await self._project("Main")
        self.sibling = await self._project("Sibling")

    async def post(self, route: str, body: dict[str, Any], status: int = 201) -> Any:
        return expect(await self.client("owner").post(f"{self.path}/{route}", json=body), status)

    async def invite(self, role: Role = Role.VIEWER, projects: list[str] | None = None) -> str:
        """A new member who has not signed in yet; the person's id."""
        body = {"email": f"{uuid4()}@example.com", "role": role.value, "projects": projects}
        return str((await self.post("members", body))["person_id"])

    async def webhook(self, project: str | None = None) -> str:
        body = {"url": "http://127.0.0.1:9/hook", "events": ["label.created"], "project_id": project}
        return str((await self.post("webhooks", body))["id"])

    async def delivery(self, webhook: str) -> str:
        return str((await self.post(f"webhooks/{webhook}/test", {}, 202))["id"])

    async def api_key(self) -> str:
        return str((await self.post("api-keys", {"name": "spare", "role": "viewer"}))["id"])

    async def new_person(self) -> str:
        """Somebody with an account and nothing else; the address."""
        email = f"{uuid4()}@example.com"
        control = self.tenant.engine.control
        await control.people.create(control.host, email)
        return email

    async def sign_in_token(self) -> str:
        """A one-time link's token for somebody new."""
        control = self.tenant.engine.control
        person = await control.people.get_by_email(await self.new_person())
        return (await control.sign_in.create_link(control.host, person.id)).token.get_secret_value()

    async def password_account(self) -> tuple[str, str]:
        """An address and the password that opens it."""
        control = self.tenant.engine.control
        email, password = await self.new_person(), f"correct-horse-{uuid4()}"
        person = await control.people.get_by_email(email)
        await control.sign_in.set_password(control.host, person.id, password)
        return email, password

    async def signed_in(self, email: str) -> httpx.AsyncClient:
        """A client with a new session of the person with this address."""
        control = self.tenant.engine.control
        person = await control.people.get_by_email(email)
        link = await control.sign_in.create_link(control.host, person.id)
        return await session_client(self.tenant, link.token.get_secret_value())

    async def member_session(self, role: Role) -> httpx.AsyncClient:
        """A client with the session of a new member."""
        email = f"{uuid4()}@example.com"
        control = self.tenant.engine.control
        await control.memberships.invite(control.host, self.tenant.tenant, email, role)
        return await self.signed_in(email)

    async def _project(self, name: str) -> Project:
        workflow = {"leases_ahead": 50, "review": {"sample": 1.0}, "lease_seconds": 3600}
        request = {"name": name, "interface": INTERFACE, "instructions": "Look.", "workflow": workflow}
        project = Project(self, str((await self.post("projects", request))["id"]))
        await self._fill(project)
        return project

    async def _fill(self, project: Project) -> None:
        """One of everything that has an id."""
        ids = project.ids
        ids["tenant_id"] = str(self.tenant.tenant)
        ids["project_id"] = project.id
        ids["batch_id"] = (await project.post("owner", "batches", {"name": "b"}, 201))["id"]
        ids["item_id"] = await project.add_item()
        ids["item_key"] = (await project.get("owner", f"items/{ids['item_id']}"))["key"]
        ids["task_id"] = await project.task_of(ids["item_id"])
        ids["blob_id"] = (await project.upload())["blob"]
        gold = f"{project.path}/tasks/{ids['task_id']}/gold"
        expect(await self.client("owner").put(gold, json={"answer": ANSWER}))
        ids["annotation_id"], annotated = await project.annotation("annotator")
        lease = await project.lease("annotator")
        ids["lease_id"], ids["token"] = lease["id"], lease["token"]
        comment = {"body": "Look again"}
        ids["comment_id"] = (await project.post("annotator", f"tasks/{annotated}/comments", comment, 201))[
            "id"
        ]
        await project.reviewable()
        review = await project.lease("reviewer", "reviews/leases")
        ids["review_lease_id"], ids["review_token"] = review["id"], review["token"]
        ids["key_id"] = await self.api_key()
        ids["person_id"] = await self.invite()
        ids["webhook_id"] = await self.webhook(project.id)
        ids["delivery_id"] = await self.delivery(ids["webhook_id"])
        read = await project.get("owner", f"items/{ids['item_id']}")
        ids["media"] = next(iter(read["media"].values())).rpartition("/")[2]
        rows = b'{"data": {"text": "imported"}}\n'
        started = await self.client("owner").post(f"{project.path}/imports?format=jsonl", content=rows)
        ids["job_id"] = expect(started, 202)["id"]
        await project.finished(ids["job_id"])
        ids["export_id"] = await project.start("exports", {"what": "items"})
        ids["version_id"] = await project.start("dataset-versions", {"name": "first"})
        ids["other_id"] = await project.start("dataset-versions", {"name": "second"})


async def session_client(tenant: Tenant, link_token: str) -> httpx.AsyncClient:
    """A client that was signed in by a link, as a browser on our own pages is."""
    client = await tenant.client(None)
    address = tenant.engine.settings.base_url
    client.headers["origin"] = address
    expect(await client.post(f"{address}/api/v1/sessions/link", json={"token": link_token}), 201)
    return client


def expect(response: httpx.Response, status: int = 200) -> Any:
    """The body of a response that must have this status."""
    assert response.status_code == status, f"{response.status_code}: {response.text[:1000]}"
    return response.json() if response.content else None
