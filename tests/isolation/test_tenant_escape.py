"""Every route of the application x everybody who could call it x own, foreign and missing ids.

The answer to a foreign id must be, byte for byte, the answer to a missing one. A route without an entry in
the tables beside this file fails the first test.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi.routing import iter_route_contexts

from assay.control.access import Role
from assay.identifiers import new_id
from assay.server.app import create_app
from assay.server.pages import cursor_of
from assay.settings import Settings

from .calls import Answer, Call, missing_id
from .conftest import Rivals
from .entries import MEMBERS, Entry
from .outside_routes import ELSEWHERE, ORIGIN, OUTSIDE_ROUTES, Audience, OutsideEntry
from .project_routes import PROJECT_ROUTES
from .tenant_routes import TENANT_ROUTES
from .world import World

APPLICATION = create_app(Settings())
DESCRIPTION = APPLICATION.openapi()
ENTRIES: dict[str, Entry] = {**TENANT_ROUTES, **PROJECT_ROUTES}
UNKNOWN = ("nobody", "a garbage key", "a revoked key")
STRANGERS = ("the rival's owner key", "the rival's owner's session")
OPERATORS = ("an operator's key", "an operator's session")
_NONCE = re.compile(r'<meta name="csp-nonce"[^>]*>')
_OF_THE_TENANT = frozenset({"tenant_id", "project_id", "key_id", "person_id", "job_tenant_id"})
"""Kinds of ids that the sibling project shares, or that are the caller's to reach."""


# The tables are complete -------------------------------------------------------------------------


