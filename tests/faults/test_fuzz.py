"""Every operation of the OpenAPI description, with bodies and parameters that almost fit.

A request is drawn from the operation's own schema and then damaged in a few places. The answer is never
of the 5xx kind, and what is refused is refused with a problem document.
"""

from __future__ import annotations

import copy
import json
import os
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from assay.control.access import Role
from assay.server.app import create_app
from assay.settings import Settings

from ..isolation.world import session_client
from .conftest import Tenant
from .work import INTERFACE, Work

DESCRIPTION = create_app(Settings()).openapi()
EXAMPLES = max(1, round(12 * float(os.environ.get("FAULT_PATIENCE", "1"))))
_NOT_HERE = frozenset(
    {"/api/v1/tenants", "/api/v1/tenants/{tenant_id}/cell", "/healthz", "/readyz", "/metrics"}
)
"""What makes whole cells, or takes no input."""

ODD: st.SearchStrategy[Any] = st.sampled_from(
    [
        None, True, False, 0, -1, 1.5, 2**31, 2**63, -(2**63) - 1, 10**400, 1e308, "", " ", "\x00", "a\x00b",
        "\ud7ff", "\U0010ffff", "'", '"', "%", "%s", "\\", "a" * 5000, [], {}, [[]], [{}], {"": ""},
        {"a": {"b": {"c": []}}}, "00000000-0000-0000-0000-000000000000", "2026-01-01T00:00:00Z", "NaN",
        "1e999", "🙂" * 50, "\r\n", "../..", "http://169.254.169.254/", {"blob": "x"}, {"$ref": "#"},
    ]
)  # fmt: skip


