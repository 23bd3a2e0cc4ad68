"""Media as the API shows it."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from assay.server.models import Output


class MediaReference(Output):
    """A stored file. Put this object where the item's data needs the file."""

    blob: UUID
    media_type: str
    bytes: int = Field(description="Size of the file")
    name: str | None = Field(default=None, description="What you called it; kept sealed")
    width: int | None = Field(
        default=None, description="Pixels of an image as it is shown, turned as its Exif orientation says"
    )
    height: int | None = None


class PictureTiles(Output):
    """How a picture is cut. Tile `{level}/{x}/{y}` begins `tile_size` times `x` and `y` pixels from the upper
    left of its level, and is smaller than `tile_size` at the right and lower edges."""

    width: int = Field(
        description="Pixels of the picture as it is shown, turned as its Exif orientation says"
    )
    height: int
    tile_size: int = Field(description="Pixels on a side of a tile")
    levels: int = Field(
        description="Level 0 is the picture itself, each further one half as wide and high, rounded up; "
        "on the last one a single tile is the whole picture"
    )
