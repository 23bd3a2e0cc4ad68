"""Whatever is sent, the answer is a problem document of the 4xx kind that says where it is wrong."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx
import pytest

from .conftest import Tenant
from .work import INTERFACE, Work, submission

NUL = "a\x00b"
HUGE = 10**400
PRELABEL = {"answer": {"mood": "good"}, "model": NUL}
DEEP_LIST = b"[" * 200_000 + b"]" * 200_000
DEEP_OBJECT = b'{"a":' * 200_000 + b"1" + b"}" * 200_000
JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
async def project(api: Tenant) -> Work:
    return await Work(api.clients.__getitem__).create(20, leases_ahead=50)


def assert_problem(answer: httpx.Response, *statuses: int, path: str | None = None) -> dict[str, Any]:
    """That an answer is a problem document of one of these statuses which names this place."""
    assert answer.status_code in (statuses or (400, 404, 409, 413, 422)), (
        f"{answer.status_code} {answer.text}"
    )
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem.keys() >= {"type", "title", "status", "code", "detail"}
    assert problem["status"] == answer.status_code
    if path is not None:
        places = {problem.get("path"), *(place["path"] for place in problem.get("problems", ()))}
        assert path in places, problem
    return problem


async def _post(project: Work, route: str, content: bytes, **headers: str) -> httpx.Response:
    return await project.client("owner").post(
        f"{project.path}/{route}", content=content, headers={**JSON, **headers}
    )


# Bodies that are no JSON, or too much of it ------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"nul",
        b'{"items": [}',
        b'\xff\xfe{"a"',
        b'{"name": "\xff\xfe"}',
        b'{"name": "\xed\xa0\x80"}',
        b'{"name": "\\ud800"}',
        b'{"name": NaN}',
        b'{"name": "a"} trailing',
        DEEP_LIST,
        DEEP_OBJECT,
        b'{"items": ' + DEEP_LIST + b"}",
        b'{"items": [{"data": ' + DEEP_OBJECT + b"}]}",
    ],
    ids=lambda content: content[:24].decode("latin-1"),
)
@pytest.mark.parametrize("route", ["items", "batches", "annotations", "interface/versions", "exports"])
async def test_bodies_that_cannot_be_read(project: Work, route: str, content: bytes) -> None:
    assert_problem(await _post(project, route, content), 400, 422)


async def test_a_body_that_is_too_long(api: Tenant, project: Work) -> None:
    limit = api.engine.settings.max_body_bytes
    problem = assert_problem(await _post(project, "batches", b" " * (limit + 1)), 413)
    assert str(limit) in problem["detail"]


@pytest.mark.parametrize("media_type", ["text/plain", "application/xml", "multipart/form-data", "x"])
async def test_content_types_that_are_not_json(project: Work, media_type: str) -> None:
    body = json.dumps({"name": "b"}).encode()
    assert_problem(await _post(project, "batches", body, **{"content-type": media_type}), 400, 415, 422)


# Members that are wrong --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("route", "body", "path"),
    [
        ("batches", {"name": "b", "color": 1}, "/color"),
        ("batches", {"name": 7}, "/name"),
        ("batches", {"name": ""}, "/name"),
        ("batches", {"name": "b", "priority": HUGE}, "/priority"),
        ("batches", {"name": "b", "priority": 10**9}, "/priority"),
        ("batches", {"name": "b", "priority": 1.5}, "/priority"),
        ("batches", {"name": "b", "priority": "high"}, "/priority"),
        ("batches", [], ""),
        ("batches", None, ""),
        ("items", {"items": []}, "/items"),
        ("items", {"items": {}}, "/items"),
        ("items", {"items": [{"data": []}]}, "/items/0/data"),
        ("items", {"items": [{"data": {}, "metadata": {"a": []}}]}, None),
        ("items", {"items": [{"data": {}, "metadata": {"a": HUGE}}]}, None),
        ("items", {"items": [{"data": {}, "key": "k" * 1001}]}, "/items/0/key"),
        ("items", {"items": [{"data": {}}] * 1001}, "/items"),
        ("items", {"items": [{"data": {}}], "batch_id": "b"}, "/batch_id"),
        ("leases", {"count": 0}, "/count"),
        ("leases", {"count": 10**30}, "/count"),
        ("annotations", {}, "/annotation_id"),
        ("annotations", {"token": "short"}, "/token"),
        ("annotations", {"active_ms": -1}, "/active_ms"),
        ("exports", {"format": "xml"}, "/format"),
        ("exports", {"filter": "state ~ open"}, None),
        ("dataset-versions", {"name": "v", "filter": "nothing = here"}, None),
        ("instructions", {"body": None}, "/body"),
    ],
)
async def test_members_that_are_wrong(project: Work, route: str, body: Any, path: str | None) -> None:
    answer = await _post(project, route, json.dumps(body).encode())
    assert_problem(answer, 400, 422, path=path)


@pytest.mark.parametrize(
    "interface",
    [
        {},
        [],
        {"version": 1},
        {"version": 99, "inputs": [], "fields": []},
        {**INTERFACE, "fields": []},
        {**INTERFACE, "fields": [{"name": "Not A Slug", "type": "text"}]},
        {**INTERFACE, "fields": [{"name": "a", "type": "nothing"}]},
        {**INTERFACE, "fields": [{"name": "a", "type": "text"}, {"name": "a", "type": "text"}]},
        {**INTERFACE, "fields": [{"name": "a", "type": "choice", "options": []}]},
        {**INTERFACE, "fields": [{"name": "a", "type": "regions", "on": "missing", "classes": []}]},
        {**INTERFACE, "fields": [{"name": "a", "type": "number", "min": HUGE}]},
        {**INTERFACE, "fields": [{"name": "a", "type": "text", "when": {"nonsense": 1}}]},
        {**INTERFACE, "inputs": [{"name": "t", "type": "text", "source": "not a path"}]},
        {**INTERFACE, "unknown": True},
        {**INTERFACE, "fields": "mood"},
        {**INTERFACE, "fields": [None]},
        {**INTERFACE, "fields": [{"name": NUL, "type": "text"}]},
    ],
    ids=lambda interface: json.dumps(interface)[:40],
)
async def test_interfaces_that_are_wrong(api: Tenant, project: Work, interface: Any) -> None:
    for path, body in (
        ("/projects", {"name": "p", "interface": interface}),
        (f"{project.path}/interface/versions", {"interface": interface}),
        (f"{project.path}/interface/verdict", {"interface": interface}),
    ):
        problem = assert_problem(await api.clients["owner"].post(path, json=body), 422)
        assert problem.get("path") is not None or problem.get("problems"), problem


@pytest.mark.parametrize(
    "answer",
    [{}, {"mood": "unknown"}, {"mood": []}, {"mood": HUGE}, {"mood": NUL}, {"else": 1}, {"mood": None}],
)
async def test_answers_that_are_wrong(project: Work, answer: dict[str, Any]) -> None:
    (lease,) = await project.lease("annotator 0")
    refused = await project.submit("annotator 0", lease, answer=answer)
    assert_problem(refused, 400, 422)
    accepted = await project.submit("annotator 0", lease)
    assert accepted.status_code == 200, "the lease is as good as before"


# Tokens, cursors, filters, ids -------------------------------------------------------------------

NONSENSE = [
    "x",
    "a" * 64,
    "%",
    "..;",
    "\x00",
    "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    "ÿ" * 9,
]


@pytest.mark.parametrize("text", [*NONSENSE, "A" * 65, "null", "0" * 22])
async def test_cursors(project: Work, text: str) -> None:
    for listed in ("tasks", "batches", "jobs", "exports", "annotations", "dataset-versions"):
        answer = await project.client("owner").get(f"{project.path}/{listed}", params={"cursor": text})
        if answer.status_code != 200:
            assert_problem(answer, 400, 422, path="/query/cursor")


@pytest.mark.parametrize(
    "text",
    [
        "state",
        "state =",
        "= open",
        "state = nothing",
        "state open",
        "state = open or state = done",
        "state = open and",
        "password = 1",
        "item.payload = 1",
        "batch = 7",
        "batch > 7",
        "agreement = high",
        "agreement < " + "9" * 400,
        "agreement < nan",
        "priority = 1e999",
        "created > yesterday",
        "created > 0000-00-00",
        "created > 9999-12-31T23:59:59+14:00",
        "metadata. = 1",
        "metadata.a > 1",
        'metadata.a = "',
        'metadata.a = "\\',
        "metadata.a = \x00",
        'metadata.a = "\x00"',
        'metadata.\x00 = "a"',
        "label.mood = " + "1" * 1900,
        "metadata.a = 1e999",
        "metadata.a = nan",
        "metadata.a = -infinity",
        "state = open' or '1' = '1",
        "state = open; drop table task",
        " and ".join(["state = open"] * 21),
        "x" * 2001,
        "state = open --",
        "\\",
    ],
    ids=lambda text: repr(text[:30]),
)
async def test_filters(project: Work, text: str) -> None:
    answer = await project.client("owner").get(f"{project.path}/tasks", params={"filter": text})
    if answer.status_code != 200:
        assert_problem(answer, 400, 422, path="/query/filter")


@pytest.mark.parametrize("text", [*NONSENSE, str(HUGE), "-1", "../../etc/passwd", "00000000"])
async def test_ids_in_addresses(project: Work, text: str) -> None:
    part = quote(text, safe="")
    for method, path in (
        ("GET", f"{project.path}/tasks/{part}"),
        ("GET", f"{project.path}/items/{part}"),
        ("POST", f"{project.path}/leases/{part}/heartbeat"),
        ("GET", f"/projects/{part}"),
        ("GET", f"{project.path}/interface/versions/{part}"),
        ("GET", f"{project.path}/items/by-key?key={part}"),
        ("GET", f"http://assay.test/api/v1/media/{part}"),
        ("GET", f"{project.path}/exports/{uuid4()}/files/{part}"),
    ):
        answer = await project.client("owner").request(
            method, path, json={"token": "t" * 32} if method == "POST" else None
        )
        assert_problem(answer, 400, 404, 405, 422)


@pytest.mark.parametrize("limit", ["0", "-1", "501", "x", "1.5", str(HUGE), "", "\x00"])
async def test_page_sizes(project: Work, limit: str) -> None:
    answer = await project.client("owner").get(f"{project.path}/tasks", params={"limit": limit})
    assert_problem(answer, 422, path="/query/limit")


@pytest.mark.parametrize("token", ["", "x", "a" * 32, NUL * 10, "ÿ" * 32, "a" * 100_000])
async def test_lease_tokens(project: Work, token: str) -> None:
    (lease,) = await project.lease("annotator 1")
    refused = await project.submit("annotator 1", {**lease, "token": token})
    assert_problem(refused, 404, 422)
    assert (await project.submit("annotator 1", lease)).status_code == 200


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer x y", "bearer \xff", "Bearer " + "a" * 8000, "\x01"],
)
async def test_credentials(api: Tenant, authorization: str) -> None:
    header = [(b"authorization", authorization.encode("latin-1"))]
    async with httpx.AsyncClient(transport=api.clients["owner"]._transport) as client:
        answer = await client.get("http://assay.test/api/v1/me", headers=header)
    assert_problem(answer, 401)


# Text that databases dislike ---------------------------------------------------------------------


async def test_a_nul_character_in_content_is_kept(api: Tenant, project: Work) -> None:
    """Sealed content may hold any character that JSON can say; it comes back as it was sent."""
    owner = api.clients["owner"]
    item = {"data": {"text": NUL, NUL: NUL}, "key": NUL}
    (item_id,) = await _added(project, item)
    read = (await owner.get(f"{project.path}/items/{item_id}")).json()
    assert (read["data"], read["key"]) == (item["data"], NUL)
    assert (await owner.get(f"{project.path}/items/by-key", params={"key": NUL})).json()["id"] == item_id
    batch = await owner.post(f"{project.path}/batches", json={"name": NUL})
    assert (batch.status_code, batch.json()["name"]) == (201, NUL)
    instructions = await owner.post(f"{project.path}/instructions", json={"body": NUL})
    assert (instructions.status_code, instructions.json()["body"]) == (201, NUL)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/projects", {"name": "p", "interface": INTERFACE, "metadata": {"a": NUL}}),
        ("POST", "/projects", {"name": "p", "interface": INTERFACE, "metadata": {NUL: 1}}),
        ("POST", "{project}/items", {"items": [{"data": {"text": "t"}, "metadata": {"a": NUL}}]}),
        ("POST", "{project}/items", {"items": [{"data": {"text": "t"}, "metadata": {NUL: "a"}}]}),
        ("POST", "{project}/items", {"items": [{"data": {"text": "t"}, "prelabels": [PRELABEL]}]}),
        ("POST", "/members", {"email": f"{NUL}@example.com", "role": "viewer"}),
        ("POST", "/members", {"email": "a@example.com", "role": "viewer", "display_name": NUL}),
        ("POST", "/api-keys", {"name": NUL, "role": "viewer"}),
        ("PATCH", "{tenant}", {"name": NUL}),
        ("POST", "/webhooks", {"url": "http://127.0.0.1/\x00", "events": ["label.created"]}),
    ],
)
async def test_a_nul_character_in_plain_text_is_refused(
    api: Tenant, project: Work, method: str, path: str, body: dict[str, Any]
) -> None:
    """PostgreSQL cannot hold it; the answer says so, in time, or names the item that was rejected."""
    url = path.format(project=project.path, tenant=f"http://assay.test/api/v1/tenants/{api.tenant}")
    answer = await api.clients["owner"].request(method, url, json=body)
    if answer.status_code == 201:
        content = answer.json()
        assert content.get("rejected") or "\x00" not in json.dumps(content).replace("\\u0000", "\x00"), (
            content
        )
    else:
        assert_problem(answer, 400, 422)


@pytest.mark.parametrize("value", [HUGE, -HUGE, 1e308, -0.0, 2**63, 2**53 + 1])
async def test_huge_numbers_in_content(project: Work, value: float) -> None:
    """Kept exactly, or refused with the place; never rounded in silence."""
    content = json.dumps({"items": [{"data": {"text": "t", "number": value}}]}).encode()
    answer = await _post(project, "items", content)
    if answer.status_code != 201:
        assert_problem(answer, 400, 422)
        return
    added = answer.json()
    if added["items"][0] is not None:
        read = await project.client("owner").get(f"{project.path}/items/{added['items'][0]}")
        assert json.loads(read.content)["data"]["number"] == value


async def _added(project: Work, item: dict[str, Any]) -> list[str]:
    answer = await project.client("owner").post(f"{project.path}/items", json={"items": [item]})
    added = answer.json()
    assert added["rejected"] == [], added
    identifiers: list[str] = added["items"]
    return identifiers


# Files -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("jsonl", b"\xff\xfe\x00"),
        ("jsonl", DEEP_LIST + b"\n"),
        ("jsonl", b'{"data": ' + DEEP_OBJECT + b"}\n"),
        ("jsonl", b'{"data": {"text": "a"}}\n{"data"'),
        ("jsonl", b'[1]\nnull\n7\n"text"\n'),
        ("jsonl", b'{"data": {"text": "\\u0000"}, "metadata": {"a": "\\u0000"}}\n'),
        ("jsonl", b'{"data": {"text": "t"}, "priority": 1' + b"0" * 400 + b"}\n"),
        ("csv", b'text\n"never closed\n'),
        ("csv", b"\x00\x00\x00"),
        ("csv", b"text,text\n1,2\n"),
        ("csv", b"text\n" + b"a," * 2000),
        ("parquet", b"PAR1 not a parquet file PAR1"),
        ("parquet", b""),
        ("zip", b"PK\x03\x04 not a zip"),
        ("zip", b"PK\x05\x06" + b"\0" * 18),
        ("nothing", b"a"),
    ],
    ids=lambda value: repr(value[:20]),
)
async def test_files_that_are_wrong(project: Work, kind: str, content: bytes) -> None:
    """Refused at once, or a job that ends with a problem document or a list of rejected rows."""
    owner = project.client("owner")
    answer = await owner.post(f"{project.path}/imports", params={"format": kind}, content=content)
    if answer.status_code != 202:
        assert_problem(answer, 400, 422)
        return
    job = f"{project.path}/jobs/{answer.json()['id']}"
    async with owner.stream("GET", f"{job}/events") as events:
        async for _ in events.aiter_lines():
            pass
    ended = (await owner.get(job)).json()
    assert ended["state"] in ("done", "failed")
    if ended["state"] == "failed":
        assert 400 <= ended["error"]["status"] < 500, ended
    else:
        rejected = (await owner.get(f"{job}/rejected")).json()["items"]
        assert len(rejected) == ended["rejected"]
        assert all(row["reason"] and row["number"] >= 1 for row in rejected)


async def test_the_submission_of_a_stranger(project: Work) -> None:
    """Ids that are well formed and stand for nothing."""
    unknown = {"id": str(uuid4()), "token": "a" * 32}
    assert_problem(await project.submit("annotator 0", unknown), 404)
    sent = submission(unknown, annotation_id=str(uuid4()).upper())
    answer = await project.client("annotator 0").post(f"{project.path}/annotations", json=sent)
    assert_problem(answer, 404)


@pytest.mark.parametrize("email", [NUL, "\ufffd", "a" * 320, "\U0010ffff", "%"])
async def test_addresses_that_nobody_can_have(api: Tenant, email: str) -> None:
    """At the sign-in they are wrong, like any address that nobody has."""
    anybody = await api.client(None)
    credentials = {"email": email, "password": "p"}
    assert_problem(await anybody.post("http://assay.test/api/v1/sessions", json=credentials), 401, 429)
