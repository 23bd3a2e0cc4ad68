"""The control plane's own log: one row for every acknowledged write, in the transaction of the write."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

from psycopg import AsyncConnection

from assay.control.access import Principal, PrincipalKind, shipped_gate
from assay.trust.log_action import LogAction
from assay.trust.log_entry import DetailValue, LogEntry

ObjectKind = Literal["tenant", "cell", "person", "membership", "api_key", "session", "sign_in_link"]


async def write(
    connection: AsyncConnection[Any],
    actor: Principal,
    action: LogAction,
    object_kind: ObjectKind,
    object_id: UUID,
    **details: DetailValue,
) -> None:
    """Append what `actor` does; committed together with it or not at all.

    The entry holds ids and codes, never a name or an address: an erased person leaves nothing in it.
    """
    at = datetime.now(UTC)
    entry = LogEntry(
        at=at,
        action=action,
        principal=actor.kind.value if actor.kind is PrincipalKind.SYSTEM else str(actor.id),
        role=actor.role.value if actor.role is not None else "none",
        purpose="control",
        object_kind=object_kind,
        object_id=str(object_id),
        policy=shipped_gate().policy_hash,
        details=details,
    )
    # Appends only: the identity column orders the rows, and nothing here updates or deletes one.
    await connection.execute(
        "insert into log_row (at, action, object_id, entry) values (%s, %s, %s, %s)",
        (at, action.value, object_id, entry.encode()),
    )
