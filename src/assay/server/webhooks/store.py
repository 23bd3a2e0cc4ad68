"""SQL of webhooks and their outbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from assay.identifiers import new_id
from assay.server.webhooks.models import EventKind

Connection = AsyncConnection[Any]

# A random id that begins with the time of the event, so that deliveries sort by age.
_DELIVERY_ID = "overlay(gen_random_uuid()::text placing left(event.id::text, 15) from 1)::uuid"

# The outbox: one event and a delivery for each webhook that wants it, in the transaction of the act, so
# that it is told exactly when the act is durable. Writes nothing when nobody wants it.
ANNOUNCE = f"""
with wanted as (
    select id, project_id from webhook where state = 'active' and %(kind)s = any(events)
), event as (
    insert into webhook_event (id, project_id, kind, object_id, details)
    select given.id, given.project_id, %(kind)s, given.object_id, given.details
    from unnest(%(events)s::uuid[], %(projects)s::uuid[], %(objects)s::uuid[], %(details)s::jsonb[])
         as given (id, project_id, object_id, details)
    where exists (select 1 from wanted w where w.project_id is null or w.project_id = given.project_id)
    returning id, project_id
)
insert into webhook_delivery (id, webhook_id, event_id)
select {_DELIVERY_ID}, w.id, event.id
from event join wanted w on w.project_id is null or w.project_id = event.project_id
"""


@dataclass(frozen=True, slots=True)
class Announcement:
    """One event: ids, states and numbers only."""

    project: UUID | None
    object_id: UUID
    details: dict[str, UUID | str | int]


async def announce(
    connection: Connection,
    kind: EventKind,
    project: UUID | None,
    object_id: UUID,
    **details: UUID | str | int,
) -> None:
    """Queue an event for every webhook that wants it, in the caller's transaction."""
    await announce_many(connection, kind, [Announcement(project, object_id, details)])


async def announce_many(
    connection: Connection, kind: EventKind, announcements: Sequence[Announcement]
) -> None:
    """Queue events of one kind, in one statement however many there are."""
    if not announcements:
        return
    await connection.execute(
        ANNOUNCE,
        {
            "kind": kind.value,
            "events": [new_id() for _ in announcements],
            "projects": [one.project for one in announcements],
            "objects": [one.object_id for one in announcements],
            "details": [
                Jsonb({name: str(value) for name, value in one.details.items()}) for one in announcements
            ],
        },
    )


# Webhooks ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StoredWebhook:
    id: UUID
    project_id: UUID | None
    url: bytes
    events: list[str]
    state: str
    created_at: datetime


_COLUMNS = "id, project_id, url, events, state, created_at"

# A caller who names a project reaches that project's webhooks only.
_REACHED = "state <> 'deleted' and (%(project)s::uuid is null or project_id = %(project)s)"

ADD = f"""
insert into webhook (id, project_id, url, secret, events, created_by)
select %(id)s, %(project)s, %(url)s, %(secret)s, %(events)s, %(created_by)s
where %(project)s::uuid is null or exists (select 1 from project where id = %(project)s)
returning {_COLUMNS}
"""

LIST = f"""
select {_COLUMNS} from webhook where id > %(after)s and {_REACHED} order by id limit %(limit)s
"""

ONE = f"select {_COLUMNS} from webhook where id = %(id)s and {_REACHED}"

# What is null stays as it is.
CHANGE = f"""
update webhook set state = coalesce(%(state)s, state), events = coalesce(%(events)s, events)
where id = %(id)s and {_REACHED} returning {_COLUMNS}
"""

# The row stays, so that deliveries keep their reference; what it said is gone.
DELETE = f"""
update webhook set state = 'deleted', url = '', secret = '' where id = %(id)s and {_REACHED} returning id
"""

HOLD = "update webhook_delivery set state = 'held' where webhook_id = %(id)s and state = 'waiting'"

LET_GO = """
update webhook_delivery set state = 'waiting', next_attempt_at = now()
where webhook_id = %(id)s and state = 'held'
"""