def routes() -> set[str]:
    contexts = list(iter_route_contexts(APPLICATION.routes))
    return {
        f"{method} {context.path}"
        for context in contexts
        for method in set(context.methods or ()) - {"HEAD"}
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
    definitions = DESCRIPTION["components"]["schemas"]
    operation = DESCRIPTION["paths"][path][method.lower()]
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


def _lists() -> list[str]:
    paths = DESCRIPTION["paths"]
    return [
        route
        for route in ENTRIES
        if route.startswith("GET ")
        and any(each["name"] == "cursor" for each in paths[route[4:]]["get"].get("parameters", ()))
    ]


@pytest.mark.parametrize("route", _lists())
async def test_a_cursor_made_of_a_foreign_id_tells_nothing(rivals: Rivals, route: str) -> None:
    """The page after a foreign id is the page after the id beside it, which nothing has."""
    entry = ENTRIES[route]
    who = _somebody(entry)
    call = await entry.build(rivals.own, who)
    for kind, foreign in rivals.foreign.main.ids.items():
        if kind.endswith("_id"):
            beside = UUID(int=UUID(foreign).int ^ 1)
            pages = [
                replace(call, query={**call.query, "cursor": cursor_of(each)})
                for each in (UUID(foreign), beside)
            ]
            first, second = [Answer.of(await page.send(rivals.own.client(who))) for page in pages]
            assert first.status == 200
            assert first == second, kind


@pytest.mark.parametrize("part", ["", "/tiles", "/tiles/0/0/0", "/preview"])
async def test_an_address_of_media_is_good_for_its_viewer_alone(rivals: Rivals, part: str) -> None:
    own, foreign = rivals.own, rivals.foreign
    mine = _media(own.main.ids["media"], part)
    assert (await mine.send(own.client("owner"))).is_success
    garbage = {"media": missing_id(own.main.ids["media"])}
    for client in (*(own.client(who) for who in MEMBERS - {"owner"}), *_known(rivals)):
        answer = Answer.of(await mine.send(client))
        assert answer.status == 404
        assert answer == Answer.of(await mine.exchanged(garbage).send(client))
    theirs = _media(foreign.main.ids["media"], part)
    missing = Answer.of(await mine.exchanged(garbage).send(own.client("owner")))
    assert Answer.of(await theirs.send(own.client("owner"))) == missing
    for who in UNKNOWN:
        assert (await mine.send(rivals.outsiders[who])).status_code == 401


async def test_an_item_cannot_reach_foreign_media(rivals: Rivals) -> None:
    """An item may name any blob; only those of its own project are ever served."""
    own = rivals.own
    strange = [rivals.foreign.main.ids["blob_id"], own.sibling.ids["blob_id"], str(new_id())]
    seen: set[object] = set()
    for blob in strange:
        data = {"text": "t", "image": {"blob": blob, "media_type": "image/png"}}
        added = await own.main.post("owner", "items", {"items": [{"data": data}]}, 201)
        if added["items"][0] is None:
            seen.add((added["rejected"][0]["rule"], added["rejected"][0]["reason"]))
            continue
        item = await own.main.get("owner", f"items/{added['items'][0]}")
        address = f"{own.address}{item['media'][blob]}"
        seen.add(Answer.of(await own.client("owner").get(address)))
    (answer,) = seen
    assert not isinstance(answer, Answer) or answer.status == 404


async def test_the_web_app_is_the_same_for_everybody(rivals: Rivals) -> None:
    """The page and its files hold nothing of anybody's: only the nonce of a page differs."""
    callers = [rivals.own.client("owner's session"), *rivals.outsiders.values()]
    pages = {_NONCE.sub("", (await caller.get(f"{ORIGIN}/")).text) for caller in callers}
    assert len(pages) == 1
    (script,) = re.findall(r'src="(/assets/[^"]+)"', pages.pop())
    files = {(await caller.get(f"{ORIGIN}{script}")).content for caller in callers}
    assert len(files) == 1
    assert (await callers[0].get(f"{ORIGIN}/assets/..%2fweb_app.py")).status_code == 404


def _media(token: str, part: str) -> Call:
    return Call("GET", f"{ORIGIN}/api/v1/media/{token}{part}", {"media": token})


def _known(rivals: Rivals) -> list[httpx.AsyncClient]:
    return [rivals.outsiders[who] for who in (*STRANGERS, *OPERATORS)]


# Outside of tenants ------------------------------------------------------------------------------


@pytest.mark.parametrize("route", OUTSIDE_ROUTES)
async def test_routes_outside_of_tenants(rivals: Rivals, route: str) -> None:
    """Who is in the audience gets an answer; to all others what exists and what does not look the same."""
    entry = OUTSIDE_ROUTES[route]
    for who, client in (await _everybody(rivals, entry)).items():
        call = await entry.build(rivals.own)
        if _in_audience(entry, who):
            response = await call.send(client)
            expected = 404 if "session_id" in call.ids else entry.status
            assert response.status_code == expected, f"{who}: {response.status_code} {response.text[:500]}"
            continue
        refused = Answer.of(await call.send(client))
        allowed = (401,) if who in UNKNOWN else (403, 404) if call.ids else (403,)
        assert refused.status in allowed, f"{who}: {refused}"
        for kind, own in call.ids.items():
            assert Answer.of(await call.exchanged({kind: missing_id(own)}).send(client)) == refused


async def test_nobody_ends_the_session_of_another(rivals: Rivals) -> None:
    owner, rival = rivals.own.client("owner's session"), rivals.foreign.client("owner's session")
    sessions = f"{ORIGIN}/api/v1/me/sessions"
    theirs = (await owner.get(sessions)).json()[0]["id"]
    foreign = Answer.of(await rival.delete(f"{sessions}/{theirs}"))
    assert foreign == Answer.of(await rival.delete(f"{sessions}/{new_id()}"))
    assert (await owner.get(sessions)).json()[0]["id"] == theirs


async def test_an_operator_cannot_revoke_a_tenants_key(rivals: Rivals) -> None:
    own = rivals.own.main.ids["key_id"]
    call = Call("POST", f"{ORIGIN}/api/v1/operator/api-keys/{own}/revoke", {"key_id": own})
    for who in OPERATORS:
        client = rivals.outsiders[who]
        refused = Answer.of(await call.send(client))
        assert refused.status == 404
        assert Answer.of(await call.exchanged({"key_id": missing_id(own)}).send(client)) == refused


async def _everybody(rivals: Rivals, entry: OutsideEntry) -> dict[str, httpx.AsyncClient]:
    """Clients by name. Where a request ends a session, it gets one of its own."""
    if entry.once and entry.audience is Audience.EVERYBODY:
        newcomer = await rivals.own.tenant.client(None)
        newcomer.headers["origin"] = ORIGIN
        return {"somebody new": newcomer}
    everybody = {"owner": rivals.own.client("owner"), **rivals.outsiders}
    everybody["owner's session"] = rivals.own.client("owner's session")
    if entry.once:
        everybody["owner's session"] = await rivals.own.member_session(Role.OWNER)
        for who in ("the rival's owner's session", "an operator's session"):
            del everybody[who]
    return everybody


def _in_audience(entry: OutsideEntry, who: str) -> bool:
    return {
        Audience.EVERYBODY: True,
        Audience.ANYBODY_KNOWN: who not in UNKNOWN,
        Audience.PEOPLE: who.endswith("session"),
        Audience.OPERATORS: who in OPERATORS,
    }[entry.audience]
