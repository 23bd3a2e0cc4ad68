"""HTTP of pictures that are too large to be shown as they are, or that no browser can decode."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from assay.server.bodies import BoundedRoute
from assay.server.media.granted import HEADERS, PURPOSE, Granted, GrantedDependency
from assay.server.media.models import PictureTiles
from assay.server.media.picture import Picture, too_large, unreadable
from assay.server.media.picture_records import (
    MOST_FILE_BYTES,
    TILE_SIZE,
    EncodedPicture,
    TilePlace,
    levels_of,
)
from assay.server.media.pictures import Pictures
from assay.server.media.stored_file import StoredFile

router = APIRouter(route_class=BoundedRoute)
_pictures = Pictures()

_DECODED = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif", "image/tiff", "image/bmp"})
_PICTURE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The picture",
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}}
            for kind in ("image/jpeg", "image/png", "image/webp")
        },
    },
    304: {"description": "You have it already"},
}

Level = Annotated[int, Path(ge=0, le=64, description="0 is the picture itself, each further one half of it")]
Place = Annotated[int, Path(ge=0, le=65535, description="Counted in tiles from the upper left")]


@router.get("/media/{token}/tiles")
async def describe_picture_tiles(response: Response, granted: GrantedDependency) -> PictureTiles:
    """How a picture of an item is cut into tiles; for pictures too large for a browser, and for TIFF."""
    file = await granted.look_up()
    width, height = await _picture(granted, file).size()
    response.headers.update(HEADERS)
    return PictureTiles(width=width, height=height, tile_size=TILE_SIZE, levels=levels_of(width, height))


@router.get("/media/{token}/tiles/{level}/{x}/{y}", response_class=Response, responses=_PICTURE)
async def read_picture_tile(
    level: Level, x: Place, y: Place, request: Request, granted: GrantedDependency
) -> Response:
    """One tile of a picture, upright."""
    place = TilePlace(level, x, y)
    return await _answer(request, granted, f"{level}-{x}-{y}", lambda picture: picture.tile(place))


@router.get("/media/{token}/preview", response_class=Response, responses=_PICTURE)
async def read_picture_preview(request: Request, granted: GrantedDependency) -> Response:
    """The picture, upright, with at most 1600 pixels on its longer side."""
    return await _answer(request, granted, "preview", Picture.preview)


async def _answer(
    request: Request, granted: Granted, part: str, look: Callable[[Picture], Awaitable[EncodedPicture]]
) -> Response:
    file = await granted.look_up()
    headers = {**HEADERS, "etag": f'"{file.tag}-{part}"'}
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(status_code=304, headers=headers)
    found = await look(_picture(granted, file))
    headers["content-disposition"] = "inline"
    return Response(found.content, media_type=found.media_type, headers=headers)


def _picture(granted: Granted, file: StoredFile) -> Picture:
    """The picture that the file is; it is decoded if nobody looked at it lately. Raises for what is none."""
    if file.media_type not in _DECODED:
        raise unreadable()
    if file.size > MOST_FILE_BYTES:
        raise too_large()

    async def content() -> AsyncGenerator[bytes, None]:
        # It may be this picture's turn long after the request: the cell is opened and the key asked for then.
        async with granted.access.open(PURPOSE) as workspace:
            key = await workspace.project_key(granted.grant.project)
            async for piece in workspace.cell.blobs.read(key, file.blob):
                yield piece

    return _pictures.open((granted.grant.tenant, file.blob), content, file.size)
