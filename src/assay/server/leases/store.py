"""SQL of leases. Every statement here runs in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from assay.cells.database import Pending
from assay.server.leases.models import Stage
from assay.server.queue.store import ClaimedTask

Connection = AsyncConnection[Any]


@dataclass(frozen=True, slots=True)
class Terms:
    """What a project promises to whoever leases from it."""

    state: str
    workflow: dict[str, object]
    interface_version: int
    instruction_version: int
    holding: int


@dataclass(frozen=True, slots=True)
class HeldLease:
    """A lease as it stands, with what is needed to judge an answer given under it."""

    lease_id: UUID
    task_id: UUID
    item_id: UUID
    stage: int
    round: int
    state: str
    interface_version: int
    expires_at: datetime
    payload: bytes | None
    gold_answer: bytes | None
    gold_interface_version: int | None
    task_state: str
    announced: bool
    terms: Terms


# The terms and how many leases the annotator holds. Reads without locking: a change of the project takes
# effect at the next lease.
TERMS = """
select state, workflow, interface_version, instruction_version,
       (select count(*) from lease l where l.annotator_id = %(annotator)s and l.project_id = p.id
          and l.stage = %(stage)s and l.state = 'active') as holding
from project p where p.id = %(project)s
"""

# Leases that this annotator holds now: what a client that lost its memory asks for first.
HELD = """
select l.id, l.task_id, t.item_id, l.round, l.expires_at, l.interface_version, l.instruction_version,
       i.payload, true
from lease l join task t on t.id = l.task_id join item i on i.id = t.item_id
where l.annotator_id = %(annotator)s and l.project_id = %(project)s and l.stage = %(stage)s
  and l.state = 'active'
order by l.id
"""

# A new token for a lease that its holder asks for again; the old token stops working.
RENEW = """
update lease set token_digest = %(token_digest)s where id = %(lease)s and state = 'active'
"""

# The lease with its task and the project's terms, locked, so that two submits under one lease come one after
# the other. An unknown lease, another's lease and a wrong token look the same: no row. `holding` counts the
# other leases of this annotator; `announced` says whether anybody wants to be told of what happens.
LOCK_LEASE = """
select l.id as lease_id, l.task_id, t.item_id, l.stage, l.round, l.state, l.interface_version, l.expires_at,
       case when %(with_payload)s then (select payload from item i where i.id = t.item_id) end as payload,
       g.answer as gold_answer, g.interface_version as gold_interface_version, t.state as task_state,
       exists (select 1 from webhook where state = 'active') as announced,
       p.state as project_state, p.workflow, p.interface_version, p.instruction_version,
       (select count(*) from lease o where o.annotator_id = l.annotator_id and o.project_id = l.project_id
          and o.stage = l.stage and o.state = 'active' and o.id <> l.id) as holding
from lease l join task t on t.id = l.task_id join project p on p.id = l.project_id
left join gold g on g.task_id = l.task_id and l.stage = 1
where l.id = %(lease)s and l.project_id = %(project)s and l.annotator_id = %(annotator)s
  and l.token_digest = %(token_digest)s
for update of l
"""

# Every transaction that puts slots into the queue, or takes them out of the ordinary way, locks in this
# order: leases, their batches, their tasks, rows of the queue, annotators' progress. So it neither waits in a
# circle, nor judges by a state that another transaction is changing.
LOCK_BATCHES = """
select b.id from batch b
where b.id in (select t.batch_id from lease l join task t on t.id = l.task_id where l.id = any(%(leases)s))
order by b.id for share
"""

LOCK_TASKS = """
select t.id from task t where t.id in (select task_id from lease where id = any(%(leases)s))
order by t.id for no key update
"""

# Takes a slot again for a lease that ran out, if one is still open (gold has no slots to run out of).
# No row: the slot went to somebody else.
RETAKE_SLOT = """
with slot as (
    select task_id, open_slots from queue
    where task_id = %(task)s and stage = %(stage)s and round = %(round)s for update
), last_one as (
    delete from queue q using slot s where q.task_id = s.task_id and q.stage = %(stage)s and s.open_slots = 1
), one as (
    update queue q set open_slots = q.open_slots - 1 from slot s
    where q.task_id = s.task_id and q.stage = %(stage)s and s.open_slots > 1
)
update lease set state = 'active' where id = %(lease)s
  and (exists (select 1 from slot) or exists (select 1 from gold where task_id = %(task)s))
