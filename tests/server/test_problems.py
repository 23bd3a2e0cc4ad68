"""Problem documents: one shape for every error, within bounds, quoting nothing."""

from __future__ import annotations

import gzip
from typing import Any
from uuid import uuid4

import pytest

MEDIA_TYPE = "application/problem+json"


def check(response: Any, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.text[:500]
    assert response.headers["content-type"] == MEDIA_TYPE
    body: dict[str, Any] = response.json()
    assert {"type", "title", "status", "code", "detail"} <= body.keys()
    assert body["status"] == status and body["type"] == f"urn:assay:problem:{body['code']}"
    return body


async def test_every_kind_of_error_is_a_problem_document(api: Any, project: Any) -> None:
    check(await api.owner.get("http://assay.test/no/such/route"), 404)
    wrong_method = await api.owner.put("/projects")
    check(wrong_method, 405)
    assert "allow" in wrong_method.headers
    check(await (await api.client(None)).get("/projects"), 401)
    check(await api.viewer.patch(project.path, json={"name": "x"}), 403)
    check(await api.owner.get(f"/projects/{uuid4()}"), 404)
    check(await api.owner.get("/projects/x"), 422)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'{"name": NaN}',
        b"[" * 200_000,
        b'{"a":' * 200_000 + b"1" + b"}" * 200_000,
        b'{"name": "\\ud800"}',
    ],
)
async def test_bodies_that_cannot_be_read(api: Any, body: bytes) -> None:
    headers = {"content-type": "application/json"}
    response = await api.owner.post("/projects", content=body, headers=headers)
    assert response.status_code in (400, 422)
    check(response, response.status_code)


@pytest.mark.parametrize("body", [b"[]", b"1", b'"x"', b"null", b"{}"])
async def test_json_of_another_kind(api: Any, body: bytes) -> None:
    headers = {"content-type": "application/json"}
    check(await api.owner.post("/projects", content=body, headers=headers), 422)


async def test_a_body_that_is_too_long(api: Any) -> None:
    limit = api.engine.settings.max_body_bytes
    headers = {"content-type": "application/json"}
    problem = check(await api.owner.post("/projects", content=b" " * (limit + 1), headers=headers), 413)
    assert problem["advice"]


async def test_a_compressed_body_is_not_unpacked(api: Any) -> None:
    headers = {"content-type": "application/json", "content-encoding": "gzip"}
    body = gzip.compress(b'{"name": "x"}')
    response = await api.owner.post("/projects", content=body, headers=headers)
    assert response.status_code in (400, 415, 422)


async def test_what_was_sent_is_not_quoted_back(api: Any, project: Any) -> None:
    secret = "canary-4711"
    (lease,) = await project.lease(api.annotator(0))
    submission = {
        "annotation_id": secret,
        "lease_id": lease["id"],
        "token": lease["token"],
        "answer": {"mood": secret},
    }
    path = f"{project.path}/annotations"
    assert secret not in (await api.annotator(0).post(path, json=submission)).text
    submission["annotation_id"] = str(uuid4())
    assert secret not in (await api.annotator(0).post(path, json=submission)).text
    assert secret not in (await api.owner.get(f"/projects/{secret}")).text


async def test_an_unexpected_error_tells_nothing(api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def breaks(*_: Any, **__: Any) -> None:
        raise RuntimeError("canary-4712")

    monkeypatch.setattr("assay.server.projects.service.several", breaks)
    response = await api.owner.get("/projects")
    assert check(response, 500)["code"] == "internal" and "canary" not in response.text


async def test_openapi_declares_security_and_problems(api: Any, expect: Any) -> None:
    document = expect(await (await api.client(None)).get("http://assay.test/api/v1/openapi.json"))
    assert {"HTTPBearer", "APIKeyCookie"} <= document["components"]["securitySchemes"].keys()
    open_to_all = {"/healthz", "/readyz", "/metrics", "/api/v1/sessions", "/api/v1/sessions/link"}
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert list(operation["responses"]["default"]["content"]) == [MEDIA_TYPE], path
            assert "api_v1" not in operation["operationId"], "it is the name of a method in generated clients"
            # What has no security of its own carries a grant of its own in the address.
            if path not in open_to_all and "/media/" not in path:
                assert operation.get("security"), path
