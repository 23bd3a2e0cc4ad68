"""Media: who gets at a file, for how long, and in which parts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.control.access import Role
from assay.errors import NotFound
from assay.identifiers import new_id
from assay.server.media.links import MediaGrant, blobs_in, decode, encode
from assay.server.media.ranges import RangeNotSatisfiable, part_of
from assay.server.media.recent_reads import WINDOW_SECONDS, RecentReads

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 300
SECRET = bytes(range(32))
INTERFACE: dict[str, Any] = {
    "version": 1,
    "inputs": [{"name": "image", "type": "image", "source": "$.image"}],
    "fields": [{"name": "mood", "type": "choice", "options": [{"value": "good"}, {"value": "bad"}]}],
}


@pytest.fixture
async def photos(make_project: Any) -> Any:
    return await make_project(interface=INTERFACE)


async def upload(api: Any, project: Any, content: bytes = PNG, name: str = "cat.png") -> dict[str, Any]:
    answer = await api.owner.post(f"{project.path}/uploads", content=content, params={"file_name": name})
    assert answer.status_code == 201, answer.text
    reference: dict[str, Any] = answer.json()
    return reference


async def link_of(api: Any, project: Any, client: Any, reference: dict[str, Any]) -> str:
    """The address that a membership gives."""
    (item,) = await project.add([{"data": {"image": reference}}])
    found = await client.get(f"{project.path}/items/{item}")
    link: str = found.json()["media"][reference["blob"]]
    return f"http://assay.test{link}"


async def test_uploaded_shown_and_fetched_in_parts(api: Any, photos: Any) -> None:
    reference = await upload(api, photos)
    assert (reference["media_type"], reference["bytes"], reference["name"]) == (
        "image/png",
        len(PNG),
        "cat.png",
    )
    link = await link_of(api, photos, api.owner, reference)
    whole = await api.owner.get(link)
    assert whole.content == PNG
    headers = whole.headers
    assert headers["content-type"] == "image/png" and headers["content-disposition"] == "inline"
    assert headers["x-content-type-options"] == "nosniff" and "sandbox" in headers["content-security-policy"]
    assert headers["cache-control"].startswith("private") and headers["content-length"] == str(len(PNG))
    part = await api.owner.get(link, headers={"range": "bytes=40000-"})
    assert (part.status_code, part.content) == (206, PNG[40000:])
    tail = await api.owner.get(link, headers={"range": "bytes=-7"})
    assert (tail.content, tail.headers["content-range"]) == (
        PNG[-7:],
        f"bytes {len(PNG) - 7}-{len(PNG) - 1}/{len(PNG)}",
    )
    beyond = await api.owner.get(link, headers={"range": "bytes=999999-"})
    assert (beyond.status_code, beyond.json()["code"]) == (416, "range_not_satisfiable")
    same = await api.owner.get(link, headers={"if-none-match": headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")


async def test_what_a_browser_must_not_run_is_only_saved(api: Any, photos: Any) -> None:
    reference = await upload(api, photos, b"<!doctype html><script>alert(1)</script>", "page.html")
    answer = await api.owner.get(await link_of(api, photos, api.owner, reference))
    assert answer.headers["content-disposition"] == "attachment"


@pytest.mark.parametrize("content", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\x7fELF\x00\x01"])
async def test_files_that_are_no_media_are_refused(api: Any, photos: Any, content: bytes) -> None:
    answer = await api.owner.post(f"{photos.path}/uploads", content=content)
    assert (answer.status_code, answer.json()["problems"][0]["rule"]) == (422, "media_type")


async def test_an_upload_sent_twice_is_one_file(api: Any, photos: Any) -> None:
    headers = {"idempotency-key": "one upload"}
    answers = [await api.owner.post(f"{photos.path}/uploads", content=PNG, headers=headers) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert (await api.annotator().post(f"{photos.path}/uploads", content=PNG)).status_code == 403


async def test_an_address_that_was_tampered_with_is_missing(api: Any, photos: Any) -> None:
    link = await link_of(api, photos, api.owner, await upload(api, photos))
    other = "B" if link[-30] == "A" else "A"
    for wrong in (
        link[:-30] + other + link[-29:],
        link + "AAAA",
        link[:-20],
        "http://assay.test/api/v1/media/x",
    ):
        answer = await api.owner.get(wrong)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_an_address_is_for_one_viewer(api: Any, rival: Any, photos: Any) -> None:
    link = await link_of(api, photos, api.owner, await upload(api, photos))
    for somebody in (api.manager, api.annotator(), rival.owner):
        assert (await somebody.get(link)).status_code == 404
    nobody = await api.client(None)
    assert (await nobody.get(link)).status_code == 401


async def test_a_lease_opens_its_media_until_it_ends(api: Any, photos: Any) -> None:
    reference = await upload(api, photos)
    await photos.add([{"data": {"image": reference}}])
    annotator = api.annotator()
    (lease,) = await photos.lease(annotator)
    link = f"http://assay.test{lease['media'][reference['blob']]}"
    assert (await annotator.get(link)).content == PNG
    assert (await api.annotator(1).get(link)).status_code == 404
    await photos.submit(annotator, lease)
    assert (await annotator.get(link)).status_code == 404


async def test_a_revoked_key_ends_its_addresses(api: Any, photos: Any) -> None:
    reference = await upload(api, photos)
    control = api.engine.control
    made = await control.api_keys.create(control.host, api.tenant, "passing", Role.VIEWER)
    viewer = await api.client(made.text.get_secret_value())
    link = await link_of(api, photos, viewer, reference)
    assert (await viewer.get(link)).status_code == 200
    await control.api_keys.revoke(control.host, api.tenant, made.key.id)
    assert (await viewer.get(link)).status_code == 401


async def test_reads_are_logged_once_in_a_while(api: Any, photos: Any) -> None:
    reference = await upload(api, photos)
    link = await link_of(api, photos, api.owner, reference)
    for start in range(0, 3000, 1000):
        await api.owner.get(link, headers={"range": f"bytes={start}-{start + 999}"})
    async with (
        api.engine.open(api.owner_principal(), "test") as workspace,
        workspace.cell.database.connection() as connection,
    ):
        found = await connection.execute(
            "select action from log_row where object_id = %s order by id", (UUID(reference["blob"]),)
        )
        assert [row[0] for row in await found.fetchall()] == ["media.stored", "media.read"]


def test_a_read_is_forgotten_after_five_minutes() -> None:
    now = 100.0
    reads = RecentReads(lambda: now)
    read = (new_id(), new_id(), new_id())
    assert not reads.knows(read)
    reads.add(read)
    now += WINDOW_SECONDS - 1
    assert reads.knows(read)
    now += 2
    assert not reads.knows(read)


@given(st.uuids(), st.uuids(), st.integers(1, 2**40), st.none() | st.uuids().filter(lambda one: one.int > 0))
def test_a_grant_comes_back_as_it_was(blob: UUID, viewer: UUID, expires_at: int, lease: UUID | None) -> None:
    grant = MediaGrant(blob, blob, blob, viewer, expires_at, lease)
    token = encode(SECRET, grant)
    before = datetime.fromtimestamp(0, UTC)
    assert decode(SECRET, token, before) == grant
    after = before + timedelta(seconds=min(expires_at, 10**10))
    if expires_at <= 10**10:
        with pytest.raises(NotFound):
            decode(SECRET, token, after)
    with pytest.raises(NotFound):
        decode(bytes(32), token, before)


def test_blobs_are_found_at_any_depth_and_other_members_of_that_name_are_left_alone() -> None:
    one, two = new_id(), new_id()
    data = {"a": [{"blob": str(one)}, {"blob": "not an id"}], "b": {"c": {"blob": str(two)}}, "blob": 3}
    assert blobs_in(data) == [one, two]


@given(st.integers(1, 1000), st.integers(0, 1200), st.integers(0, 1200))
def test_ranges_are_those_of_the_standard(size: int, first: int, last: int) -> None:
    content = bytes(index % 251 for index in range(size))
    if first >= size:
        if first <= last:
            with pytest.raises(RangeNotSatisfiable):
                part_of(f"bytes={first}-{last}", size)
        return
    part = part_of(f"bytes={first}-{last}", size)
    expected = content if last < first else content[first : last + 1]
    assert content[part.start : part.start + part.length] == expected
    assert part.whole == (last < first)
    open_end = part_of(f"bytes={first}-", size)
    assert content[open_end.start : open_end.start + open_end.length] == content[first:]
    if last > 0:
        suffix = part_of(f"bytes=-{last}", size)
        assert content[suffix.start : suffix.start + suffix.length] == content[-last:]


@pytest.mark.parametrize("header", [None, "items=0-1", "bytes=0-1,3-4", "bytes=-", "bytes=x-1"])
def test_what_is_no_single_range_gives_the_whole(header: str | None) -> None:
    assert part_of(header, 10).whole
