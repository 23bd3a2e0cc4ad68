"""A lease as its holder sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from assay.cells.database import Pending
from assay.server.comments.service import comments_of
from assay.server.drafts import store as drafts
from assay.server.health.metrics import LEASES
from assay.server.leases.models import Stage
from assay.server.media.links import media_links
from assay.server.queue import store as queue
from assay.server.reviews.proposals import proposal
from assay.server.workspace import Workspace, composite_row, open_json


@dataclass(frozen=True, slots=True)
class Claimed:
    """A task with the token of its lease."""

    task: queue.ClaimedTask
    token: str
    start: Pending[drafts.StartingPoint] | None


async def leases(
    workspace: Workspace, project: UUID, stage: Stage, claimed: Sequence[Claimed]
) -> list[dict[str, Any]]:
    """The leases as JSON; what is rare (a later round, a review) is read now."""
    LEASES.labels(stage.name.lower()).inc(len(claimed))
    return [await _lease(workspace, project, stage, one) for one in claimed]


async def _lease(workspace: Workspace, project: UUID, stage: Stage, claimed: Claimed) -> dict[str, Any]:
    task = claimed.task
    payload = (await workspace.sealer(project, "item", "payload")).open(task.payload, task.item_id)
    view: dict[str, Any] = {
        "id": task.lease_id,
        "token": claimed.token,
        "stage": stage.name.lower(),
        "task_id": task.task_id,
        "item_id": task.item_id,
        "round": task.round,
        "expires_at": task.expires_at,
        "interface_version": task.interface_version,
        "instruction_version": task.instruction_version,
        "data": orjson.Fragment(payload),
        "media": media_links(workspace, project, payload, task.expires_at, lease=task.lease_id),
    }
    interface = await workspace.interface(project, task.interface_version)
    if order := interface.shown_order(task.lease_id):
        view["shown_order"] = order
    if claimed.start is not None:
        view.update(await _starting_point(workspace, project, claimed, await claimed.start.get()))
    if stage is Stage.REVIEW or task.round > 1:
        async with workspace.cell.database.connection() as connection:
            view["comments"] = await comments_of(workspace, connection, project, task.task_id)
            if stage is Stage.REVIEW:
                view.update(await proposal(workspace, connection, project, task.task_id))
    return view


async def _starting_point(
    workspace: Workspace, project: UUID, claimed: Claimed, found: drafts.StartingPoint
) -> dict[str, Any]:
    """What there is to begin with: an own draft, an own answer of the round before, a model's answer."""
    task = claimed.task
    known: dict[str, Any] = {}
    if found.draft is not None:
        sealer = await workspace.sealer(project, "draft", "answer")
        row = composite_row(task.task_id, workspace.actor)
        answer = open_json(sealer, found.draft.answer, row, found.draft.revision)
        known["draft"] = {"revision": found.draft.revision, "answer": answer}
    if found.previous is not None:
        sealer = await workspace.sealer(project, "annotation_revision", "answer")
        previous = found.previous
        answer = open_json(sealer, previous.answer, previous.annotation_id, previous.revision)
        known["previous"] = await workspace.interfaces.answer_under(
            workspace, project, answer, previous.interface_version, task.interface_version
        )
    if found.prelabel is not None:
        sealer = await workspace.sealer(project, "prelabel", "answer")
        prelabel = found.prelabel
        answer = await workspace.interfaces.answer_under(
            workspace,
            project,
            open_json(sealer, prelabel.answer, prelabel.id),
            prelabel.interface_version,
            task.interface_version,
        )
        if answer is not None:
            known["prelabel"] = {"model": prelabel.model, "score": prelabel.score, "answer": answer}
    return known
