"""What happens when tasks are handed out and given back."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from psycopg.errors import DeadlockDetected, UniqueViolation

from assay.cells.database import Pending
from assay.errors import Conflict, LeaseLost, NotFound, RevisionConflict, TooManyRequests
from assay.identifiers import new_id
from assay.server.drafts import store as drafts
from assay.server.leases import store, views
from assay.server.leases.models import (
    DraftChange,
    DraftSaved,
    LeaseProof,
    Skip,
    Stage,
)
from assay.server.leases.patience import Patience
from assay.server.projects.models import Workflow
from assay.server.queue import store as queue
from assay.server.workspace import Connection, Workspace, composite_row, seal_json
from assay.trust.log_action import LogAction
from assay.trust.log_entry import LogEntry

Result = TypeVar("Result")

_ATTEMPTS = 3
_LOWEST_RANK = -(2**31)
_FIRST = UUID(int=0)
_patience = Patience()
_MADE_BY_CLIENTS = {
    "annotation_pkey": "/annotation_id",
    "annotation_revision_pkey": "/annotation_id",
    "review_pkey": "/review_id",
}
LEASE_GONE = "This lease ran out and its task was given to somebody else."
LEASE_UNKNOWN = "There is no such lease of yours in this project."


async def lease(workspace: Workspace, project: UUID, stage: Stage, count: int) -> dict[str, Any]:
    """Claim up to `count` tasks; what the project lets one annotator hold at a time is the bound."""

    async def attempt(connection: Connection) -> list[views.Claimed]:
        terms = await terms_of(workspace, connection, project, stage)
        allowed = workflow_of(terms).leases_ahead
        if terms.holding >= allowed:
            raise TooManyRequests(
                f"You hold {terms.holding} leases; this project allows {allowed} at a time.",
                advice="Submit, skip or release one first.",
            )
        return await claim(workspace, connection, project, stage, count, terms)

    claimed = await in_transaction(workspace, attempt)
    return {"leases": await views.leases(workspace, project, stage, claimed)}


async def held(workspace: Workspace, project: UUID, stage: Stage) -> dict[str, Any]:
    """The caller's active leases, each with a new token: for a client that has lost its own."""
    async with workspace.cell.database.transaction() as connection:
        await terms_of(workspace, connection, project, stage)
        tasks = await store.held(connection, project, workspace.actor, stage)
        leases = []
        for task in tasks:
            token = _new_token()
            await store.renew_token(connection, task.lease_id, _digest(token))
            start = await _ask_starting_point(workspace, connection, stage, task)
            leases.append(views.Claimed(task, token, start))
            await workspace.record(connection, LogAction.CONTENT_READ, "task", task.task_id, project=project)
    return {"leases": await views.leases(workspace, project, stage, leases)}


async def skip(workspace: Workspace, project: UUID, lease_id: UUID, skipped: Skip) -> None:
    """Give the task back with a reason; it is not offered to the same annotator again."""
    async with workspace.cell.database.transaction() as connection:
        held_lease = await lock(workspace, connection, project, lease_id, skipped.token)
        terms = await terms_of(workspace, connection, project, Stage.ANNOTATE)
        note = None
        if skipped.note:
            note = (await workspace.sealer(project, "lease", "note")).seal(skipped.note.encode(), lease_id)
        ended = await store.give_back(connection, [lease_id], "skipped", reason=skipped.reason, note=note)
        if not ended:
            raise LeaseLost(LEASE_GONE)
        await store.count_skip(
            connection,
            held_lease,
            project=project,
            annotator=workspace.actor,
            limit=workflow_of(terms).skip_limit,
        )
        await _record_end(workspace, connection, ended, "skipped", skipped.reason)


async def release(workspace: Workspace, project: UUID, lease_id: UUID, proof: LeaseProof) -> None:
    """Give the task back unseen; the same annotator may get it again."""
    async with workspace.cell.database.transaction() as connection:
        await lock(workspace, connection, project, lease_id, proof.token)
        ended = await store.give_back(connection, [lease_id], "released")
        if not ended:
            raise LeaseLost(LEASE_GONE)
        await _record_end(workspace, connection, ended, "released", "")


