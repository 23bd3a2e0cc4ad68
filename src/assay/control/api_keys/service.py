"""What happens to API keys. Permission is asked for by the caller, with `assay.control.access.require`."""

from __future__ import annotations

import hmac
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from uuid import UUID

from psycopg.errors import ForeignKeyViolation
from pydantic import SecretStr

from assay.cells.database import Database
from assay.control import log
from assay.control.access import Principal, PrincipalKind, Role, not_found
from assay.control.api_keys import store
from assay.control.api_keys.models import ApiKey, NewApiKey
from assay.control.api_keys.token import digest_of, new_key_text, parse_key
from assay.control.page import DEFAULT_PAGE_SIZE, Page, check_limit, page_of
from assay.control.recent import RECENT_SECONDS, Forget, Recent
from assay.control.text import clean_name
from assay.errors import InvalidInput, Problem, Unauthenticated
from assay.identifiers import new_id
from assay.trust.log_action import LogAction

_USE_COARSENESS = timedelta(hours=1)

RecentKeys = Recent[bytes, Principal]


class ApiKeyService:
    def __init__(self, database: Database, recent: RecentKeys, forget: Forget) -> None:
        self._database = database
        self._recent = recent
        self._forget = forget

    async def authenticate(self, text: str) -> Principal:
        """The principal that a key is; at most 5 seconds old. Raises Unauthenticated for any other text."""
        presented = parse_key(text)
        if presented is None:
            raise _refused()
        found = self._recent.get(presented.digest)
        if found is not None:
            return found
        ticket = self._recent.ticket()
        async with self._database.connection() as connection:
            live = await store.find_live(connection, presented.id)
            # A missing key is compared too, with nothing it could equal.
            expected = live.secret_digest if live is not None else bytes(32)
            if not hmac.compare_digest(presented.digest, expected) or live is None:
                raise _refused()
            await store.touch(connection, presented.id, _USE_COARSENESS)
        principal = _principal(presented.id, live)
        if live.seconds_left is None or live.seconds_left > RECENT_SECONDS:
            self._recent.put(presented.digest, principal, ticket)
        return principal

    async def create(
        self,
        actor: Principal,
        tenant: UUID | None,
        name: str,
        role: Role,
        projects: Collection[UUID] | None = None,
        lifetime: timedelta | None = None,
    ) -> NewApiKey:
        """A key that acts with `role` in one tenant; for operators `tenant` is None. The text is shown once.

        Raises InvalidInput at /name, /role, /projects or /lifetime, NotFound without the tenant.
        """
        key = _new_key(actor, tenant, name, role, projects, lifetime)
        text = new_key_text(key.id)
        try:
            async with self._database.transaction() as connection:
                created = await store.insert(connection, key, digest_of(text), lifetime)
                details: dict[str, str] = {"role": role.value}
                if tenant is not None:
                    details["tenant"] = str(tenant)
                await log.write(
                    connection, actor, LogAction.API_KEY_CREATED, "api_key", created.id, **details
                )
        except ForeignKeyViolation as error:
            raise not_found() from error
        return NewApiKey(key=created, text=SecretStr(text))

    async def get(self, tenant: UUID | None, key: UUID) -> ApiKey:
        """Raises NotFound, for another tenant's key as for none."""
        async with self._database.connection() as connection:
            found = await store.find(connection, tenant, key)
        if found is None:
            raise not_found()
        return found

    async def list(
        self, tenant: UUID | None, after: UUID | None = None, limit: int = DEFAULT_PAGE_SIZE
    ) -> Page[ApiKey]:
        """Keys of a tenant, or of the operators (None), revoked ones too, oldest first."""
        check_limit(limit)
        async with self._database.connection() as connection:
            rows = await store.page(connection, tenant, after, limit + 1)
        return page_of(rows, limit, lambda row: row.id)

    async def revoke(self, actor: Principal, tenant: UUID | None, key: UUID) -> ApiKey:
        """Refused from now on here, within 5 seconds elsewhere; again is no error. Raises NotFound."""
        async with self._database.transaction() as connection:
            if await store.revoke(connection, tenant, key):
                await log.write(connection, actor, LogAction.API_KEY_REVOKED, "api_key", key)
            revoked = await store.find(connection, tenant, key)
        self._forget()
        if revoked is None:
            raise not_found()
        return revoked


def _new_key(
    actor: Principal,
    tenant: UUID | None,
    name: str,
    role: Role,
    projects: Collection[UUID] | None,
    lifetime: timedelta | None,
) -> ApiKey:
    if (role is Role.OPERATOR) != (tenant is None):
        raise _invalid("/role", "role", "An operator's key is in no tenant, and every other key is in one.")
    if projects is not None and role in (Role.OWNER, Role.OPERATOR):
        raise _invalid("/projects", "owner-projects", "A key with this role is not limited to projects.")
    if lifetime is not None and lifetime <= timedelta():
        raise _invalid("/lifetime", "lifetime", "A key must not have expired before it is made.")
    return ApiKey(
        id=new_id(),
        tenant=tenant,
        name=clean_name(name, "/name"),
        role=role,
        projects=None if projects is None else frozenset(projects),
        created_by=actor.id,
        created_at=datetime.now(UTC),
        expires_at=None,
        last_used_at=None,
        revoked_at=None,
    )


def _principal(key: UUID, live: store.LiveKey) -> Principal:
    role = Role(live.role)
    projects = None if live.projects is None else frozenset(live.projects)
    return Principal(key, PrincipalKind.API_KEY, live.tenant, role, projects, operator=role is Role.OPERATOR)


def _refused() -> Unauthenticated:
    return Unauthenticated("This API key is not valid.", advice="Check it, or ask for a new one.")


def _invalid(path: str, rule: str, message: str) -> InvalidInput:
    return InvalidInput(message, problems=[Problem(path, rule, message)])