CALL_OFF = """
update webhook_delivery set state = 'failed', last_error = 'deleted'
where webhook_id = %(id)s and state in ('waiting', 'held')
"""


async def add(
    connection: Connection,
    *,
    webhook: UUID,
    project: UUID | None,
    url: bytes,
    secret: bytes,
    events: list[str],
    created_by: UUID,
) -> StoredWebhook | None:
    """The new webhook; None when there is no such project."""
    async with connection.cursor(row_factory=class_row(StoredWebhook)) as cursor:
        await cursor.execute(
            ADD,
            {
                "id": webhook,
                "project": project,
                "url": url,
                "secret": secret,
                "events": events,
                "created_by": created_by,
            },
        )
        return await cursor.fetchone()


async def several(
    connection: Connection, project: UUID | None, after: UUID, limit: int
) -> list[StoredWebhook]:
    async with connection.cursor(row_factory=class_row(StoredWebhook)) as cursor:
        await cursor.execute(LIST, {"project": project, "after": after, "limit": limit})
        return await cursor.fetchall()


async def one(connection: Connection, project: UUID | None, webhook: UUID) -> StoredWebhook | None:
    async with connection.cursor(row_factory=class_row(StoredWebhook)) as cursor:
        await cursor.execute(ONE, {"project": project, "id": webhook})
        return await cursor.fetchone()


async def change(
    connection: Connection,
    project: UUID | None,
    webhook: UUID,
    *,
    state: str | None,
    events: list[str] | None,
) -> StoredWebhook | None:
    async with connection.cursor(row_factory=class_row(StoredWebhook)) as cursor:
        await cursor.execute(CHANGE, {"project": project, "id": webhook, "state": state, "events": events})
        changed = await cursor.fetchone()
    if changed is not None and state is not None:
        await connection.execute(HOLD if state == "paused" else LET_GO, {"id": webhook})
    return changed


async def delete(connection: Connection, project: UUID | None, webhook: UUID) -> bool:
    """Whether there was such a webhook; nothing is delivered to it any more."""
    cursor = await connection.execute(DELETE, {"project": project, "id": webhook})
    if await cursor.fetchone() is None:
        return False
    await connection.execute(CALL_OFF, {"id": webhook})
    return True


# Deliveries -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StoredDelivery:
    id: UUID
    event_id: UUID
    kind: str
    object_id: UUID
    state: str
    attempts: int
    next_attempt_at: datetime
    last_status: int | None
    last_error: str | None
    delivered_at: datetime | None
    created_at: datetime
    details: dict[str, Any]


@dataclass(frozen=True, slots=True)
class DueDelivery:
    """A delivery that this process has taken up, with all that the request needs."""

    id: UUID
    webhook_id: UUID
    event_id: UUID
    attempts: int
    created_at: datetime
    url: bytes
    secret: bytes
    kind: str
    project_id: UUID | None
    object_id: UUID
    details: dict[str, Any]
    event_at: datetime


# Newest first; reads one range of one index.
DELIVERIES = """
select d.id, d.event_id, e.kind, e.object_id, d.state, d.attempts, d.next_attempt_at, d.last_status,
       d.last_error, d.delivered_at, d.created_at, e.details
from webhook_delivery d join webhook_event e on e.id = d.event_id
where d.webhook_id = %(webhook)s and d.id < %(before)s order by d.id desc limit %(limit)s
"""

ONE_DELIVERY = """
select d.id, d.event_id, e.kind, e.object_id, d.state, d.attempts, d.next_attempt_at, d.last_status,
       d.last_error, d.delivered_at, d.created_at, e.details
from webhook_delivery d join webhook_event e on e.id = d.event_id
where d.webhook_id = %(webhook)s and d.id = %(id)s
"""

# A new delivery of an event that this webhook was told of before; the receiver knows it by the event's id.
REDELIVER = """
insert into webhook_delivery (id, webhook_id, event_id)
select %(new)s, webhook_id, event_id from webhook_delivery where id = %(id)s and webhook_id = %(webhook)s
"""

