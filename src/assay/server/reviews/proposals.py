"""What a reviewer is shown: the proposed label and the answers behind it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from assay.server.reviews import store
from assay.server.workspace import Connection, Workspace, open_json


async def proposal(workspace: Workspace, connection: Connection, project: UUID, task: UUID) -> dict[str, Any]:
    """Members `label` and `annotations` of a review lease."""
    under_review = await store.under_review(connection, project, task, lock=False)
    assert under_review is not None
    label: dict[str, Any] = {
        "revision": under_review.label_revision,
        "answer": None,
        "agreement": under_review.agreement,
        "confidence": under_review.confidence,
    }
    if under_review.label_answer is not None and under_review.label_revision is not None:
        sealer = await workspace.sealer(project, "label", "answer")
        label["answer"] = open_json(sealer, under_review.label_answer, task, under_review.label_revision)
    answers = await workspace.sealer(project, "annotation_revision", "answer")
    annotations = [
        {
            "id": one.id,
            "annotator": one.annotator_id,
            "revision": one.revision,
            "interface_version": one.interface_version,
            "answer": open_json(answers, one.answer, one.id, one.revision),
            "active_ms": one.active_ms,
        }
        for one in await store.round_annotations(connection, task)
    ]
    return {"label": label, "annotations": annotations}
