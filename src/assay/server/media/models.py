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
