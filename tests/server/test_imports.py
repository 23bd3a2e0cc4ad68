"""Imports: every format, whatever is wrong with a file, and a crash at any place."""

from __future__ import annotations

import asyncio
import gzip
import io
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import UUID

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from assay.errors import NotFound
from assay.identifiers import new_id
from assay.server.imports import work as import_work
from assay.server.imports.work import ImportWork
from assay.server.jobs import service, store
from assay.server.jobs.run import handler_of
from assay.server.workspace import Workspace

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
PHOTO_INTERFACE: dict[str, Any] = {
    "version": 1,
    "inputs": [{"name": "image", "type": "image", "source": "$.image"}],
    "fields": [{"name": "kind", "type": "choice", "options": [{"value": "cat"}, {"value": "dog"}]}],
}

Import = Callable[..., Awaitable[dict[str, Any]]]


def lines(*rows: Any) -> bytes:
    return b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows)


@pytest.fixture
def import_file(api: Any, expect: Any) -> Import:
    """Imports a file and waits for the end of its job, by its events."""

    async def start(project: Any, content: bytes, **parameters: Any) -> dict[str, Any]:
        answer = await api.owner.post(f"{project.path}/imports", content=content, params=parameters)
        job = expect(answer, 202)
        path = f"{project.path}/jobs/{job['id']}"
        await api.owner.get(f"{path}/events")
        ended: dict[str, Any] = expect(await api.owner.get(path))
        return ended

    return start


@pytest.fixture
async def empty(make_project: Any) -> Any:
    return await make_project()


async def rejected(api: Any, project: Any, job: dict[str, Any]) -> list[tuple[int, str]]:
    answer = await api.owner.get(f"{project.path}/jobs/{job['id']}/rejected")
    return [(row["number"], row["rule"]) for row in answer.json()["items"]]


async def test_good_rows_go_in_and_bad_ones_are_listed(
    api: Any, empty: Any, import_file: Import, expect: Any
) -> None:
    content = lines(
        {"data": {"text": "one"}, "key": "a", "metadata": {"site": "north"}, "priority": 5},
        {"data": {"wrong": "no text"}},
        {"data": {"text": "again"}, "key": "a"},
        {"text": "bare"},
        {"data": {"text": "known"}, "gold": {"answer": {"mood": "good"}}},
        {"data": {"text": "bad gold"}, "gold": {"answer": {"mood": "unheard of"}}},
    )
    job = await import_file(empty, content + b"not json\n", format="jsonl")
    assert (job["state"], job["done"], job["rejected"]) == ("done", 7, 4)
    assert job["result"]["items"] == 3 and job["progress"] == 1.0
    listed = expect(await api.owner.get(f"{empty.path}/jobs/{job['id']}/rejected", params={"limit": 2}))
    assert [(row["number"], row["rule"]) for row in listed["items"]] == [
        (2, "required"),
        (3, "duplicate_key"),
    ]
    assert "wrong" in listed["items"][0]["value"]
    rest = await api.owner.get(
        f"{empty.path}/jobs/{job['id']}/rejected", params={"cursor": listed["next_cursor"]}
    )
    assert [row["number"] for row in rest.json()["items"]] == [6, 7]
    tasks = await empty.tasks()
    assert sorted(task["state"] for task in tasks) == ["gold", "open", "open"]
    assert [task["priority"] for task in await empty.tasks("metadata.site = north")] == [5]
    item = expect(await api.owner.get(f"{empty.path}/items/by-key", params={"key": "a"}))
    assert item["data"] == {"text": "one"}
    forbidden = await api.annotator().get(f"{empty.path}/jobs/{job['id']}/rejected")
    assert forbidden.status_code == 403


async def test_what_was_imported_can_be_leased(api: Any, empty: Any, import_file: Import) -> None:
    client = api.annotator()
    assert await empty.lease(client) == []
    await import_file(empty, lines({"text": "one"}, {"text": "two"}))
    assert await empty.annotate_all(client) == 2


async def test_keys_are_unique_over_imports(api: Any, empty: Any, import_file: Import) -> None:
    content = lines({"data": {"text": "one"}, "key": "a"}, {"data": {"text": "two"}, "key": "b"})
    await import_file(empty, content)
    again = await import_file(empty, content + lines({"data": {"text": "three"}, "key": "c"}))
    assert await rejected(api, empty, again) == [(1, "duplicate_key"), (2, "duplicate_key")]
    assert len(await empty.tasks()) == 3


