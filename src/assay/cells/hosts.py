"""Who provides the databases of cells: embedded clusters or an external server, which look the same here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID, uuid4

from assay.cells.configuration import CellsConfiguration
from assay.cells.database import Database
from assay.cells.location import CellLocation
from assay.cells.postgres.account import postgres_account
from assay.cells.postgres.binaries import PostgresBinaries, find_binaries
from assay.cells.postgres.cluster import EmbeddedCluster
from assay.cells.postgres.external import ExternalDatabase, ExternalServer
from assay.cells.postgres.placement import Placement, place
from assay.errors import NotFound

CONTROL_CLUSTER = "control"


@dataclass(frozen=True, slots=True)
class StartedDatabase:
    """How to connect, and whether this process is the only one that does so now."""

    connection_info: str = field(repr=False)
    alone: bool


class DatabaseHost(Protocol):
    """Makes, starts, stops and drops the databases of cells. Calls about one cell must not overlap."""

    async def create(self, tenant: UUID) -> CellLocation:
        """A new, empty database for a new cell."""
        ...

    async def start(self, location: CellLocation) -> StartedDatabase:
        """Make the database ready for connections; quick when it is. Raises NotFound, Unavailable."""
        ...

    def is_running(self, location: CellLocation) -> bool:
        """Whether the database takes connections, as far as can be told without connecting."""
        ...

    async def stop(self, location: CellLocation) -> None:
        """Free what the running database takes up."""
        ...

    async def drop(self, location: CellLocation) -> None:
        """Remove the database for good."""
        ...


class EmbeddedHost:
    """One embedded cluster per cell."""

    def __init__(self, configuration: CellsConfiguration) -> None:
        self._configuration = configuration
        self._installation: tuple[Placement, PostgresBinaries] | None = None
        self._installing = asyncio.Lock()
        self._clusters: dict[str, EmbeddedCluster] = {}

    async def cluster(self, name: str) -> EmbeddedCluster:
        """The cluster of this name, created or not."""
        if name not in self._clusters:
            placement, binaries = await self._installed()
            self._clusters[name] = EmbeddedCluster(
                name, placement, binaries, self._configuration.cluster, self._configuration.start_seconds
            )
        return self._clusters[name]

    async def create(self, tenant: UUID) -> CellLocation:
        cell = uuid4()
        await (await self.cluster(cell.hex)).create()
        return CellLocation(cell, tenant, "embedded", cell.hex)

    async def start(self, location: CellLocation) -> StartedDatabase:
        cluster = await self.cluster(location.database)
        alone = await cluster.start()
        return StartedDatabase(cluster.connection_info(), alone)

    def is_running(self, location: CellLocation) -> bool:
        cluster = self._clusters.get(location.database)
        return cluster is not None and cluster.is_running()

    async def stop(self, location: CellLocation) -> None:
        await (await self.cluster(location.database)).stop()

    async def drop(self, location: CellLocation) -> None:
        await (await self.cluster(location.database)).drop()
        self._clusters.pop(location.database, None)

    async def _installed(self) -> tuple[Placement, PostgresBinaries]:
        async with self._installing:
            if self._installation is None:
                self._installation = await asyncio.to_thread(self._install)
            return self._installation

    def _install(self) -> tuple[Placement, PostgresBinaries]:
        placement = place(self._configuration.home, postgres_account(self._configuration.postgres_user))
        return placement, find_binaries(placement, self._configuration.postgres_binaries)


class ExternalHost:
    """One database per cell on a server that somebody else runs."""

    def __init__(self, server: ExternalServer) -> None:
        self._server = server

    async def create(self, tenant: UUID) -> CellLocation:
        created = await self._server.create_database()
        return CellLocation(uuid4(), tenant, "external", created.name, created.role, created.password)

    async def start(self, location: CellLocation) -> StartedDatabase:
        database = ExternalDatabase(location.database, location.role, location.password)
        return StartedDatabase(self._server.connection_info(database), alone=False)

    def is_running(self, location: CellLocation) -> bool:
        return True

    async def stop(self, location: CellLocation) -> None:
        """Nothing to free: the server is not ours."""

    async def drop(self, location: CellLocation) -> None:
        await self._server.drop_database(location.database, location.role)


class CellHosts:
    """Both kinds of hosts: new cells go where the configuration says, older ones stay where they are."""

    def __init__(self, configuration: CellsConfiguration) -> None:
        self._embedded = EmbeddedHost(configuration)
        self._external = (
            ExternalHost(ExternalServer(configuration.external)) if configuration.external else None
        )

    async def create(self, tenant: UUID) -> CellLocation:
        return await (self._external or self._embedded).create(tenant)

    async def start(self, location: CellLocation) -> StartedDatabase:
        return await self._of(location).start(location)

    def is_running(self, location: CellLocation) -> bool:
        return self._of(location).is_running(location)

    async def stop(self, location: CellLocation) -> None:
        await self._of(location).stop(location)

    async def drop(self, location: CellLocation) -> None:
        await self._of(location).drop(location)

    def _of(self, location: CellLocation) -> DatabaseHost:
        if location.mode == "embedded":
            return self._embedded
        if self._external is None:
            raise NotFound(
                "This cell is on an external server and none is configured.", advice="Set ASSAY_DATABASE_URL."
            )
        return self._external


@asynccontextmanager
async def control_database(configuration: CellsConfiguration) -> AsyncIterator[Database]:
    """The control database: a cluster of its own, or the database that the external DSN names.

    Not migrated yet. The cluster is created when there is none, and stopped at the end of the block.
    """
    if configuration.external is not None:
        await ExternalServer(configuration.external).check()
        database = Database(configuration.external, max_connections=configuration.max_connections)
        try:
            yield database
        finally:
            await database.close()
        return
    cluster = await EmbeddedHost(configuration).cluster(CONTROL_CLUSTER)
    if not cluster.exists():
        await cluster.create()
    await cluster.start()
    database = Database(cluster.connection_info(), max_connections=configuration.max_connections)
    try:
        yield database
    finally:
        await database.close()
        await cluster.stop()
