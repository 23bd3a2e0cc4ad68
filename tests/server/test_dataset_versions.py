"""Dataset versions: frozen, proven by their exports, and compared."""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.formats import Manifest
from assay.identifiers import new_id
from assay.server.dataset_versions.diff import compare
from assay.server.dataset_versions.index import IndexEntry, pack, unpack

Freeze = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
def freeze(api: Any, expect: Any) -> Freeze:
    """Makes a version and waits until it is ready."""

    async def start(project: Any, name: str = "v", **members: Any) -> dict[str, Any]:
        new = {"name": name, **members}
        job = expect(await api.owner.post(f"{project.path}/dataset-versions", json=new), 202)
        await api.owner.get(f"{project.path}/jobs/{job['id']}/events")
        path = f"{project.path}/dataset-versions/{job['id']}"
        version: dict[str, Any] = expect(await api.owner.get(path))
        return version

    return start


async def exported(api: Any, expect: Any, project: Any, directory: Path, **wanted: Any) -> Manifest:
    job = expect(await api.owner.post(f"{project.path}/exports", json=wanted), 202)
    await api.owner.get(f"{project.path}/jobs/{job['id']}/events")
    files = f"{project.path}/exports/{job['id']}/files"
    for file in expect(await api.owner.get(files))["items"]:
        (directory / file["name"]).write_bytes((await api.owner.get(f"{files}/{file['name']}")).content)
    return Manifest.read(directory)


async def test_from_import_to_a_manifest_that_verifies_offline(
    api: Any, make_project: Any, freeze: Freeze, expect: Any, tmp_path: Path
) -> None:
    project = await make_project()
    rows = [{"data": {"text": f"passage {number}", "b": number}, "key": f"{number}"} for number in range(7)]
    content = b"".join(orjson.dumps(row) + b"\n" for row in rows)
    imported = expect(await api.owner.post(f"{project.path}/imports?format=jsonl", content=content), 202)
    await api.owner.get(f"{project.path}/jobs/{imported['id']}/events")
    assert await project.annotate_all(api.annotator()) == 7
    await project.settle()
    version = await freeze(project, name="first delivery")
    assert (version["state"], version["rows"], version["number"]) == ("ready", 7, 1)
    assert version["name"] == "first delivery"
    manifest = await exported(api, expect, project, tmp_path, dataset_version_id=version["id"])
    assert manifest.verify(tmp_path) == []
    assert manifest.root == version["root"]
    interface = expect(await api.owner.get(f"{project.path}/interface/versions/1"))
    assert manifest.interface_hash == interface["version_hash"]


async def test_a_version_stays_what_it_was(
    api: Any, project: Any, freeze: Freeze, expect: Any, tmp_path: Path
) -> None:
    annotator = api.annotator()
    assert await project.annotate_all(annotator) == 3
    await project.settle()
    first = await freeze(project)
    assert (await freeze(project))["root"] == first["root"], "the same content has the same root"

    mine = expect(await annotator.get(f"{project.path}/annotations"))["items"]
    change = {"seen_revision": 1, "answer": {"mood": "bad"}, "active_ms": 5}
    revised = await annotator.put(f"{project.path}/annotations/{mine[0]['id']}", json=change)
    assert revised.status_code == 200, revised.text
    await project.settle()
    await project.add_items(1)
    await project.annotate_all(annotator)
    await project.settle()
    second = await freeze(project)
    assert (second["root"] != first["root"], second["rows"], second["number"]) == (True, 4, 3)

    manifest = await exported(api, expect, project, tmp_path, dataset_version_id=first["id"])
    assert (manifest.root, manifest.verify(tmp_path)) == (first["root"], [])
    lines = (tmp_path / "labels-00001.jsonl").read_bytes().splitlines()
    assert [orjson.loads(line)["label"]["mood"] for line in lines] == ["good"] * 3

    path = f"{project.path}/dataset-versions/{first['id']}/diff/{second['id']}"
    diff = expect(await api.owner.get(path))
    assert [diff[name] for name in ("added", "removed", "changed", "unchanged")] == [1, 0, 1, 2]
    assert {entry["change"]: entry["revision_after"] for entry in diff["items"]} == {"changed": 2, "added": 1}
    page = expect(await api.owner.get(path, params={"limit": 1}))
    rest = expect(await api.owner.get(path, params={"limit": 1, "cursor": page["next_cursor"]}))
    assert page["items"] + rest["items"] == diff["items"] and rest["next_cursor"] is None
    only = expect(await api.owner.get(path, params={"change": "added"}))
    assert [entry["change"] for entry in only["items"]] == ["added"]
    back = f"{project.path}/dataset-versions/{second['id']}/diff/{first['id']}"
    assert expect(await api.owner.get(back))["removed"] == 1


