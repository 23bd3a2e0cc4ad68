"""SQL of webhooks and their outbox."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.types.json import Jsonb

from assay.identifiers import new_id
from assay.server.webhooks.models import EventKind

Connection = AsyncConnection[Any]

# The outbox: one event and a delivery for each webhook that wants it, in the transaction of the act, so
# that it is told exactly when the act is durable. Writes nothing when nobody wants it.
ANNOUNCE = """
with wanted as (
    select id from webhook
    where state = 'active' and %(kind)s = any(events) and (project_id is null or project_id = %(project)s)
), event as (
    insert into webhook_event (id, project_id, kind, object_id, details)
    select %(event)s, %(project)s, %(kind)s, %(object)s, %(details)s where exists (select 1 from wanted)
    returning id
)
insert into webhook_delivery (id, webhook_id, event_id)
select gen_random_uuid(), wanted.id, event.id from wanted, event
"""


async def announce(
    connection: Connection, kind: EventKind, project: UUID | None, object_id: UUID, **details: UUID | str | int
) -> None:
    """Queue an event for every webhook that wants it, in the caller's transaction."""
    await connection.execute(
        ANNOUNCE,
        {
            "kind": kind.value,
            "project": project,
            "event": new_id(),
            "object": object_id,
            "details": Jsonb({name: str(value) for name, value in details.items()}),
        },
    )
