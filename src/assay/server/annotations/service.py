"""What happens when an annotator answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from assay.cells.database import Pending
from assay.errors import Conflict, LeaseLost, NotFound, RevisionConflict
from assay.server.annotations import store
from assay.server.annotations.models import Annotation, Revised, RevisionChange, Submission
from assay.server.health.metrics import SUBMITS
from assay.server.leases import service as leases
from assay.server.leases import views
from assay.server.leases.models import Receipt, Stage
from assay.server.leases.store import HeldLease
from assay.server.models import Page
from assay.server.pages import page
from assay.server.webhooks.models import EventKind
from assay.server.webhooks.store import announce
from assay.server.workspace import Connection, Workspace
from assay.trust.log_action import LogAction


async def submit(workspace: Workspace, project: UUID, submission: Submission) -> dict[str, Any]:
    """Store one annotation and lease the next tasks, in one transaction.

    Raises LeaseLost when the slot went to somebody else, InvalidInput when the answer breaks the
    interface that the lease was given under.
    """

    async def attempt(connection: Connection) -> tuple[Acknowledgement | None, list[views.Claimed]]:
        held_lease = await leases.lock(workspace, connection, project, submission.lease_id, submission.token)
        if held_lease.stage != Stage.ANNOTATE:
            raise Conflict("This is a review lease.", path="/lease_id", advice="Decide it as a review.")
        acknowledgement = None
        if not await _repeated(workspace, connection, project, submission, held_lease):
            acknowledgement = await _accept(workspace, connection, project, submission, held_lease)
        if submission.lease_next == 0:
            return acknowledgement, []
        wanted = submission.lease_next
        claimed = await leases.claim(workspace, connection, project, Stage.ANNOTATE, wanted, held_lease.terms)
        return acknowledgement, claimed

    acknowledgement, claimed = await leases.in_transaction(workspace, attempt)
    receipt = None
    if acknowledgement is not None:
        SUBMITS.labels("annotate").inc()
        receipt = {"log_row": await acknowledgement.log_row.get(), "commitment": acknowledgement.commitment}
        if (await acknowledgement.count.get()).state == "annotated":
            workspace.wake()
    return {
        "annotation_id": submission.annotation_id,
        "revision": 1,
        "receipt": receipt,
        "leases": await views.leases(workspace, project, Stage.ANNOTATE, claimed),
    }


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What was sent to the database for one annotation; read it once the transaction is committed."""

    count: Pending[store.TaskCount]
    log_row: Pending[int]
    commitment: str


async def _accept(
    workspace: Workspace,
    connection: Connection,
    project: UUID,
    submission: Submission,
    held_lease: HeldLease,
) -> Acknowledgement:
    """Validate, seal and send; nothing is acknowledged before the transaction ends."""
    if held_lease.state != "active":
        await leases.retake(connection, held_lease)
    interface = await workspace.interface(project, held_lease.interface_version)
    data = None
    if held_lease.payload is not None:
        payloads = await workspace.sealer(project, "item", "payload")
        data = orjson.loads(payloads.open(held_lease.payload, held_lease.item_id))
    answer = interface.validate(submission.answer, data)
    content = orjson.dumps(answer, option=orjson.OPT_SORT_KEYS)
    key = await workspace.project_key(project)
    sealer = key.sealer(workspace.cell.id, "annotation_revision", "answer")
    count = await store.submit(
        connection,
        held_lease,
        project=project,
        annotator=workspace.actor,
        annotation=submission.annotation_id,
        answer=sealer.seal(content, submission.annotation_id, 1),
        active_ms=submission.active_ms,
    )
    if held_lease.gold_answer is not None:
        await _score_gold(workspace, connection, project, submission, held_lease, answer)
    commitment = key.commitment(submission.annotation_id, content)
    log_row = await workspace.send_record(
        connection,
        LogAction.ANNOTATION_SUBMITTED,
        "annotation",
        submission.annotation_id,
        project=project,
        commitment=commitment,
        task=str(held_lease.task_id),
        revision=1,
    )
    if held_lease.announced:
        kind = EventKind.ANNOTATION_SUBMITTED
        await announce(connection, kind, project, submission.annotation_id, task=held_lease.task_id)
    return Acknowledgement(count, log_row, commitment)


async def _score_gold(
    workspace: Workspace,
    connection: Connection,
    project: UUID,
    submission: Submission,
    held_lease: HeldLease,
    answer: dict[str, Any],
) -> None:
    """Compare with the gold answer; the annotator sees no difference to any other task."""
    assert held_lease.gold_answer is not None and held_lease.gold_interface_version is not None
    gold_answers = await workspace.sealer(project, "gold", "answer")
    expected = orjson.loads(gold_answers.open(held_lease.gold_answer, held_lease.task_id))
    expected = await workspace.interfaces.answer_under(
        workspace, project, expected, held_lease.gold_interface_version, held_lease.interface_version
    )
    if expected is None:
        return  # The interface changed its meaning since the gold was made: it proves nothing now.
    interface = await workspace.interface(project, held_lease.interface_version)
    await store.add_gold_result(
        connection,
        annotation=submission.annotation_id,
        task=held_lease.task_id,
        project=project,
        annotator=workspace.actor,
        score=interface.agreement([expected, answer]).score,
    )


