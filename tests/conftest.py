"""One running application for the whole test session, with one tenant whose cell is an embedded cluster."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import hypothesis
import pytest
from fastapi import FastAPI

from assay.cells.postgres.postmaster import running_process
from assay.control.access import Principal, PrincipalKind, Role
from assay.server.app import create_app
from assay.server.engine import Engine
from assay.settings import Settings

ADDRESS = "http://assay.test"

# Timings are benchmarks, not tests; and what continuous integration tries is the same for the same commit.
# Everybody else's runs look for new examples.
hypothesis.settings.register_profile(
    "assay",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("assay")


@pytest.fixture(scope="session", autouse=True)
def _no_settings_from_outside() -> Iterator[None]:
    """The tests' settings are their own, whatever the shell has set."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith("ASSAY_"):
                patch.delenv(name)
        yield


@pytest.fixture(scope="session")
def installation_home(_no_settings_from_outside: None) -> Iterator[Path]:
    # Not pytest's own: the account of the postgres processes has to pass through all directories above.
    directory = Path(tempfile.mkdtemp(prefix="assay-server-", dir="/tmp"))
    directory.chmod(0o711)
    yield directory
    for data in directory.glob("clusters/*/data"):
        pid = running_process(data)
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="session")
def settings(installation_home: Path) -> Settings:
    return Settings(
        home=installation_home,
        public_url=ADDRESS,
        postgres_shared_buffers_megabytes=16,
        webhook_allow_private_addresses=True,
        log_level="error",
        max_body_bytes=4 * 1024 * 1024,
    )


@pytest.fixture(scope="session")
async def application(settings: Settings) -> AsyncIterator[FastAPI]:
    """The application, started: its engine is at `application.state.engine`."""
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture(scope="session")
def running(application: FastAPI) -> Engine:
    """The engine of the running application."""
    engine: Engine = application.state.engine
    return engine


@dataclass(slots=True)
class Api:
    """One tenant and clients that act in it with API keys; paths are relative to the tenant."""

    app: FastAPI
    tenant: UUID
    stack: AsyncExitStack
    keys: dict[str, str] = field(default_factory=dict)
    clients: dict[str, httpx.AsyncClient] = field(default_factory=dict)

    @property
    def engine(self) -> Engine:
        engine: Engine = self.app.state.engine
        return engine

    @property
    def base(self) -> str:
        """The address of the tenant."""
        return f"{ADDRESS}/api/v1/tenants/{self.tenant}"

    @property
    def owner(self) -> httpx.AsyncClient:
        return self.clients["owner"]

    @property
    def manager(self) -> httpx.AsyncClient:
        return self.clients["manager"]

    @property
    def reviewer(self) -> httpx.AsyncClient:
        return self.clients["reviewer"]

    @property
    def viewer(self) -> httpx.AsyncClient:
        return self.clients["viewer"]

    def annotator(self, number: int = 0) -> httpx.AsyncClient:
        """One of five annotators, 0 to 4."""
        return self.clients[f"annotator {number}"]

    def owner_principal(self) -> Principal:
        """Who acts when a test goes around HTTP."""
        return Principal(uuid4(), PrincipalKind.API_KEY, self.tenant, Role.OWNER)

    async def key(self, role: Role, name: str = "test", projects: list[UUID] | None = None) -> str:
        """The text of a new API key."""
        control = self.engine.control
        made = await control.api_keys.create(control.host, self.tenant, name, role, projects)
        return made.text.get_secret_value()

    async def client(self, key: str | None) -> httpx.AsyncClient:
        """A client with this key, or with none; closed at the end of the session."""
        headers = {} if key is None else {"authorization": f"Bearer {key}"}
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        return await self.stack.enter_async_context(
            httpx.AsyncClient(transport=transport, base_url=self.base, headers=headers)
        )

    async def client_as(self, role: Role, projects: list[UUID] | None = None) -> httpx.AsyncClient:
        """A client with a new key of its own."""
        return await self.client(await self.key(role, projects=projects))


async def new_tenant(app: FastAPI, stack: AsyncExitStack, name: str) -> Api:
    """A tenant with a cell and the usual clients."""
    engine: Engine = app.state.engine
    host = engine.control.host
    tenant = await engine.control.tenants.create(host, name)
    await engine.control.directory.register(host, await engine.cells.create(tenant.id))
    api = Api(app, tenant.id, stack)
    people = [(role.value, role) for role in (Role.OWNER, Role.MANAGER, Role.REVIEWER, Role.VIEWER)]
    people += [(f"annotator {number}", Role.ANNOTATOR) for number in range(5)]
    for person, role in people:
        api.keys[person] = await api.key(role, person)
        api.clients[person] = await api.client(api.keys[person])
    return api


@pytest.fixture(scope="session")
async def api(application: FastAPI) -> AsyncIterator[Api]:
    async with AsyncExitStack() as stack:
        yield await new_tenant(application, stack, "Northwind")


@pytest.fixture(scope="session")
async def rival(application: FastAPI) -> AsyncIterator[Api]:
    """A second tenant, in a cell of its own."""
    async with AsyncExitStack() as stack:
        yield await new_tenant(application, stack, "Contoso")


@pytest.fixture
async def lone(application: FastAPI) -> AsyncIterator[Api]:
    """A tenant that no other test has seen."""
    async with AsyncExitStack() as stack:
        yield await new_tenant(application, stack, "Fabrikam")
