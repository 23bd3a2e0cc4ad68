"""Members as the API shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from assay.control.access import Role
from assay.server.models import Input, Output

Projects = Annotated[
    list[UUID], Field(max_length=1000, description="Only these projects; null: every project of the tenant")
]


class NewMember(Input):
    email: Annotated[str, Field(min_length=3, max_length=320)]
    display_name: Annotated[str, Field(max_length=200)] = ""
    role: Role
    projects: Projects | None = None


class MemberChange(Input):
    """The role and the projects as they shall be from now on."""

    role: Role
    projects: Projects | None = None


class SignInLink(Output):
    """Signs a person in once."""

    url: str
    expires_at: datetime


class Member(Output):
    person_id: UUID
    pseudonym: UUID = Field(description="The name under which this tenant's data and log know the person")
    email: str | None
    display_name: str
    role: Role
    projects: list[UUID] | None
    created_at: datetime


class InvitedMember(Member):
    sign_in_link: SignInLink | None = Field(
        description="Shown this once: hand it to the person. Null when they sign in already and need none"
    )
