"""What happens when an export is asked for, and when its files are fetched."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from assay.errors import NotFound
from assay.server.dataset_versions.service import ready_version
from assay.server.exports import store
from assay.server.exports.models import ExportFile, NewExport
from assay.server.filters import parse_filter
from assay.server.jobs import service as jobs
from assay.server.jobs.models import Job, JobKind
from assay.server.jobs.store import StoredJob
from assay.server.media.recent_reads import RecentReads
from assay.server.media.stored_file import StoredFile
from assay.server.models import Page
from assay.server.tasks.store import FILTER_NAMES
from assay.server.workspace import Workspace
from assay.trust.log_action import LogAction

_NO_EXPORT = "There is no such export."
_MEDIA_TYPES = {
    "json": "application/json",
    "jsonl": "application/jsonl",
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}
_recent_reads = RecentReads()


async def start(workspace: Workspace, project: UUID, wanted: NewExport) -> Job:
    """Start an export; the job."""
    parse_filter(wanted.filter, FILTER_NAMES)
    await workspace.project_key(project)
    parameters: dict[str, Any] = {"export": wanted.model_dump(mode="json", exclude_none=True)}
    async with workspace.cell.database.transaction() as connection:
        total = None
        if wanted.dataset_version_id is not None:
            version = await ready_version(connection, project, wanted.dataset_version_id)
            parameters["interface_version"] = version.interface_version
            total = version.row_count
        elif wanted.filter is None:
            total = await store.count_estimate(connection, project, wanted.what)
        job = await jobs.enqueue(workspace, connection, JobKind.EXPORT, project, parameters, total=total)
        await workspace.record(
            connection,
            LogAction.EXPORT_CREATED,
            "job",
            job.id,
            project=project,
            what=wanted.what,
            format=wanted.format,
            version=str(wanted.dataset_version_id or ""),
        )
    return job


async def several(workspace: Workspace, project: UUID, before: UUID | None, limit: int) -> Page[Job]:
    return await jobs.several(workspace, project, f"kind = {JobKind.EXPORT.value}", before, limit)


async def read(workspace: Workspace, project: UUID, job: UUID) -> Job:
    return await jobs.view(workspace, await _export(workspace, project, job))


async def subject(workspace: Workspace, project: UUID, job: UUID) -> str:
    """What an export is of. Raises NotFound."""
    stored = await _export(workspace, project, job)
    return NewExport.model_validate(stored.parameters["export"]).what


async def files(workspace: Workspace, project: UUID, job: UUID) -> list[ExportFile]:
    """The files of an export: those that are finished, while it runs; with the manifest when it is done."""
    await _export(workspace, project, job)
    async with workspace.cell.database.connection() as connection:
        stored = await store.files(connection, job)
    return [
        ExportFile(name=one.name, bytes=one.byte_count, sha256=one.sha256, rows=one.row_count)
        for one in stored
    ]


async def look_up(workspace: Workspace, project: UUID, job: UUID, name: str) -> StoredFile:
    """A file of an export, its read logged. Raises NotFound."""
    await _export(workspace, project, job)
    async with workspace.cell.database.transaction() as connection:
        found = next((one for one in await store.files(connection, job) if one.name == name), None)
        if found is None:
            raise NotFound("There is no such file in this export.")
        read_before = (workspace.cell.id, workspace.actor, found.blob)
        known = _recent_reads.knows(read_before)
        if not known:
            await workspace.record(
                connection,
                LogAction.EXPORT_READ,
                "job",
                job,
                project=project,
                file=name,
                rows=found.row_count or 0,
            )
    if not known:
        _recent_reads.add(read_before)
    key = await workspace.project_key(project)
    media_type = _MEDIA_TYPES[name.rpartition(".")[2]]
    return StoredFile(key, found.blob, found.byte_count, media_type, found.sha256)


async def _export(workspace: Workspace, project: UUID, job: UUID) -> StoredJob:
    stored = await jobs.stored_job(workspace, project, job)
    if stored.kind != JobKind.EXPORT:
        raise NotFound(_NO_EXPORT)
    return stored
