"""What the home page shows: only what the person may see through the API."""

from __future__ import annotations

from uuid import UUID

from assay.control.access import Action, Principal, Resource, ResourceKind
from assay.control.memberships.models import TenantMembership
from assay.control.sessions.models import SignedInPerson
from assay.errors import AssayError
from assay.server.engine import Engine
from assay.server.figures import service as figures
from assay.server.pages import after
from assay.server.projects import service as projects
from assay.server.site.views import Person, ProjectCard, TenantCard
from assay.server.workspace import Workspace

_MOST_TENANTS = 20
_MOST_PROJECTS = 20


def person_of(signed_in: SignedInPerson) -> Person:
    return Person(name=signed_in.display_name, email=signed_in.email, operator=signed_in.operator)


async def tenants_of(engine: Engine, signed_in: SignedInPerson) -> list[TenantCard]:
    memberships = await engine.control.memberships.list_of_person(signed_in.person, limit=_MOST_TENANTS)
    return [await _tenant(engine, membership) for membership in memberships.items]


async def _tenant(engine: Engine, membership: TenantMembership) -> TenantCard:
    cards: list[ProjectCard] = []
    more = unavailable = may_create = False
    try:
        principal = await engine.control.principal_for(membership.person, membership.tenant)
        may_create = _allows(engine, principal, Action.API_KEY_CREATE, ResourceKind.API_KEY)
        async with engine.open(principal, "home page") as workspace:
            page = await projects.several(workspace, after(None), _MOST_PROJECTS)
            more = page.next_cursor is not None
            for project in page.items:
                done, total = await _progress(engine, workspace, project.id)
                cards.append(ProjectCard(project.id, project.name, project.state, done, total))
    except AssayError:  # one tenant that cannot be opened must not hide the others
        unavailable = True
    return TenantCard(
        id=membership.tenant,
        name=membership.tenant_name,
        role=membership.role.value,
        projects=cards,
        more=more,
        may_create_keys=may_create,
        unavailable=unavailable,
    )


async def _progress(
    engine: Engine, workspace: Workspace, project: UUID
) -> tuple[int, int] | tuple[None, None]:
    if not _allows(engine, workspace.principal, Action.FIGURES_READ, ResourceKind.FIGURES, project):
        return None, None
    found = (await figures.of_project(workspace, project)).project
    assert found is not None, "figures of a project are about the project"
    return found.tasks["done"], sum(found.tasks.values()) - found.tasks["gold"]


def _allows(
    engine: Engine, principal: Principal, action: Action, kind: ResourceKind, project: UUID | None = None
) -> bool:
    resource = Resource(kind=kind, tenant=principal.tenant, project=project)
    return engine.gate.authorize(principal, action, resource).allowed
