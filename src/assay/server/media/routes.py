"""HTTP of media."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse

from assay.control.access import Action, ResourceKind, not_found
from assay.server.access import AUTHENTICATION, CallerDependency, TenantAccess, TenantDependency
from assay.server.bodies import BoundedRoute
from assay.server.idempotency.service import IdempotencyKey, IdempotentCreate
from assay.server.media import service
from assay.server.media.incoming import IncomingFile
from assay.server.media.links import decode
from assay.server.media.models import MediaReference
from assay.server.media.ranges import file_response

router = APIRouter(prefix="/api/v1", tags=["media"], dependencies=AUTHENTICATION, route_class=BoundedRoute)

# What a browser may show by itself; anything else, such as HTML, is only ever saved.
_SHOWN = ("image/", "audio/", "video/", "application/pdf", "text/plain")
_HEADERS = {
    "cache-control": "private, max-age=300",
    "content-security-policy": "default-src 'none'; sandbox",
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
}

FileName = Annotated[
    str | None, Query(min_length=1, max_length=1000, description="What you call the file; kept sealed")
]
FILE_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


def _created_stream(request: Request, key: IdempotencyKey = None) -> IdempotentCreate:
    return IdempotentCreate(request, key, 201, streamed=True)


@router.post(
    "/tenants/{tenant_id}/projects/{project_id}/uploads",
    status_code=201,
    response_model=MediaReference,
    openapi_extra=FILE_BODY,
)
async def upload_file(
    project_id: UUID,
    request: Request,
    access: TenantDependency,
    idempotent: Annotated[IdempotentCreate, Depends(_created_stream)],
    file_name: FileName = None,
) -> Any:
    """Store one media file; the body is the file. Put the answer where an item's data needs it."""
    access.require(Action.ITEM_IMPORT, ResourceKind.MEDIA, project=project_id)
    limit = access.engine.settings.max_upload_bytes
    async with access.open("upload file") as workspace:
        await workspace.project_key(project_id)
        incoming = await IncomingFile.begin(request.stream(), limit)
        file = await service.receive(workspace, project_id, incoming, file_name)
        async with service.discarded_unless_entered(workspace, project_id, file.blob):
            return await idempotent.once(workspace, lambda within: service.add(within, project_id, file))


@router.get(
    "/media/{token}",
    response_class=StreamingResponse,
    responses={
        200: {"description": "The file"},
        206: {"description": "The part of the file that was asked for"},
        304: {"description": "You have it already"},
    },
)
async def read_media(token: str, request: Request, who: CallerDependency) -> Response:
    """A file of an item, at an address that an item or a lease gave you. Understands ranges."""
    grant = decode(who.engine.media_secret, token)
    access = TenantAccess(who.engine, await who.acting_in(grant.tenant), grant.tenant)
    if access.principal.id != grant.viewer:
        raise not_found()
    access.require(Action.MEDIA_READ, ResourceKind.MEDIA, project=grant.project)
    if grant.lease is None:
        access.require(Action.ITEM_READ, ResourceKind.ITEM, project=grant.project)
    async with access.open("read media") as workspace:
        file = await service.look_up(workspace, grant)
    disposition = "inline" if file.media_type.startswith(_SHOWN) else "attachment"
    return file_response(
        request, access, "read media", file, {**_HEADERS, "content-disposition": disposition}
    )