async def test_a_filter_chooses_what_goes_in(api: Any, make_project: Any, freeze: Freeze) -> None:
    project = await make_project()
    await project.add_items(2, metadata={"site": "north"})
    await project.add_items(3, metadata={"site": "south"})
    await project.annotate_all(api.annotator())
    await project.settle()
    version = await freeze(project, filter="metadata.site = north")
    assert (version["rows"], version["filter"]) == (2, "metadata.site = north")
    empty = await freeze(project, filter="metadata.site = nowhere")
    assert (empty["state"], empty["rows"]) == ("ready", 0)


async def test_listed_and_guarded(api: Any, project: Any, freeze: Freeze, make_project: Any) -> None:
    made = [await freeze(project, name=f"v{number}") for number in range(3)]
    first = (await api.viewer.get(f"{project.path}/dataset-versions", params={"limit": 2})).json()
    assert [version["number"] for version in first["items"]] == [3, 2]
    rest = await api.viewer.get(f"{project.path}/dataset-versions", params={"cursor": first["next_cursor"]})
    assert [version["name"] for version in rest.json()["items"]] == ["v0"]
    other = await make_project()
    assert (await api.owner.get(f"{other.path}/dataset-versions/{made[0]['id']}")).status_code == 404
    path = f"{project.path}/dataset-versions/{made[0]['id']}/diff/{UUID(int=1)}"
    assert (await api.owner.get(path)).status_code == 404
    assert (await api.viewer.post(f"{project.path}/dataset-versions", json={"name": "x"})).status_code == 403
    wrong = await api.owner.post(f"{project.path}/dataset-versions", json={"name": "x", "filter": "nonsense"})
    assert wrong.status_code == 422


ENTRIES = st.dictionaries(
    st.integers(1, 40).map(lambda number: UUID(int=number << 100)),
    st.tuples(st.integers(1, 3), st.integers(1, 2), st.binary(min_size=32, max_size=32)),
    max_size=20,
)


@given(ENTRIES, ENTRIES, st.integers(1, 7))
def test_comparison_is_that_of_the_rows(
    older: dict[UUID, tuple[int, int, bytes]], newer: dict[UUID, tuple[int, int, bytes]], block: int
) -> None:
    shared = {item: entry for item, entry in older.items() if item.int >> 100 & 1}
    newer = {**newer, **shared}
    counts, entries = compare(_index(older), _index(newer), limit=1000, block=block)
    expected = {}
    for item in sorted(older.keys() | newer.keys()):
        if item not in older:
            expected[item] = "added"
        elif item not in newer:
            expected[item] = "removed"
        elif older[item][1:] != newer[item][1:]:
            expected[item] = "changed"
    assert {entry.item_id: entry.change for entry in entries} == expected
    assert [entry.item_id for entry in entries] == list(expected)
    assert counts["unchanged"] == len(older.keys() | newer.keys()) - len(expected)


def test_records_come_back_as_they_were() -> None:
    entries = [IndexEntry(new_id(), 7, 2, bytes(range(32))), IndexEntry(new_id(), 1, 1, bytes(32))]
    assert unpack(pack(entries)) == entries and len(pack(entries)) == 128


def _index(entries: dict[UUID, tuple[int, int, bytes]]) -> io.BytesIO:
    return io.BytesIO(pack([IndexEntry(item, *entries[item]) for item in sorted(entries)]))
