"""What happens when all annotations of a task are in: the rules of the interface merge them into a label."""

from __future__ import annotations

import asyncio
import secrets
from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
import psycopg
import structlog

from assay.interface import Interface
from assay.server.consensus import store
from assay.server.projects.models import Workflow
from assay.server.webhooks.models import EventKind
from assay.server.webhooks.store import Announcement, announce_many
from assay.server.workspace import Connection, Workspace
from assay.trust.log_action import LogAction
from assay.trust.log_entry import LogEntry
from assay.trust.sealing import ProjectKey

_BATCH = 200
_logger = structlog.get_logger("assay.consensus")
# One answer under another interface is rare; merging so many regions that it would hold up the loop is not.
_MERGE_OFF_THE_LOOP_BYTES = 20_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What consensus made of one task."""

    task: store.AnnotatedTask
    answer: dict[str, Any]
    agreement: float | None
    confidence: float
    annotation_ids: list[UUID]
    in_review: bool


async def settle_annotated(workspace: Workspace, project: UUID | None = None, limit: int = _BATCH) -> int:
    """Settle up to `limit` tasks in one transaction; how many there was something to do about."""
    async with workspace.cell.database.transaction() as connection:
        tasks = await store.annotated(connection, project=project, limit=limit)
        if not tasks:
            return 0
        given = defaultdict(list)
        for answer in await store.answers(connection, [task.id for task in tasks]):
            given[answer.task_id].append(answer)
        outcomes = []
        postponed = 0
        for task in tasks:
            try:
                outcome = await _settle(workspace, connection, task, given[task.id])
            except psycopg.Error:
                raise
            except Exception as error:
                # A project without its key, or one task that cannot be merged, must not hold up the others.
                _logger.warning("consensus postponed", task=str(task.id), kind=type(error).__name__)
                postponed += 1
                continue
            if outcome is not None:
                outcomes.append(outcome)
        await _write(workspace, connection, outcomes)
    return len(tasks) - postponed


async def _settle(
    workspace: Workspace, connection: Connection, task: store.AnnotatedTask, given: list[store.RoundAnswer]
) -> Outcome | None:
    """The outcome, or None when answers of an old interface do not count and more are asked for."""
    interface = await workspace.interface(task.project_id, task.interface_version)
    workflow = Workflow.model_validate(task.workflow)
    key = await workspace.project_key(task.project_id)
    answers, counted = await _answers_now(workspace, key, task, given)
    missing = min(max(len(given), 1), task.overlap) - len(counted)
    if missing > 0:
        await store.reopen(connection, task.id, counted=counted, missing=missing)
        return None
    size = sum(len(answer.answer) for answer in given)
    if size > _MERGE_OFF_THE_LOOP_BYTES:
        merged, agreement = await asyncio.to_thread(_merge, workspace, key, interface, task, answers)
    else:
        merged, agreement = _merge(workspace, key, interface, task, answers)
    return Outcome(
        task=task,
        answer=merged.answer,
        agreement=agreement,
        confidence=merged.confidence,
        annotation_ids=counted,
        in_review=_wants_review(workflow, agreement),
    )


async def _answers_now(
    workspace: Workspace, key: ProjectKey, task: store.AnnotatedTask, given: list[store.RoundAnswer]
) -> tuple[list[dict[str, Any]], list[UUID]]:
    """The answers as answers to the current interface, with the annotations they come from."""
    sealer = key.sealer(workspace.cell.id, "annotation_revision", "answer")
    answers, counted = [], []
    for one in given:
        answer = await workspace.interfaces.answer_under(
            workspace,
            task.project_id,
            orjson.loads(sealer.open(one.answer, one.annotation_id, one.revision)),
            one.interface_version,
            task.interface_version,
        )
        if answer is not None:
            answers.append(answer)
            counted.append(one.annotation_id)
    return answers, counted


def _merge(
    workspace: Workspace,
    key: ProjectKey,
    interface: Interface,
    task: store.AnnotatedTask,
    answers: list[dict[str, Any]],
) -> tuple[Any, float | None]:
    """The merged answer, and how far the annotators agree; one annotator agrees with nobody."""
    if len(answers) == 1:
        return interface.merge(answers, None), None
    payloads = key.sealer(workspace.cell.id, "item", "payload")
    data = orjson.loads(payloads.open(task.payload, task.item_id))
    return interface.merge(answers, None, data), interface.agreement(answers, data).score


def _wants_review(workflow: Workflow, agreement: float | None) -> bool:
    policy = workflow.review
    if policy.below_agreement is not None and agreement is not None and agreement < policy.below_agreement:
        return True
    return secrets.randbelow(1_000_000) < policy.sample * 1_000_000


async def _write(workspace: Workspace, connection: Connection, outcomes: list[Outcome]) -> None:
    """Labels, task states, review queue, log rows and announcements of a batch."""
    if not outcomes:
        return
    settled, entries = [], []
    for outcome in outcomes:
        task = outcome.task
        key = await workspace.project_key(task.project_id)
        interface = await workspace.interface(task.project_id, task.interface_version)
        revision = (task.label_revision or 0) + 1
        content = orjson.dumps(outcome.answer, option=orjson.OPT_SORT_KEYS)
        settled.append(
            store.SettledTask(
                task=task.id,
                revision=revision,
                interface_version=task.interface_version,
                answer=key.sealer(workspace.cell.id, "label", "answer").seal(content, task.id, revision),
                indexed=interface.indexed(outcome.answer),
                agreement=outcome.agreement,
                confidence=outcome.confidence,
                annotation_ids=outcome.annotation_ids,
                in_review=outcome.in_review,
            )
        )
        entries.append(_entry(workspace, key, task, content, revision))
    await store.settle(connection, settled)
    await workspace.cell.log.append_many(connection, entries)
    await announce_many(
        connection,
        EventKind.LABEL_CREATED,
        [
            Announcement(outcome.task.project_id, outcome.task.id, {})
            for outcome in outcomes
            if not outcome.in_review
        ],
    )


def _entry(
    workspace: Workspace, key: ProjectKey, task: store.AnnotatedTask, content: bytes, revision: int
) -> LogEntry:
    return workspace.entry(
        LogAction.LABEL_CREATED,
        "label",
        task.id,
        project=task.project_id,
        commitment=key.commitment(task.id, content),
        revision=revision,
        source="consensus",
    )