async def extend(workspace: Workspace, project: UUID, lease_id: UUID, proof: LeaseProof) -> dict[str, Any]:
    """A heartbeat: the lease lasts its full time from now."""
    async with workspace.cell.database.transaction() as connection:
        terms = await terms_of(workspace, connection, project, Stage.ANNOTATE)
        expires_at = await store.extend(
            connection,
            project=project,
            annotator=workspace.actor,
            lease=lease_id,
            token_digest=_digest(proof.token),
            seconds=workflow_of(terms).lease_seconds,
        )
        if expires_at is None:
            await lock(workspace, connection, project, lease_id, proof.token)
            raise LeaseLost(LEASE_GONE)
    return {"expires_at": expires_at}


async def save_draft(workspace: Workspace, project: UUID, lease_id: UUID, change: DraftChange) -> DraftSaved:
    """Keep unfinished work. Raises RevisionConflict when another window has saved since."""
    async with workspace.cell.database.transaction() as connection:
        held_lease = await lock(workspace, connection, project, lease_id, change.token)
        if held_lease.state != "active":
            raise LeaseLost(LEASE_GONE)
        row = composite_row(held_lease.task_id, workspace.actor)
        sealer = await workspace.sealer(project, "draft", "answer")
        revision = await drafts.save_draft(
            connection,
            task=held_lease.task_id,
            annotator=workspace.actor,
            stage=held_lease.stage,
            seen=change.seen_revision,
            answer=seal_json(sealer, change.answer, row, change.seen_revision + 1),
        )
        if revision is None:
            raise RevisionConflict(
                "The draft was saved from somewhere else since.",
                path="/seen_revision",
                advice="Read the lease again and build on its draft.",
            )
        await workspace.record(
            connection, LogAction.DRAFT_SAVED, "task", held_lease.task_id, project=project, revision=revision
        )
    return DraftSaved(revision=revision)


async def sweep(workspace: Workspace, *, grace_seconds: float = 0.0, limit: int = 500) -> int:
    """End leases that ran out and give their slots back; how many."""
    async with workspace.cell.database.transaction() as connection:
        leases = await store.expired(connection, grace_seconds=grace_seconds, limit=limit)
        if not leases:
            return 0
        ended = await store.give_back(connection, leases, "expired")
        await _record_end(workspace, connection, ended, "expired", "")
    return len(ended)


async def start_from_head(
    connection: Connection, project: UUID, rank: int = _LOWEST_RANK, batch: UUID = _FIRST, task: UUID = _FIRST
) -> None:
    """Let annotators find what was put into the queue, from this place on, before the place they stand."""
    await queue.step_back(connection, project, rank, batch, task)


async def in_transaction(workspace: Workspace, attempt: Callable[[Connection], Awaitable[Result]]) -> Result:
    """Run `attempt` in a pipelined transaction, again when it met another one: two claims of one annotator
    on a task, or a deadlock."""
    for remaining in reversed(range(_ATTEMPTS)):
        try:
            async with workspace.cell.database.transaction(pipelined=True) as connection:
                return await attempt(connection)
        except (UniqueViolation, DeadlockDetected) as error:
            place = _MADE_BY_CLIENTS.get(error.diag.constraint_name or "")
            if place is not None:
                raise Conflict("This id was used before.", path=place, advice="Make a new UUID.") from None
            if remaining == 0:
                raise
    raise AssertionError("the last attempt returns or raises")


async def claim(
    workspace: Workspace,
    connection: Connection,
    project: UUID,
    stage: Stage,
    wanted: int,
    terms: store.Terms,
) -> list[views.Claimed]:
    """Claim in the caller's transaction, and log each lease: it lets its holder read the item."""
    workflow = workflow_of(terms)
    count = min(wanted, workflow.leases_ahead - terms.holding)
    if terms.state != "active" or count <= 0:
        return []
    tokens = [_new_token() for _ in range(count)]
    arguments = queue.Claim(
        project=project,
        annotator=workspace.actor,
        stage=stage,
        seconds=workflow.lease_seconds,
        interface_version=terms.interface_version,
        instruction_version=terms.instruction_version,
        lease_ids=[new_id() for _ in range(count)],
        token_digests=[_digest(token) for token in tokens],
    )
    tasks = await _claim_tasks(connection, arguments, workflow)
    await workspace.cell.log.append_many(
        connection, [_lease_entry(workspace, project, stage, task) for task in tasks]
    )
    token_of = dict(zip(arguments.lease_ids, tokens, strict=True))
    return [
        views.Claimed(
            task, token_of[task.lease_id], await _ask_starting_point(workspace, connection, stage, task)
        )
        for task in tasks
    ]


