"""What a decision may depend on, with every id renamed away.

Policies compare ids and never name one, so a decision depends only on which of them are equal. `facts_of`
keeps exactly that: a short tuple out of a finite set. Equal facts have equal decisions, which makes decisions
safe to remember, and lets a test walk through all of them. `cedar_request` writes the facts as Cedar
entities: the principal's tenant is always `Tenant::"own"`, and so on.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

from assay.control.access.vocabulary import (
    Action,
    Context,
    Principal,
    PrincipalKind,
    Resource,
    ResourceKind,
    Role,
)

Place = Literal["engine", "account", "own", "foreign", "nowhere"]
"""Where the resource lies: outside of tenants, in the principal's, in another; `nowhere` is a fault."""

ProjectRelation = Literal["none", "member", "outside"]
OwnerRelation = Literal["none", "self", "other"]


class Facts(NamedTuple):
    kind: PrincipalKind
    role: Role | None
    operator: bool
    in_tenant: bool
    restricted: bool
    action: Action
    place: Place
    project: ProjectRelation
    owner: OwnerRelation
    context: Context


def facts_of(principal: Principal, action: Action, resource: Resource, context: Context) -> Facts:
    return Facts(
        principal.kind,
        principal.role,
        principal.operator,
        principal.tenant is not None,
        principal.projects is not None,
        action,
        _place(principal, resource),
        _project_relation(principal, resource),
        "none" if resource.owner is None else "self" if resource.owner == principal.id else "other",
        context,
    )


def _place(principal: Principal, resource: Resource) -> Place:
    if resource.kind is ResourceKind.ENGINE:
        return "engine"
    if resource.kind is ResourceKind.PERSON:
        return "account"
    if resource.tenant is None:
        return "nowhere"
    return "own" if resource.tenant == principal.tenant else "foreign"


def _project_relation(principal: Principal, resource: Resource) -> ProjectRelation:
    if resource.project is None:
        return "none"
    if principal.projects is None or resource.project in principal.projects:
        return "member"
    return "outside"


# Cedar's JSON ------------------------------------------------------------------------------------


def cedar_request(facts: Facts) -> dict[str, Any]:
    """The Cedar request that asks about `facts`; its entities come from `cedar_entities`."""
    return {
        "principal": _uid("Principal", _principal_id(facts)),
        "action": _uid("Action", facts.action.value),
        "resource": _resource_uid(facts),
        "context": _context(facts.context),
    }


def cedar_entities(several: Iterable[Facts]) -> list[dict[str, Any]]:
    """The principals and resources of `several` requests, each once."""
    entities: dict[tuple[str, str], dict[str, Any]] = {}
    for facts in several:
        for entity in (_principal(facts), _resource(facts), _other_principal()):
            entities[entity["uid"]["type"], entity["uid"]["id"]] = entity
    return list(entities.values())


def _uid(kind: str, name: str) -> dict[str, str]:
    return {"type": f"Assay::{kind}", "id": name}


def _reference(kind: str, name: str) -> dict[str, Any]:
    return {"__entity": _uid(kind, name)}


def _principal_id(facts: Facts) -> str:
    flags = (
        facts.kind.value,
        facts.role.value if facts.role else "no role",
        "operator" if facts.operator else "",
        "in tenant" if facts.in_tenant else "",
        "some projects" if facts.restricted else "",
    )
    return ", ".join(flag for flag in flags if flag)


def _principal(facts: Facts) -> dict[str, Any]:
    attributes: dict[str, Any] = {"operator": facts.operator}
    if facts.in_tenant:
        attributes["tenant"] = _reference("Tenant", "own")
    if facts.restricted:
        attributes["projects"] = [_reference("Project", "member")]
    parents = [_uid("Kind", facts.kind.value)]
    if facts.role is not None:
        parents.append(_uid("Role", facts.role.value))
    return {"uid": _uid("Principal", _principal_id(facts)), "attrs": attributes, "parents": parents}


def _other_principal() -> dict[str, Any]:
    return {"uid": _uid("Principal", "other"), "attrs": {"operator": False}, "parents": []}


def _resource_uid(facts: Facts) -> dict[str, str]:
    owner = _principal_id(facts) if facts.owner == "self" else facts.owner
    if facts.place == "engine":
        return _uid("Engine", "engine")
    if facts.place == "account":
        return _uid("Account", f"account: {owner}")
    return _uid("Record", f"{facts.place}, project: {facts.project}, owner: {owner}")


def _resource(facts: Facts) -> dict[str, Any]:
    attributes: dict[str, Any] = {}
    if facts.place in ("own", "foreign"):
        attributes["tenant"] = _reference("Tenant", facts.place)
        if facts.project != "none":
            attributes["project"] = _reference("Project", facts.project)
    if facts.place != "engine" and facts.owner != "none":
        owner = _principal_id(facts) if facts.owner == "self" else "other"
        attributes["owner"] = _reference("Principal", owner)
    return {"uid": _resource_uid(facts), "attrs": attributes, "parents": []}


def _context(context: Context) -> dict[str, Any]:
    record: dict[str, Any] = {
        "under_review": context.under_review,
        "tenant_has_owner": context.tenant_has_owner,
        "person_has_signed_in": context.person_has_signed_in,
        "person_is_shared": context.person_is_shared,
    }
    if context.granted_role is not None:
        record["granted_role"] = _reference("Role", context.granted_role.value)
    if context.current_role is not None:
        record["current_role"] = _reference("Role", context.current_role.value)
    return record
