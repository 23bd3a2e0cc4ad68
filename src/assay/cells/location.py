"""Where a tenant's cell is: what the registry of tenants keeps, and how the cells ask for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Protocol
from uuid import UUID

Mode = Literal["embedded", "external"]


@dataclass(frozen=True, slots=True)
class CellLocation:
    """The whereabouts of one cell. Every name is random: none tells whose cell it is.

    `database` is the name of the embedded cluster, or of the database on the external server; `role` and
    `password` belong to the latter only (an embedded cluster keeps its own). Treat `password` as a secret.
    """

    id: UUID
    tenant: UUID
    mode: Mode
    database: str
    role: str = ""
    password: str = field(default="", repr=False)


class CellDirectory(Protocol):
    """The registry that knows where the tenants' cells are."""

    async def locate(self, tenant: UUID) -> CellLocation:
        """The location of the tenant's cell. Raises NotFound when there is no such tenant."""
        ...
