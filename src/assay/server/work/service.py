"""What waits for one person, tenant by tenant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from assay.control.access import Action, ResourceKind
from assay.errors import AssayError
from assay.server.access import Caller, TenantAccess
from assay.server.leases.models import Stage
from assay.server.work import store
from assay.server.work.models import MOST, ProjectWork, Work

_MOST_PROJECTS = 100
_WINDOW = 300
_LONGEST = timedelta(days=2)


async def of_caller(who: Caller, tenants: Sequence[UUID], since: datetime) -> Work:
    """What waits in these tenants. One whose cell cannot be opened keeps nobody from the others."""
    found: list[ProjectWork] = []
    for tenant in tenants:
        try:
            access = TenantAccess(who.engine, await who.acting_in(tenant), tenant)
            found += await _of_tenant(access, max(since, datetime.now(UTC) - _LONGEST))
        except AssayError:
            continue
    return Work(projects=found)


async def _of_tenant(access: TenantAccess, since: datetime) -> list[ProjectWork]:
    visible = access.principal.projects
    async with access.open("show waiting work") as workspace:
        actor = workspace.actor
        async with workspace.cell.database.connection() as connection:
            projects = await store.active_projects(
                connection, None if visible is None else sorted(visible), limit=_MOST_PROJECTS
            )
            rows = await store.waiting(connection, projects, actor, most=MOST, window=_WINDOW)
            submitted = await store.submitted(connection, projects, actor, since, most=MOST)
    waiting = {(row.project_id, row.stage): row for row in rows}
    return [_view(access, project, waiting, submitted=submitted.get(project, 0)) for project in projects]


def _view(
    access: TenantAccess,
    project: UUID,
    waiting: dict[tuple[UUID, int], store.WaitingRow],
    *,
    submitted: int,
) -> ProjectWork:
    """Counts what the policies would hand out; 0 where they give the caller none of it."""

    def of(stage: Stage, action: Action) -> store.WaitingRow | None:
        owner = access.principal.id
        allowed = access.allows(action, ResourceKind.LEASE, project=project, owner=owner)
        return waiting.get((project, int(stage))) if allowed else None

    annotate = of(Stage.ANNOTATE, Action.WORK_LEASE)
    review = of(Stage.REVIEW, Action.REVIEW_LEASE)
    return ProjectWork(
        tenant_id=access.tenant,
        project_id=project,
        to_annotate=0 if annotate is None else annotate.tasks,
        to_review=0 if review is None else review.tasks,
        sent_back=0 if annotate is None else annotate.sent_back,
        submitted=submitted,
    )
