"""Exports: what is in them, that they prove themselves, and that a crash leaves no trace in them."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pyarrow.parquet as pq
import pytest

from assay.formats import Manifest, MerkleTree
from assay.server.exports import parts
from assay.server.exports import store as export_store
from assay.server.exports.tree import ResumableTree
from assay.server.exports.work import ExportWork
from assay.server.filters import parse_filter
from assay.server.jobs import service, store
from assay.server.jobs.run import handler_of
from assay.server.tasks.store import FILTER_NAMES

Export = Callable[..., Awaitable[dict[str, Any]]]
Download = Callable[[Any, dict[str, Any], Path], Awaitable[Manifest]]


@pytest.fixture
def export(api: Any, expect: Any) -> Export:
    """Exports and waits for the end of the job."""

    async def start(project: Any, **wanted: Any) -> dict[str, Any]:
        job = expect(await api.owner.post(f"{project.path}/exports", json=wanted), 202)
        await api.owner.get(f"{project.path}/jobs/{job['id']}/events")
        ended: dict[str, Any] = expect(await api.owner.get(f"{project.path}/exports/{job['id']}"))
        return ended

    return start


@pytest.fixture
def download(api: Any, expect: Any) -> Download:
    """Fetches every file of an export, and its manifest."""

    async def fetch(project: Any, job: dict[str, Any], directory: Path) -> Manifest:
        files = f"{project.path}/exports/{job['id']}/files"
        for file in expect(await api.owner.get(files))["items"]:
            answer = await api.owner.get(f"{files}/{file['name']}")
            assert (answer.status_code, len(answer.content)) == (200, file["bytes"])
            (directory / file["name"]).write_bytes(answer.content)
        return Manifest.read(directory)

    return fetch


@pytest.fixture
async def labeled(api: Any, make_project: Any) -> Any:
    """Five items, all annotated; three labels are finished, two wait for review of their state."""
    project = await make_project()
    await project.add(
        [
            {
                "data": {"z": number, "text": f"passage {number}", "a": None},
                "key": f"key {number}",
                "metadata": {"site": "north" if number < 2 else "south"},
            }
            for number in range(5)
        ]
    )
    client = api.annotator()
    for _ in range(3):
        (lease,) = await project.lease(client)
        await project.submit(client, lease)
    await project.settle()
    return project


async def test_finished_labels_with_a_manifest_that_verifies(
    labeled: Any, export: Export, download: Download, tmp_path: Path
) -> None:
    job = await export(labeled)
    assert (job["state"], job["result"]) == ("done", {"files": 1, "rows": 3})
    manifest = await download(labeled, job, tmp_path)
    assert manifest.verify(tmp_path) == []
    assert (manifest.rows, manifest.counts) == (3, {"consensus": 3})
    rows = [orjson.loads(line) for line in (tmp_path / "labels-00001.jsonl").read_bytes().splitlines()]
    assert [row["key"] for row in rows] == ["key 0", "key 1", "key 2"]
    assert rows[0]["data"] == {"z": 0, "text": "passage 0", "a": None}
    assert list(rows[0]["data"]) == ["z", "text", "a"], "spliced as it was sealed"
    assert rows[0]["label"] == {"mood": "good"} and rows[0]["label_state"] == "consensus"
    assert rows[0]["metadata"] == {"site": "north"} and rows[0]["interface_version"] == 1
    damaged = tmp_path / "labels-00001.jsonl"
    damaged.write_bytes(damaged.read_bytes().replace(b"good", b"bad_"))
    assert [problem.rule for problem in manifest.verify(tmp_path)] == ["sha256"]


@pytest.mark.parametrize("what", ["labels", "annotations", "items"])
async def test_no_page_costs_a_sort_of_all_that_remain(api: Any, labeled: Any, what: str) -> None:
    nothing = parse_filter(None, FILTER_NAMES)
    values = {"project": labeled.id, "after": UUID(int=0), "limit": 2, "budget": 10_000}
    async with (
        api.engine.open(api.owner_principal(), "test") as workspace,
        workspace.cell.database.transaction() as connection,
    ):
        # As it looks to the planner when few rows of many are wanted: an index is a detour, sorting is cheap.
        await connection.execute("set local random_page_cost = 1000")
        await export_store.read_in_order(connection)
        cursor = connection.cursor(binary=False)
        statement = export_store.page_statement(what, nothing)
        plan = await (await cursor.execute(f"explain {statement}", values)).fetchall()
    assert not [line for (line,) in plan if "Sort" in line]


async def test_tables_hold_the_same_rows(
    labeled: Any, export: Export, download: Download, tmp_path: Path
) -> None:
    roots = set()
    for name in ("csv", "parquet"):
        directory = tmp_path / name
        directory.mkdir()
        manifest = await download(labeled, await export(labeled, format=name), directory)
        assert manifest.verify(directory) == []
        roots.add(manifest.root)
    assert len(roots) == 1, "the root is of the rows, not of the form they are written in"
    cells = list(csv.DictReader(io.StringIO((tmp_path / "csv/labels-00001.csv").read_text())))
    assert [cell["label.mood"] for cell in cells] == ["good"] * 3
    table = pq.read_table(tmp_path / "parquet/labels-00001.parquet").to_pylist()
    assert [row["data.text"] for row in table] == [f"passage {number}" for number in range(3)]


async def test_items_annotations_and_filters(
    api: Any, labeled: Any, export: Export, download: Download, expect: Any, tmp_path: Path
) -> None:
    assert (await export(labeled, what="items"))["result"]["rows"] == 5
    assert (await export(labeled, filter="metadata.site = north"))["result"]["rows"] == 2
    assert (await export(labeled, filter="label.mood = bad"))["result"]["rows"] == 0
    job = await export(labeled, what="annotations")
    await download(labeled, job, tmp_path)
    rows = [orjson.loads(line) for line in (tmp_path / "annotations-00001.jsonl").read_bytes().splitlines()]
    assert len(rows) == 3
    (annotation,) = rows[0]["annotations"]
    assert annotation["answer"] == {"mood": "good"} and annotation["active_ms"] == 1000
    listed = expect(
        await api.owner.get(f"{labeled.path}/tasks/{(await labeled.tasks())[0]['id']}/annotations")
    )
    assert annotation["annotator"] == listed[0]["annotator"], "the pseudonym of this tenant"


async def test_what_each_annotator_said_is_not_for_viewers(api: Any, labeled: Any, export: Export) -> None:
    for what, status in (("labels", 200), ("annotations", 403)):
        job = await export(labeled, what=what)
        path = f"{labeled.path}/exports/{job['id']}/files/{what}-00001.jsonl"
        assert (await api.viewer.get(path)).status_code == status
        assert (await api.annotator().get(path)).status_code == 403
    assert (await api.viewer.post(f"{labeled.path}/exports", json={})).status_code == 403


async def test_parts_of_a_file(api: Any, labeled: Any, export: Export) -> None:
    job = await export(labeled)
    path = f"{labeled.path}/exports/{job['id']}/files/labels-00001.jsonl"
    whole = await api.owner.get(path)
    assert whole.headers["content-disposition"].startswith("attachment")
    part = await api.owner.get(path, headers={"range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(whole.content)}"
    unchanged = {"range": "bytes=5-", "if-range": whole.headers["etag"]}
    assert (await api.owner.get(path, headers=unchanged)).content == whole.content[5:]
    changed = {"range": "bytes=5-", "if-range": '"another"'}
    assert (await api.owner.get(path, headers=changed)).content == whole.content
    beyond = await api.owner.get(path, headers={"range": f"bytes={len(whole.content)}-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{len(whole.content)}")


async def test_every_download_is_logged(api: Any, labeled: Any, export: Export) -> None:
    job = await export(labeled)
    for _ in range(2):
        await api.owner.get(f"{labeled.path}/exports/{job['id']}/files/manifest.json")
    async with (
        api.engine.open(api.owner_principal(), "test") as workspace,
        workspace.cell.database.connection() as connection,
    ):
        found = await connection.execute(
            "select action from log_row where object_id = %s order by id", (UUID(job["id"]),)
        )
        actions = [row[0] for row in await found.fetchall()]
    assert actions.count("export.read") == 1, "a reader who comes back at once reads the same"
    assert actions.count("export.created") == 1 and actions[-2:] == ["job.finished", "export.read"]


async def test_wrong_requests(api: Any, labeled: Any, project: Any, export: Export) -> None:
    path = f"{labeled.path}/exports"
    for wrong in (
        {"format": "xml"},
        {"filter": "state ="},
        {"filter": "mood = good"},
        {"dataset_version_id": str(UUID(int=1)), "filter": "state = done"},
    ):
        assert (await api.owner.post(path, json=wrong)).status_code == 422
    assert (await api.owner.post(path, json={"dataset_version_id": str(UUID(int=1))})).status_code == 404
    job = await export(labeled)
    assert (await api.owner.get(f"{project.path}/exports/{job['id']}/files")).status_code == 404
    assert (await api.owner.get(f"{path}/{job['id']}/files/other.jsonl")).status_code == 404


async def test_goes_on_after_a_crash_with_the_next_part(
    api: Any, labeled: Any, download: Download, expect: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One row a part; killed while the third is committed. The files and the root are as if nothing was."""
    monkeypatch.setattr(parts, "PART_BYTES", 1)
    monkeypatch.setattr("assay.server.exports.pages._PAGE_ROWS", 1)
    calls, reached = 0, asyncio.Event()
    advance = store.advance

    async def hang_once(*arguments: Any, **options: Any) -> Any:
        nonlocal calls
        answer = await advance(*arguments, **options)
        calls += 1
        if calls == 3:
            reached.set()
            await asyncio.Event().wait()
        return answer

    async with api.engine.open(api.owner_principal(), "test") as workspace:
        async with workspace.cell.database.transaction() as connection:
            job = await store.add(
                connection,
                job=UUID("019e0000-0000-7000-8000-00000000e4b0"),
                project=labeled.id,
                kind="export",
                parameters={"export": {"format": "jsonl", "what": "items"}},
                options=None,
                total=5,
                created_by=workspace.actor,
            )
        handle = handler_of(api.engine, ExportWork())
        monkeypatch.setattr(store, "advance", hang_once)
        running: asyncio.Task[None] = asyncio.ensure_future(handle(workspace.cell, {"job": str(job.id)}))
        await reached.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert (await service.read(workspace, labeled.id, job.id)).done == 2
        await handle(workspace.cell, {"job": str(job.id)})
        ended = await service.read(workspace, labeled.id, job.id)
    assert (ended.state, ended.done) == ("done", 5)
    manifest = await download(labeled, {"id": str(job.id)}, tmp_path)
    assert manifest.verify(tmp_path) == []
    assert [file.rows for file in manifest.files if file.rows] == [1] * 5


