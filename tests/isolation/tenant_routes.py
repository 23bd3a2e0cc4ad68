"""The routes of a tenant as a whole: who may call them, and a request of each that succeeds."""

from __future__ import annotations

from uuid import uuid4

from assay.control.access import Role

from .calls import Call
from .entries import MEMBERS, OWNERS, PRODUCERS, TENANT, Build, Entry, of_tenant, standing
from .world import INTERFACE, World

_WEBHOOK = f"{TENANT}/webhooks/{{webhook_id}}"
_OF_PROJECT = {"project_id": "{project_id}"}


async def _create_key(world: World, who: str) -> Call:
    project = world.main.id
    body = {"name": "k", "role": "viewer", "projects": [project]}
    return of_tenant(world, "POST", "api-keys", body, project_id=project)


async def _revoke_key(world: World, who: str) -> Call:
    key = await world.api_key()
    return of_tenant(world, "POST", f"api-keys/{key}/revoke", key_id=key)


async def _invite(world: World, who: str) -> Call:
    project = world.main.id
    body = {"email": f"{uuid4()}@example.com", "role": "viewer", "projects": [project]}
    return of_tenant(world, "POST", "members", body, project_id=project)


async def _change_member(world: World, who: str) -> Call:
    person, project = await world.invite(Role.VIEWER), world.main.id
    body = {"role": "reviewer", "projects": [project]}
    return of_tenant(world, "PUT", f"members/{person}", body, person_id=person, project_id=project)


def _on_member(method: str, route: str) -> Build:
    async def build(world: World, _: str) -> Call:
        person = await world.invite(Role.VIEWER)
        return of_tenant(world, method, f"members/{person}{route}", person_id=person)

    return build


async def _create_webhook(world: World, who: str) -> Call:
    project = world.main.id
    body = {"url": "http://127.0.0.1:9/x", "events": ["label.created"], "project_id": project}
    return of_tenant(world, "POST", "webhooks", body, project_id=project)


async def _delete_webhook(world: World, who: str) -> Call:
    project = world.main.id
    webhook = await world.webhook(project)
    call = of_tenant(world, "DELETE", f"webhooks/{webhook}", webhook_id=webhook, project_id=project)
    return Call(call.method, call.path, call.ids, {"project_id": project})


def _on_webhook(method: str, route: str = "", body: dict[str, object] | None = None) -> Build:
    return standing(method, f"{_WEBHOOK}{route}", body, _OF_PROJECT, also=["project_id"])


async def _redeliver(world: World, who: str) -> Call:
    webhook = world.main.ids["webhook_id"]
    delivery = world.main.ids["delivery_id"]
    ids = {"webhook_id": webhook, "delivery_id": delivery, "project_id": world.main.id}
    call = of_tenant(world, "POST", f"webhooks/{webhook}/deliveries/{delivery}/redeliver", **ids)
    return Call(call.method, call.path, call.ids, {"project_id": world.main.id})


_VIEWER_SEES_NOT = frozenset({"annotator", "viewer"})

TENANT_ROUTES: dict[str, Entry] = {
    f"GET {TENANT}": Entry(MEMBERS, standing("GET", TENANT), operators=True),
    f"PATCH {TENANT}": Entry(OWNERS, standing("PATCH", TENANT, {"name": "New name"}), operators=True),
    f"GET {TENANT}/log": Entry(
        PRODUCERS,
        standing(
            "GET",
            f"{TENANT}/log",
            query={"project_id": "{project_id}", "object_id": "{item_id}"},
            also=["project_id", "item_id"],
        ),
        listed=frozenset({"project_id", "item_id"}),
    ),
    f"GET {TENANT}/jobs": Entry(PRODUCERS, standing("GET", f"{TENANT}/jobs")),
    f"POST {TENANT}/interface/check": Entry(
        PRODUCERS, standing("POST", f"{TENANT}/interface/check", {"interface": INTERFACE})
    ),
    f"POST {TENANT}/projects": Entry(
        PRODUCERS, standing("POST", f"{TENANT}/projects", {"name": "New", "interface": INTERFACE})
    ),
    f"GET {TENANT}/projects": Entry(MEMBERS, standing("GET", f"{TENANT}/projects")),
    f"POST {TENANT}/api-keys": Entry(OWNERS, _create_key),
    f"GET {TENANT}/api-keys": Entry(OWNERS, standing("GET", f"{TENANT}/api-keys")),
    f"POST {TENANT}/api-keys/{{key_id}}/revoke": Entry(OWNERS, _revoke_key),
    f"POST {TENANT}/members": Entry(PRODUCERS, _invite),
    f"GET {TENANT}/members": Entry(PRODUCERS, standing("GET", f"{TENANT}/members")),
    f"GET {TENANT}/members/{{person_id}}": Entry(
        PRODUCERS, standing("GET", f"{TENANT}/members/{{person_id}}"), hidden=_VIEWER_SEES_NOT
    ),
    f"PUT {TENANT}/members/{{person_id}}": Entry(PRODUCERS, _change_member, hidden=_VIEWER_SEES_NOT),
    f"DELETE {TENANT}/members/{{person_id}}": Entry(
        PRODUCERS, _on_member("DELETE", ""), hidden=_VIEWER_SEES_NOT
    ),
    f"POST {TENANT}/members/{{person_id}}/sign-in-link": Entry(
        PRODUCERS, _on_member("POST", "/sign-in-link"), hidden=_VIEWER_SEES_NOT
    ),
    f"POST {TENANT}/webhooks": Entry(PRODUCERS, _create_webhook),
    f"GET {TENANT}/webhooks": Entry(
        PRODUCERS,
        standing("GET", f"{TENANT}/webhooks", query=_OF_PROJECT, also=["project_id"]),
        listed=frozenset({"project_id"}),
    ),
    f"GET {_WEBHOOK}": Entry(PRODUCERS, _on_webhook("GET")),
    f"PATCH {_WEBHOOK}": Entry(PRODUCERS, _on_webhook("PATCH", "", {"events": ["label.created"]})),
    f"DELETE {_WEBHOOK}": Entry(PRODUCERS, _delete_webhook),
    f"POST {_WEBHOOK}/test": Entry(PRODUCERS, _on_webhook("POST", "/test")),
    f"GET {_WEBHOOK}/deliveries": Entry(PRODUCERS, _on_webhook("GET", "/deliveries")),
    f"POST {_WEBHOOK}/deliveries/{{delivery_id}}/redeliver": Entry(PRODUCERS, _redeliver),
}
