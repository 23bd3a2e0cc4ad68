"""Where the cells are: the registry behind `assay.cells.location.CellDirectory`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, cast
from uuid import UUID

from psycopg.errors import ForeignKeyViolation, UniqueViolation

from assay.cells.database import Database
from assay.cells.location import CellLocation
from assay.control import log
from assay.control.access import Principal, not_found
from assay.control.installation_keys import InstallationKeys
from assay.control.recent import Forget, Recent
from assay.control.tenants import store
from assay.errors import Conflict
from assay.trust.log_action import LogAction

RecentLocations = Recent[UUID, CellLocation]


class ControlCellDirectory:
    """One location for each tenant. Passwords are sealed under the installation key, bound to their cell."""

    def __init__(
        self, database: Database, keys: InstallationKeys, recent: RecentLocations, forget: Forget
    ) -> None:
        self._database = database
        self._sealer = keys.sealer("cell", "password")
        self._recent = recent
        self._forget = forget

    async def locate(self, tenant: UUID) -> CellLocation:
        """Where the tenant's cell is; at most 5 seconds old. Raises NotFound unless the tenant is active."""
        found = self._recent.get(tenant)
        if found is not None:
            return found
        ticket = self._recent.ticket()
        async with self._database.connection() as connection:
            row = await store.find_cell(connection, tenant)
        if row is None:
            raise not_found()
        location = self._location(row)
        self._recent.put(tenant, location, ticket)
        return location

    async def all(self) -> Sequence[CellLocation]:
        """Every cell, suspended tenants' too: what is migrated at start."""
        async with self._database.connection() as connection:
            return [self._location(row) for row in await store.cells(connection)]

    async def register(self, actor: Principal, location: CellLocation) -> None:
        """Enter a new cell. Raises NotFound without the tenant, Conflict when it has a cell already."""
        try:
            async with self._database.transaction() as connection:
                await store.insert_cell(connection, self._row(location))
                await log.write(
                    connection, actor, LogAction.CELL_CREATED, "cell", location.id, mode=location.mode
                )
        except UniqueViolation as error:
            raise Conflict("The tenant has a cell, or the name of the cell is taken.") from error
        except ForeignKeyViolation as error:
            raise not_found() from error

    async def move(self, actor: Principal, location: CellLocation) -> None:
        """The same cell is elsewhere from now on. Raises NotFound, Conflict for a name that is taken."""
        try:
            async with self._database.transaction() as connection:
                if not await store.replace_cell(connection, self._row(location)):
                    raise not_found()
                await log.write(
                    connection,
                    actor,
                    LogAction.TENANT_CHANGED,
                    "cell",
                    location.id,
                    change="moved",
                    mode=location.mode,
                )
        except UniqueViolation as error:
            raise Conflict("The name of the cell is taken.") from error
        self._forget()

    async def remove(self, actor: Principal, tenant: UUID) -> None:
        """The cell is gone. Raises NotFound."""
        async with self._database.transaction() as connection:
            cell = await store.delete_cell(connection, tenant)
            if cell is None:
                raise not_found()
            await log.write(connection, actor, LogAction.CELL_DELETED, "cell", cell)
        self._forget()

    def _row(self, location: CellLocation) -> store.CellRow:
        external = location.mode == "external"
        password = self._sealer.seal(location.password.encode(), location.id) if external else None
        role = location.role if external else None
        return (location.id, location.tenant, location.mode, location.database, role, password)

    def _location(self, row: store.CellRow) -> CellLocation:
        cell, tenant, mode, database, role, sealed = row
        password = "" if sealed is None else self._sealer.open(sealed, cell).decode()
        known_mode = cast(Literal["embedded", "external"], mode)
        return CellLocation(cell, tenant, known_mode, database, role or "", password)
