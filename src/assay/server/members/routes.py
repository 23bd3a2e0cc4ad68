"""HTTP of members."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from assay.control.access import Action, ResourceKind
from assay.server.access import AUTHENTICATION, TenantDependency
from assay.server.bodies import BoundedRoute
from assay.server.members import service
from assay.server.members.models import InvitedMember, Member, MemberChange, NewMember, SignInLink
from assay.server.models import Page
from assay.server.pages import Cursor, PageSize, after

router = APIRouter(
    prefix="/api/v1/tenants/{tenant_id}/members",
    tags=["members"],
    dependencies=AUTHENTICATION,
    route_class=BoundedRoute,
)


@router.post("", status_code=201)
async def invite_member(new: NewMember, access: TenantDependency) -> InvitedMember:
    """Make the person with this address a member. Who is new here gets a link for the first sign-in."""
    return await service.invite(access, new)


@router.get("")
async def list_members(
    access: TenantDependency, cursor: Cursor = None, limit: PageSize = 100
) -> Page[Member]:
    access.require(Action.MEMBER_READ, ResourceKind.MEMBER)
    return await service.several(access, after(cursor), limit)


@router.get("/{person_id}")
async def read_member(person_id: UUID, access: TenantDependency) -> Member:
    access.require(Action.MEMBER_READ, ResourceKind.MEMBER, owner=person_id)
    return await service.read(access, person_id)


@router.put("/{person_id}")
async def change_member(person_id: UUID, change: MemberChange, access: TenantDependency) -> Member:
    """Replace role and projects. Takes effect at once."""
    access.require(Action.MEMBER_READ, ResourceKind.MEMBER, owner=person_id)
    return await service.change(access, person_id, change)


@router.post("/{person_id}/sign-in-link", status_code=201)
async def renew_sign_in_link(person_id: UUID, access: TenantDependency) -> SignInLink:
    """A new link for a member who has not signed in yet, and whom no other tenant knows."""
    access.require(Action.MEMBER_READ, ResourceKind.MEMBER, owner=person_id)
    return await service.renew_link(access, person_id)


@router.delete("/{person_id}", status_code=204)
async def remove_member(person_id: UUID, access: TenantDependency) -> None:
    """They are let in no more; what they have done stays."""
    access.require(Action.MEMBER_READ, ResourceKind.MEMBER, owner=person_id)
    await service.remove(access, person_id)