def _operations() -> list[tuple[str, str]]:
    return [
        (method, path)
        for path, item in DESCRIPTION["paths"].items()
        for method in item
        if path not in _NOT_HERE and method in ("get", "post", "put", "patch", "delete")
    ]


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        schema = DESCRIPTION["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def _values(schema: dict[str, Any], ids: list[str], depth: int = 0) -> st.SearchStrategy[Any]:
    """Values that a schema describes, as far as it matters here."""
    schema = _resolved(schema)
    if "anyOf" in schema:
        return st.one_of([_values(each, ids, depth) for each in schema["anyOf"]])
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    kind = schema.get("type")
    if schema.get("format") == "uuid":
        return st.sampled_from(ids)
    if kind == "string":
        return st.text(max_size=40)
    if kind == "integer":
        return st.integers(schema.get("minimum", -100), schema.get("maximum", 100))
    if kind == "number":
        return st.floats(0, 1)
    if kind == "boolean":
        return st.booleans()
    if kind == "array":
        return st.lists(_values(schema.get("items", {}), ids, depth + 1), max_size=3)
    if kind == "object" and "properties" in schema and depth < 6:
        required = set(schema.get("required", ()))
        members = {name: _values(each, ids, depth + 1) for name, each in schema["properties"].items()}
        return st.fixed_dictionaries(
            {name: each for name, each in members.items() if name in required},
            optional={name: each for name, each in members.items() if name not in required},
        )
    if kind == "object":
        return st.sampled_from([{}, INTERFACE, {"text": "t"}, {"mood": "good"}, {"image": {"blob": ids[0]}}])
    return ODD


def _places(value: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [place]
    if isinstance(value, dict):
        found += [each for name in value for each in _places(value[name], (*place, name))]
    elif isinstance(value, list):
        found += [each for index in range(len(value)) for each in _places(value[index], (*place, index))]
    return found


def _damaged(body: Any, data: st.DataObject) -> Any:
    """A body with up to two places replaced, or with a member too many."""
    body = copy.deepcopy(body)
    for _ in range(data.draw(st.integers(0, 2))):
        place = data.draw(st.sampled_from(_places(body)))
        odd = copy.deepcopy(data.draw(ODD))
        if not place:
            if isinstance(body, dict) and data.draw(st.booleans()):
                body["\x00odd"] = odd
                continue
            return odd
        holder = body
        for step in place[:-1]:
            holder = holder[step]
        holder[place[-1]] = odd
    return body


@pytest.fixture(scope="module")
async def seeded(api: Tenant) -> dict[str, str]:
    """Ids that stand for something, so that requests get past the first look."""
    work = await Work(api.clients.__getitem__).create(10, leases_ahead=50, lease_seconds=3600)
    owner = api.clients["owner"]
    tasks = (await owner.get(f"{work.path}/tasks")).json()["items"]
    (lease,) = await work.lease("owner")
    batch = (await owner.post(f"{work.path}/batches", json={"name": "b"})).json()
    webhook = (
        await owner.post("/webhooks", json={"url": "http://127.0.0.1:9/", "events": ["label.created"]})
    ).json()
    return {
        "tenant_id": str(api.tenant),
        "project_id": work.id,
        "task_id": tasks[0]["id"],
        "item_id": tasks[0]["item_id"],
        "batch_id": batch["id"],
        "lease_id": lease["id"],
        "webhook_id": webhook["id"],
        "version": "1",
    }


@pytest.fixture(scope="module")
async def callers(api: Tenant) -> dict[str, httpx.AsyncClient]:
    """By the beginning of an address, somebody whom its routes let in."""
    control = api.engine.control
    operator = await control.api_keys.create(control.host, None, "fuzz", Role.OPERATOR)
    member = await control.memberships.invite(control.host, api.tenant, f"{uuid4()}@example.com", Role.VIEWER)
    link = await control.sign_in.create_link(control.host, member.person)
    return {
        "/api/v1/me": await session_client(api, link.token.get_secret_value()),
        "/api/v1/operator": await api.client(operator.text.get_secret_value()),
        "/api/v1/tenants/{tenant_id}/owner": await api.client(operator.text.get_secret_value()),
        "/": api.clients["owner"],
    }


@pytest.mark.parametrize(("method", "path"), _operations(), ids=lambda value: value)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
async def test_no_request_is_too_odd(
    callers: dict[str, httpx.AsyncClient], seeded: dict[str, str], method: str, path: str, data: st.DataObject
) -> None:
    operation = DESCRIPTION["paths"][path][method]
    ids = [*seeded.values(), str(uuid4())]
    names = path.replace("}", "{").split("{")[1::2]
    odd_texts = st.one_of(ODD.map(str), st.text(min_size=1, max_size=20))
    # Most of the time everything in the address is right, so that the body is looked at.
    right = data.draw(st.integers(0, 9)) > 1
    address = path
    for name in names:
        own = seeded.get(name, ids[-1])
        text = own if right else data.draw(st.one_of(st.just(own), odd_texts))
        address = address.replace(f"{{{name}}}", quote(text, safe="") or "x")
    query = {}
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "query" and data.draw(st.booleans()):
            fitting = _values(parameter["schema"], ids)
            query[parameter["name"]] = data.draw(st.one_of(fitting, odd_texts))
    headers = {}
    if data.draw(st.integers(0, 9)) == 0:
        headers["idempotency-key"] = data.draw(
            st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=300)
        )
    content = b""
    body = operation.get("requestBody", {}).get("content", {})
    if "application/json" in body:
        drawn = data.draw(_values(body["application/json"]["schema"], ids))
        content = json.dumps(_damaged(drawn, data)).encode()
        headers["content-type"] = "application/json"
    elif body:
        content = data.draw(st.binary(max_size=200))
    caller = next(client for beginning, client in callers.items() if path.startswith(beginning))
    answer = await _send(caller, method, f"http://assay.test{address}", query, headers, content)
    told = f"{method} {address} {query} {content[:500]!r}: {answer.status_code} {answer.text[:500]}"
    assert answer.status_code < 500, told
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json", told
        assert answer.json()["status"] == answer.status_code, told


async def _send(
    client: httpx.AsyncClient,
    method: str,
    url: str,
    query: dict[str, Any],
    headers: dict[str, str],
    content: bytes,
) -> httpx.Response:
    parameters = {
        name: [str(each) for each in value] if isinstance(value, list) else str(value)
        for name, value in query.items()
    }
    return await client.request(method, url, params=parameters, headers=headers, content=content)