async def _ask_starting_point(
    workspace: Workspace, connection: Connection, stage: Stage, task: queue.ClaimedTask
) -> Pending[drafts.StartingPoint] | None:
    if not task.has_start:
        return None
    return await drafts.starting_point(
        connection,
        task=task.task_id,
        annotator=workspace.actor,
        stage=int(stage),
        round_number=task.round,
    )


async def _claim_tasks(
    connection: Connection, arguments: queue.Claim, workflow: Workflow
) -> list[queue.ClaimedTask]:
    """Each lease is gold by chance, else from the queue; so neither its place nor the number tells."""
    gold: list[queue.ClaimedTask] = []
    if arguments.stage is Stage.ANNOTATE:
        drawn = [
            place
            for place in range(arguments.count)
            if secrets.randbelow(1_000_000) < workflow.gold_rate * 1_000_000
        ]
        if drawn:
            gold = await queue.claim_gold(connection, arguments.only(drawn))
    if len(gold) == arguments.count:
        return gold
    taken = {task.lease_id for task in gold}
    rest = [place for place, lease in enumerate(arguments.lease_ids) if lease not in taken]
    tasks = gold + await _claim_from_queue(connection, arguments.only(rest))
    return sorted(tasks, key=lambda task: task.lease_id)


async def _claim_from_queue(connection: Connection, arguments: queue.Claim) -> list[queue.ClaimedTask]:
    """Onwards from where the annotator stands; when there is no more, from wherever there is something."""
    tasks = await queue.claim_next(connection, arguments)
    who = (arguments.project, arguments.annotator, arguments.stage)
    if tasks or not _patience.may_look(who):
        return tasks
    began = time.monotonic()
    tasks = await queue.claim_from_head(connection, arguments)
    # New work is put before those who stand somewhere; who does not, finds it only by looking.
    if not tasks and await queue.has_place(connection, arguments):
        _patience.looked_in_vain(who, time.monotonic() - began)
    return tasks


def _lease_entry(workspace: Workspace, project: UUID, stage: Stage, task: queue.ClaimedTask) -> LogEntry:
    return workspace.entry(
        LogAction.LEASE_CLAIMED,
        "task",
        task.task_id,
        project=project,
        lease=str(task.lease_id),
        item=str(task.item_id),
        stage=stage.name.lower(),
    )


async def lock(
    workspace: Workspace, connection: Connection, project: UUID, lease_id: UUID, token: str
) -> store.HeldLease:
    """The lease, locked, with the project's terms. Raises NotFound for one that is not the caller's."""
    locking = await store.lock_lease(
        connection,
        project=project,
        annotator=workspace.actor,
        lease=lease_id,
        token_digest=_digest(token),
        with_payload=True,
    )
    held_lease = await locking.get()
    if held_lease is None:
        raise NotFound(LEASE_UNKNOWN)
    return held_lease


async def retake(connection: Connection, held_lease: store.HeldLease) -> None:
    """A lease that merely ran out is as good as new while its slot is still open."""
    if held_lease.state == "expired":
        try:
            async with connection.transaction():
                if await store.retake_slot(connection, held_lease):
                    return
        except UniqueViolation:
            pass  # The annotator has leased the same task again meanwhile.
    raise LeaseLost(LEASE_GONE, advice="Lease the next task; your answer was not stored.")


async def _record_end(
    workspace: Workspace, connection: Connection, ended: Sequence[store.EndedLease], state: str, reason: str
) -> None:
    action = LogAction.LEASE_EXPIRED if state == "expired" else LogAction.LEASE_RELEASED
    await workspace.cell.log.append_many(
        connection,
        [
            workspace.entry(
                action,
                "task",
                row.task_id,
                project=row.project_id,
                lease=str(row.lease_id),
                annotator=str(row.annotator_id),
                state=state,
                reason=reason,
            )
            for row in ended
        ],
    )


async def terms_of(workspace: Workspace, connection: Connection, project: UUID, stage: Stage) -> store.Terms:
    terms = await (await store.terms(connection, project, workspace.actor, stage)).get()
    if terms is None:
        raise NotFound("There is no such project.")
    return terms


def workflow_of(terms: store.Terms) -> Workflow:
    return Workflow.model_validate(terms.workflow)


def _new_token() -> str:
    return secrets.token_urlsafe(24)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
