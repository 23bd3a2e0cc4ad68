"""HTTP of media."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse

from assay.control.access import Action, ResourceKind
from assay.server.access import AUTHENTICATION, TenantDependency
from assay.server.bodies import BoundedRoute
from assay.server.idempotency.service import IdempotencyKey, IdempotentCreate
from assay.server.media import picture_routes, service
from assay.server.media.granted import HEADERS, PURPOSE, GrantedDependency
from assay.server.media.incoming import IncomingFile
from assay.server.media.models import MediaReference
from assay.server.media.ranges import file_response

router = APIRouter(prefix="/api/v1", tags=["media"], dependencies=AUTHENTICATION, route_class=BoundedRoute)

# What a browser may show by itself; anything else, such as HTML, is only ever saved.
_SHOWN = ("image/", "audio/", "video/", "application/pdf", "text/plain")

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
async def read_media(request: Request, granted: GrantedDependency) -> Response:
    """A file of an item, at an address that an item or a lease gave you. Understands ranges."""
    file = await granted.look_up()
    disposition = "inline" if file.media_type.startswith(_SHOWN) else "attachment"
    return file_response(
        request, granted.access, PURPOSE, file, {**HEADERS, "content-disposition": disposition}
    )


router.include_router(picture_routes.router)
