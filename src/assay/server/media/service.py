"""What happens when files are stored for items, and when somebody looks at them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import BinaryIO, cast
from uuid import UUID

from assay.cells.binary_copy import copy_data
from assay.errors import InvalidInput, NotFound, Problem
from assay.formats.image_size import Size, image_size
from assay.formats.media import sniff
from assay.identifiers import new_id
from assay.server.media import store
from assay.server.media.beginning import Beginning
from assay.server.media.incoming import IncomingFile
from assay.server.media.links import MediaGrant
from assay.server.media.models import MediaReference
from assay.server.media.recent_reads import RecentReads
from assay.server.media.stored_file import StoredFile
from assay.server.workspace import Connection, Workspace
from assay.trust.log_action import LogAction
from assay.trust.sealing import ProjectKey

_CONTENT_DIGEST = "blob content"
_recent_reads = RecentReads()


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file in the blob store that no row of the database tells of yet. `bytes` is its size; `pixels` the
    width and height of an image as it is shown, None when they are not known."""

    blob: UUID
    media_type: str
    bytes: int
    sha256: str
    name: str | None
    pixels: Size | None = None

    def reference(self) -> dict[str, str | int]:
        """What stands in an item's data for the file."""
        known: dict[str, str | int] = {
            "blob": str(self.blob),
            "media_type": self.media_type,
            "bytes": self.bytes,
        }
        if self.name is not None:
            known["name"] = self.name
        if self.pixels is not None:
            known["width"], known["height"] = self.pixels
        return known


async def keep(
    workspace: Workspace,
    project: UUID,
    blob: UUID,
    stream: AsyncIterator[bytes],
    *,
    media_type: str,
    name: str | None,
) -> KeptFile:
    """Seal and store a file; `enter` makes it known."""
    key = await workspace.project_key(project)
    if not media_type.startswith("image/"):
        stored = await workspace.cell.blobs.put(key, blob, stream)
        return KeptFile(blob, media_type, stored.bytes, stored.sha256, name)
    beginning = Beginning(stream)
    stored = await workspace.cell.blobs.put(key, blob, beginning.pieces())
    first_bytes = beginning.content()
    pixels = image_size(first_bytes)
    if pixels is None and len(first_bytes) < stored.bytes:
        try:
            pixels = await asyncio.to_thread(_pixels_of_stored, workspace, key, blob)
        except BaseException:
            await workspace.cell.blobs.delete(blob)
            raise
    return KeptFile(blob, media_type, stored.bytes, stored.sha256, name, pixels)


def _pixels_of_stored(workspace: Workspace, key: ProjectKey, blob: UUID) -> Size | None:
    """For an image that tells its size at its end, as many TIFFs do."""
    with workspace.cell.blobs.open(key, blob) as reader:
        return image_size(cast(BinaryIO, reader))


async def enter(
    workspace: Workspace, connection: Connection, project: UUID, files: Sequence[KeptFile]
) -> None:
    """Write the rows of kept files, each with its log row, in the caller's transaction."""
    if not files:
        return
    key = await workspace.project_key(project)
    names = key.sealer(workspace.cell.id, "blob", "name")
    rows = [
        (
            file.blob.bytes,
            project.bytes,
            None if file.name is None else names.seal(file.name.encode(), file.blob),
            file.media_type.encode(),
            file.bytes.to_bytes(8),
            key.digest(_CONTENT_DIGEST, bytes.fromhex(file.sha256)),
        )
        for file in files
    ]
    await store.copy_blobs(connection, copy_data(rows))
    entries = [
        workspace.entry(
            LogAction.MEDIA_STORED,
            "blob",
            file.blob,
            project=project,
            commitment=key.commitment(file.blob, bytes.fromhex(file.sha256)),
            bytes=file.bytes,
        )
        for file in files
    ]
    await workspace.cell.log.append_many(connection, entries)


async def receive(workspace: Workspace, project: UUID, incoming: IncomingFile, name: str | None) -> KeptFile:
    """Store an uploaded file. Raises InvalidInput when it is none of the types that an item can have."""
    media_type = sniff(incoming.first_bytes) if incoming.first_bytes else None
    if media_type is None:
        message = "The file is none of the images, sounds, videos, PDF and text that an item can have"
        raise InvalidInput(f"{message}.", problems=[Problem("", "media_type", message)])
    return await keep(workspace, project, new_id(), incoming.pieces(), media_type=media_type.name, name=name)


async def add(workspace: Workspace, project: UUID, file: KeptFile) -> MediaReference:
    """Make one kept file known."""
    async with workspace.cell.database.transaction() as connection:
        await enter(workspace, connection, project, [file])
    return MediaReference.model_validate(file.reference())


@asynccontextmanager
async def discarded_unless_entered(workspace: Workspace, project: UUID, blob: UUID) -> AsyncIterator[None]:
    """Remove a kept file at the end of the block, when nothing has made it known by then."""
    try:
        yield
    finally:
        async with workspace.cell.database.connection() as connection:
            known = await store.one(connection, project, blob)
        if known is None:
            await workspace.cell.blobs.delete(blob)


async def look_up(workspace: Workspace, grant: MediaGrant) -> StoredFile:
    """The file that a grant is for, its read logged. Raises NotFound when it is not there, or when the lease
    that the grant came with has ended."""
    read = (workspace.cell.id, workspace.actor, grant.blob)
    known = _recent_reads.knows(read)
    async with workspace.cell.database.transaction() as connection:
        stored = await _find(workspace, connection, grant)
        if stored is None:
            raise NotFound("There is no such file, or its address has run out.")
        if not known:
            await workspace.record(
                connection,
                LogAction.MEDIA_READ,
                "blob",
                grant.blob,
                project=grant.project,
                lease="" if grant.lease is None else str(grant.lease),
            )
    if not known:
        _recent_reads.add(read)
    key = await workspace.project_key(grant.project)
    return StoredFile(key, stored.id, stored.byte_count, stored.media_type, stored.id.hex)


async def _find(workspace: Workspace, connection: Connection, grant: MediaGrant) -> store.StoredMedia | None:
    if grant.lease is None:
        return await store.one(connection, grant.project, grant.blob)
    return await store.for_lease(
        connection,
        project=grant.project,
        blob=grant.blob,
        lease=grant.lease,
        annotator=workspace.actor,
    )