async def test_a_cancelled_export_leaves_no_files(
    api: Any, labeled: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "PART_BYTES", 1)
    monkeypatch.setattr("assay.server.exports.pages._PAGE_ROWS", 1)
    async with api.engine.open(api.owner_principal(), "test") as workspace:
        async with workspace.cell.database.transaction() as connection:
            job = await store.add(
                connection,
                job=UUID("019e0000-0000-7000-8000-00000000e4b1"),
                project=labeled.id,
                kind="export",
                parameters={"export": {"format": "jsonl", "what": "items"}},
                options=None,
                total=5,
                created_by=workspace.actor,
            )
        advance = store.advance

        async def asked_to_stop(*arguments: Any, **options: Any) -> Any:
            return await advance(*arguments, **options) is None or True

        monkeypatch.setattr(store, "advance", asked_to_stop)
        await handler_of(api.engine, ExportWork())(workspace.cell, {"job": str(job.id)})
        ended = await service.read(workspace, labeled.id, job.id)
        assert (ended.state, ended.done) == ("cancelled", 1)
        stored = {path.name for path in (api.engine.settings.home / "cells").rglob("*") if path.is_file()}
        assert not stored & {parts.blob_of(job.id, part).hex for part in range(7)}


def test_a_tree_that_was_put_away_has_the_same_root() -> None:
    leaves = [number.to_bytes(32) for number in range(3000)]
    whole = MerkleTree()
    whole.extend(leaves)
    tree = ResumableTree()
    for start in range(0, 3000, 700):
        tree = ResumableTree.resume(orjson.loads(orjson.dumps(tree.state())))
        tree.extend(leaves[start : start + 700])
    assert tree.root() == whole.root() and tree.size == 3000
