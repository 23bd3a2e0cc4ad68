"""Idempotency keys: a create that is sent again happens once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from assay.server.batches import service as batches
from assay.server.batches.models import NewBatch
from assay.server.idempotency import store
from assay.server.idempotency.joined import JoinedDatabase
from assay.server.idempotency.service import sweep

BATCH = {"name": "first", "priority": 3}


def key() -> dict[str, str]:
    return {"idempotency-key": str(uuid4())}


async def test_the_same_request_is_answered_byte_for_byte(api: Any, project: Any, expect: Any) -> None:
    headers = key()
    path = f"{project.path}/batches"
    first = await api.owner.post(path, json=BATCH, headers=headers)
    again = await api.owner.post(path, json=BATCH, headers=headers)
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    names = [one["name"] for one in expect(await api.owner.get(path))["items"]]
    assert names.count("first") == 1


async def test_the_same_key_for_another_body_is_a_conflict(api: Any, project: Any) -> None:
    headers = key()
    path = f"{project.path}/batches"
    assert (await api.owner.post(path, json=BATCH, headers=headers)).status_code == 201
    other = await api.owner.post(path, json={**BATCH, "priority": 4}, headers=headers)
    assert other.status_code == 409 and other.json()["path"] == "/header/idempotency-key"


async def test_a_key_belongs_to_its_sender_and_its_address(api: Any, project: Any) -> None:
    headers = key()
    first = await api.owner.post(f"{project.path}/batches", json=BATCH, headers=headers)
    other = await api.manager.post(f"{project.path}/batches", json=BATCH, headers=headers)
    assert first.json()["id"] != other.json()["id"]
    items = {"items": [{"data": {"text": "a"}}]}
    assert (await api.owner.post(f"{project.path}/items", json=items, headers=headers)).status_code == 201


async def test_duplicates_at_once_create_one_thing(api: Any, project: Any, expect: Any) -> None:
    headers = key()
    body = {"items": [{"data": {"text": "only once"}}]}
    path = f"{project.path}/items"
    responses = await asyncio.gather(*(api.owner.post(path, json=body, headers=headers) for _ in range(6)))
    assert {response.status_code for response in responses} == {201}
    assert len({response.content for response in responses}) == 1
    assert sum("idempotency-replayed" in response.headers for response in responses) == 5
    assert len(await project.tasks()) == 4


async def test_an_error_is_not_kept(api: Any, project: Any) -> None:
    headers = key()
    path = f"{project.path}/items"
    batch = str(uuid4())
    body = {"items": [{"data": {"text": "x"}}], "batch_id": batch}
    assert (await api.owner.post(path, json=body, headers=headers)).status_code == 404
    body = {"items": [{"data": {"text": "x"}}]}
    assert (await api.owner.post(path, json=body, headers=headers)).status_code == 201


async def test_a_refused_item_takes_nothing_else_back(api: Any, project: Any, expect: Any) -> None:
    """The service's own transaction becomes a savepoint; what it wrote is there with the answer."""
    headers = key()
    body = {"items": [{"data": {"text": "x"}, "key": "k"}, {"data": {"nothing": 1}}]}
    made = expect(await api.owner.post(f"{project.path}/items", json=body, headers=headers), 201)
    assert made["items"][1] is None and len(made["rejected"]) == 1
    replay = await api.owner.post(f"{project.path}/items", json=body, headers=headers)
    assert replay.json() == made


@pytest.mark.parametrize("path", ["projects", "webhooks", "api-keys"])
async def test_every_create_takes_a_key(api: Any, expect: Any, path: str, project: Any) -> None:
    interface = expect(await api.owner.get(f"{project.path}/interface/versions/1"))["interface"]
    body = {
        "projects": {"name": "Once", "interface": interface},
        "webhooks": {"url": "http://127.0.0.1:9/", "events": ["label.created"]},
        "api-keys": {"name": "once", "role": "viewer"},
    }[path]
    headers = key()
    first = await api.owner.post(f"/{path}", json=body, headers=headers)
    again = await api.owner.post(f"/{path}", json=body, headers=headers)
    assert first.status_code == 201 and first.content == again.content
    assert again.headers["idempotency-replayed"] == "true"


async def test_what_is_kept_is_sealed_and_swept(api: Any, project: Any) -> None:
    headers = key()
    made = (await api.owner.post(f"{project.path}/batches", json=BATCH, headers=headers)).json()
    async with api.engine.open(api.engine.acting_in(api.tenant), "test") as workspace:
        database = workspace.cell.database
        async with database.transaction() as connection:
            cursor = await connection.execute("select response from idempotency_key")
            kept = b"".join(row[0] for row in await cursor.fetchall())
            assert made["id"].encode() not in kept and b"first" not in kept
            await connection.execute("update idempotency_key set created_at = now() - interval '25 hours'")
        fresh = await api.owner.post(f"{project.path}/batches", json=BATCH, headers=headers)
        assert fresh.status_code == 201 and UUID(fresh.json()["id"]) != UUID(made["id"])
        while await sweep(workspace):
            pass
        replay = await api.owner.post(f"{project.path}/batches", json=BATCH, headers=headers)
        assert replay.content == fresh.content


@pytest.mark.parametrize("bad", ["", "x" * 256])
async def test_a_key_that_is_none(api: Any, project: Any, bad: str) -> None:
    response = await api.owner.post(f"{project.path}/batches", json=BATCH, headers={"idempotency-key": bad})
    assert response.status_code == 422


async def test_a_crash_before_the_answer_is_kept_leaves_nothing(api: Any, project: Any, expect: Any) -> None:
    class Crash(Exception):
        pass

    async with api.engine.open(api.owner_principal(), "test") as workspace:
        with pytest.raises(Crash):
            async with workspace.cell.database.transaction() as connection:
                claimed = await store.claim(
                    connection, key=b"k" * 32, request=b"r", retention_seconds=60, wait_milliseconds=100
                )
                assert claimed
                joined = replace(workspace.cell, database=JoinedDatabase(connection))
                within = replace(workspace, cell=joined)
                await batches.create(within, project.id, NewBatch(name="lost"))
                raise Crash
    listed = expect(await api.owner.get(f"{project.path}/batches"))["items"]
    assert "lost" not in [one["name"] for one in listed]
