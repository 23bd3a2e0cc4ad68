"""The way in: `connect` and `connect_async`."""

from __future__ import annotations

import os
import ssl
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, Self
from uuid import UUID

import httpx

from assay.client.jobs import Job, job_path
from assay.client.operations import Async, Blocking, M, operation, stream
from assay.client.projects import Projects
from assay.client.records import Caller, Record
from assay.client.session import Session
from assay.client.tenants import ApiKeys, Me, Members, Tenants
from assay.client.transports import AsyncTransport, BlockingTransport
from assay.client.webhooks import Webhooks
from assay.errors import InvalidInput

_TENANT = "/tenants/{tenant}"
_CONNECT_SECONDS = 10.0


class LogRow(Record):
    """One row of the transparency log. It names people by pseudonym and holds no content."""

    number: int
    at: datetime
    action: str
    principal: str
    role: str
    purpose: str
    object_kind: str
    object_id: str
    project_id: UUID | None
    commitment: str | None
    policy: str | None
    details: dict[str, Any]


class Client(Caller[M]):
    """A connection to an engine, for one tenant."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, "")
        self.projects = Projects[M](session, f"{_TENANT}/projects")
        self.members = Members[M](session, f"{_TENANT}/members")
        self.api_keys = ApiKeys[M](session, f"{_TENANT}/api-keys")
        self.webhooks = Webhooks[M](session, f"{_TENANT}/webhooks")
        self.tenants = Tenants[M](session, "/tenants")
        self.operator_keys = ApiKeys[M](session, "/operator/api-keys")

    @property
    def address(self) -> str:
        """The engine's address."""
        return self._session.address

    @operation
    async def me(self) -> Me:
        """Who the key is, and where it can act."""
        return await self._get("/me", Me)

    @operation
    async def tenant(self) -> UUID:
        """The id of the tenant that the calls are about."""
        return UUID(await self._session.tenant())

    @stream
    async def jobs(self, filter: str | None = None) -> AsyncIterator[Job[M]]:  # noqa: A002
        """Jobs of all projects, newest first. The filter is like `kind = import and state = running`."""
        async for job in self._list(f"{_TENANT}/jobs", Job, filter=filter):
            path = job_path(f"{_TENANT}/projects/{job.project_id}", job.id)
            placed: Job[M] = job._at(self._session, path)
            yield placed

    @stream
    async def log(
        self,
        *,
        project_id: UUID | str | None = None,
        object_id: UUID | str | None = None,
        action: str | None = None,
    ) -> AsyncIterator[LogRow]:
        """Who did and saw what, newest first."""
        parameters = {"project_id": project_id, "object_id": object_id, "action": action}
        async for row in self._list(f"{_TENANT}/log", LogRow, **parameters):
            yield row


class Assay(Client[Blocking]):
    """A connection whose methods block. Threads may share it. Close it, or use it in a `with` statement."""

    def close(self) -> None:
        """Close the connections that are open."""
        self._session.transport.run(self._session.transport.close())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncAssay(Client[Async]):
    """A connection whose methods are awaited. Close it, or use it in an `async with` statement."""

    async def close(self) -> None:
        """Close the connections that are open."""
        await self._session.transport.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


def connect(
    url: str | None = None,
    key: str | None = None,
    *,
    tenant: UUID | str | None = None,
    timeout: float = 120.0,
    verify: ssl.SSLContext | bool = True,
    transport: httpx.BaseTransport | None = None,
) -> Assay:
    """A client whose methods block.

    What is not given comes from ASSAY_URL, ASSAY_API_KEY and ASSAY_TENANT. A key that acts in one tenant
    tells which. `timeout` is the longest silence, in seconds. Nothing is sent yet.
    """
    opened = BlockingTransport(_timeout(timeout), verify, transport)
    return Assay(Session(_required(url, "url"), _required(key, "key"), _tenant(tenant), opened))


def connect_async(
    url: str | None = None,
    key: str | None = None,
    *,
    tenant: UUID | str | None = None,
    timeout: float = 120.0,
    verify: ssl.SSLContext | bool = True,
    transport: httpx.AsyncBaseTransport | None = None,
) -> AsyncAssay:
    """A client whose methods are awaited; otherwise as `connect`."""
    opened = AsyncTransport(_timeout(timeout), verify, transport)
    return AsyncAssay(Session(_required(url, "url"), _required(key, "key"), _tenant(tenant), opened))


_VARIABLES = {"url": "ASSAY_URL", "key": "ASSAY_API_KEY"}


def _required(value: str | None, name: str) -> str:
    found = value or os.environ.get(_VARIABLES[name])
    if not found:
        variable = _VARIABLES[name]
        raise InvalidInput(f"No {name} was given.", path=f"/{name}", advice=f"Pass it, or set {variable}.")
    return found


def _tenant(value: UUID | str | None) -> str | None:
    found = value or os.environ.get("ASSAY_TENANT")
    if not found:
        return None
    try:
        return str(UUID(str(found)))
    except ValueError:
        raise InvalidInput("This is not the id of a tenant.", path="/tenant") from None


def _timeout(seconds: float) -> httpx.Timeout:
    return httpx.Timeout(seconds, connect=_CONNECT_SECONDS)
