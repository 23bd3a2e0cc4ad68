"""What happens when people talk about a task."""

from __future__ import annotations

from uuid import UUID

from assay.control.access import Role
from assay.errors import NotFound
from assay.identifiers import new_id
from assay.server.comments import store
from assay.server.comments.models import Anchor, Comment, NewComment
from assay.server.tasks import service as tasks
from assay.server.workspace import Connection, Workspace, open_json, seal_json
from assay.trust.log_action import LogAction
from assay.trust.sealing import ProjectKey

_NO_TASK = "There is no such task."


async def comments_of(
    workspace: Workspace, connection: Connection, project: UUID, task: UUID
) -> list[Comment]:
    """All comments on a task, oldest first."""
    key = await workspace.project_key(project)
    stored = await store.of_task(connection, project, task)
    return [_view(workspace, key, one) for one in stored]


async def read(workspace: Workspace, project: UUID, task: UUID) -> list[Comment]:
    await tasks.read(workspace, project, task)
    async with workspace.cell.database.transaction() as connection:
        await _check_reach(workspace, connection, project, task)
        await workspace.record(
            connection, LogAction.CONTENT_READ, "task", task, project=project, part="comments"
        )
        return await comments_of(workspace, connection, project, task)


async def add(workspace: Workspace, project: UUID, task: UUID, new: NewComment) -> Comment:
    async with workspace.cell.database.transaction() as connection:
        await _check_reach(workspace, connection, project, task)
        return await add_to(workspace, connection, project, task, new)


async def add_to(
    workspace: Workspace, connection: Connection, project: UUID, task: UUID, new: NewComment
) -> Comment:
    """Write a comment in the caller's transaction."""
    key = await workspace.project_key(project)
    identifier = new_id()
    anchor = None
    if new.anchor is not None:
        anchors = key.sealer(workspace.cell.id, "comment", "anchor")
        anchor = seal_json(anchors, new.anchor.model_dump(), identifier)
    bodies = key.sealer(workspace.cell.id, "comment", "body")
    stored = await store.add(
        connection,
        comment=identifier,
        project=project,
        task=task,
        author=workspace.actor,
        anchor=anchor,
        body=bodies.seal(new.body.encode(), identifier),
    )
    if stored is None:
        raise NotFound(_NO_TASK)
    await workspace.record(
        connection,
        LogAction.COMMENT_CREATED,
        "comment",
        identifier,
        project=project,
        commitment=key.commitment(identifier, new.body.encode()),
        task=str(task),
    )
    return _view(workspace, key, stored)


async def resolve(workspace: Workspace, project: UUID, comment: UUID) -> Comment:
    async with workspace.cell.database.transaction() as connection:
        stored = await store.resolve(connection, project, comment)
        if stored is None:
            raise NotFound("There is no such comment.")
        await workspace.record(
            connection, LogAction.COMMENT_CHANGED, "comment", comment, project=project, resolved=True
        )
    return _view(workspace, await workspace.project_key(project), stored)


async def _check_reach(workspace: Workspace, connection: Connection, project: UUID, task: UUID) -> None:
    """An annotator reaches the tasks they have leased; to them, others do not exist."""
    if workspace.principal.role is Role.ANNOTATOR and not await store.worked_on(
        connection, project=project, task=task, annotator=workspace.actor
    ):
        raise NotFound(_NO_TASK)


def _view(workspace: Workspace, key: ProjectKey, stored: store.StoredComment) -> Comment:
    bodies = key.sealer(workspace.cell.id, "comment", "body")
    anchor = None
    if stored.anchor is not None:
        anchors = key.sealer(workspace.cell.id, "comment", "anchor")
        anchor = Anchor.model_validate(open_json(anchors, stored.anchor, stored.id))
    return Comment(
        id=stored.id,
        task_id=stored.task_id,
        author=stored.author_id,
        round=stored.round,
        body=bodies.open(stored.body, stored.id).decode(),
        anchor=anchor,
        resolved_at=stored.resolved_at,
        created_at=stored.created_at,
    )
