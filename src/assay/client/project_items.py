"""What goes into a project: items, imports, and the tasks made of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypedDict, Unpack, cast
from uuid import UUID

from assay.client.calls import Call, Parameter, answer_as, new_idempotency_key, segment
from assay.client.jobs import Job, job_path
from assay.client.operations import M, operation, stream
from assay.client.progress import ProgressCallback, counted
from assay.client.project_settings import Batch
from assay.client.records import Caller, Record, T
from assay.client.tasks import Task
from assay.client.uploads import ImportSource, Source, file_source, import_source

_ITEMS_PER_REQUEST = 1000


class Item(Record):
    """What is labeled: `data` is what the interface's inputs read, `media` the addresses by blob."""

    id: UUID
    task_id: UUID
    batch_id: UUID
    key: str | None
    data: dict[str, Any]
    metadata: dict[str, Any]
    media: dict[str, str]
    created_at: datetime


class MediaFile(Record):
    """A stored media file. Put it where the data of an item needs the file: `{"data": {"image": file}}`."""

    blob: UUID
    media_type: str
    bytes: int
    name: str | None = None


class RejectedItem(Record):
    """An item that did not go in: which one, where it is wrong, and why."""

    index: int
    rule: str
    reason: str
    path: str


class AddedItems(Record):
    """The ids of new items in the order sent, None for each that was rejected."""

    items: list[UUID | None]
    rejected: list[RejectedItem]


class ImportOptions(TypedDict, total=False):
    """How a file is read. `columns` renames columns of CSV and Parquet, `{"id": "key", "body": "data.text"}`.

    `labels` says what becomes of labels in a file that was exported. `encoding`, `delimiter` and `typed`
    (numbers, true, false, null and JSON in cells become values) are for CSV.
    """

    columns: Mapping[str, str]
    labels: Literal["ignore", "prelabel", "gold"]
    encoding: str
    delimiter: str
    typed: bool


class ItemAccess(Record):
    """Somebody was shown an item; `principal` is a pseudonym, or the name of a part of the engine."""

    log_row: int
    at: datetime
    principal: str
    role: str
    purpose: str
    action: str
    lease_id: UUID | None
    stage: str | None
    task_id: UUID | None


