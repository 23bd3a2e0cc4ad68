"""Every route of the application x everybody who could call it x own, foreign and missing ids.

The answer to a foreign id must be, byte for byte, the answer to a missing one. A route without an entry in
the tables beside this file fails the first test.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest
from fastapi.routing import iter_route_contexts

from assay.server.app import create_app
from assay.settings import Settings

from .calls import Answer, Call, missing_id
from .conftest import Rivals
from .entries import MEMBERS, Entry
from .outside_routes import ELSEWHERE, ORIGIN, OUTSIDE_ROUTES, Audience, OutsideEntry
from .project_routes import PROJECT_ROUTES
from .tenant_routes import TENANT_ROUTES
from .world import World

ENTRIES: dict[str, Entry] = {**TENANT_ROUTES, **PROJECT_ROUTES}
UNKNOWN = ("nobody", "a garbage key", "a revoked key")
STRANGERS = ("the rival's owner key", "the rival's owner's session")
OPERATORS = ("an operator's key", "an operator's session")
_OF_THE_TENANT = frozenset({"tenant_id", "project_id", "key_id", "person_id", "job_tenant_id"})
"""Kinds of ids that the sibling project shares, or that are the caller's to reach."""


# The tables are complete -------------------------------------------------------------------------


def routes() -> set[str]:
    app = create_app(Settings())
    contexts = list(iter_route_contexts(app.routes))
    return {
        f"{method} {context.path}"
        for context in contexts
        for method in (context.methods or ()) - {"HEAD"}
        if context.path is not None
    }


def test_every_route_has_an_entry() -> None:
    declared = routes()
    assert len(declared) > 80
    known = {*ENTRIES, *OUTSIDE_ROUTES, *ELSEWHERE}
    new, gone = declared - known, known - declared
    assert not new, (
        f"Without an entry: {sorted(new)}. Say in tests/isolation/project_routes.py, tenant_routes.py or "
        "outside_routes.py who may call the route, and how to make a request of it that succeeds."
    )
    assert not gone, f"No such route any more, delete the entry: {sorted(gone)}"
    assert all(test in globals() for test in ELSEWHERE.values())


def _uuid_places(schema: Any, definitions: Mapping[str, Any], place: str = "") -> Iterator[str]:
    if "$ref" in schema:
        schema = definitions[schema["$ref"].rpartition("/")[2]]
    if schema.get("format") == "uuid":
        yield place
    for name, member in schema.get("properties", {}).items():
        yield from _uuid_places(member, definitions, f"{place}/{name}")
    if isinstance(schema.get("items"), dict):
        yield from _uuid_places(schema["items"], definitions, place)
    for choice in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from _uuid_places(choice, definitions, place)


def _declared_places(operation: Mapping[str, Any], definitions: Mapping[str, Any]) -> set[str]:
    places = {
        f"{parameter['in']}/{parameter['name']}"
        for parameter in operation.get("parameters", ())
        if any(_uuid_places(parameter["schema"], definitions, "here"))
    }
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    return places | set(_uuid_places(body, definitions))


@pytest.mark.parametrize("route", ENTRIES)
async def test_every_id_of_a_request_is_exchanged(rivals: Rivals, route: str) -> None:
    """What the OpenAPI description calls a UUID stands in the example request as an id of the world."""
    method, _, path = route.partition(" ")
    description = create_app(Settings()).openapi()
    definitions = description["components"]["schemas"]
    operation = description["paths"][path][method.lower()]
    entry = ENTRIES[route]
    places = _declared_places(operation, definitions) - entry.client_made
    call = await entry.build(rivals.own, _somebody(entry))
    ids = set(call.ids.values())
    given = {f"query/{name}" for name, value in call.query.items() if any(each in value for each in ids)}
    given |= {f"path/{name}" for name in path.replace("}", "{").split("{")[1::2] if name != "version"}
    given |= set(_ids_in_body(call, ids))
    assert places <= given, f"{route}: ids that the entry does not exchange: {sorted(places - given)}"


def _ids_in_body(call: Call, ids: set[str]) -> Iterator[str]:
    if call.content and call.content_type == "application/json":
        yield from _places_of(httpx.Response(200, content=call.content).json(), ids)


