"""SQL of the queue: claiming tasks from it. Every statement runs in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from assay.server.leases.models import Stage

Connection = AsyncConnection[Any]


@dataclass(frozen=True, slots=True)
class ClaimedTask:
    """A leased task, with the sealed payload of its item and the versions that the lease was given under."""

    lease_id: UUID
    task_id: UUID
    item_id: UUID
    round: int
    expires_at: datetime
    interface_version: int
    instruction_version: int
    payload: bytes
    has_start: bool


# Whether there may be more to begin with than the item: worth a second look only then.
_HAS_START = """
l.round > 1
or exists (select 1 from draft d where d.task_id = l.task_id and d.annotator_id = %(annotator)s)
or exists (select 1 from prelabel m where m.task_id = l.task_id)
"""

_CLAIMED = f"""
select l.id, l.task_id, t.item_id, l.round, l.expires_at, l.interface_version, l.instruction_version,
       i.payload, {_HAS_START}
from leased l join task t on t.id = l.task_id join item i on i.id = t.item_id
order by l.id
"""

_LEASED = "returning id, task_id, round, expires_at, interface_version, instruction_version"

# What both claims share. Locking with SKIP LOCKED gives every slot to one caller at most; the unique
# index lease_once makes the second of two claims by one annotator fail instead of doubling.
# The lookups in lease are scalar subqueries, not anti-joins, so that no plan ever hashes the table.
# The cursor moves only from where this statement saw it: a step back that is made meanwhile stays.
_TAKE = f"""
, taken_last as (
    delete from queue q using candidate c
    where q.task_id = c.task_id and q.stage = %(stage)s and c.open_slots = 1
), taken_one as (
    update queue q set open_slots = q.open_slots - 1 from candidate c
    where q.task_id = c.task_id and q.stage = %(stage)s and c.open_slots > 1
), numbered as (
    select c.*, row_number() over (order by c.rank, c.batch_id, c.task_id) as place from candidate c
), leased as (
    insert into lease (id, task_id, project_id, annotator_id, stage, round, token_digest,
                       interface_version, instruction_version, expires_at)
    select given.id, n.task_id, %(project)s, %(annotator)s, %(stage)s, n.round, given.token_digest,
           %(interface_version)s, %(instruction_version)s, now() + make_interval(secs => %(seconds)s)
    from numbered n
    join unnest(%(lease_ids)s::uuid[], %(token_digests)s::bytea[])
         with ordinality as given (id, token_digest, place) on given.place = n.place
    {_LEASED}
), moved as (
    insert into annotator_progress (project_id, annotator_id, stage, cursor_rank, cursor_batch, cursor_task)
    select %(project)s, %(annotator)s, %(stage)s, rank, batch_id, task_id
    from candidate where not returned order by rank desc, batch_id desc, task_id desc limit 1
    on conflict (project_id, annotator_id, stage) do update
    set cursor_rank = excluded.cursor_rank, cursor_batch = excluded.cursor_batch,
        cursor_task = excluded.cursor_task, last_at = now()
    where (annotator_progress.cursor_rank, annotator_progress.cursor_batch, annotator_progress.cursor_task)
        = (select cursor_rank, cursor_batch, cursor_task from place)
)
{_CLAIMED}"""

_PLACE = """place as materialized (
    select cursor_rank, cursor_batch, cursor_task from annotator_progress
    where project_id = %(project)s and annotator_id = %(annotator)s and stage = %(stage)s
)"""

_FREE_FOR_ME = """
      and (q.reserved_for is null or q.reserved_for = %(annotator)s or q.reserved_until < now())
      and (select 1 from lease l
           where l.task_id = q.task_id and l.annotator_id = %(annotator)s and l.stage = q.stage
             and l.round = q.round and l.state in ('active', 'submitted', 'skipped')) is null
      and (q.stage = 1 or (select 1 from annotation a
           where a.task_id = q.task_id and a.annotator_id = %(annotator)s and a.round = q.round
           limit 1) is null)
