"""What comes out of a project: labels, immutable dataset versions, and exports that can be checked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from assay.client.calls import answer_as
from assay.client.downloads import ExportFile, checked, download, empty_directory, pieces
from assay.client.events import lines
from assay.client.jobs import Job, job_path
from assay.client.operations import M, operation, stream
from assay.client.progress import ProgressCallback
from assay.client.records import Answer, Caller, Record
from assay.formats import Manifest

ExportFormat = Literal["jsonl", "csv", "parquet"]
ExportSubject = Literal["labels", "annotations", "items"]

_LONGEST_ROW_BYTES = 1 << 28


class LabeledItem(Record):
    """An item with its label, as it is exported. `confidence` and `agreement` are in [0, 1]."""

    item_id: UUID
    key: str | None = None
    data: dict[str, Any]
    metadata: dict[str, Any] = {}
    label: Answer | None = None
    label_state: str | None = None
    confidence: float | None = None
    agreement: float | None = None
    interface_version: int | None = None


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
        version: DatasetVersion | UUID | None = None,
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
