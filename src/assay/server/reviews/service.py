"""What happens when a reviewer decides."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson
from psycopg.types.json import Jsonb

from assay.errors import Conflict, LeaseLost, NotFound
from assay.server.comments.service import add_to
from assay.server.health.metrics import SUBMITS
from assay.server.leases import service as leases
from assay.server.leases import views
from assay.server.leases.models import Stage
from assay.server.leases.store import HeldLease, lock_tasks
from assay.server.projects.models import Workflow
from assay.server.reviews import store
from assay.server.reviews.models import Decision, Review
from assay.server.webhooks.models import EventKind
from assay.server.webhooks.store import announce
from assay.server.workspace import Connection, Workspace
from assay.trust.log_action import LogAction

_RESERVED_HOURS = 24


async def decide(workspace: Workspace, project: UUID, decision: Decision) -> dict[str, Any]:
    """Apply a verdict and lease the next reviews, in one transaction.

    Raises LeaseLost when the lease is no longer the caller's, Conflict when there is nothing to accept,
    InvalidInput when a fixed answer breaks the interface.
    """

    async def attempt(connection: Connection) -> tuple[dict[str, Any] | None, list[views.Claimed]]:
        lease = await leases.lock(workspace, connection, project, decision.lease_id, decision.token)
        if lease.stage != Stage.REVIEW:
            raise Conflict("This is an annotation lease.", path="/lease_id", advice="Submit an annotation.")
        receipt = None
        if not await _repeated(workspace, connection, project, decision, lease):
            receipt = await _apply(workspace, connection, project, decision, lease)
        if decision.lease_next == 0:
            return receipt, []
        return receipt, await leases.claim(
            workspace, connection, project, Stage.REVIEW, decision.lease_next, lease.terms
        )

    receipt, claimed = await leases.in_transaction(workspace, attempt)
    if receipt is not None:
        SUBMITS.labels("review").inc()
    return {
        "review_id": decision.review_id,
        "receipt": receipt,
        "leases": await views.leases(workspace, project, Stage.REVIEW, claimed),
    }


async def of_task(workspace: Workspace, project: UUID, task: UUID) -> list[Review]:
    async with workspace.cell.database.connection() as connection:
        stored = await store.of_task(connection, project, task)
    return [
        Review(
            id=one.id,
            task_id=one.task_id,
            reviewer=one.reviewer_id,
            verdict=one.verdict,
            round=one.round,
            label_revision=one.label_revision,
            active_ms=one.active_ms,
            created_at=one.created_at,
        )
        for one in stored
    ]


async def _repeated(
    workspace: Workspace, connection: Connection, project: UUID, decision: Decision, lease: HeldLease
) -> bool:
    if lease.state != "submitted":
        return False
    known = await store.lease_of(
        connection, project=project, reviewer=workspace.actor, review=decision.review_id
    )
    if known != lease.lease_id:
        raise LeaseLost("Another review was submitted under this lease.", path="/lease_id")
    return True


async def _apply(
    workspace: Workspace, connection: Connection, project: UUID, decision: Decision, lease: HeldLease
) -> dict[str, Any]:
    if lease.state != "active":
        await leases.retake(connection, lease)
    await lock_tasks(connection, [lease.lease_id])
    task = await store.under_review(connection, project, lease.task_id, lock=True)
    if task is None:
        raise NotFound("There is no such task.")
    if task.state != "review" or task.round != lease.round:
        raise Conflict("The task is no longer under review.", advice="Lease the next one.")
    revision = await _VERDICTS[decision.verdict](workspace, connection, project, decision, lease, task)
    await store.add(
        connection,
        {
            "review": decision.review_id,
            "task": lease.task_id,
            "project": project,
            "lease": lease.lease_id,
            "reviewer": workspace.actor,
            "verdict": decision.verdict,
            "round": task.round,
            "label_revision": revision,
            "active_ms": decision.active_ms,
        },
    )
    for comment in decision.comments:
        await add_to(workspace, connection, project, lease.task_id, comment)
    await store.close_lease(
        connection,
        project=project,
        reviewer=workspace.actor,
        lease=lease.lease_id,
        task=lease.task_id,
        active_ms=decision.active_ms,
    )
    return await _acknowledge(workspace, connection, project, decision, lease)


async def _accept(
    _: Workspace,
    connection: Connection,
    __: UUID,
    ___: Decision,
    lease: HeldLease,
    task: store.TaskUnderReview,
) -> int:
    if task.label_revision is None:
        raise Conflict(
            "There is no label to accept: the task came here before all its annotations did.",
            path="/verdict",
            advice="Use `fix` with an answer, or `send_back`.",
        )
    await store.settle(connection, lease.task_id, task.label_revision)
    return task.label_revision


async def _fix(
    workspace: Workspace,
    connection: Connection,
    project: UUID,
    decision: Decision,
    lease: HeldLease,
    task: store.TaskUnderReview,
) -> int:
    assert decision.answer is not None
    key = await workspace.project_key(project)
    payload = key.sealer(workspace.cell.id, "item", "payload").open(task.payload, task.item_id)
    interface = await workspace.interface(project, lease.interface_version)
    answer = interface.validate(decision.answer, orjson.loads(payload))
    revision = (task.label_revision or 0) + 1
    content = orjson.dumps(answer, option=orjson.OPT_SORT_KEYS)
    await store.add_label(
        connection,
        {
            "task": lease.task_id,
            "revision": revision,
            "item": task.item_id,
            "project": project,
            "interface_version": lease.interface_version,
            "answer": key.sealer(workspace.cell.id, "label", "answer").seal(content, lease.task_id, revision),
            "indexed": Jsonb(interface.indexed(answer)),
            "annotation_ids": task.annotation_ids or [],
            "reviewer": workspace.actor,
        },
    )
    await store.settle(connection, lease.task_id, revision)
    return revision


async def _send_back(
    _: Workspace,
    connection: Connection,
    __: UUID,
    ___: Decision,
    lease: HeldLease,
    task: store.TaskUnderReview,
) -> None:
    """Back to the one who answered, where the project says so and it was one; else to anyone."""
    workflow = Workflow.model_validate(task.workflow)
    answers = await store.round_annotations(connection, lease.task_id)
    same = workflow.send_back_to == "same" and len(answers) == 1
    await store.send_back(
        connection,
        lease.task_id,
        reserved_for=answers[0].annotator_id if same else None,
        reserved_hours=_RESERVED_HOURS,
    )


_VERDICTS = {"accept": _accept, "fix": _fix, "send_back": _send_back}


async def _acknowledge(
    workspace: Workspace, connection: Connection, project: UUID, decision: Decision, lease: HeldLease
) -> dict[str, Any]:
    """Log the verdict with a commitment to all that was said; the receipt."""
    key = await workspace.project_key(project)
    said = decision.model_dump_json(include={"verdict", "answer", "comments"}).encode()
    commitment = key.commitment(decision.review_id, said)
    row = await workspace.record(
        connection,
        LogAction.LABEL_REVIEWED,
        "review",
        decision.review_id,
        project=project,
        commitment=commitment,
        task=str(lease.task_id),
        verdict=decision.verdict,
    )
    kind = EventKind.TASK_SENT_BACK if decision.verdict == "send_back" else EventKind.LABEL_REVIEWED
    await announce(connection, kind, project, lease.task_id, review=decision.review_id)
    return {"log_row": row, "commitment": commitment}
