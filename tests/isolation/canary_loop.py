"""The whole loop of a project whose every piece of content holds a canary, failures included."""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from ..faults.engine_process import EngineProcess
from .canaries import Flock
from .world import PNG, expect

CONTROL = "this stands in plain text"


@dataclass(slots=True)
class CanaryLoop:
    """Runs against an engine in another process; `plain` is the canary that may be found."""

    engine: EngineProcess
    flock: Flock
    plain: str
    project: str = ""
    people: dict[str, httpx.AsyncClient] = field(default_factory=dict)

    async def run(self) -> None:
        for who in ("owner", "manager", "reviewer", "annotator 0", "annotator 1"):
            self.people[who] = self.engine.client(who)
        try:
            await self._make_project()
            await self._bring_in()
            await self._work()
            await self._talk_and_fix()
            await self._take_out()
            await self._fail()
        finally:
            for client in self.people.values():
                await client.aclose()

    def interface(self, title: str) -> dict[str, Any]:
        plant = self.flock.plant
        return {
            "version": 1,
            "inputs": [
                {"name": "text", "type": "text", "source": "$.text"},
                {"name": "image", "type": "image", "source": "$.image"},
            ],
            "fields": [
                {
                    "name": "mood",
                    "type": "choice",
                    "title": title,
                    "help": plant("interface help"),
                    "options": [
                        {"value": plant("option value"), "title": plant("option title")},
                        {"value": "other"},
                    ],
                },
                {"name": "why", "type": "text", "title": plant("field title"), "required": False},
            ],
        }

    def answer(self, name: str) -> dict[str, Any]:
        return {"mood": self.flock.plant("option value"), "why": self.flock.plant(name)}

    async def _make_project(self) -> None:
        plant = self.flock.plant
        request = {
            "name": plant("project name"),
            "interface": self.interface(plant("interface title")),
            "instructions": plant("instructions"),
            "metadata": {"note": self.plain},
            "workflow": {"overlap": 2, "review": {"sample": 1.0}, "leases_ahead": 50},
        }
        headers = {"idempotency-key": plant("idempotency key")}
        owner = self.people["owner"]
        self.project = expect(await owner.post("/projects", json=request, headers=headers), 201)["id"]
        again = expect(await owner.post("/projects", json=request, headers=headers), 201)
        assert again["id"] == self.project
        await self.post("owner", "instructions", {"body": plant("second instructions")}, 201)
        hook = {"url": f"http://127.0.0.1:9/{plant('webhook url')}", "events": ["label.created"]}
        made = expect(await owner.post("/webhooks", json=hook), 201)
        expect(await owner.post(f"/webhooks/{made['id']}/test"), 202)

    async def _bring_in(self) -> None:
        plant = self.flock.plant
        batch = await self.post("owner", "batches", {"name": plant("batch name")}, 201)
        content = PNG + plant("media bytes").encode() * 100
        uploaded = await self.people["owner"].post(
            f"{self.path}/uploads", params={"file_name": plant("file name") + ".png"}, content=content
        )
        image = expect(uploaded, 201)
        items = [
            {
                "data": {"text": plant("item payload") * 200, "image": image, plant("payload member"): 1},
                "key": plant("item key"),
                "metadata": {"site": self.plain},
                "prelabels": [{"answer": self.answer("prelabel"), "score": 0.5}],
            },
            {
                "data": {"text": "gold", "image": image},
                "gold": {"answer": self.answer("gold answer"), "explanation": plant("gold explanation")},
            },
            {"data": {plant("rejected item"): plant("rejected item value")}},
        ]
        added = await self.post("owner", "items", {"items": items, "batch_id": batch["id"]}, 201)
        assert len(added["rejected"]) == 1
        for extension, rows in self._files(image):
            job = await self.people["owner"].post(
                f"{self.path}/imports",
                params={"format": extension, "file_name": plant("import file name") + f".{extension}"},
                content=rows,
            )
            ended = await self.finished(expect(job, 202)["id"], "done", "failed")
            assert ended["rejected"] or ended["error"], ended

    def _files(self, image: dict[str, Any]) -> list[tuple[str, bytes]]:
        """Files of which some rows go in and some do not, with canaries in both."""
        plant = self.flock.plant
        good = {"data": {"text": plant("imported row"), "image": image}, "key": plant("imported key")}
        bad = {"data": {"text": 7, "image": plant("rejected value")}, "key": plant("rejected key")}
        lines = [orjson.dumps(good), orjson.dumps(bad), b'{"data": ' + plant("broken line").encode()]
        unknown_column = f"text,{plant('column name')}\n{plant('csv cell')},1\n"
        rejected_cells = f"data.text,key\n{plant('rejected cell')},{plant('csv key')}\n"
        table = pa.table({"data.text": [plant("parquet cell")], plant("parquet column"): [1]})
        parquet = io.BytesIO()
        pq.write_table(table, parquet)
        return [
            ("jsonl", b"\n".join(lines)),
            ("csv", unknown_column.encode()),
            ("csv", rejected_cells.encode()),
            ("parquet", parquet.getvalue()),
        ]

    async def _work(self) -> None:
        """Two annotators answer everything but one task, which is skipped; drafts on the way."""
        plant = self.flock.plant
        for who in ("annotator 0", "annotator 1"):
            leases = (await self.post(who, "leases", {"count": 50}))["leases"]
            assert leases
            for number, lease in enumerate(leases):
                held = f"leases/{lease['id']}"
                proof = {"token": lease["token"]}
                for address in lease["media"].values():
                    assert (await self.people[who].get(f"{self.engine.url}{address}")).is_success
                draft = {**proof, "answer": {"why": plant("draft")}}
                expect(await self.people[who].put(f"{self.path}/{held}/draft", json=draft))
                if number == 1 and who == "annotator 0":
                    skip = {**proof, "reason": "other", "note": plant("skip note")}
                    await self.post(who, f"{held}/skip", skip, 204)
                    continue
                submission = {"annotation_id": str(uuid4()), "lease_id": lease["id"], **proof}
                await self.post(who, "annotations", {**submission, "answer": self.answer(f"answer of {who}")})

    async def _talk_and_fix(self) -> None:
        """Every review verdict: what is sent back is done again."""
        plant = self.flock.plant
        leases = await self._reviews()
        anchor = {"field": "why", "region": plant("comment anchor")}
        for verdict, extra in (
            ("send_back", {"comments": [{"body": plant("comment"), "anchor": anchor}]}),
            ("fix", {"answer": self.answer("fixed answer")}),
            ("accept", {}),
        ):
            if leases:
                lease = leases.pop(0)
                decision = {"review_id": str(uuid4()), "lease_id": lease["id"], "token": lease["token"]}
                await self.post("reviewer", "reviews", {**decision, "verdict": verdict, **extra})
                task = lease["task_id"]
                comment = {"body": plant("second comment")}
                await self.post("reviewer", f"tasks/{task}/comments", comment, 201)
        change = {"interface": self.interface(plant("second title"))}
        change["interface"]["fields"][1]["name"] = plant("renamed field")
        change["renames"] = {"fields": {"why": plant("renamed field")}}
        await self.post("owner", "interface/versions", change, 201)

    async def _reviews(self) -> list[dict[str, Any]]:
        async with asyncio.timeout(30):
            while True:
                answer = await self.post("reviewer", "reviews/leases", {"count": 50})
                leases: list[dict[str, Any]] = answer["leases"]
                if leases:
                    return leases
                await asyncio.sleep(0.1)

    async def _take_out(self) -> None:
        plant = self.flock.plant
        version = await self.post("owner", "dataset-versions", {"name": plant("version name")}, 202)
        await self.finished(version["id"])
        for subject in ("labels", "annotations", "items"):
            for extension in ("jsonl", "csv", "parquet"):
                made = await self.post("owner", "exports", {"format": extension, "what": subject}, 202)
                await self.finished(made["id"])
                exported = f"{self.path}/exports/{made['id']}/files"
                for file in expect(await self.people["owner"].get(exported))["items"]:
                    assert (await self.people["owner"].get(f"{exported}/{file['name']}")).is_success

    async def _fail(self) -> None:
        """Requests that are refused, with canaries where they hurt most: in what is wrong."""
        plant, owner, path = self.flock.plant, self.people["owner"], self.path
        wrong = plant("wrong request")
        refused = [
            await owner.post(f"{path}/items", json={"items": [{"data": {}, wrong: wrong}]}),
            await owner.post(f"{path}/items", content=f'{{"items": [{{"data": {{"{wrong}'.encode()),
            await owner.post("/projects", json={"name": "n", "interface": {wrong: wrong}}),
            await owner.post("/projects", json={"name": wrong * 100, "interface": {}}),
            await owner.get(f"{path}/tasks", params={"filter": f"{wrong} = {wrong}"}),
            await owner.get(f"{path}/tasks", params={"cursor": wrong}),
            await owner.get(f"{path}/items/by-key", params={"key": wrong}),
            await owner.get(f"{path}/items/{wrong}"),
            await owner.get(f"/{wrong}/{wrong}", params={wrong: wrong}),
            await owner.request(wrong.upper(), f"{path}/items"),
            await owner.post(f"{path}/exports", json={"filter": f"state = {wrong}"}),
            await owner.post(f"{path}/imports", params={"format": wrong}, content=wrong.encode()),
            await owner.post(
                f"{path}/imports", params={"encoding": wrong, "format": "csv"}, content=b"a,b\n1"
            ),
            await owner.post(f"{path}/uploads", params={"file_name": wrong}, content=wrong.encode() + b"\0"),
            await owner.get(self.engine.url, headers={"authorization": f"Bearer {wrong}"}),
        ]
        assert all(each.status_code < 500 for each in refused), [each.text for each in refused]
        for extension in ("parquet", "zip", "csv"):
            parameters = {"format": extension, "file_name": wrong}
            broken = await owner.post(
                f"{path}/imports", params=parameters, content=b"PAR1" + wrong.encode() + b"\x80\xff"
            )
            if broken.status_code == 202:
                await self.finished(broken.json()["id"], "done", "failed")

    @property
    def path(self) -> str:
        return f"/projects/{self.project}"

    async def post(self, who: str, route: str, body: dict[str, Any], status: int = 200) -> Any:
        return expect(await self.people[who].post(f"{self.path}/{route}", json=body), status)

    async def finished(self, job: str, *states: str) -> dict[str, Any]:
        async with asyncio.timeout(60):
            while True:
                found: dict[str, Any] = expect(await self.people["owner"].get(f"{self.path}/jobs/{job}"))
                if found["state"] in ("done", "failed", "cancelled"):
                    assert found["state"] in (states or ("done",)), found
                    return found
                await asyncio.sleep(0.05)
