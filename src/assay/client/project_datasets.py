"""What comes out of a project: labels, immutable dataset versions, and exports that can be checked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from assay.client.calls import answer_as, segment
from assay.client.downloads import ExportFile, checked, download, empty_directory, pieces
from assay.client.events import lines
from assay.client.jobs import Job, job_path
from assay.client.operations import M, operation, stream
from assay.client.progress import ProgressCallback
from assay.client.records import Answer, Caller, Record, Resource
from assay.formats import Manifest

ExportFormat = Literal["jsonl", "csv", "parquet"]
Change = Literal["added", "removed", "changed"]
ExportSubject = Literal["labels", "annotations", "items"]

_LONGEST_ROW_BYTES = 1 << 28


class LabeledItem(Record):
    """An item with its label, as it is exported. `confidence` and `agreement` are in [0, 1]."""

    item_id: UUID
    key: str | None = None
    data: dict[str, Any]
    metadata: dict[str, Any] = Field(default_factory=dict)
    label: Answer | None = None
    label_state: str | None = None
    confidence: float | None = None
    agreement: float | None = None
    interface_version: int | None = None


class DiffEntry(Record):
    """An item whose row is not the same in both versions. A revision is None where the item is not in."""

    item_id: UUID
    change: Change
    revision_before: int | None
    revision_after: int | None


class Diff(Record):
    """What is different in the second version: counts of everything, and items."""

    added: int
    removed: int
    changed: int
    unchanged: int
    items: list[DiffEntry]
    next_cursor: str | None = None


class DatasetVersion(Resource[M]):
    """The labels as they were at one moment. Once it is ready nothing about it changes.

    `root` is the Merkle root over its rows, in hex: equal for equal rows, and in every export's manifest.
    """

    id: UUID
    number: int
    name: str
    state: Literal["building", "ready", "failed"]
    interface_version: int
    filter: str | None
    root: str | None
    rows: int | None
    created_by: UUID
    created_at: datetime

    @operation
    async def diff(self, other: DatasetVersion[Any] | UUID | str) -> Diff:
        """What is different in `other`: counts, without the items, which `changes` gives."""
        return await self._get(self._against(other), Diff, limit=1)

    @stream
    async def changes(
        self, other: DatasetVersion[Any] | UUID | str, *, only: Change | None = None
    ) -> AsyncIterator[DiffEntry]:
        """Every item that is not the same in `other`, in order of item id."""
        async for entry in self._list(self._against(other), DiffEntry, change=only):
            yield entry

    def _against(self, other: DatasetVersion[Any] | UUID | str) -> str:
        return f"/diff/{segment(other.id if isinstance(other, DatasetVersion) else other)}"


class ExportFiles(Record):
    items: list[ExportFile]


class ProjectDatasets(Caller[M]):
    """The part of a project that gives results."""

    @stream
    async def labels(self, filter: str | None = None) -> AsyncIterator[LabeledItem]:  # noqa: A002
        """Every finished label with its item, in order of item id, whatever their number.

        The filter is as for `tasks`. This makes an export, so it stands in the log as one.
        """
        job = await self._export("jsonl", "labels", None, filter, None)
        read = answer_as(LabeledItem)
        for file in await self._export_files(job.id):
            if file.name.endswith(".jsonl"):
                chunks = pieces(self._session, f"{self._exports(job.id)}/files/{file.name}")
                async for line in lines(chunks, _LONGEST_ROW_BYTES):
                    yield read(line)

    @operation
    async def export(
        self,
        directory: str | Path,
        format: ExportFormat = "jsonl",  # noqa: A002 - the word for it
        what: ExportSubject = "labels",
        *,
        version: DatasetVersion[Any] | UUID | None = None,
        filter: str | None = None,  # noqa: A002
        progress: ProgressCallback | None = None,
    ) -> Manifest:
        """Export into an empty directory, check every file against the manifest, and give the manifest.

        `what` is `labels` (items with their label), `annotations` (what each annotator answered too) or
        `items` (labeled or not); `version` gives the labels as they were in a dataset version. Raises
        IntegrityError when what arrived is not what was sent.
        """
        target = empty_directory(directory)
        chosen = version.id if isinstance(version, DatasetVersion) else version
        job = await self._export(format, what, chosen, filter, progress)
        files = await self._export_files(job.id)
        await download(self._session, self._exports(job.id), files, target, progress)
        return checked(target)

    @operation
    async def create_dataset_version(
        self,
        name: str,
        *,
        filter: str | None = None,  # noqa: A002
        progress: ProgressCallback | None = None,
    ) -> DatasetVersion[M]:
        """Freeze the finished labels as they are now, or those that a filter chooses; when it is ready."""
        job = await self._create("/dataset-versions", Job, {"name": name, "filter": filter})
        job._at(self._session, job_path(self._path, job.id))
        await Job.wait.within(job, progress)
        return await self._version(job.id)

    @stream
    async def dataset_versions(self) -> AsyncIterator[DatasetVersion[M]]:
        """Newest first."""
        async for version in self._list("/dataset-versions", DatasetVersion):
            yield self._placed(version)

    @operation
    async def dataset_version(self, version_id: UUID | str) -> DatasetVersion[M]:
        """One version."""
        return await self._version(version_id)

    async def _version(self, version_id: UUID | str) -> DatasetVersion[M]:
        suffix = f"/dataset-versions/{segment(version_id)}"
        return self._placed(await self._get(suffix, DatasetVersion))

    def _placed(self, version: DatasetVersion[Any]) -> DatasetVersion[M]:
        placed: DatasetVersion[M] = version._at(self._session, f"{self._path}/dataset-versions/{version.id}")
        return placed

    async def _export(
        self,
        format_: str,
        what: str,
        version: UUID | None,
        chosen: str | None,
        progress: ProgressCallback | None,
    ) -> Job[Any]:
        body = {"format": format_, "what": what, "dataset_version_id": version, "filter": chosen}
        job = await self._create("/exports", Job, body)
        job._at(self._session, job_path(self._path, job.id))
        return await Job.wait.within(job, progress)

    async def _export_files(self, job: UUID) -> list[ExportFile]:
        return (await self._get(f"/exports/{job}/files", ExportFiles)).items

    def _exports(self, job: UUID) -> str:
        return f"{self._path}/exports/{job}"
