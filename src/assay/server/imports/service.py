"""What happens when a file of rows arrives: it is sealed and stored, and a job is started that reads it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from assay.errors import InvalidInput, Problem
from assay.formats import reader_for
from assay.identifiers import new_id
from assay.server.batches import service as batches
from assay.server.idempotency.service import IdempotentCreate
from assay.server.imports.models import ImportQuery
from assay.server.items.service import take_in
from assay.server.jobs import service as jobs
from assay.server.jobs.models import Job, JobKind
from assay.server.media.incoming import IncomingFile
from assay.server.workspace import Workspace


async def receive(
    workspace: Workspace,
    project: UUID,
    wanted: ImportQuery,
    incoming: IncomingFile,
    idempotent: IdempotentCreate,
) -> Any:
    """Store the file and start its import; the job. The file is gone again if that fails, or was done before.

    The file is named by the job's id, so that nothing else can refer to it.
    """
    reader = reader_for(wanted.format or wanted.file_name or "", incoming.first_bytes)
    columns = _columns(wanted.column)
    job = new_id()
    key = await workspace.project_key(project)
    stored = await workspace.cell.blobs.put(key, job, incoming.pieces())
    started: list[UUID] = []

    async def start(within: Workspace) -> Job:
        async with within.cell.database.transaction() as connection:
            batch = wanted.batch_id or await batches.default_batch(within, connection, project)
            # Taking in nothing says at once what every chunk would run into: an unknown batch, an archive.
            await take_in(within, connection, project, batch, [])
            enqueued = await jobs.enqueue(
                within,
                connection,
                JobKind.IMPORT,
                project,
                {"format": reader.name, "batch": str(batch), "bytes": stored.bytes},
                options={
                    "file_name": wanted.file_name,
                    "encoding": wanted.encoding,
                    "delimiter": wanted.delimiter,
                    "typed": wanted.typed,
                    "labels": wanted.labels,
                    "columns": columns,
                },
                job=job,
            )
        started.append(job)
        return enqueued

    try:
        return await idempotent.once(workspace, start)
    finally:
        if not started:
            await workspace.cell.blobs.delete(job)


def _columns(renames: list[str]) -> dict[str, str]:
    columns: dict[str, str] = {}
    for index, rename in enumerate(renames):
        name, equals, meaning = rename.partition("=")
        if not equals or not name or name in columns:
            path = f"/query/column/{index}"
            message = "A renamed column is `from=to`, each `from` once"
            raise InvalidInput(f"{message}.", path=path, problems=[Problem(path, "column", message)])
        columns[name] = meaning
    return columns