def _places_of(value: Any, ids: set[str], place: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _places_of(member, ids, f"{place}/{name}")
    elif isinstance(value, list):
        for member in value:
            yield from _places_of(member, ids, place)
    elif value in ids:
        yield place


# Inside of a tenant ------------------------------------------------------------------------------


@pytest.fixture
async def untouched(rivals: Rivals) -> Any:
    """Whatever happens in a test, the rival's cell is as it was."""
    before = await _contents(rivals.foreign)
    yield
    after = await _contents(rivals.foreign)
    changed = sorted(name for name in before if before[name] != after[name])
    assert not changed, f"tables of the rival's cell that were written: {changed}"


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("route", ENTRIES)
async def test_a_foreign_id_is_a_missing_id(rivals: Rivals, route: str) -> None:
    entry = ENTRIES[route]
    for who in sorted(entry.roles):
        call = await entry.build(rivals.own, who)
        await _assert_foreign_is_missing(rivals, entry, rivals.own.client(who), who, call)
        response = await call.send(rivals.own.client(who))
        assert response.is_success, f"{who} may do this: {response.status_code} {response.text[:500]}"
    call = await entry.build(rivals.own, _somebody(entry))
    for who in sorted(MEMBERS - entry.roles):
        await _assert_foreign_is_missing(rivals, entry, rivals.own.client(who), who, call)
        response = await call.send(rivals.own.client(who))
        expected = 404 if who in entry.hidden else 403
        assert response.status_code == expected, f"{who}: {response.status_code} {response.text[:500]}"


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("route", ENTRIES)
async def test_outsiders_see_nothing(rivals: Rivals, route: str) -> None:
    """Own ids of the tenant are to them what missing ones are, in any mixture."""
    entry = ENTRIES[route]
    call = await entry.build(rivals.own, _somebody(entry))
    for who, client in rivals.outsiders.items():
        if who in OPERATORS and entry.operators:
            assert (await call.send(client)).is_success
            continue
        own = Answer.of(await call.send(client))
        assert own.status == (401 if who in UNKNOWN else 404), f"{who}: {own}"
        for kinds in (*([kind] for kind in call.ids), list(call.ids)):
            missing = call.exchanged({kind: missing_id(call.ids[kind]) for kind in kinds})
            assert Answer.of(await missing.send(client)) == own, f"{who}: {kinds}"


@pytest.mark.parametrize("route", PROJECT_ROUTES)
async def test_a_key_for_another_project_sees_nothing(rivals: Rivals, route: str) -> None:
    """A manager of the sibling project only: the main project is as missing as one that never was."""
    entry = ENTRIES[route]
    call = await entry.build(rivals.own, _somebody(entry))
    client = rivals.own.client("restricted")
    own = Answer.of(await call.send(client))
    assert own.status == 404, own
    for kinds in (["project_id"], [kind for kind in call.ids if kind != "tenant_id"]):
        missing = call.exchanged({kind: missing_id(call.ids[kind]) for kind in kinds})
        assert Answer.of(await missing.send(client)) == own, kinds


async def _assert_foreign_is_missing(
    rivals: Rivals, entry: Entry, client: httpx.AsyncClient, who: str, call: Call
) -> None:
    rival_ids = {kind: rivals.foreign.main.ids[kind] for kind in call.ids}
    exchanges = [{kind: other} for kind, other in rival_ids.items()] + [rival_ids]
    for kind in call.ids.keys() - _OF_THE_TENANT:
        exchanges.append({kind: rivals.own.sibling.ids[kind]})
    for exchange in exchanges:
        foreign = Answer.of(await call.exchanged(exchange).send(client))
        missing_ids = {kind: missing_id(call.ids[kind]) for kind in exchange}
        missing = Answer.of(await call.exchanged(missing_ids).send(client))
        assert foreign == missing, f"{who}, {sorted(exchange)}"
        allowed = (403, 404) if not exchange.keys() <= entry.listed else (200, 403, 404)
        assert foreign.status in allowed, f"{who}, {sorted(exchange)}: {foreign}"


def _somebody(entry: Entry) -> str:
    """Somebody who may make the request; where only operators may, the owner makes up a good one."""
    return min(entry.roles, default="owner")


async def _contents(world: World) -> dict[str, str]:
    """A digest of every table of a world's cell, apart from those that the background work writes."""
    engine = world.tenant.engine
    found: dict[str, str] = {}
    async with (
        engine.open(engine.acting_in(world.tenant.tenant), "test") as workspace,
        workspace.cell.database.connection() as connection,
    ):
        tables = await connection.execute(
            "select tablename::text from pg_tables where schemaname = 'public' order by 1"
        )
        for (table,) in await tables.fetchall():
            if table != "webhook_delivery":
                rows = await connection.execute(f'select x::text from "{table}" x order by 1')
                text = "\n".join(row[0] for row in await rows.fetchall())
                found[table] = hashlib.sha256(text.encode()).hexdigest()
    return found


# Cursors, media, pages ---------------------------------------------------------------------------

LISTS = [
    route
    for route, entry in ENTRIES.items()
    if route.startswith("GET ")
    and any(
        parameter["name"] == "cursor"
        for parameter in create_app(Settings())
        .openapi()["paths"][route.partition(" ")[2]]["get"]
        .get("parameters", ())
    )
]
