"""What happens to members. The people are the control plane's; their pseudonyms are the cell's."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from uuid import UUID

from assay.control.access import Action, Context, Principal, Resource, ResourceKind, Role
from assay.control.memberships.models import Member as StoredMember
from assay.errors import Conflict
from assay.server.access import TenantAccess
from assay.server.engine import Engine
from assay.server.members.models import InvitedMember, Member, MemberChange, NewMember, SignInLink
from assay.server.models import Page
from assay.server.pages import cursor_of
from assay.server.projects import service as projects
from assay.server.workspace import Workspace


async def invite(access: TenantAccess, new: NewMember) -> InvitedMember:
    """Make somebody a member, and a link for their first sign-in where they need one."""
    for project in _each(new.projects):
        access.require(
            Action.MEMBER_CREATE,
            ResourceKind.MEMBER,
            project=project,
            context=Context(granted_role=new.role),
        )
    await _require_projects(access, new.projects)
    stored = await access.engine.control.memberships.invite(
        access.principal, access.tenant, new.email, new.role, new.projects, new.display_name
    )
    # In the tenant, not the account: a tenant hands out links to accounts that are its own alone.
    record = Resource(kind=ResourceKind.MEMBER, tenant=access.tenant)
    link = await first_link(access.engine, access.principal, access.tenant, stored.person, record)
    async with access.open("invite member") as workspace:
        return InvitedMember(**_view(workspace, stored).model_dump(), sign_in_link=link)


async def first_link(
    engine: Engine, actor: Principal, tenant: UUID, person: UUID, resource: Resource
) -> SignInLink | None:
    """A link for a person's first sign-in; None where the policies give the actor none."""
    found = await engine.control.people.get(person)
    context = Context(
        person_has_signed_in=found.signed_in_at is not None,
        person_is_shared=await engine.control.memberships.is_shared(tenant, person),
    )
    if not engine.gate.authorize(actor, Action.SIGN_IN_LINK_CREATE, resource, context).allowed:
        return None
    made = await engine.control.sign_in.create_link(actor, person)
    url = f"{engine.settings.base_url}/sign-in/{made.token.get_secret_value()}"
    return SignInLink(url=url, expires_at=made.expires_at)


async def renew_link(access: TenantAccess, person: UUID) -> SignInLink:
    """Raises Conflict for somebody who signs in already, or whose account is not this tenant's alone."""
    await access.engine.control.memberships.get(access.tenant, person)
    record = Resource(kind=ResourceKind.MEMBER, tenant=access.tenant)
    link = await first_link(access.engine, access.principal, access.tenant, person, record)
    if link is None:
        raise Conflict(
            "You cannot make a sign-in link for this person.", advice="They sign in by themselves."
        )
    return link


async def several(access: TenantAccess, after: UUID, limit: int) -> Page[Member]:
    found = await access.engine.control.memberships.list(access.tenant, after, limit)
    cursor = None if found.next_cursor is None else cursor_of(found.next_cursor)
    async with access.open("list members") as workspace:
        return Page[Member](items=[_view(workspace, one) for one in found.items], next_cursor=cursor)


async def read(access: TenantAccess, person: UUID) -> Member:
    stored = await access.engine.control.memberships.get(access.tenant, person)
    async with access.open("read member") as workspace:
        return _view(workspace, stored)


async def change(access: TenantAccess, person: UUID, wanted: MemberChange) -> Member:
    """Replace role and projects. Asked about for the projects that they had and for those they shall have."""
    memberships = access.engine.control.memberships
    current = await memberships.get(access.tenant, person)
    context = Context(granted_role=wanted.role, current_role=current.role)
    for project in (*_each(current.projects), *_each(wanted.projects)):
        access.require(
            Action.MEMBER_UPDATE, ResourceKind.MEMBER, project=project, owner=person, context=context
        )
    await _require_projects(access, wanted.projects)
    await memberships.update(access.principal, access.tenant, person, wanted.role, wanted.projects)
    return await read(access, person)


async def remove(access: TenantAccess, person: UUID) -> None:
    """They are let in no more, at once; what they have done stays."""
    memberships = access.engine.control.memberships
    current = await memberships.get(access.tenant, person)
    for project in _each(current.projects):
        access.require(
            Action.MEMBER_REMOVE,
            ResourceKind.MEMBER,
            project=project,
            owner=person,
            context=Context(current_role=current.role),
        )
    await memberships.remove(access.principal, access.tenant, person)


async def _require_projects(access: TenantAccess, wanted: Collection[UUID] | None) -> None:
    """Raises NotFound when one of them is no project of this tenant."""
    if wanted:
        async with access.open("look for projects") as workspace:
            await projects.require_present(workspace, wanted)


def _each(projects: Collection[UUID] | None) -> Iterator[UUID | None]:
    """What is asked about: the tenant as a whole, or each project."""
    yield from projects or (None,)


def _view(workspace: Workspace, stored: StoredMember) -> Member:
    return Member(
        person_id=stored.person,
        pseudonym=workspace.cell_key.pseudonym(stored.person),
        email=stored.email,
        display_name=stored.display_name,
        role=Role(stored.role),
        projects=None if stored.projects is None else sorted(stored.projects),
        created_at=stored.created_at,
    )
