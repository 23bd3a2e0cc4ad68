"""What the fault tests share: how long they go on, and the cell of the running application from behind."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Protocol
from uuid import UUID

import httpx
import psycopg
import pytest

from assay.control.access import Role
from assay.server.engine import Engine

from .engine_process import superuser
from .work import Work


class Tenant(Protocol):
    """What these tests need of the `api` fixture."""

    tenant: UUID
    clients: dict[str, httpx.AsyncClient]

    @property
    def engine(self) -> Engine: ...

    async def client(self, key: str | None) -> httpx.AsyncClient: ...

    async def key(self, role: Role, name: str = ..., projects: list[UUID] | None = ...) -> str: ...


@pytest.fixture(scope="session")
def patience() -> float:
    """How much longer than usual the loops go on: FAULT_PATIENCE=10 is ten times as long."""
    return float(os.environ.get("FAULT_PATIENCE", "1"))


@pytest.fixture
def work(api: Tenant) -> Callable[[], Work]:
    """Makes projects in the running application."""
    return lambda: Work(api.clients.__getitem__)


Connection = psycopg.AsyncConnection[Any]
Behind = Callable[[], AbstractAsyncContextManager[Connection]]


@pytest.fixture
def behind(api: Tenant) -> Behind:
    """Opens a connection to the cell's database that the engine knows nothing of, and that nobody kills."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[Connection]:
        engine = api.engine
        async with engine.open(engine.acting_in(api.tenant), "test") as workspace:
            name = workspace.cell.id.hex
        home = engine.settings.home
        address = superuser(home, home / "clusters" / name / "data", "cell")
        async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
            yield connection

    return opened