# An event for one webhook, whatever it is subscribed to.
SEND_TEST = """
with event as (
    insert into webhook_event (id, project_id, kind, object_id)
    select %(event)s, project_id, %(kind)s, id from webhook where id = %(webhook)s returning id
)
insert into webhook_delivery (id, webhook_id, event_id) select %(delivery)s, %(webhook)s, id from event
"""

# Takes up what is due, for as long as a request can last: another process skips it, and comes back to it
# when this one dies. So an event is delivered at least once.
TAKE_DUE = """
with due as (
    select d.id from webhook_delivery d
    where d.state = 'waiting' and d.next_attempt_at <= now()
    order by d.next_attempt_at limit %(limit)s for update skip locked
), taken as (
    update webhook_delivery d set attempts = d.attempts + 1,
           next_attempt_at = now() + make_interval(secs => %(seconds)s)
    from due where d.id = due.id
    returning d.id, d.webhook_id, d.event_id, d.attempts, d.created_at
)
select t.id, t.webhook_id, t.event_id, t.attempts, t.created_at, w.url, w.secret, e.kind, e.project_id,
       e.object_id, e.details, e.created_at as event_at
from taken t join webhook w on w.id = t.webhook_id join webhook_event e on e.id = t.event_id
"""

# Only what still waits: a webhook that was deleted meanwhile stays called off.
SUCCEED = """
update webhook_delivery set state = 'delivered', delivered_at = now(), last_status = %(status)s,
       last_error = null
where id = %(id)s and state in ('waiting', 'held')
"""

# After the last attempt the delivery has failed; else it waits for the next one.
FAIL = """
update webhook_delivery set last_status = %(status)s, last_error = %(error)s,
       state = case when created_at + make_interval(secs => %(lifetime)s)
                         <= now() + make_interval(secs => %(delay)s) then 'failed' else state end,
       next_attempt_at = now() + make_interval(secs => %(delay)s)
where id = %(id)s and state in ('waiting', 'held')
"""


async def deliveries(connection: Connection, webhook: UUID, before: UUID, limit: int) -> list[StoredDelivery]:
    async with connection.cursor(row_factory=class_row(StoredDelivery)) as cursor:
        await cursor.execute(DELIVERIES, {"webhook": webhook, "before": before, "limit": limit})
        return await cursor.fetchall()


async def one_delivery(connection: Connection, webhook: UUID, delivery: UUID) -> StoredDelivery | None:
    async with connection.cursor(row_factory=class_row(StoredDelivery)) as cursor:
        await cursor.execute(ONE_DELIVERY, {"webhook": webhook, "id": delivery})
        return await cursor.fetchone()


async def redeliver(connection: Connection, webhook: UUID, delivery: UUID, new: UUID) -> None:
    await connection.execute(REDELIVER, {"webhook": webhook, "id": delivery, "new": new})


async def send_test(connection: Connection, webhook: UUID, delivery: UUID) -> None:
    await connection.execute(
        SEND_TEST,
        {
            "webhook": webhook,
            "event": new_id(),
            "delivery": delivery,
            "kind": EventKind.WEBHOOK_TEST.value,
        },
    )


async def take_due(connection: Connection, *, limit: int, seconds: float) -> list[DueDelivery]:
    async with connection.cursor(row_factory=class_row(DueDelivery)) as cursor:
        await cursor.execute(TAKE_DUE, {"limit": limit, "seconds": seconds})
        return await cursor.fetchall()


async def succeed(connection: Connection, delivery: UUID, status: int) -> None:
    await connection.execute(SUCCEED, {"id": delivery, "status": status})


async def fail(
    connection: Connection, delivery: UUID, *, status: int | None, error: str, delay: float, lifetime: float
) -> None:
    await connection.execute(
        FAIL, {"id": delivery, "status": status, "error": error, "delay": delay, "lifetime": lifetime}
    )
