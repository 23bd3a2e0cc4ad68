"""What the matrix has to know of a route, and short ways to say it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any

from .calls import Call, json_content
from .world import Project, World

Build = Callable[[World, str], Awaitable[Call]]
"""Makes a request that this person of the world may make, and that succeeds: (world, person) -> call."""

OWNERS = frozenset({"owner", "owner's session"})
PRODUCERS = OWNERS | {"manager"}
REVIEWERS = PRODUCERS | {"reviewer"}
WORKERS = REVIEWERS | {"annotator"}
VIEWERS = REVIEWERS | {"viewer"}
MEMBERS = WORKERS | {"viewer"}
NONE: frozenset[str] = frozenset()

PROJECT = "/api/v1/tenants/{tenant_id}/projects/{project_id}"
TENANT = "/api/v1/tenants/{tenant_id}"


@dataclass(frozen=True, slots=True)
class Entry:
    """A route inside of a tenant.

    `roles` may call it; for `hidden` among the others a refusal looks like a missing thing. `operators` may
    call it too. `listed` are kinds of ids that merely choose from a list, so that a foreign one gives an
    empty list. `client_made` are places of ids that the client makes up.
    """

    roles: frozenset[str]
    build: Build
    hidden: frozenset[str] = NONE
    operators: bool = False
    listed: frozenset[str] = NONE
    client_made: frozenset[str] = NONE


def standing(
    method: str,
    template: str,
    body: Mapping[str, Any] | None = None,
    query: Mapping[str, str] | None = None,
    also: Iterable[str] = (),
    **chosen: str,
) -> Build:
    """A request about what the main project has already.

    Names in braces, in the address as in body and query, become the ids of the world; `chosen` gives those
    that are no ids. `also` are the kinds of ids that stand in body or query.
    """

    async def build(world: World, _: str) -> Call:
        ids = {kind: world.main.ids[kind] for kind in (*_kinds(template, chosen), *also)}
        return Call(
            method,
            world.address + template.format(**ids, **chosen),
            ids,
            query={name: value.format(**ids) for name, value in (query or {}).items()},
            content=b"" if body is None else json_content(_filled(body, ids)),
        )

    return build


def of_project(project: Project, method: str, route: str, body: Any = None, **ids: str) -> Call:
    """A request about a project, with these ids in it besides those of tenant and project."""
    return Call(
        method,
        f"{project.path}/{route}",
        {"tenant_id": project.ids["tenant_id"], "project_id": project.id, **ids},
        content=b"" if body is None else json_content(body),
    )


def of_tenant(world: World, method: str, route: str, body: Any = None, **ids: str) -> Call:
    """A request about a tenant as a whole."""
    return Call(
        method,
        f"{world.path}/{route}",
        {"tenant_id": str(world.tenant.tenant), **ids},
        content=b"" if body is None else json_content(body),
    )


def _kinds(template: str, chosen: Mapping[str, str]) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(template) if name and name not in chosen]


def _filled(value: Any, ids: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return ids[value[1:-1]] if value[:1] == "{" else value
    if isinstance(value, Mapping):
        return {name: _filled(each, ids) for name, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, ids) for each in value]
    return value
