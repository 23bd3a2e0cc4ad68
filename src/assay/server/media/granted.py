"""What every read of media begins with: the grant of an address, and its viewer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends

from assay.control.access import Action, ResourceKind, not_found
from assay.server.access import CallerDependency, TenantAccess
from assay.server.media import service
from assay.server.media.links import MediaGrant, decode
from assay.server.media.stored_file import StoredFile

PURPOSE = "read media"
HEADERS = {
    "cache-control": "private, max-age=300",
    "content-security-policy": "default-src 'none'; sandbox",
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
}
"""Of every answer that holds content of a file."""


@dataclass(frozen=True, slots=True)
class Granted:
    """A caller who may look at the file of a grant, as far as can be known without opening the cell."""

    access: TenantAccess
    grant: MediaGrant

    async def look_up(self) -> StoredFile:
        """The file, its read logged. Raises as `service.look_up` does."""
        async with self.access.open(PURPOSE) as workspace:
            return await service.look_up(workspace, self.grant)


async def granted_access(token: str, who: CallerDependency) -> Granted:
    """Raises NotFound for every address that is not the caller's, whyever it is not."""
    grant = decode(who.engine.media_secret, token)
    access = TenantAccess(who.engine, await who.acting_in(grant.tenant), grant.tenant)
    if access.principal.id != grant.viewer:
        raise not_found()
    access.require(Action.MEDIA_READ, ResourceKind.MEDIA, project=grant.project)
    if grant.lease is None:
        access.require(Action.ITEM_READ, ResourceKind.ITEM, project=grant.project)
    return Granted(access, grant)


GrantedDependency = Annotated[Granted, Depends(granted_access)]