returning id
"""

# Ends leases without an annotation and gives their slots back, each to the round it was taken from.
# Gold has no slots, so nothing is given back for it; nor is a slot that the task has too many, because its
# overlap was lowered. The caller holds the locks of the tasks; a claim, which does not, moves slots from the
# queue to leases: the sum of both stays the same.
GIVE_BACK = """
with ended as (
    update lease set state = %(state)s, ended_at = now(), reason = %(reason)s, note = %(note)s
    where id = any(%(leases)s) and state = 'active'
    returning id, task_id, project_id, annotator_id, stage, round
), slots as (
    select e.task_id, e.stage, e.round, count(*) as slots from ended e group by 1, 2, 3
), wanted as (
    select t.id, s.stage, t.project_id, -t.priority as rank, t.batch_id, s.round, b.state = 'paused' as held,
           least(s.slots, case s.stage when 1 then t.overlap - t.submitted else 1 end
               - (select count(*) from lease l where l.task_id = t.id and l.stage = s.stage
                  and l.round = s.round and l.state = 'active' and l.id <> all(%(leases)s))
               - coalesce((select open_slots from queue q where q.task_id = t.id and q.stage = s.stage), 0)
           ) as slots
    from slots s join task t on t.id = s.task_id join batch b on b.id = t.batch_id
    where t.round = s.round
      and ((s.stage = 1 and t.state = 'open') or (s.stage = 2 and t.state = 'review'))
), returned as (
    insert into queue (task_id, stage, project_id, rank, batch_id, open_slots, round, returned, held)
    select id, stage, project_id, rank, batch_id, slots, round, true, held from wanted where slots > 0
    on conflict (task_id, stage) do update
    set open_slots = queue.open_slots + excluded.open_slots, returned = true
)
select id, task_id, project_id, annotator_id, stage from ended
"""

# Counts a skip of the round that is on; a task that too many have skipped leaves the queue and goes to a
# reviewer.
COUNT_SKIP = """
with totals as (
    insert into annotator_progress (project_id, annotator_id, stage, skipped)
    values (%(project)s, %(annotator)s, %(stage)s, 1)
    on conflict (project_id, annotator_id, stage) do update
    set skipped = annotator_progress.skipped + 1, last_at = now()
), counted as (
    update task set skipped = skipped + 1, updated_at = now(),
           state = case when state = 'open' and skipped + 1 >= %(limit)s then 'review' else state end
    where id = %(task)s and state <> 'gold' and round = %(round)s and %(stage)s = 1
    returning id, project_id, priority, batch_id, round, state
), withdrawn as (
    delete from queue q using counted c where q.task_id = c.id and q.stage = 1 and c.state = 'review'
)
insert into queue (task_id, stage, project_id, rank, batch_id, open_slots, round, returned, held)
select c.id, 2, c.project_id, -c.priority, c.batch_id, 1, c.round, true, b.state = 'paused'
from counted c join batch b on b.id = c.batch_id where c.state = 'review'
on conflict (task_id, stage) do nothing
"""

EXTEND = """
update lease set expires_at = now() + make_interval(secs => %(seconds)s)
where id = %(lease)s and project_id = %(project)s and annotator_id = %(annotator)s
  and token_digest = %(token_digest)s and state = 'active'
