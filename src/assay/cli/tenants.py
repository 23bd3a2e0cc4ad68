"""`assay tenant`, `assay member`, `assay key`: tenants, and who may do what in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, cast
from uuid import UUID

import typer

from assay.cli.commands import group
from assay.cli.console import Json, err, secret, show_list, show_one, write_json
from assay.cli.login import connected, find_project
from assay.errors import InvalidInput

if TYPE_CHECKING:
    from assay.client.tenants import Role

tenants = group("tenant", "Tenants of the installation; needs an operator's key.")
members = group("member", "Who works in the tenant.")
keys = group("key", "API keys of the tenant.")

ROLES = ("owner", "manager", "reviewer", "annotator", "viewer")
RoleName = Annotated[str, typer.Option("--role", help=f"One of {', '.join(ROLES)}.")]
ProjectNames = Annotated[
    list[str] | None, typer.Option("--project", help="Only this project (id or name); repeat it for more.")
]


@tenants.command("create")
def create_tenant(
    name: str,
    owner: Annotated[str | None, typer.Option(help="E-mail address of the first owner.")] = None,
    as_json: Json = False,
) -> None:
    """Make a tenant with a cell of its own, and print a one-time sign-in link for its first owner."""
    with connected() as client:
        tenant = client.tenants.create(name, owner_email=owner)
    if as_json:
        write_json(tenant)
        return
    err.print(f"Tenant {tenant.id}")
    if tenant.owner is not None and tenant.owner.sign_in_link is not None:
        secret(f"Sign-in link for {tenant.owner.email}", tenant.owner.sign_in_link.url)


@tenants.command("list")
def list_tenants(as_json: Json = False) -> None:
    """Every tenant of the installation."""
    columns = {
        "id": lambda one: one.id,
        "name": lambda one: one.name,
        "state": lambda one: one.state,
        "since": lambda one: one.created_at,
    }
    with connected() as client:
        show_list(client.tenants.list(), columns, as_json)


@tenants.command("show")
def show_tenant(tenant_id: str, as_json: Json = False) -> None:
    """One tenant, with the sizes of its cell in bytes."""
    members_shown = {
        "id": lambda one: one.id,
        "name": lambda one: one.name,
        "state": lambda one: one.state,
        "database": lambda one: one.sizes and one.sizes.database,
        "blobs": lambda one: one.sizes and one.sizes.blobs,
    }
    with connected() as client:
        show_one(client.tenants.get(tenant_id), members_shown, as_json)


@members.command("invite")
def invite_member(
    email: str,
    role: RoleName = "annotator",
    name: Annotated[str, typer.Option(help="How the person is called.")] = "",
    projects: ProjectNames = None,
    as_json: Json = False,
) -> None:
    """Make somebody a member, and print a one-time sign-in link when they are new here."""
    with connected() as client:
        chosen = [find_project(client, one).id for one in projects] if projects else None
        member = client.members.invite(email, known_role(role), display_name=name, projects=chosen)
    if as_json:
        write_json(member)
        return
    err.print(f"{email} is {member.role} now.")
    if member.sign_in_link is not None:
        secret("Sign-in link", member.sign_in_link.url)


@members.command("list")
def list_members(as_json: Json = False) -> None:
    """Every member of the tenant."""
    columns = {
        "id": lambda one: one.person_id,
        "email": lambda one: one.email,
        "name": lambda one: one.display_name,
        "role": lambda one: one.role,
        "projects": lambda one: "all" if one.projects is None else one.projects,
    }
    with connected() as client:
        show_list(client.members.list(), columns, as_json)


@members.command("remove")
def remove_member(member: Annotated[str, typer.Argument(help="E-mail address or id.")]) -> None:
    """Let somebody in no more; what they have done stays."""
    with connected() as client:
        wanted = member.casefold()
        for one in client.members.list():
            if wanted in (str(one.person_id), (one.email or "").casefold()):
                client.members.remove(one.person_id)
                return
    raise InvalidInput("There is no such member.", advice="`assay member list` shows them.")


@keys.command("create")
def create_key(
    name: str,
    role: RoleName = "viewer",
    days: Annotated[int | None, typer.Option(min=1, help="Ends after so many days; left out: never.")] = None,
    projects: ProjectNames = None,
    as_json: Json = False,
) -> None:
    """Make an API key and print its text."""
    with connected() as client:
        chosen = [find_project(client, one).id for one in projects] if projects else None
        key = client.api_keys.create(name, known_role(role), projects=chosen, lifetime_days=days)
    if as_json:
        write_json(key)
        return
    err.print(f"Key {key.id}, {key.role}")
    secret("API key", key.key)


@keys.command("list")
def list_keys(as_json: Json = False) -> None:
    """Every API key of the tenant, revoked ones too."""
    columns = {
        "id": lambda one: one.id,
        "begins": lambda one: one.prefix,
        "name": lambda one: one.name,
        "role": lambda one: one.role,
        "last used": lambda one: one.last_used_at,
        "ends": lambda one: one.revoked_at or one.expires_at,
    }
    with connected() as client:
        show_list(client.api_keys.list(), columns, as_json)


@keys.command("revoke")
def revoke_key(key: Annotated[UUID, typer.Argument(help="The key's id.")]) -> None:
    """The key opens nothing from now on."""
    with connected() as client:
        client.api_keys.revoke(key)


def known_role(role: str) -> Role:
    """The role, or a clear error."""
    if role not in ROLES:
        raise typer.BadParameter(f"{role!r} is none of {', '.join(ROLES)}.", param_hint="--role")
    return cast("Role", role)
