"""Rejected rows, sealed and encoded for COPY."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from assay.cells.binary_copy import copy_data, int2
from assay.formats import RejectedRow
from assay.server.jobs import store
from assay.server.jobs.service import place_of
from assay.server.workspace import Connection, Workspace


async def add_rejected(
    workspace: Workspace, connection: Connection, project: UUID, job: UUID, rows: Sequence[RejectedRow]
) -> None:
    """Add the rows to the job's rejected list, in the transaction of the chunk they come from."""
    if not rows:
        return
    reasons = await workspace.sealer(project, "rejected_row", "reason")
    values = await workspace.sealer(project, "rejected_row", "value")
    parts: Counter[int] = Counter()
    encoded = []
    for row in rows:
        part = parts[row.number]
        parts[row.number] += 1
        place = place_of(row.number, part)
        encoded.append(
            (
                job.bytes,
                row.number.to_bytes(8),
                int2(part),
                row.rule.encode(),
                reasons.seal(row.reason.encode(), job, place),
                values.seal(row.value.encode(), job, place) if row.value else None,
            )
        )
    await store.copy_rejected(connection, copy_data(encoded))
