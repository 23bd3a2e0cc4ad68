"""A sealed blob that is written piece by piece, by whoever has the pieces at hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

from assay.cells.blobs import StoredBlob
from assay.server.workspace import Workspace
from assay.trust.sealing import ProjectKey

_AHEAD = 2


class BlobSink:
    """Use as `async with`: a block that raises leaves no blob. `close` makes it durable."""

    def __init__(self, workspace: Workspace, key: ProjectKey, blob: UUID) -> None:
        self._pieces: asyncio.Queue[bytes | None] = asyncio.Queue(_AHEAD)
        self._storing = asyncio.create_task(workspace.cell.blobs.put(key, blob, self._arriving()))

    async def __aenter__(self) -> BlobSink:
        return self

    async def __aexit__(self, *_: object) -> None:
        if not self._storing.done():
            self._storing.cancel()
        await asyncio.gather(self._storing, return_exceptions=True)

    async def send(self, piece: bytes) -> None:
        """Hand a piece over; waits while the storage is behind. Raises what went wrong with the storage."""
        await self._put(piece)

    async def close(self) -> StoredBlob:
        """That was all. When this returns the blob is durable."""
        await self._put(None)
        return await self._storing

    async def _put(self, piece: bytes | None) -> None:
        # A storage that has failed takes nothing more: waiting for room would be for ever.
        handing = asyncio.create_task(self._pieces.put(piece))
        await asyncio.wait({handing, self._storing}, return_when=asyncio.FIRST_COMPLETED)
        if self._storing.done():
            handing.cancel()
            self._storing.result()
        await handing

    async def _arriving(self) -> AsyncIterator[bytes]:
        while (piece := await self._pieces.get()) is not None:
            yield piece
