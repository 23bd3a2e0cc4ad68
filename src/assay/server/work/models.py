"""Waiting work as the API shows it."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from assay.server.models import Output

MOST = 100
"""Nothing is counted beyond this."""


class ProjectWork(Output):
    """What waits for you in one active project. Every number stops at 100, which means 100 or more."""

    tenant_id: UUID
    project_id: UUID
    to_annotate: int = Field(description="Tasks that you would be handed out")
    to_review: int = Field(description="Reviews that you would be handed out; never of your own work")
    sent_back: int = Field(description="Of `to_annotate`: your own work that a reviewer sent back")
    submitted: int = Field(description="Annotations that you submitted since `since`")


class Work(Output):
    """What waits for you, project by project, in the order of the tenants and the projects' creation."""

    projects: list[ProjectWork]