"""

# Claims up to `count` tasks: first those that were given back, then onwards from where this annotator's
# last claim stood, so that the cost does not grow with what they have already done.
CLAIM_NEXT = f"""
with {_PLACE}, returned_rows as materialized (
    select q.task_id, q.rank, q.batch_id, q.round, q.open_slots, true as returned from queue q
    where q.project_id = %(project)s and q.stage = %(stage)s and q.returned and not q.held
      and q.rank <= (select cursor_rank from place){_FREE_FOR_ME}
    order by q.rank, q.batch_id, q.task_id limit %(count)s
    for update of q skip locked
), fresh_rows as materialized (
    select q.task_id, q.rank, q.batch_id, q.round, q.open_slots, q.returned from queue q
    where q.project_id = %(project)s and q.stage = %(stage)s and not q.held
      and (q.rank, q.batch_id, q.task_id)
          >= (select cursor_rank, cursor_batch, cursor_task from place){_FREE_FOR_ME}
      and not (q.returned and q.rank <= (select cursor_rank from place))
    order by q.rank, q.batch_id, q.task_id
    limit greatest(%(count)s - (select count(*) from returned_rows), 0)
    for update of q skip locked
), candidate as (
    select * from returned_rows union all select * from fresh_rows
){_TAKE}
"""

# Claims from the head of the queue: for an annotator's first claim, and when nothing lies ahead of their
# cursor any more. It finds what others had locked for a moment when the cursor went by.
CLAIM_FROM_HEAD = f"""
with {_PLACE}, candidate as materialized (
    select q.task_id, q.rank, q.batch_id, q.round, q.open_slots, false as returned from queue q
    where q.project_id = %(project)s and q.stage = %(stage)s and not q.held{_FREE_FOR_ME}
    order by q.rank, q.batch_id, q.task_id limit %(count)s
    for update of q skip locked
){_TAKE}
"""

HAS_PLACE = f"with {_PLACE} select 1 from place"

# Claims gold tasks that this annotator has not met. Gold has no slots: everybody may meet each once.
CLAIM_GOLD = f"""
with candidate as (
    select t.id as task_id, t.round from gold g join task t on t.id = g.task_id
    where g.project_id = %(project)s
      and (select state from batch b where b.id = t.batch_id) = 'open'
      and (select 1 from lease l
           where l.task_id = g.task_id and l.annotator_id = %(annotator)s and l.stage = 1
             and l.state in ('active', 'submitted', 'skipped') limit 1) is null
    order by random() limit %(count)s
), numbered as (
    select c.*, row_number() over () as place from candidate c
), leased as (
    insert into lease (id, task_id, project_id, annotator_id, stage, round, token_digest,
                       interface_version, instruction_version, expires_at)
    select given.id, n.task_id, %(project)s, %(annotator)s, 1, n.round, given.token_digest,
           %(interface_version)s, %(instruction_version)s, now() + make_interval(secs => %(seconds)s)
    from numbered n
    join unnest(%(lease_ids)s::uuid[], %(token_digests)s::bytea[])
         with ordinality as given (id, token_digest, place) on given.place = n.place
    {_LEASED}
)
{_CLAIMED}"""

# New work may sort before where annotators stand: they go back to where it begins, no further. In the order
# of the annotators, so that two of these never wait for each other.
STEP_BACK = """
update annotator_progress set cursor_rank = %(rank)s, cursor_batch = %(batch)s, cursor_task = %(task)s
where (project_id, annotator_id, stage) in (
    select project_id, annotator_id, stage from annotator_progress
    where project_id = %(project)s
      and (cursor_rank, cursor_batch, cursor_task) > (%(rank)s, %(batch)s, %(task)s)
    order by annotator_id, stage for update)
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """The arguments that every claim takes."""

    project: UUID
    annotator: UUID
    stage: Stage
    seconds: int
    interface_version: int
    instruction_version: int
    lease_ids: Sequence[UUID]
    token_digests: Sequence[bytes]

    @property
    def count(self) -> int:
        """How many tasks are wanted."""
        return len(self.lease_ids)

    def only(self, places: Sequence[int]) -> Claim:
        """The same for the leases at these places."""
        return replace(
            self,
            lease_ids=[self.lease_ids[place] for place in places],
            token_digests=[self.token_digests[place] for place in places],
        )

    def parameters(self) -> dict[str, object]:
        return {
            "project": self.project,
            "annotator": self.annotator,
            "stage": int(self.stage),
            "count": self.count,
            "seconds": self.seconds,
            "interface_version": self.interface_version,
            "instruction_version": self.instruction_version,
            "lease_ids": list(self.lease_ids),
            "token_digests": list(self.token_digests),
        }


async def claim_next(connection: Connection, arguments: Claim) -> list[ClaimedTask]:
    """Claim up to `arguments.count` tasks that were given back or lie ahead of the annotator's cursor."""
    rows = await (await connection.execute(CLAIM_NEXT, arguments.parameters())).fetchall()
    return [ClaimedTask(*row) for row in rows]


async def claim_from_head(connection: Connection, arguments: Claim) -> list[ClaimedTask]:
    """Claim up to `arguments.count` tasks from wherever they are; none when there are none for them."""
    rows = await (await connection.execute(CLAIM_FROM_HEAD, arguments.parameters())).fetchall()
    return [ClaimedTask(*row) for row in rows]


async def has_place(connection: Connection, arguments: Claim) -> bool:
    """Whether the annotator stands anywhere in the queue yet."""
    return await (await connection.execute(HAS_PLACE, arguments.parameters())).fetchone() is not None


async def claim_gold(connection: Connection, arguments: Claim) -> list[ClaimedTask]:
    """Claim gold tasks that the annotator has not met: up to `arguments.count`, as there are."""
    rows = await (await connection.execute(CLAIM_GOLD, arguments.parameters())).fetchall()
    return [ClaimedTask(*row) for row in rows]


async def step_back(connection: Connection, project: UUID, rank: int, batch: UUID, task: UUID) -> None:
    await connection.execute(STEP_BACK, {"project": project, "rank": rank, "batch": batch, "task": task})
