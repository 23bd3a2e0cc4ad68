"""Two rival tenants, each with one of everything."""

from __future__ import annotations

from dataclasses import dataclass

import httpx
import pytest

from assay.control.access import Role

from .world import Tenant, World, session_client


@dataclass(frozen=True, slots=True)
class Rivals:
    """`own` is the tenant whose objects are asked for, `foreign` the one that must stay invisible."""

    own: World
    foreign: World
    outsiders: dict[str, httpx.AsyncClient]
    """Who belongs to no tenant, or to the rival; by what they come with."""


@pytest.fixture(scope="session")
async def rivals(api: Tenant, rival: Tenant) -> Rivals:
    own, foreign = World(api), World(rival)
    for world in (own, foreign):
        await world.build()
        world.people["owner's session"] = await world.member_session(Role.OWNER)
    control = api.engine.control
    revoked = await control.api_keys.create(control.host, api.tenant, "revoked", Role.OWNER)
    await control.api_keys.revoke(control.host, api.tenant, revoked.key.id)
    operator_key = await control.api_keys.create(control.host, None, "operator", Role.OPERATOR)
    _, link = await control.create_operator("operator@example.com")
    restricted = await api.key(Role.MANAGER, "restricted", [own.sibling.uuid])
    outsiders = {
        "nobody": await api.client(None),
        "a garbage key": await api.client("assay_garbage"),
        "a revoked key": await api.client(revoked.text.get_secret_value()),
        "the rival's owner key": foreign.client("owner"),
        "the rival's owner's session": foreign.client("owner's session"),
        "an operator's key": await api.client(operator_key.text.get_secret_value()),
        "an operator's session": await session_client(api, link.token.get_secret_value()),
    }
    own.people["restricted"] = await api.client(restricted)
    return Rivals(own, foreign, outsiders)
