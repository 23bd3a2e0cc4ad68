"""Who calls, and what they may do: the dependencies that every route begins with."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie, HTTPBearer

from assay.control.access import (
    NO_CONTEXT,
    Action,
    Context,
    Decision,
    Principal,
    PrincipalKind,
    Resource,
    ResourceKind,
    Role,
    not_found,
)
from assay.control.sessions.models import SignedInPerson
from assay.errors import Forbidden, Unauthenticated
from assay.server.engine import Engine
from assay.server.workspace import Workspace

SESSION_COOKIE = "assay_session"
SECURE_SESSION_COOKIE = "__Host-assay_session"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

# These declare the schemes for OpenAPI; the checks are ours.
_bearer = HTTPBearer(auto_error=False, description="An API key: `Authorization: Bearer assay_...`")
_cookie = APIKeyCookie(name=SESSION_COOKIE, auto_error=False, description="A signed-in session")
AUTHENTICATION = [Security(_bearer), Security(_cookie)]


async def engine_of(request: Request) -> Engine:
    engine: Engine = request.app.state.engine
    return engine


EngineDependency = Annotated[Engine, Depends(engine_of)]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes the request: an API key, which acts in one tenant, or a person, who may act in several."""

    engine: Engine
    key: Principal | None
    person: SignedInPerson | None

    async def acting_in(self, tenant: UUID) -> Principal:
        """The principal in a tenant. Raises the same NotFound for a foreign and for a missing one."""
        if self.key is not None:
            if self.key.tenant != tenant:
                raise not_found()
            return self.key
        assert self.person is not None
        return await self.engine.control.principal_for(self.person.person, tenant)

    async def looking_after(self, tenant: UUID) -> Principal:
        """The principal for the registry's row of a tenant: an operator, or else a member of the tenant."""
        if self.outside_tenants.operator:
            return self.outside_tenants
        return await self.acting_in(tenant)

    @property
    def outside_tenants(self) -> Principal:
        """The principal for what lies outside of every tenant: the engine, people, one's own account."""
        if self.person is not None:
            operator = self.person.operator
            role = Role.OPERATOR if operator else None
            return Principal(id=self.person.person, kind=PrincipalKind.PERSON, role=role, operator=operator)
        assert self.key is not None
        return self.key

    def require(
        self, action: Action, kind: ResourceKind, *, owner: UUID | None = None, context: Context = NO_CONTEXT
    ) -> Decision:
        """Whether the caller may do this outside of every tenant."""
        return self.engine.gate.require(
            self.outside_tenants, action, Resource(kind=kind, owner=owner), context
        )


async def caller(request: Request, engine: EngineDependency) -> Caller:
    """Authenticate by API key or by session. A session's unsafe request must come from our own pages."""
    header = request.headers.get("authorization")
    if header is not None:
        scheme, _, credentials = header.partition(" ")
        if scheme.lower() != "bearer":
            raise Unauthenticated("Use `Authorization: Bearer` with an API key.")
        return Caller(engine, await engine.control.authenticate_api_key(credentials.strip()), None)
    cookie = session_token(request, engine)
    if cookie is None:
        raise Unauthenticated("Send an API key or sign in.")
    if request.method not in _SAFE_METHODS:
        require_own_origin(request, engine)
    return Caller(engine, None, await engine.control.authenticate_session(cookie))


def session_cookie(engine: Engine) -> str:
    """The cookie's name. Over https its prefix has browsers insist on Secure, Path=/ and no Domain."""
    return SECURE_SESSION_COOKIE if engine.settings.secure else SESSION_COOKIE


def session_token(request: Request, engine: Engine) -> str | None:
    """The token of the session that the request says it belongs to."""
    return request.cookies.get(session_cookie(engine))


def require_own_origin(request: Request, engine: Engine) -> None:
    """A page of another site can make a browser send our cookie, but not with our origin."""
    if "origin" not in request.headers:
        raise _foreign_origin()
    refuse_foreign_origin(request, engine)


def refuse_foreign_origin(request: Request, engine: Engine) -> None:
    """As `require_own_origin`, for requests that carry no cookie yet: programs, which send no origin, may."""
    origin = request.headers.get("origin")
    host = request.headers.get("host", "")
    own = {engine.settings.base_url, f"http://{host}", f"https://{host}"}
    if origin is not None and origin not in own:
        raise _foreign_origin()


def _foreign_origin() -> Forbidden:
    return Forbidden("This request does not come from a page of this installation.")


CallerDependency = Annotated[Caller, Depends(caller)]


@dataclass(frozen=True, slots=True)
class TenantAccess:
    """The caller in one tenant."""

    engine: Engine
    principal: Principal
    tenant: UUID

    def require(
        self,
        action: Action,
        kind: ResourceKind,
        *,
        project: UUID | None = None,
        owner: UUID | None = None,
        context: Context = NO_CONTEXT,
    ) -> Decision:
        resource = Resource(kind=kind, tenant=self.tenant, project=project, owner=owner)
        return self.engine.gate.require(self.principal, action, resource, context)

    def allows(
        self, action: Action, kind: ResourceKind, *, project: UUID | None = None, owner: UUID | None = None
    ) -> bool:
        resource = Resource(kind=kind, tenant=self.tenant, project=project, owner=owner)
        return self.engine.gate.authorize(self.principal, action, resource, NO_CONTEXT).allowed

    @asynccontextmanager
    async def open(self, purpose: str) -> AsyncIterator[Workspace]:
        async with self.engine.open(self.principal, purpose) as workspace:
            yield workspace


async def tenant_access(tenant_id: UUID, who: CallerDependency) -> TenantAccess:
    return TenantAccess(who.engine, await who.acting_in(tenant_id), tenant_id)


TenantDependency = Annotated[TenantAccess, Depends(tenant_access)]
