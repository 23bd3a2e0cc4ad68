"""An open cell: everything of one tenant that code may reach, on behalf of one principal for one purpose."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from assay.cells.blobs import BlobStore
from assay.cells.database import Database
from assay.cells.jobs import CellJobs
from assay.cells.keys import LoggedKeys
from assay.cells.log import CellLog
from assay.trust.cell_keys import CellKeys
from assay.trust.sealing import CellKey, ProjectKey


@dataclass(frozen=True, slots=True)
class Cell:
    """What `Cells.open` yields. Cheap: the parts are shared by everybody who has the cell open.

    `principal` is who acts, as the log may name them; `purpose` says what for. `lookups` is the same database
    through a few connections of their own, for short reads in the middle of a transaction: they never wait
    for a connection that somebody holds who waits for them.
    """

    id: UUID
    tenant: UUID
    principal: str
    purpose: str
    database: Database
    lookups: Database
    blobs: BlobStore
    logged_keys: LoggedKeys
    log: CellLog
    jobs: CellJobs

    @property
    def keys(self) -> CellKeys:
        """The keys underneath, for worker threads; coroutines use `project_key` and `cell_key`."""
        return self.logged_keys.keys

    async def project_key(self, project: UUID) -> ProjectKey:
        """A project's data key. Its unwrap, if there was one, is in the log when this returns.

        Raises KeyUnavailable when the key was destroyed or its backend refuses.
        """
        return await self.logged_keys.project_key(project, self.principal, self.purpose)

    async def cell_key(self) -> CellKey:
        """The data key of what belongs to no project; otherwise as `project_key`."""
        return await self.logged_keys.cell_key(self.principal, self.purpose)

    async def create_project_key(self, project: UUID) -> None:
        """Make the data key of a new project. Raises Conflict when there is one."""
        await self.logged_keys.create_project(project, self.principal)

    def acting_for(self, principal: str, purpose: str) -> Cell:
        """The same cell on behalf of somebody else, such as the person who asked for a job."""
        return replace(self, principal=principal, purpose=purpose)