class ProjectItems(Caller[M]):
    """The part of a project that takes data in."""

    @operation
    async def add_items(
        self, items: Iterable[Mapping[str, Any]], *, batch: UUID | Batch[Any] | None = None
    ) -> AddedItems:
        """Add items as they are; use `import_items` for many.

        Each is `{"data": {...}}` and may have `key`, `metadata`, `priority`, `prelabels`, `gold`. Rejected
        ones are named in the answer, the rest go in.
        """
        added = AddedItems(items=[], rejected=[])
        for chunk in _chunks(items, _ITEMS_PER_REQUEST):
            body = {"items": chunk, "batch_id": _batch_id(batch)}
            answer = await self._create("/items", AddedItems, body)
            offset = len(added.items)
            moved = [one.model_copy(update={"index": one.index + offset}) for one in answer.rejected]
            added = AddedItems(items=added.items + answer.items, rejected=added.rejected + moved)
        return added

    @operation
    async def import_items(
        self,
        source: Source,
        *,
        format: str | None = None,  # noqa: A002 - the word for it
        batch: UUID | Batch[Any] | None = None,
        progress: ProgressCallback | None = None,
        wait: bool = True,
        **options: Unpack[ImportOptions],
    ) -> Job[M]:
        """Import a file (JSON Lines, CSV, Parquet, zip), a folder of files, or an iterable of rows.

        Rows that cannot be imported are in the `rejections()` of the job that this gives, the rest go in.
        `format` is found out when it is not given. The source is sent while it is read, whatever its size.
        With `wait` false, the job may still be running.
        """
        prepared = import_source(source)
        parameters = {"format": format, "file_name": prepared.name, "batch_id": _batch_id(batch)}
        job = self._job(
            await self._send_file("/imports", Job, prepared, parameters | _parameters(options), progress)
        )
        job._unreadable = prepared.unreadable
        if not wait:
            return job
        finished = await Job.wait.within(job, progress)
        return cast(Job[M], finished)

    @operation
    async def upload(
        self, file: str | Path, *, name: str | None = None, progress: ProgressCallback | None = None
    ) -> MediaFile:
        """Store a media file for items to come; `name` is its own when it is not given.

        The file is sent while it is read. For many files at once, import their folder. Raises InvalidInput
        when there is no such file.
        """
        source = file_source(file)
        parameters: dict[str, Parameter] = {"file_name": name or source.name}
        return await self._send_file("/uploads", MediaFile, source, parameters, progress)

    @operation
    async def item(self, item_id: UUID | str) -> Item:
        """One item with its content."""
        return await self._get(f"/items/{segment(item_id)}", Item)

    @operation
    async def item_by_key(self, key: str) -> Item:
        """The item with your own key."""
        return await self._get("/items/by-key", Item, key=key)

    @stream
    async def item_access(self, item_id: UUID | str) -> AsyncIterator[ItemAccess]:
        """Who was shown an item, when, and under which lease; newest first."""
        async for access in self._list(f"/items/{segment(item_id)}/access", ItemAccess):
            yield access

    @stream
    async def tasks(self, filter: str | None = None) -> AsyncIterator[Task[M]]:  # noqa: A002
        """Tasks in order of creation, without their content.

        The filter is like `state = review and agreement < 0.5 and metadata.site = north`.
        """
        async for task in self._list("/tasks", Task, filter=filter):
            yield self._task(task)

    @operation
    async def task(self, task_id: UUID | str) -> Task[M]:
        """One task, without its content."""
        return self._task(await self._get(f"/tasks/{segment(task_id)}", Task))

    @stream
    async def jobs(self, filter: str | None = None) -> AsyncIterator[Job[M]]:  # noqa: A002
        """Imports, exports and dataset versions being made, newest first."""
        async for job in self._list("/jobs", Job, filter=filter):
            yield self._job(job)

    @operation
    async def job(self, job_id: UUID | str) -> Job[M]:
        """One job as it is now."""
        return self._job(await self._get(f"/jobs/{segment(job_id)}", Job))

    async def _send_file(
        self,
        suffix: str,
        kind: type[T],
        source: ImportSource,
        parameters: dict[str, Parameter],
        progress: ProgressCallback | None,
    ) -> T:
        body = source.upload
        call = Call(
            "POST",
            self._path + suffix,
            answer_as(kind),
            parameters,
            upload=replace(body, open=lambda: counted(body.open(), "upload", body.size, progress)),
            headers=new_idempotency_key(),
            repeatable=True,
        )
        return await self._session.send(call)

    def _task(self, task: Task[Any]) -> Task[M]:
        placed: Task[M] = task._at(self._session, f"{self._path}/tasks/{task.id}")
        return placed

    def _job(self, job: Job[Any]) -> Job[M]:
        placed: Job[M] = job._at(self._session, job_path(self._path, job.id))
        return placed


def _batch_id(batch: UUID | Batch[Any] | None) -> UUID | None:
    return batch.id if isinstance(batch, Batch) else batch


def _parameters(options: ImportOptions) -> dict[str, Parameter]:
    parameters: dict[str, Parameter] = {
        name: value  # type: ignore[misc]  # all but `columns` are texts and a boolean
        for name, value in options.items()
        if name != "columns"
    }
    renames = [f"{name}={meaning}" for name, meaning in options.get("columns", {}).items()]
    return parameters | {"column": renames}


def _chunks(items: Iterable[Mapping[str, Any]], size: int) -> Iterable[list[Mapping[str, Any]]]:
    chunk: list[Mapping[str, Any]] = []
    for item in items:
        chunk.append(item)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
