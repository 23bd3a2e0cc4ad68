"""What a project asks and how it is worked on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypedDict
from uuid import UUID

import orjson

from assay.client.operations import M, operation, stream
from assay.client.records import Caller, Record, Resource
from assay.errors import InvalidInput

EditKind = Literal["first", "same", "compatible", "migrating", "breaking"]
InterfaceSource = Mapping[str, Any] | str | Path
"""A task interface: its declaration, or the path of a JSON file with it."""


class ReviewPolicy(TypedDict, total=False):
    """Which tasks a reviewer looks at: a random share, and those whose annotators agree less than this."""

    sample: float
    below_agreement: float | None


class Workflow(TypedDict, total=False):
    """How tasks of a project are worked on; see the API reference for what each member means."""

    overlap: int
    lease_seconds: int
    leases_ahead: int
    gold_rate: float
    review: ReviewPolicy
    skip_limit: int
    show_prelabels: bool
    send_back_to: Literal["same", "anyone"]


class Renames(TypedDict, total=False):
    """What is the same under a new name: fields (old to new), and values (field, then old to new)."""

    fields: dict[str, str]
    values: dict[str, dict[str, str]]


class InterfaceVersion(Record):
    """One version of what the project asks."""

    version: int
    version_hash: str
    edit: EditKind
    interface: dict[str, Any]
    hotkeys: dict[str, Any]
    created_by: UUID
    created_at: datetime


class EditVerdict(Record):
    """What an edit would mean for the answers that are there."""

    kind: EditKind
    reasons: list[str]


class Instructions(Record):
    """What annotators read, as Markdown."""

    version: int
    body: str
    created_by: UUID
    created_at: datetime


class Batch(Resource[M]):
    """Items that belong together. Among tasks of equal priority the oldest batch is worked on first."""

    id: UUID
    name: str
    priority: int
    state: Literal["open", "paused"]
    created_at: datetime

    @operation
    async def set(
        self,
        *,
        name: str | None = None,
        priority: int | None = None,
        state: Literal["open", "paused"] | None = None,
    ) -> Batch[M]:
        """Rename it, move it in the queue, pause or resume it."""
        changes = {"name": name, "priority": priority, "state": state}
        given = {member: value for member, value in changes.items() if value is not None}
        batch: Batch[M] = (await self._change("", Batch, given))._at(self._session, self._path)
        return batch


class ProjectSettings(Caller[M]):
    """The part of a project that says what is asked."""

    @operation
    async def interface(self, version: int | None = None) -> InterfaceVersion:
        """What the project asks: the current version, or an earlier one."""
        if version is None:
            return (await self._get("/interface/versions", list[InterfaceVersion]))[0]
        return await self._get(f"/interface/versions/{version}", InterfaceVersion)

    @operation
    async def interface_versions(self) -> list[InterfaceVersion]:
        """Every version, newest first."""
        return await self._get("/interface/versions", list[InterfaceVersion])

    @operation
    async def change_interface(
        self, interface: InterfaceSource, *, renames: Renames | None = None, allow_breaking: bool = False
    ) -> InterfaceVersion:
        """Make a new version. A breaking edit is refused unless `allow_breaking` says that it is meant."""
        body = _interface_change(interface, renames) | {"allow_breaking": allow_breaking}
        return await self._act("/interface/versions", InterfaceVersion, body)

    @operation
    async def judge_interface(
        self, interface: InterfaceSource, *, renames: Renames | None = None
    ) -> EditVerdict:
        """What an edit would mean for the answers that are there; changes nothing."""
        body = _interface_change(interface, renames)
        return await self._act("/interface/verdict", EditVerdict, body, repeatable=True)

    @operation
    async def instructions(self, version: int | None = None) -> Instructions:
        """What annotators read: the current version, or an earlier one."""
        return await self._get("/instructions", Instructions, version=version)

    @operation
    async def change_instructions(self, body: str) -> Instructions:
        """Write a new version, as Markdown."""
        return await self._act("/instructions", Instructions, {"body": body})

    @stream
    async def batches(self) -> AsyncIterator[Batch[M]]:
        """Oldest first."""
        async for batch in self._list("/batches", Batch):
            yield self._batch(batch)

    @operation
    async def create_batch(self, name: str, *, priority: int = 0) -> Batch[M]:
        """A new batch; a higher priority goes first."""
        return self._batch(await self._create("/batches", Batch, {"name": name, "priority": priority}))

    def _batch(self, batch: Batch[Any]) -> Batch[M]:
        placed: Batch[M] = batch._at(self._session, f"{self._path}/batches/{batch.id}")
        return placed


def declaration(interface: InterfaceSource) -> Any:
    """The declaration itself. Raises InvalidInput when the file cannot be read."""
    if isinstance(interface, Mapping):
        return dict(interface)
    path = Path(interface).expanduser()
    try:
        return orjson.loads(path.read_bytes())
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror}.") from error
    except orjson.JSONDecodeError as error:
        raise InvalidInput(f"{path} is not JSON: {error}.") from error


def _interface_change(interface: InterfaceSource, renames: Renames | None) -> dict[str, Any]:
    change: dict[str, Any] = {"interface": declaration(interface)}
    return change if renames is None else {**change, "renames": renames}