async def test_keys_that_come_again_in_later_chunks_or_are_known_already(
    api: Any, empty: Any, import_file: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_work, "CHUNK_ROWS", 10)
    await import_file(empty, lines({"data": {"text": "before"}, "key": "13"}))
    keys = [*range(25), 3, 24, *range(25, 40), 39]
    rows = [{"data": {"text": f"{place}"}, "key": f"{key}"} for place, key in enumerate(keys)]
    job = await import_file(empty, lines(*rows))
    again = {1 + keys.index(13), 26, 27, len(keys)}
    assert await rejected(api, empty, job) == [(number, "duplicate_key") for number in sorted(again)]
    assert (job["result"]["items"], len(await empty.tasks())) == (39, 40)


async def test_two_imports_of_the_same_keys_at_once(empty: Any, import_file: Import) -> None:
    content = lines(*({"data": {"text": f"{number}"}, "key": f"{number}"} for number in range(300)))
    jobs = await asyncio.gather(import_file(empty, content), import_file(empty, content))
    assert sum(job["result"]["items"] for job in jobs) == 300
    assert sum(job["rejected"] for job in jobs) == 300


async def test_csv_gzip_and_parquet(api: Any, empty: Any, import_file: Import, expect: Any) -> None:
    table = "id,body\nx1,first\nx2,second\n"
    renamed = {"file_name": "items.csv", "column": ["id=key", "body=text"]}
    assert (await import_file(empty, table.encode(), **renamed))["result"]["items"] == 2
    assert expect(await api.owner.get(f"{empty.path}/items/by-key", params={"key": "x2"}))["data"] == {
        "text": "second"
    }
    packed = gzip.compress(lines({"text": "packed"}))
    assert (await import_file(empty, packed, file_name="more.jsonl.gz"))["result"]["items"] == 1
    target = io.BytesIO()
    pq.write_table(pa.table({"text": ["a", "b", None]}), target)
    job = await import_file(empty, target.getvalue())
    assert (job["result"]["items"], job["rejected"]) == (2, 1)


async def test_a_zip_of_files(api: Any, make_project: Any, import_file: Import, expect: Any) -> None:
    project = await make_project(interface=PHOTO_INTERFACE)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("secret/cat.png", PNG)
        archive.writestr("secret/page.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>")
        archive.writestr("secret/note.txt", "no picture")
    job = await import_file(project, target.getvalue(), file_name="photos.zip")
    assert (job["state"], job["result"]["items"], job["rejected"]) == ("done", 1, 2)
    assert {rule for _, rule in await rejected(api, project, job)} == {"media_type", "required"}
    (task,) = await project.tasks()
    item = expect(await api.owner.get(f"{project.path}/items/{task['item_id']}"))
    image = item["data"]["image"]
    assert (image["media_type"], image["bytes"], image["name"]) == ("image/png", len(PNG), "secret/cat.png")
    fetched = await api.owner.get(f"http://assay.test{item['media'][image['blob']]}")
    assert fetched.content == PNG


async def test_a_file_that_cannot_be_read_fails_the_job(api: Any, empty: Any, import_file: Import) -> None:
    job = await import_file(empty, b"PK\x03\x04 not really", format="zip")
    assert job["state"] == "failed" and job["error"]["code"] == "invalid_input"
    assert await empty.tasks() == []


async def test_what_is_refused_before_anything_is_stored(api: Any, empty: Any, make_project: Any) -> None:
    path = f"{empty.path}/imports"
    blobs = api.engine.settings.home / "cells"
    before = sorted(blobs.rglob("*"))
    unknown = await api.owner.post(path, content=b"\x00\x01")
    assert (unknown.status_code, unknown.json()["problems"][0]["rule"]) == (422, "unknown_format")
    batch = await api.owner.post(path, content=lines({"text": "x"}), params={"batch_id": str(UUID(int=7))})
    assert batch.status_code == 404
    option = await api.owner.post(path, content=b"a\n1\n", params={"format": "csv", "column": "nothing"})
    assert option.status_code == 422
    misspelt = await api.owner.post(path, content=b"{}", params={"fromat": "csv"})
    assert misspelt.status_code == 422
    assert (await api.annotator().post(path, content=b"{}")).status_code == 403
    missing = await api.owner.post(f"/projects/{UUID(int=7)}/imports", content=lines({"text": "x"}))
    assert missing.status_code == 404
    assert sorted(file for file in blobs.rglob("*") if file.is_file()) == [
        file for file in before if file.is_file()
    ]


