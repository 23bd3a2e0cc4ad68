"""Everything a running server stands on, put together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from assay.cells.cell import Cell
from assay.cells.configuration import CellsConfiguration
from assay.cells.door import Cells
from assay.cells.hosts import control_database
from assay.cells.jobs import JobRegistry
from assay.cells.postgres.configuration import ClusterSettings
from assay.control.access import Gate, Principal, PrincipalKind, shipped_gate
from assay.control.installation_keys import InstallationKeys
from assay.control.plane import ControlPlane
from assay.errors import AssayError, KeyUnavailable
from assay.identifiers import new_id
from assay.server.background import Background
from assay.server.duties import DUTIES, outgoing
from assay.server.interfaces.cache import InterfaceCache
from assay.server.jobs.registry import register_all
from assay.server.workspace import Workspace
from assay.settings import Settings
from assay.trust.file_keyring import FileKeyring
from assay.trust.key_slots import KeySlots
from assay.trust.sealing import CellKey

_HOUSEKEEPING_SECONDS = 3600.0


@dataclass(slots=True)
class Engine:
    """The parts of this installation that requests and jobs use."""

    settings: Settings
    control: ControlPlane
    cells: Cells
    gate: Gate
    interfaces: InterfaceCache
    background: Background
    outgoing: Background
    media_secret: bytes
    started_at: datetime
    system: Principal

    @asynccontextmanager
    async def open(self, principal: Principal, purpose: str) -> AsyncIterator[Workspace]:
        """The principal's cell, for one purpose. The only way from the server to customer data."""
        assert principal.tenant is not None
        async with self.cells.open(principal.tenant, "engine", "name the caller") as naming:
            cell_key = await naming.cell_key()
            yield self._workspace(naming, principal, cell_key.pseudonym(principal.id), purpose, cell_key)

    async def workspace_for_job(self, cell: Cell, actor: UUID, purpose: str) -> Workspace:
        """A job's view of its open cell, on behalf of whoever asked for it: `actor`, a pseudonym."""
        cell_key = await cell.acting_for(str(actor), purpose).cell_key()
        return self._workspace(cell, self.acting_in(cell.tenant), actor, purpose, cell_key)

    def _workspace(
        self, cell: Cell, principal: Principal, actor: UUID, purpose: str, cell_key: CellKey
    ) -> Workspace:
        return Workspace(
            cell=cell.acting_for(str(actor), purpose),
            principal=principal,
            actor=actor,
            cell_key=cell_key,
            policy_hash=self.gate.policy_hash,
            interfaces=self.interfaces,
            media_secret=self.media_secret,
            wake=self._waker(cell.id),
        )

    def _waker(self, cell: UUID) -> Callable[[], None]:
        wakers = (self.background.waker(cell), self.outgoing.waker(cell))

        def wake() -> None:
            for waker in wakers:
                waker()

        return wake

    def acting_in(self, tenant: UUID) -> Principal:
        """The engine itself, at work in a tenant's cell."""
        return Principal(id=self.system.id, kind=PrincipalKind.SYSTEM, tenant=tenant)


def cells_configuration(settings: Settings) -> CellsConfiguration:
    return CellsConfiguration(
        home=settings.home,
        external=settings.database_url.get_secret_value() if settings.database_url else None,
        blob_url=settings.blob_url,
        postgres_binaries=settings.postgres_binaries,
        idle_seconds=settings.cell_idle_seconds,
        cluster=ClusterSettings(shared_buffers=settings.postgres_shared_buffers_megabytes),
    )


async def _keep_house(control: ControlPlane) -> None:
    """Remove ended sessions and dead links, now and every hour."""
    while True:
        with suppress(AssayError):
            await control.sign_in.sweep()
        await asyncio.sleep(_HOUSEKEEPING_SECONDS)


def open_keyring(settings: Settings, slots: KeySlots) -> FileKeyring:
    """The master key, made on the first start only. Raises KeyUnavailable when the cells need a lost one."""
    path = settings.keyring or settings.home / "keyring" / "master.key"
    if slots.cells() and not path.exists():
        raise KeyUnavailable(
            "The master key file is missing, and there are cells that only it can open.",
            advice=f"Put it back at {path}, or say where it is with ASSAY_KEYRING.",
        )
    return FileKeyring.open_or_create(path)


@asynccontextmanager
async def running_engine(settings: Settings) -> AsyncIterator[Engine]:
    """Start the control plane and the cells' door; stop both cleanly at the end."""
    configuration = cells_configuration(settings)
    async with AsyncExitStack() as stack:
        keys = InstallationKeys.load_or_create(settings.home / "keyring" / "installation.json")
        database = await stack.enter_async_context(control_database(configuration))
        control = ControlPlane(database, keys)
        stack.callback(control.close)
        await control.migrate()
        registry = JobRegistry()
        slots = KeySlots(settings.home / "keyring" / "slots")
        background = Background("engine duties")
        deliveries = Background("outgoing duties")
        cells = Cells(
            configuration,
            control.directory,
            open_keyring(settings, slots),
            slots,
            jobs=registry,
            duties=[background.duty, deliveries.duty],
        )
        stack.push_async_callback(cells.close)
        engine = Engine(
            settings=settings,
            control=control,
            cells=cells,
            gate=shipped_gate(),
            interfaces=InterfaceCache(),
            background=background,
            outgoing=deliveries,
            media_secret=keys.derive("media grants"),
            started_at=datetime.now(UTC),
            system=Principal(id=new_id(), kind=PrincipalKind.SYSTEM),
        )
        register_all(registry, engine)
        background.attach(engine, DUTIES)
        deliveries.attach(engine, outgoing(settings))
        housekeeping = asyncio.create_task(_keep_house(control), name="housekeeping")
        stack.callback(housekeeping.cancel)
        yield engine
