"""A sealed file on its way out."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from assay.trust.sealing import ProjectKey


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A sealed file that is about to be sent: `size` in bytes, `tag` changes when the content does."""

    key: ProjectKey
    blob: UUID
    size: int
    media_type: str
    tag: str
