"""What a service works with: an open cell, seen by one principal, with keys, log and interfaces at hand."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson

from assay.cells.cell import Cell
from assay.cells.database import Connection as CellConnection
from assay.cells.database import Pending
from assay.control.access import Principal
from assay.errors import KeyUnavailable, NotFound
from assay.server.projects import store as projects
from assay.trust.log_action import LogAction
from assay.trust.log_entry import LogEntry
from assay.trust.sealing import CellKey, ProjectKey, ValueSealer

if TYPE_CHECKING:
    from assay.interface import Interface
    from assay.server.interfaces.cache import InterfaceCache

Connection = CellConnection


@dataclass(slots=True)
class Workspace:
    """An open cell for the length of one request or one job step.

    `actor` is the principal's pseudonym in this cell: the only name under which people appear in it.
    """

    cell: Cell
    principal: Principal
    actor: UUID
    cell_key: CellKey
    policy_hash: str
    interfaces: InterfaceCache
    media_secret: bytes = field(repr=False)
    wake: Callable[[], None] = field(repr=False)
    """Tells the cell's background duties that there is something to do."""
    _project_keys: dict[UUID, ProjectKey] = field(default_factory=dict, repr=False)

    async def project_key(self, project: UUID) -> ProjectKey:
        """The project's key; unwrapped through the key backend, and logged, when it is not at hand."""
        key = self._project_keys.get(project)
        if key is None:
            try:
                key = await self.cell.project_key(project)
            except KeyUnavailable:
                async with self.cell.lookups.connection() as connection:
                    if await projects.one(connection, project) is None:
                        raise NotFound("There is no such project.") from None
                raise
            self._project_keys[project] = key
        return key

    async def sealer(self, project: UUID, table: str, column: str) -> ValueSealer:
        return (await self.project_key(project)).sealer(self.cell.id, table, column)

    def cell_sealer(self, table: str, column: str) -> ValueSealer:
        """Seals content that belongs to no project."""
        return self.cell_key.sealer(self.cell.id, table, column)

    async def interface(self, project: UUID, version: int) -> Interface:
        """The compiled interface; versions never change, so they are kept in memory."""
        return await self.interfaces.get(self, project, version)

    def entry(
        self,
        action: LogAction,
        kind: str,
        object_id: UUID,
        *,
        project: UUID | None = None,
        commitment: str | None = None,
        **details: str | int | bool,
    ) -> LogEntry:
        """A log entry of something that this principal does now."""
        return LogEntry(
            at=datetime.now(UTC),
            action=action,
            principal=str(self.actor),
            role=self.role,
            purpose=self.cell.purpose,
            object_kind=kind,
            object_id=str(object_id),
            project=None if project is None else str(project),
            commitment=commitment,
            policy=self.policy_hash,
            details=details,
        )

    async def record(
        self,
        connection: Connection,
        action: LogAction,
        kind: str,
        object_id: UUID,
        *,
        project: UUID | None = None,
        commitment: str | None = None,
        **details: str | int | bool,
    ) -> int:
        """Write the log row of an act in the transaction of the act; the row's number."""
        entry = self.entry(action, kind, object_id, project=project, commitment=commitment, **details)
        return await self.cell.log.append(connection, entry)

    async def send_record(
        self,
        connection: Connection,
        action: LogAction,
        kind: str,
        object_id: UUID,
        *,
        project: UUID | None = None,
        commitment: str | None = None,
        **details: str | int | bool,
    ) -> Pending[int]:
        """As `record`, in a pipelined transaction, without waiting for the number."""
        entry = self.entry(action, kind, object_id, project=project, commitment=commitment, **details)
        return await self.cell.log.send(connection, entry)

    @property
    def role(self) -> str:
        return self.principal.role.value if self.principal.role is not None else self.principal.kind.value


def composite_row(*parts: UUID) -> UUID:
    """The row id that binds sealed content of a table whose key is several ids."""
    joined = b"".join(part.bytes for part in parts)
    return UUID(bytes=hashlib.blake2b(joined, digest_size=16, person=b"assay composite").digest())


def seal_json(sealer: ValueSealer, value: object, row: UUID, version: int = 0) -> bytes:
    return sealer.seal(orjson.dumps(value), row, version)


def open_json(sealer: ValueSealer, sealed: bytes, row: UUID, version: int = 0) -> Any:
    return orjson.loads(sealer.open(sealed, row, version))