async def _repeated(
    workspace: Workspace,
    connection: Connection,
    project: UUID,
    submission: Submission,
    held_lease: HeldLease,
) -> bool:
    """Whether this very submission was acknowledged before. A lease takes one annotation only."""
    if held_lease.state != "submitted":
        return False
    known = await store.submitted(
        connection, project=project, annotator=workspace.actor, annotation=submission.annotation_id
    )
    if known is None or known[0] != held_lease.lease_id:
        raise LeaseLost(
            "Another annotation was submitted under this lease.",
            path="/lease_id",
            advice="Revise that annotation instead of submitting a second one.",
        )
    return True


async def revise(workspace: Workspace, project: UUID, annotation: UUID, change: RevisionChange) -> Revised:
    """Add a revision to an own annotation, as long as its round is on and no reviewer has settled it."""
    async with workspace.cell.database.transaction() as connection:
        current = await store.lock(connection, project, annotation)
        if current is None or current.annotator_id != workspace.actor:
            raise NotFound("There is no such annotation of yours.")
        if current.revision != change.seen_revision:
            raise RevisionConflict(
                f"The annotation is at revision {current.revision}.",
                path="/seen_revision",
                advice="Read it again and build on that revision.",
                revision=current.revision,
            )
        if current.round != current.task_round or current.task_state == "review" or current.reviewed:
            raise Conflict("The task has moved on; this annotation can no longer be revised.")
        key = await workspace.project_key(project)
        payload = key.sealer(workspace.cell.id, "item", "payload").open(current.payload, current.item_id)
        interface = await workspace.interface(project, current.interface_version)
        content = orjson.dumps(
            interface.validate(change.answer, orjson.loads(payload)), option=orjson.OPT_SORT_KEYS
        )
        revision = current.revision + 1
        sealer = key.sealer(workspace.cell.id, "annotation_revision", "answer")
        await store.revise(
            connection,
            annotation=annotation,
            revision=revision,
            interface_version=current.interface_version,
            answer=sealer.seal(content, annotation, revision),
            active_ms=change.active_ms,
            author=workspace.actor,
        )
        commitment = key.commitment(annotation, content)
        row = await workspace.record(
            connection,
            LogAction.ANNOTATION_REVISED,
            "annotation",
            annotation,
            project=project,
            commitment=commitment,
            task=str(current.task_id),
            revision=revision,
        )
    workspace.wake()
    return Revised(
        annotation_id=annotation, revision=revision, receipt=Receipt(log_row=row, commitment=commitment)
    )


async def of_task(workspace: Workspace, project: UUID, task: UUID) -> list[Annotation]:
    """All annotations of a task, of every round, each at its current revision."""
    async with workspace.cell.database.transaction() as connection:
        stored = await store.of_task(connection, project, task)
        await workspace.record(
            connection, LogAction.CONTENT_READ, "task", task, project=project, part="annotations"
        )
    return [await _view(workspace, project, one) for one in stored]


async def own(workspace: Workspace, project: UUID, after: UUID, limit: int) -> Page[Annotation]:
    """The caller's own annotations, a page at a time."""
    await workspace.project_key(project)  # Raises NotFound when there is no such project.
    async with workspace.cell.database.transaction() as connection:
        stored = await store.of_annotator(
            connection, project=project, annotator=workspace.actor, after=after, limit=limit + 1
        )
        await workspace.record(
            connection, LogAction.CONTENT_READ, "project", project, project=project, part="own annotations"
        )
    views_of = {one.id: await _view(workspace, project, one) for one in stored}
    return page(stored, limit, lambda one: one.id, lambda one: views_of[one.id])


async def _view(workspace: Workspace, project: UUID, stored: store.StoredAnnotation) -> Annotation:
    sealer = await workspace.sealer(project, "annotation_revision", "answer")
    interface = await workspace.interface(project, stored.interface_version)
    return Annotation(
        id=stored.id,
        task_id=stored.task_id,
        annotator=stored.annotator_id,
        round=stored.round,
        revision=stored.revision,
        interface_version=stored.interface_version,
        answer=orjson.loads(sealer.open(stored.answer, stored.id, stored.revision)),
        shown_order=interface.shown_order(stored.lease_id),
        active_ms=stored.active_ms,
        created_at=stored.created_at,
    )
