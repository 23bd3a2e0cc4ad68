"""What happens when tasks are listed, looked into, or changed."""

from __future__ import annotations

from uuid import UUID

import orjson

from assay.errors import Conflict, NotFound
from assay.server.filters import parse_filter
from assay.server.models import Page
from assay.server.pages import page
from assay.server.tasks import store
from assay.server.tasks.models import Gold, GoldChange, Label, Task, TaskChange
from assay.server.workspace import Connection, Workspace
from assay.trust.log_action import LogAction

_NO_TASK = "There is no such task."


async def several(
    workspace: Workspace, project: UUID, chosen: str | None, after: UUID, limit: int
) -> Page[Task]:
    parsed = parse_filter(chosen, store.FILTER_NAMES)
    await workspace.project_key(project)  # Raises NotFound when there is no such project.
    async with workspace.cell.database.connection() as connection:
        stored = await store.several(connection, project, parsed, after, limit + 1)
    return page(stored, limit, lambda one: one.id, _view)


async def read(workspace: Workspace, project: UUID, task: UUID) -> Task:
    async with workspace.cell.database.connection() as connection:
        stored = await store.one(connection, project, task)
    if stored is None:
        raise NotFound(_NO_TASK)
    return _view(stored)


async def labels(workspace: Workspace, project: UUID, task: UUID) -> list[Label]:
    """Every revision of the label, newest first."""
    async with workspace.cell.database.transaction() as connection:
        if await store.one(connection, project, task) is None:
            raise NotFound(_NO_TASK)
        stored = await store.labels(connection, project, task)
        await workspace.record(
            connection, LogAction.CONTENT_READ, "task", task, project=project, part="labels"
        )
    sealer = await workspace.sealer(project, "label", "answer")
    return [
        Label(
            task_id=one.task_id,
            item_id=one.item_id,
            revision=one.revision,
            interface_version=one.interface_version,
            answer=orjson.loads(sealer.open(one.answer, one.task_id, one.revision)),
            source=one.source,
            agreement=one.agreement,
            confidence=one.confidence,
            annotation_ids=one.annotation_ids,
            decided_by=one.decided_by,
            created_at=one.created_at,
        )
        for one in stored
    ]


async def change(workspace: Workspace, project: UUID, task: UUID, wanted: TaskChange) -> Task:
    """Move a task in the queue, or ask for more annotations of it."""
    async with workspace.cell.database.transaction() as connection:
        locked = await store.lock(connection, project, task)
        if locked is None:
            raise NotFound(_NO_TASK)
        if locked.state == "gold":
            raise Conflict("A gold task has neither priority nor overlap.")
        overlap = locked.overlap if wanted.overlap is None else wanted.overlap
        if overlap != locked.overlap:
            await _check_overlap(connection, task, locked, overlap)
        state = locked.state
        if state in ("open", "annotated", "done") and overlap != locked.overlap:
            if overlap > locked.submitted and (state == "open" or overlap > locked.overlap):
                state = "open"
            elif state == "open":
                state = "annotated"
        await store.change(
            connection,
            task,
            priority=locked.priority if wanted.priority is None else wanted.priority,
            overlap=overlap,
            state=state,
        )
        await store.requeue(connection, task)
        await workspace.record(
            connection,
            LogAction.TASK_CHANGED,
            "task",
            task,
            project=project,
            members=",".join(sorted(wanted.model_dump(exclude_none=True))),
        )
    if state == "annotated":
        workspace.wake()
    return await read(workspace, project, task)


async def _check_overlap(connection: Connection, task: UUID, locked: store.LockedTask, overlap: int) -> None:
    """An overlap must leave room for what counts already, and for one answer at least."""
    answered = await store.answered(connection, task)
    if overlap < locked.submitted or (overlap == locked.submitted and not answered):
        raise Conflict(
            f"{locked.submitted} annotations of the task count already.",
            path="/overlap",
            advice="The overlap can be raised, not lowered below that.",
        )


async def set_gold(workspace: Workspace, project: UUID, task: UUID, wanted: GoldChange) -> Gold:
    """Make a task gold: it leaves the queue, and annotators meet it unannounced."""
    async with workspace.cell.database.transaction() as connection:
        locked = await store.lock(connection, project, task)
        found = await store.item_of(connection, project, task)
        if locked is None or found is None:
            raise NotFound(_NO_TASK)
        if locked.state not in ("open", "gold") or (locked.state == "open" and locked.submitted > 0):
            raise Conflict("Only a task that nobody has annotated can become gold.")
        item, payload, version = found
        key = await workspace.project_key(project)
        data = orjson.loads(key.sealer(workspace.cell.id, "item", "payload").open(payload, item))
        interface = await workspace.interface(project, version)
        answer = orjson.dumps(interface.validate(wanted.answer, data), option=orjson.OPT_SORT_KEYS)
        explanation = None
        if wanted.explanation is not None:
            sealer = key.sealer(workspace.cell.id, "gold", "explanation")
            explanation = sealer.seal(wanted.explanation.encode(), task)
        await store.unqueue(connection, task)
        await store.set_gold(
            connection,
            {
                "task": task,
                "project": project,
                "interface_version": version,
                "answer": key.sealer(workspace.cell.id, "gold", "answer").seal(answer, task),
                "explanation": explanation,
                "created_by": workspace.actor,
            },
        )
        await workspace.record(
            connection,
            LogAction.GOLD_CHANGED,
            "task",
            task,
            project=project,
            commitment=key.commitment(task, answer),
        )
    return await gold(workspace, project, task)


async def gold(workspace: Workspace, project: UUID, task: UUID) -> Gold:
    """The known right answer; that it was looked at is in the log."""
    async with workspace.cell.database.transaction() as connection:
        stored = await store.gold(connection, project, task)
        if stored is None:
            raise NotFound("This task is not gold.")
        await workspace.record(connection, LogAction.CONTENT_READ, "task", task, project=project, part="gold")
    key = await workspace.project_key(project)
    explanation = None
    if stored.explanation is not None:
        sealer = key.sealer(workspace.cell.id, "gold", "explanation")
        explanation = sealer.open(stored.explanation, task).decode()
    answers = key.sealer(workspace.cell.id, "gold", "answer")
    return Gold(
        task_id=task,
        interface_version=stored.interface_version,
        answer=orjson.loads(answers.open(stored.answer, task)),
        explanation=explanation,
        created_at=stored.created_at,
    )


def _view(stored: store.StoredTask) -> Task:
    return Task(
        id=stored.id,
        item_id=stored.item_id,
        batch_id=stored.batch_id,
        state=stored.state,
        priority=stored.priority,
        overlap=stored.overlap,
        submitted=stored.submitted,
        skipped=stored.skipped,
        round=stored.round,
        label_revision=stored.label_revision,
        agreement=stored.agreement,
        confidence=stored.confidence,
        metadata=stored.metadata,
        created_at=stored.created_at,
        updated_at=stored.updated_at,
    )
