"""The main job through the SDK, blocking and asynchronous: data in, answers, review, a version, an export."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest

import assay
from assay.client import AnnotationLease, ReviewLease
from assay.client.project_work import ProjectWork
from assay.errors import Conflict, IntegrityError, InvalidInput, NotFound, Unauthenticated, Unavailable
from assay.formats import Manifest

TEXTS = [{"data": {"text": f"passage {number}"}, "key": f"key {number}"} for number in range(6)]


def mood(lease: AnnotationLease[Any]) -> dict[str, Any] | assay.Skip:
    """Good for even passages, bad for odd ones."""
    return {"mood": "good" if int(lease.data["text"][-1]) % 2 == 0 else "bad"}


def verdict(lease: ReviewLease[Any]) -> assay.Accept | assay.Fix | assay.SendBack:
    text = lease.data["text"]
    if text.endswith("0"):
        return assay.Fix({"mood": "bad"}, comment="Read it again.")
    return assay.SendBack("Look again.", field="mood") if text.endswith("1") else assay.Accept()


# Blocking ----------------------------------------------------------------------------------------


async def test_blocking(
    address: str, api: Any, interface: dict[str, Any], settle: Any, tmp_path: Path
) -> None:
    project = await asyncio.to_thread(_import_and_annotate, address, api.keys, interface)
    await settle(project)
    await asyncio.to_thread(_review_and_deliver, address, api.keys, project, tmp_path)


def _import_and_annotate(address: str, keys: dict[str, str], interface: dict[str, Any]) -> UUID:
    with assay.connect(address, keys["owner"]) as client:
        project = client.projects.create(
            "Blocking", interface, instructions="Say how it sounds.", overlap=2, review={"sample": 1.0}
        )
        stages: list[assay.Progress] = []
        job = project.import_items([*TEXTS, {"data": {"other": 1}}], progress=stages.append)
        assert (job.state, job.rejected) == ("done", 1)
        assert [row.number for row in job.rejections()] == [7]
        assert {stage.stage for stage in stages} == {"upload", "import"}
        assert [task.state for task in project.tasks("state = open")] == ["open"] * 6
    for number in range(2):
        with assay.connect(address, keys[f"annotator {number}"], tenant=None) as annotator:
            assert annotator.projects.get(project.id).annotate(mood, ahead=3) == 6
    return project.id


def _review_and_deliver(address: str, keys: dict[str, str], project_id: UUID, directory: Path) -> None:
    with assay.connect(address, keys["reviewer"]) as reviewer:
        assert reviewer.projects.get(project_id).review(verdict) == 6
    with assay.connect(address, keys["owner"]) as client:
        project = client.projects.get(project_id)
        figures = project.figures().project
        assert figures is not None
        assert (figures.settled, figures.total, figures.annotations) == (5, 6, 12)
        labels = {item.key: item.label for item in project.labels()}
        assert labels["key 0"] == {"mood": "bad"}, "fixed in review"
        assert "key 1" not in labels, "sent back"
        version = project.create_dataset_version("first")
        assert (version.state, version.rows) == ("ready", 5)
        manifest = project.export(directory / "export", version=version)
        assert (manifest.rows, manifest.root) == (5, version.root)
        assert [one.number for one in project.dataset_versions()] == [1]
        with pytest.raises(Conflict, match="not empty"):
            project.export(directory / "export")
        sent_back = next(iter(project.tasks("state = open")))
        assert [comment.body for comment in sent_back.comments()] == ["Look again."]
        assert len(sent_back.annotations()) == 2


# Asynchronous ------------------------------------------------------------------------------------


async def test_asynchronous(
    address: str, api: Any, interface: dict[str, Any], settle: Any, tmp_path: Path
) -> None:
    async with assay.connect_async(address, api.keys["manager"]) as client:
        project = await client.projects.create("Async", interface, overlap=2, review={"sample": 1.0})
        added = await project.add_items([*TEXTS, {"data": {}}])
        assert [one.index for one in added.rejected] == [6]
        assert added.items[6] is None

        async def one_annotator(number: int) -> int:
            async with assay.connect_async(address, api.keys[f"annotator {number}"]) as annotator:
                own = await annotator.projects.get(project.id)

                async def think(lease: AnnotationLease[Any]) -> dict[str, Any] | assay.Skip:
                    return mood(lease)

                return await own.annotate(think, ahead=2)

        assert [*await asyncio.gather(one_annotator(2), one_annotator(3))] == [6, 6]
        await settle(project.id)
        async with assay.connect_async(address, api.keys["reviewer"]) as reviewer:
            assert await (await reviewer.projects.get(project.id)).review(lambda _: assay.Accept()) == 6
        first = await project.create_dataset_version("first", filter="label.mood = good")
        second = await project.create_dataset_version("second")
        difference = await first.diff(second)
        assert (difference.added, difference.removed, difference.unchanged) == (3, 0, 3)
        assert [entry.change async for entry in first.changes(second)] == ["added"] * 3
        manifest = await project.export(tmp_path / "csv", "csv", "annotations")
        assert {file.name.rpartition(".")[2] for file in manifest.files} == {"csv"}
        assert {item.key async for item in project.labels()} == {row["key"] for row in TEXTS}


# Leases, one by one ------------------------------------------------------------------------------


async def test_leases_drafts_and_revisions(address: str, api: Any, interface: dict[str, Any]) -> None:
    async with (
        assay.connect_async(address, api.keys["owner"]) as client,
        assay.connect_async(address, api.keys["annotator 4"]) as annotator,
    ):
        project = await client.projects.create("Leases", interface)
        await project.add_items(TEXTS[:3])
        batch = await project.create_batch("urgent", priority=5)
        await project.add_items(TEXTS[3:4], batch=batch)
        own = await annotator.projects.get(project.id)
        lease = await own.lease()
        assert lease is not None
        assert lease.data == {"text": "passage 3"}, "the urgent batch goes first"
        assert lease.token not in repr(lease)
        assert await lease.heartbeat() >= lease.expires_at
        revision = await lease.save_draft({"mood": "good"})
        assert await lease.save_draft({}, seen_revision=revision) == revision + 1
        with pytest.raises(InvalidInput) as refused:
            await lease.submit({"mood": "ugly"})
        assert [problem.path for problem in refused.value.problems] == ["/mood"]
        submitted = await lease.submit({"mood": "good"}, active_ms=900, lease_next=2)
        assert submitted.receipt is not None
        skipped, released = submitted.leases
        await skipped.skip("unclear", "What is this?")
        await released.release()
        assert await own.held_leases() == []


async def test_one_annotation_sent_twice_is_one(address: str, api: Any, interface: dict[str, Any]) -> None:
    async with assay.connect_async(address, api.keys["owner"]) as client:
        project = await client.projects.create("Twice", interface)
        await project.add_items(TEXTS[:1])
        lease = await project.lease()
        assert lease is not None
        first = await lease.submit({"mood": "good"})
        again = await lease.submit({"mood": "good"}, annotation_id=first.annotation_id)
        assert (again.annotation_id, again.receipt) == (first.annotation_id, None)
        (annotation,) = [one async for one in project.own_annotations()]
        assert (await project.revise(annotation, {"mood": "bad"})).revision == 2


# What goes wrong ---------------------------------------------------------------------------------


async def test_errors_are_typed(address: str, api: Any, interface: dict[str, Any], tmp_path: Path) -> None:
    async with assay.connect_async(address, api.keys["owner"]) as client:
        with pytest.raises(NotFound):
            await client.projects.get("00000000-0000-7000-8000-000000000000")
        del interface["fields"][0]["options"]
        with pytest.raises(InvalidInput) as refused:
            await client.projects.create("Wrong", interface)
        assert any(problem.path.startswith("/fields/0") for problem in refused.value.problems)
        with pytest.raises(InvalidInput, match="cannot be read"):
            await client.projects.create("Wrong", tmp_path / "missing.json")
    async with assay.connect_async(address, "assay_wrong") as stranger:
        with pytest.raises(Unauthenticated):
            await stranger.me()


async def test_failed_job_raises_its_error(address: str, api: Any, interface: dict[str, Any]) -> None:
    async with assay.connect_async(address, api.keys["owner"]) as client:
        project = await client.projects.create("Broken", interface)
        with pytest.raises(InvalidInput):
            await project.import_items([{"data": {"text": "not a table"}}], format="parquet")


async def test_unreachable_engine() -> None:
    def ask() -> None:
        with assay.connect("http://127.0.0.1:9", "assay_key") as client, pytest.raises(Unavailable):
            client._session.transport.sleep = _no_sleep  # type: ignore[method-assign, assignment]
            client.me()

    await asyncio.to_thread(ask)


async def _no_sleep(_: float) -> None:
    return


async def test_a_copy_that_was_changed_is_refused(
    address: str, api: Any, interface: dict[str, Any], tmp_path: Path
) -> None:
    from assay.client.downloads import checked

    async with assay.connect_async(address, api.keys["owner"]) as client:
        project = await client.projects.create("Copies", interface)
        await project.add_items(TEXTS)
        manifest = await project.export(tmp_path / "copy", what="items")
        assert manifest.rows == 6
    file = tmp_path / "copy" / manifest.files[0].name
    file.write_bytes(file.read_bytes().replace(b"passage 3", b"passage 4"))
    with pytest.raises(IntegrityError) as refused:
        checked(tmp_path / "copy")
    assert [problem.rule for problem in refused.value.problems] == ["sha256"]
    assert orjson.loads((tmp_path / "copy" / Manifest.name).read_bytes())["rows"] == 6


# Around the projects -----------------------------------------------------------------------------


async def test_members_keys_webhooks_and_log(address: str, api: Any) -> None:
    async with assay.connect_async(address, api.keys["owner"]) as client:
        assert await client.tenant() == api.tenant
        invited = await client.members.invite("ada@example.org", "annotator", display_name="Ada")
        assert invited.sign_in_link is not None
        await client.members.change(invited.person_id, "reviewer")
        roles = {member.email: member.role async for member in client.members.list()}
        assert roles["ada@example.org"] == "reviewer"
        await client.members.remove(invited.person_id)
        key = await client.api_keys.create("robot", "viewer", lifetime_days=1)
        async with assay.connect_async(address, key.key) as robot:
            assert (await robot.me()).memberships[0].role == "viewer"
            await client.api_keys.revoke(key.id)
            with pytest.raises(Unauthenticated):
                await robot.me()
        webhook = await client.webhooks.create("http://127.0.0.1:9/hook", ["label.created"])
        assert webhook.secret
        assert (await webhook.set(state="paused")).state == "paused"
        await webhook.delete()
        with pytest.raises(NotFound):
            await client.webhooks.get(webhook.id)
        actions = {row.action async for row in client.log(object_id=webhook.id)}
        assert actions


async def test_interfaces_and_instructions_have_versions(
    address: str, api: Any, interface: dict[str, Any], tmp_path: Path
) -> None:
    file = tmp_path / "interface.json"
    file.write_bytes(orjson.dumps(interface))
    async with assay.connect_async(address, api.keys["owner"]) as client:
        project = await client.projects.create("Versions", file, instructions="First.")
        interface["fields"][0]["options"].append({"value": "mixed"})
        assert (await project.judge_interface(interface)).kind != "breaking"
        assert (await project.change_interface(interface)).version == 2
        del interface["fields"][0]["options"][0]
        with pytest.raises(Conflict) as refused:
            await project.change_interface(interface)
        assert refused.value.extra["reasons"]
        assert [one.version for one in await project.interface_versions()] == [2, 1]
        assert (await project.change_instructions("Second.")).version == 2
        assert (await project.instructions(1)).body == "First."
        paused = await project.set(state="paused", overlap=3)
        assert (paused.state, paused.workflow["overlap"]) == ("paused", 3)
        assert paused.workflow["leases_ahead"] == project.workflow["leases_ahead"]


# Single calls -------------------------------------------------------------------------------------


IMAGE_INTERFACE = {
    "version": 1,
    "inputs": [{"name": "image", "type": "image", "source": "$.image"}],
    "fields": [{"name": "good", "type": "choice", "options": [{"value": "yes"}, {"value": "no"}]}],
}
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
)


async def test_an_uploaded_file_goes_into_the_data_of_items(address: str, api: Any, tmp_path: Path) -> None:
    picture = tmp_path / "pixel.png"
    picture.write_bytes(PIXEL)
    async with assay.connect_async(address, api.keys["owner"]) as client:
        project = await client.projects.create("Uploads", IMAGE_INTERFACE)
        file = await project.upload(picture)
        assert (file.media_type, file.bytes, file.name) == ("image/png", len(PIXEL), "pixel.png")
        renamed = await project.upload(str(picture), name="other.png")
        assert renamed.name == "other.png" and renamed.blob != file.blob
        with pytest.raises(InvalidInput):
            await project.upload(tmp_path / "absent.png")
        added = await project.add_items([{"data": {"image": file}}])
        assert added.rejected == [] and added.items[0] is not None
        assert (await project.import_items([{"data": {"image": renamed}}])).rejected == 0
        item = await project.item(added.items[0])
        assert item.data["image"]["blob"] == str(file.blob) and list(item.media) == [str(file.blob)]


async def test_waiting_for_consensus_ends_when_it_has_come_or_the_time_is_over(
    address: str, api: Any, interface: dict[str, Any], settle: Any
) -> None:
    async with assay.connect_async(address, api.keys["owner"]) as client:
        project = await client.projects.create("Waiting", interface)
        await project.wait_for_consensus(timeout=0)
        await project.import_items(TEXTS)
        assert await project.annotate(mood) == 6
        await settle(project.id)
        await project.wait_for_consensus()
        assert len([item async for item in project.labels()]) == 6


def test_waiting_for_consensus_that_does_not_come_raises() -> None:
    task = {"state": "annotated"}
    transport = httpx.MockTransport(
        lambda request: httpx.Response(200, json={"items": [task], "next_cursor": None})
    )
    with assay.connect("http://engine.test", "key", tenant=str(UUID(int=1)), transport=transport) as client:
        project = ProjectWork[assay.Blocking](client.projects._session, "/projects/one")
        with pytest.raises(TimeoutError):
            project.wait_for_consensus(timeout=0)
