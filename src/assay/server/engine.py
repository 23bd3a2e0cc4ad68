"""Everything a running server stands on, put together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from assay.cells.configuration import CellsConfiguration
from assay.cells.door import Cells
from assay.cells.hosts import control_database
from assay.cells.jobs import JobRegistry
from assay.cells.postgres.configuration import ClusterSettings
from assay.control.access import Gate, Principal, PrincipalKind, shipped_gate
from assay.control.installation_keys import InstallationKeys
from assay.control.plane import ControlPlane
from assay.identifiers import new_id
from assay.server.background import Background
from assay.server.duties import DUTIES
from assay.server.interfaces.cache import InterfaceCache
from assay.server.jobs.registry import register_all
from assay.server.workspace import Workspace
from assay.settings import Settings
from assay.trust.file_keyring import FileKeyring
from assay.trust.key_slots import KeySlots


@dataclass(slots=True)
class Engine:
    """The parts of this installation that requests and jobs use."""

    settings: Settings
    control: ControlPlane
    cells: Cells
    gate: Gate
    interfaces: InterfaceCache
    background: Background
    media_secret: bytes
    started_at: datetime
    system: Principal

    @asynccontextmanager
    async def open(self, principal: Principal, purpose: str) -> AsyncIterator[Workspace]:
        """The principal's cell, for one purpose. The only way from the server to customer data."""
        assert principal.tenant is not None
        async with self.cells.open(principal.tenant, "engine", "name the caller") as naming:
            cell_key = await naming.cell_key()
            actor = cell_key.pseudonym(principal.id)
            yield Workspace(
                cell=naming.acting_for(str(actor), purpose),
                principal=principal,
                actor=actor,
                cell_key=cell_key,
                policy_hash=self.gate.policy_hash,
                interfaces=self.interfaces,
                media_secret=self.media_secret,
                wake=self.background.waker(naming.id),
            )

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


@asynccontextmanager
async def running_engine(settings: Settings) -> AsyncIterator[Engine]:
    """Start the control plane and the cells' door; stop both cleanly at the end."""
    configuration = cells_configuration(settings)
    async with AsyncExitStack() as stack:
        keys = InstallationKeys.load_or_create(settings.home / "keyring" / "installation.json")
        database = await stack.enter_async_context(control_database(configuration))
        control = ControlPlane(database, keys)
        await control.migrate()
        registry = JobRegistry()
        background = Background()
        cells = Cells(
            configuration,
            control.directory,
            FileKeyring.open_or_create(settings.keyring or settings.home / "keyring" / "master.key"),
            KeySlots(settings.home / "keyring" / "slots"),
            jobs=registry,
            duties=[background.duty],
        )
        stack.push_async_callback(cells.close)
        engine = Engine(
            settings=settings,
            control=control,
            cells=cells,
            gate=shipped_gate(),
            interfaces=InterfaceCache(),
            background=background,
            media_secret=keys.derive("media grants"),
            started_at=datetime.now(UTC),
            system=Principal(id=new_id(), kind=PrincipalKind.SYSTEM),
        )
        register_all(registry, engine)
        background.attach(engine, DUTIES)
        yield engine
