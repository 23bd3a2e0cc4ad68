"""Files that come with the rows of an import, on their way into the blob store."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO
from uuid import UUID

from assay.cells.blobs import PIECE_SIZE
from assay.formats import BadFile, ImportedFile, ImportRow, RejectedRow, reject, replace_file_references
from assay.server.media import service as media
from assay.server.media.service import KeptFile
from assay.server.workspace import Workspace


@dataclass(slots=True)
class KeptFiles:
    """Files in the blob store, by the number of the row that they came with."""

    of_row: dict[int, list[KeptFile]] = field(default_factory=dict)

    def divided(self, accepted: set[int]) -> tuple[list[KeptFile], list[KeptFile]]:
        """The files of accepted rows, and those of rows that were rejected after all."""
        used: list[KeptFile] = []
        unused: list[KeptFile] = []
        for number, files in self.of_row.items():
            (used if number in accepted else unused).extend(files)
        return used, unused


async def keep_files(
    workspace: Workspace, project: UUID, job: UUID, rows: Sequence[ImportRow], kept: KeptFiles
) -> tuple[list[ImportRow], list[RejectedRow]]:
    """Store the files of `rows`, and put references where they stood; damaged files reject their row.

    A file's id follows from job, row and position: a chunk that is repeated after a crash writes the same
    objects again instead of leaving the first ones behind.
    """
    whole: list[ImportRow] = []
    rejected: list[RejectedRow] = []
    for row in rows:
        if not row.files:
            whole.append(row)
            continue
        files = kept.of_row.setdefault(row.number, [])
        try:
            for index, file in enumerate(row.files):
                blob = _blob_of(job, row.number, index)
                files.append(
                    await media.keep(
                        workspace, project, blob, _pieces(file), media_type=file.media_type, name=file.name
                    )
                )
        except BadFile as error:
            rejected.append(reject(row.number, error, file.name))
            continue
        references = [file.reference() for file in files]
        data = replace_file_references(row.data, references.__getitem__)
        whole.append(row._replace(data=data, files=()))
    return whole, rejected


def _blob_of(job: UUID, number: int, index: int) -> UUID:
    place = job.bytes + number.to_bytes(8) + index.to_bytes(8)
    return UUID(bytes=hashlib.blake2b(place, digest_size=16, person=b"assay row file").digest())


async def _pieces(file: ImportedFile) -> AsyncIterator[bytes]:
    stream: BinaryIO = await asyncio.to_thread(file.open)
    with stream:
        while piece := await asyncio.to_thread(stream.read, PIECE_SIZE):
            yield piece
