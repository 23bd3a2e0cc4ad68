"""What happens when items come in or are looked at."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from psycopg.errors import UniqueViolation

from assay.errors import Conflict, NotFound
from assay.formats.base import GoldAnswer, ImportRow, Prelabel
from assay.server.batches import service as batches
from assay.server.items import store
from assay.server.items.copies import IntakeContext
from assay.server.items.intake import KEY_DIGEST, PreparedChunk, key_digest, prepare
from assay.server.items.models import AddedItems, Item, NewItems, RejectedItem
from assay.server.leases.service import start_from_head
from assay.server.media.links import media_links
from assay.server.projects.models import Workflow
from assay.server.workspace import Connection, Workspace
from assay.trust.log_action import LogAction
from assay.trust.sealing import ProjectKey

_INLINE_ROWS = 50
_MEDIA_SECONDS = 900


async def add(workspace: Workspace, project: UUID, new: NewItems) -> AddedItems:
    """Add up to a thousand items; those that break a rule are named, the others go in."""
    rows = [
        ImportRow(
            number=index,
            data=one.data,
            key=one.key,
            metadata=one.metadata,
            prelabels=tuple(Prelabel(each.answer, each.score, each.model) for each in one.prelabels),
            gold=None if one.gold is None else GoldAnswer(one.gold.answer, one.gold.explanation),
            priority=one.priority,
        )
        for index, one in enumerate(new.items)
    ]
    try:
        async with workspace.cell.database.transaction() as connection:
            batch = new.batch_id or await batches.default_batch(workspace, connection, project)
            chunk = await take_in(workspace, connection, project, batch, rows)
            await start_from_head(
                connection, project, chunk.encoded.lowest_rank, batch, chunk.encoded.first_task
            )
    except UniqueViolation:
        raise Conflict(
            "Another request added an item with one of these keys at the same time.",
            advice="Send the items again: those that are there are then named.",
        ) from None
    accepted = chunk.item_ids()
    return AddedItems(
        items=[accepted.get(index) for index in range(len(rows))],
        rejected=[
            RejectedItem(index=each.number, rule=each.rule, reason=each.reason, path=each.path)
            for each in chunk.rejected
        ],
    )


@dataclass(frozen=True, slots=True)
class ReadyChunk:
    """Rows that are checked, sealed and encoded under `terms`, and wait for their transaction."""

    terms: store.IntakeTerms
    chunk: PreparedChunk


async def take_in(
    workspace: Workspace, connection: Connection, project: UUID, batch: UUID, rows: Sequence[ImportRow]
) -> PreparedChunk:
    """Write a chunk of rows in the caller's transaction, with one log row that commits to all of them."""
    ready = await make_ready(workspace, connection, project, batch, rows)
    await _write(workspace, connection, project, batch, ready)
    return ready.chunk


async def make_ready(
    workspace: Workspace,
    connection: Connection,
    project: UUID,
    batch: UUID,
    rows: Sequence[ImportRow],
    *,
    coming: Collection[bytes] = (),
    look_up_keys: bool = True,
) -> ReadyChunk:
    """Do all of `take_in` that writes nothing. `coming` are key digests that will be in by then.

    Without `look_up_keys` a key that the project has already comes up as a UniqueViolation when the chunk is
    written: cheaper by an index probe for each row as long as keys are new.
    """
    terms = await store.intake_terms(connection, project, batch)
    if terms is None:
        raise NotFound("There is no such batch in this project.")
    if terms.state == "archived":
        raise Conflict("The project is archived.", advice="Set its state to active first.")
    key = await workspace.project_key(project)
    known: set[bytes] = set()
    if look_up_keys and any(row.key is not None for row in rows):
        digests = await asyncio.to_thread(_key_digests, key, rows)
        known = await store.known_keys(connection, project, digests)
    context = IntakeContext(
        cell=workspace.cell.id,
        project=project,
        key=key,
        interface=await workspace.interface(project, terms.interface_version),
        interface_version=terms.interface_version,
        batch=batch,
        priority=terms.priority,
        held=terms.held,
        overlap=Workflow.model_validate(terms.workflow).overlap,
        creator=workspace.actor,
    )
    known.update(coming)
    if len(rows) > _INLINE_ROWS:
        return ReadyChunk(terms, await asyncio.to_thread(prepare, context, rows, known))
    return ReadyChunk(terms, prepare(context, rows, known))


async def take_in_ready(
    workspace: Workspace, connection: Connection, project: UUID, batch: UUID, ready: ReadyChunk
) -> bool:
    """Write a chunk that was made ready before. False, and nothing written, when the project or the batch
    has changed since."""
    if await store.intake_terms(connection, project, batch) != ready.terms:
        return False
    await _write(workspace, connection, project, batch, ready)
    return True


def _key_digests(key: ProjectKey, rows: Sequence[ImportRow]) -> list[bytes]:
    digest = key.digester(KEY_DIGEST)
    return [digest(row.key.encode()) for row in rows if row.key is not None]


async def _write(
    workspace: Workspace, connection: Connection, project: UUID, batch: UUID, ready: ReadyChunk
) -> None:
    for statement, data in ready.chunk.encoded.copies:
        await store.copy(connection, statement, data)
    if ready.chunk.accepted:
        key = await workspace.project_key(project)
        await workspace.record(
            connection,
            LogAction.ITEM_IMPORTED,
            "batch",
            batch,
            project=project,
            commitment=key.commitment(batch, ready.chunk.encoded.digest),
            items=len(ready.chunk.accepted),
        )


async def refresh_statistics(workspace: Workspace) -> None:
    """Let the planner know what a large import has changed."""
    async with workspace.cell.database.transaction() as connection:
        await store.refresh_statistics(connection)


async def read(workspace: Workspace, project: UUID, item: UUID) -> Item:
    async with workspace.cell.database.transaction() as connection:
        stored = await store.one(connection, project, item)
        return await _read(workspace, connection, project, stored)


async def read_several(workspace: Workspace, project: UUID, items: Sequence[UUID]) -> list[Item]:
    """The items in the order asked for, each once and logged as seen like one that is read alone.

    Raises NotFound when one of them is not in the project.
    """
    async with workspace.cell.database.transaction() as connection:
        found = {one.id: one for one in await store.several(connection, project, items)}
        return [await _read(workspace, connection, project, found.get(item)) for item in dict.fromkeys(items)]


async def read_by_key(workspace: Workspace, project: UUID, item_key: str) -> Item:
    digest = key_digest(await workspace.project_key(project), item_key)
    async with workspace.cell.database.transaction() as connection:
        stored = await store.by_key(connection, project, digest)
        return await _read(workspace, connection, project, stored)


async def _read(
    workspace: Workspace, connection: Connection, project: UUID, stored: store.StoredItem | None
) -> Item:
    if stored is None:
        raise NotFound("There is no such item.")
    await workspace.record(connection, LogAction.CONTENT_READ, "item", stored.id, project=project)
    key = await workspace.project_key(project)
    payload = key.sealer(workspace.cell.id, "item", "payload").open(stored.payload, stored.id)
    keys = key.sealer(workspace.cell.id, "item", "key")
    data: dict[str, Any] = orjson.loads(payload)
    until = datetime.now(UTC) + timedelta(seconds=_MEDIA_SECONDS)
    return Item(
        id=stored.id,
        task_id=stored.task_id,
        batch_id=stored.batch_id,
        key=None if stored.key is None else keys.open(stored.key, stored.id).decode(),
        data=data,
        metadata=stored.metadata,
        media=media_links(workspace, project, payload, until),
        created_at=stored.created_at,
    )