async def test_too_large_a_file_leaves_nothing(api: Any, empty: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    smaller = api.engine.settings.model_copy(update={"max_upload_bytes": 10_000})
    monkeypatch.setattr(api.engine, "settings", smaller)
    answer = await api.owner.post(f"{empty.path}/imports?format=jsonl", content=b" " * 20_000)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert (await api.owner.get(f"{empty.path}/jobs")).json()["items"] == []


async def test_the_same_import_sent_twice_happens_once(api: Any, empty: Any, expect: Any) -> None:
    headers = {"idempotency-key": "import-once"}
    content = lines({"text": "one"})
    path = f"{empty.path}/imports?format=jsonl"
    first = expect(await api.owner.post(path, content=content, headers=headers), 202)
    second = expect(await api.owner.post(path, content=content, headers=headers), 202)
    assert first["id"] == second["id"]
    await api.owner.get(f"{empty.path}/jobs/{first['id']}/events")
    assert len(await empty.tasks()) == 1


class Interrupted:
    """An import job that only the test runs, in chunks of ten rows."""

    def __init__(self, api: Any, project: Any, workspace: Workspace) -> None:
        self.api, self.project, self.workspace = api, project, workspace
        self.job = new_id()

    async def prepare(self, content: bytes) -> None:
        key = await self.workspace.project_key(self.project.id)

        async def stream() -> AsyncIterator[bytes]:
            yield content

        await self.workspace.cell.blobs.put(key, self.job, stream())
        (first,) = await self.project.add([{"data": {"text": "makes the batch"}}])
        batch = (await self.project.tasks(f"item = {first}"))[0]["batch_id"]
        sealer = key.sealer(self.workspace.cell.id, "job", "options")
        options: dict[str, Any] = {
            "encoding": "utf-8",
            "delimiter": None,
            "typed": False,
            "columns": {},
            "labels": "ignore",
        }
        async with self.workspace.cell.database.transaction() as connection:
            await store.add(
                connection,
                job=self.job,
                project=self.project.id,
                kind="import",
                parameters={"format": "jsonl", "batch": batch, "bytes": len(content)},
                options=sealer.seal(orjson.dumps(options), self.job),
                total=None,
                created_by=self.workspace.actor,
            )

    async def run(self) -> None:
        await handler_of(self.api.engine, ImportWork())(self.workspace.cell, {"job": str(self.job)})

    async def read(self) -> Any:
        return await service.read(self.workspace, self.project.id, self.job)


@pytest.fixture
async def interrupted(api: Any, empty: Any, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Interrupted]:
    monkeypatch.setattr(import_work, "CHUNK_ROWS", 10)
    async with api.engine.open(api.owner_principal(), "test") as workspace:
        yield Interrupted(api, empty, workspace)


async def test_killed_between_chunks_nothing_is_missing_nor_twice(
    interrupted: Interrupted, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [{"data": {"text": f"row {number}"}, "key": f"{number}"} for number in range(45)]
    await interrupted.prepare(lines(*rows, {"wrong": 1}))
    written, calls = asyncio.Event(), 0
    advance = store.advance

    async def hang_before_the_commit(*arguments: Any, **options: Any) -> Any:
        nonlocal calls
        answer = await advance(*arguments, **options)
        calls += 1
        if calls == 3:
            written.set()
            await asyncio.Event().wait()
        return answer

    monkeypatch.setattr(store, "advance", hang_before_the_commit)
    running = asyncio.create_task(interrupted.run())
    await written.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    monkeypatch.setattr(store, "advance", advance)
    assert ((await interrupted.read()).done, (await interrupted.read()).state) == (20, "running")

    await interrupted.run()
    job = await interrupted.read()
    assert (job.state, job.done, job.rejected) == ("done", 46, 1)
    assert job.result is not None and job.result["items"] == 45
    assert len(await interrupted.project.tasks()) == 46
    for number in (0, 19, 20, 29, 30, 44):
        found = await interrupted.api.owner.get(
            f"{interrupted.project.path}/items/by-key", params={"key": f"{number}"}
        )
        assert found.json()["data"] == {"text": f"row {number}"}


async def test_cancelled_between_chunks_what_is_in_stays(
    interrupted: Interrupted, monkeypatch: pytest.MonkeyPatch
) -> None:
    await interrupted.prepare(lines(*({"text": f"row {number}"} for number in range(45))))
    advance = store.advance

    async def ask_to_cancel(*arguments: Any, **options: Any) -> Any:
        async with interrupted.workspace.cell.lookups.connection() as connection:
            await connection.execute(
                "update job set cancel_requested = true where id = %s and done = 0", (interrupted.job,)
            )
        return await advance(*arguments, **options)

    monkeypatch.setattr(store, "advance", ask_to_cancel)
    await interrupted.run()
    job = await interrupted.read()
    assert (job.state, job.done) == ("cancelled", 10)
    assert len(await interrupted.project.tasks()) == 11
    key = await interrupted.workspace.project_key(interrupted.project.id)
    with pytest.raises(NotFound):
        interrupted.workspace.cell.blobs.open(key, interrupted.job)