returning expires_at
"""

# Leases that ran out, oldest first; skips those that somebody is submitting under at this moment.
EXPIRED = """
select id from lease where state = 'active' and expires_at < now() - make_interval(secs => %(grace)s)
order by expires_at limit %(limit)s for update skip locked
"""


async def terms(
    connection: Connection, project: UUID, annotator: UUID, stage: Stage
) -> Pending[Terms | None]:
    parameters = {"project": project, "annotator": annotator, "stage": int(stage)}
    return Pending(
        await connection.execute(TERMS, parameters), lambda rows: Terms(*rows[0]) if rows else None
    )


async def held(connection: Connection, project: UUID, annotator: UUID, stage: Stage) -> list[ClaimedTask]:
    parameters = {"project": project, "annotator": annotator, "stage": int(stage)}
    rows = await (await connection.execute(HELD, parameters)).fetchall()
    return [ClaimedTask(*row) for row in rows]


async def renew_token(connection: Connection, lease: UUID, token_digest: bytes) -> None:
    await connection.execute(RENEW, {"lease": lease, "token_digest": token_digest})


async def lock_lease(
    connection: Connection,
    *,
    project: UUID,
    annotator: UUID,
    lease: UUID,
    token_digest: bytes,
    with_payload: bool,
) -> Pending[HeldLease | None]:
    parameters = {
        "project": project,
        "annotator": annotator,
        "lease": lease,
        "token_digest": token_digest,
        "with_payload": with_payload,
    }
    return Pending(
        await connection.execute(LOCK_LEASE, parameters), lambda rows: _held(rows[0]) if rows else None
    )


def _held(row: tuple[Any, ...]) -> HeldLease:
    return HeldLease(*(*row[:13], Terms(*row[13:])))


async def retake_slot(connection: Connection, lease: HeldLease) -> bool:
    """Whether the slot of a lease that ran out could be taken again."""
    await lock_tasks(connection, [lease.lease_id])
    parameters = {
        "lease": lease.lease_id,
        "task": lease.task_id,
        "stage": lease.stage,
        "round": lease.round,
    }
    return await (await connection.execute(RETAKE_SLOT, parameters)).fetchone() is not None


@dataclass(frozen=True, slots=True)
class EndedLease:
    lease_id: UUID
    task_id: UUID
    project_id: UUID
    annotator_id: UUID
    stage: int


async def lock_tasks(connection: Connection, leases: Sequence[UUID]) -> None:
    """Lock the batches and the tasks of leases, which the caller has locked."""
    await connection.execute(LOCK_BATCHES, {"leases": list(leases)})
    await connection.execute(LOCK_TASKS, {"leases": list(leases)})


async def give_back(
    connection: Connection,
    leases: Sequence[UUID],
    state: str,
    *,
    reason: str | None = None,
    note: bytes | None = None,
) -> list[EndedLease]:
    await lock_tasks(connection, leases)
    parameters = {"leases": list(leases), "state": state, "reason": reason, "note": note}
    rows = await (await connection.execute(GIVE_BACK, parameters)).fetchall()
    return [EndedLease(*row) for row in rows]


async def count_skip(
    connection: Connection, lease: HeldLease, *, project: UUID, annotator: UUID, limit: int
) -> None:
    await connection.execute(
        COUNT_SKIP,
        {
            "project": project,
            "annotator": annotator,
            "stage": lease.stage,
            "task": lease.task_id,
            "round": lease.round,
            "limit": limit,
        },
    )


async def extend(
    connection: Connection, *, project: UUID, annotator: UUID, lease: UUID, token_digest: bytes, seconds: int
) -> datetime | None:
    parameters = {
        "project": project,
        "annotator": annotator,
        "lease": lease,
        "token_digest": token_digest,
        "seconds": seconds,
    }
    row = await (await connection.execute(EXTEND, parameters)).fetchone()
    return None if row is None else row[0]


async def expired(connection: Connection, *, grace_seconds: float, limit: int) -> list[UUID]:
    rows = await (await connection.execute(EXPIRED, {"grace": grace_seconds, "limit": limit})).fetchall()
    return [row[0] for row in rows]
