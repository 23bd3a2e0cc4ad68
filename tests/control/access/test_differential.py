"""Cedar and the plain implementation agree on every request there is, up to renaming of ids."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import product
from pathlib import Path
from types import ModuleType
from uuid import UUID

from assay.control.access import (
    NO_CONTEXT,
    Action,
    Context,
    PolicyEngine,
    Principal,
    PrincipalKind,
    Resource,
    ResourceKind,
    Role,
    shipped_policies,
)
from assay.control.access.facts import Facts, facts_of

OWN, FOREIGN = UUID(int=1), UUID(int=2)
LISTED, UNLISTED = UUID(int=3), UUID(int=4)
SELF, SOMEBODY = UUID(int=5), UUID(int=6)
TENANT_ROLES = [role for role in Role if role is not Role.OPERATOR]
STAFFING = [Action.MEMBER_CREATE, Action.MEMBER_UPDATE, Action.MEMBER_REMOVE]

FAULTS_TRIED = (Action.KNOW, Action.ITEM_READ, Action.SELF_READ)

Request = tuple[Principal, Action, Resource, Context]


@cache
def _engine() -> PolicyEngine:
    return PolicyEngine(shipped_policies())


@cache
def _reference() -> ModuleType:
    path = Path(__file__).with_name("reference_policy.py")
    specification = importlib.util.spec_from_file_location("reference_policy", path)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def principals() -> Iterator[Principal]:
    """Every kind of principal that can be: also an operator who is a member, should that ever happen."""
    for kind in (PrincipalKind.PERSON, PrincipalKind.API_KEY):
        yield Principal(SELF, kind, role=Role.OPERATOR, operator=True)
        for operator in (False, True):
            yield Principal(SELF, kind, operator=operator)
            for role, projects in product(TENANT_ROLES, (None, frozenset({LISTED}))):
                yield Principal(SELF, kind, OWN, role, projects, operator)
    yield Principal(SELF, PrincipalKind.SYSTEM)
    yield Principal(SELF, PrincipalKind.SYSTEM, OWN)


def resources() -> Iterator[Resource]:
    yield Resource(ResourceKind.ENGINE)
    for owner in (SELF, SOMEBODY, None):
        yield Resource(ResourceKind.PERSON, owner=owner)
    for tenant, project, owner in product(
        (OWN, FOREIGN, None), (None, LISTED, UNLISTED), (None, SELF, SOMEBODY)
    ):
        yield Resource(ResourceKind.ITEM, tenant, project, owner)


def contexts(action: Action) -> Iterable[Context]:
    """Every value of the context that the action could depend on; staffing's pairs of roles come on top."""
    if action in STAFFING:
        roles = (None, *Role)
        return [Context(granted_role=granted, current_role=None) for granted in roles]
    if action is Action.TENANT_APPOINT_OWNER:
        return [Context(tenant_has_owner=flag) for flag in (True, False)]
    if action is Action.SIGN_IN_LINK_CREATE:
        pairs = product((True, False), repeat=2)
        return [Context(person_has_signed_in=first, person_is_shared=second) for first, second in pairs]
    if action in (Action.ANNOTATION_READ, Action.COMMENT_READ, Action.COMMENT_CREATE, Action.COMMENT_RESOLVE):
        return [Context(under_review=flag) for flag in (True, False)]
    return [NO_CONTEXT]


def requests() -> Iterator[Request]:
    for principal, action, resource in product(principals(), Action, resources()):
        for context in contexts(action):
            yield principal, action, resource, context


def staffing_requests() -> Iterator[Request]:
    """Every pair of granted and current role, where a member of the own tenant is concerned."""
    members = [principal for principal in principals() if principal.tenant is not None]
    places = [Resource(ResourceKind.MEMBER, OWN, project) for project in (None, LISTED)]
    for principal, action, resource in product(members, STAFFING, places):
        for granted, current in product((None, *Role), (None, *Role)):
            yield principal, action, resource, Context(granted_role=granted, current_role=current)


def disagreements(several: Iterable[Request]) -> tuple[int, list[Request]]:
    """How many different requests were compared, and those on which the two do not agree."""
    reference = _reference()
    expected: dict[Facts, tuple[bool, Request]] = {}
    for request in several:
        expected[facts_of(*request)] = (reference.allowed(*request), request)
    decisions = _engine().evaluate(list(expected))
    differing = [
        request
        for decision, (allowed, request) in zip(decisions, expected.values(), strict=True)
        if decision.allowed is not allowed
    ]
    return len(expected), differing


def _by_shape(several: Iterable[Request]) -> Iterator[list[Request]]:
    """Requests that Cedar can build entities for, and those that are faults, apart.

    One request that cannot be built makes the engine refuse a whole batch, so faults are asked one by one.
    """
    sound: list[Request] = []
    for request in several:
        resource = request[2]
        missing = {ResourceKind.PERSON: resource.owner, ResourceKind.ITEM: resource.tenant}
        if missing.get(resource.kind, "nothing") is None:
            yield [request]
        else:
            sound.append(request)
    yield sound


def test_zero_disagreements_over_the_whole_product() -> None:
    compared = 0
    for group in _by_shape(requests()):
        if len(group) == 1 and group[0][1] not in FAULTS_TRIED:
            continue
        count, differing = disagreements(group)
        compared += count
        assert differing == []
    assert compared > 50_000


def test_zero_disagreements_over_all_pairs_of_roles() -> None:
    compared, differing = disagreements(staffing_requests())
    assert differing == []
    assert compared > 5_000
