"""What the log tells."""

from __future__ import annotations

from uuid import UUID

from assay.errors import NotFound
from assay.server.access_log import store
from assay.server.access_log.models import ItemAccess, LogRow
from assay.server.models import Page
from assay.server.pages import cursor_of, page
from assay.server.workspace import Workspace
from assay.trust.log_action import LogAction
from assay.trust.log_entry import decode

_WINDOW = 20_000
_ACCESSES = [
    action.value
    for action in (
        LogAction.LEASE_CLAIMED,
        LogAction.CONTENT_READ,
        LogAction.MEDIA_READ,
        LogAction.EGRESS_SENT,
        LogAction.ACCESS_BROKEN_GLASS,
    )
]


async def several(
    workspace: Workspace,
    *,
    project: UUID | None,
    object_id: UUID | None,
    action: LogAction | None,
    before: int,
    limit: int,
) -> Page[LogRow]:
    """Newest first. Without an object, one page looks at no more than 20 000 rows of the log."""
    chosen = None if action is None else action.value
    async with workspace.cell.database.connection() as connection:
        if object_id is not None:
            rows = await store.rows_of_object(
                connection, object_id, before=before, action=chosen, project=project, limit=limit + 1
            )
            reached = 0
        else:
            window = await store.rows(
                connection, before=before, action=chosen, project=project, limit=limit + 1, window=_WINDOW
            )
            rows, reached = window.rows, window.reached
    found = page(rows, limit, _number, _view)
    if found.next_cursor is None and reached > 1:
        # Nothing more in what was looked at; the log goes on before it.
        return Page[LogRow](items=found.items, next_cursor=cursor_of(UUID(int=reached)))
    return found


async def item_accesses(
    workspace: Workspace, project: UUID, item: UUID, before: int, limit: int
) -> Page[ItemAccess]:
    """Who was shown the item, newest first."""
    async with workspace.cell.database.connection() as connection:
        if not await store.item_exists(connection, project, item):
            raise NotFound("There is no such item.")
        rows = await store.item_access(
            connection, project, item, actions=_ACCESSES, before=before, limit=limit + 1
        )
    return page(rows, limit, _number, _access)


def _number(row: store.StoredRow) -> UUID:
    return UUID(int=row.number)


def _view(row: store.StoredRow) -> LogRow:
    entry = decode(row.entry)
    return LogRow(
        number=row.number,
        at=entry.at,
        action=entry.action,
        principal=entry.principal,
        role=entry.role,
        purpose=entry.purpose,
        object_kind=entry.object_kind,
        object_id=entry.object_id,
        project_id=None if entry.project is None else UUID(entry.project),
        commitment=entry.commitment,
        policy=entry.policy,
        details=dict(entry.details),
    )


def _access(row: store.StoredRow) -> ItemAccess:
    entry = decode(row.entry)
    lease, stage = entry.details.get("lease"), entry.details.get("stage")
    return ItemAccess(
        log_row=row.number,
        at=entry.at,
        principal=entry.principal,
        role=entry.role,
        purpose=entry.purpose,
        action=entry.action,
        lease_id=None if lease is None else UUID(str(lease)),
        stage=None if stage is None else str(stage),
        task_id=UUID(entry.object_id) if entry.object_kind == "task" else None,
    )
