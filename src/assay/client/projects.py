"""Projects."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any, Literal, Unpack, cast
from uuid import UUID

from assay.client.calls import segment
from assay.client.figures import Figures
from assay.client.operations import M, operation, stream
from assay.client.project_datasets import ProjectDatasets
from assay.client.project_items import ProjectItems
from assay.client.project_settings import InterfaceSource, ProjectSettings, Workflow, declaration
from assay.client.project_work import ProjectWork
from assay.client.records import Caller, Resource

ProjectState = Literal["active", "paused", "archived"]
Metadata = Mapping[str, str | int | float | bool]


class Project(ProjectSettings[M], ProjectItems[M], ProjectWork[M], ProjectDatasets[M], Resource[M]):
    """Data, a question about each item, and the people and models that answer it."""

    id: UUID
    name: str
    state: ProjectState
    workflow: dict[str, Any]
    interface_version: int
    instruction_version: int
    metadata: dict[str, Any]
    created_at: datetime
    updated_at: datetime

    @operation
    async def refresh(self) -> Project[M]:
        """The project as it is now."""
        return self._now(await self._get("", Project))

    @operation
    async def set(
        self,
        *,
        name: str | None = None,
        state: ProjectState | None = None,
        metadata: Metadata | None = None,
        **workflow: Unpack[Workflow],
    ) -> Project[M]:
        """Rename it, pause it, archive it, or change how it is worked on, at the next lease."""
        changes = {"name": name, "state": state, "metadata": metadata}
        given: dict[str, Any] = {member: value for member, value in changes.items() if value is not None}
        if workflow:
            current = (await self._get("", Project)).workflow
            given["workflow"] = {**current, **workflow}
        return self._now(await self._change("", Project, given))

    @operation
    async def figures(self) -> Figures:
        """How far it is, how fast, and how good. Annotators see their own figures only."""
        return await self._get("/figures", Figures)

    def _now(self, project: Project[Any]) -> Project[M]:
        return cast(Project[M], project._at(self._session, self._path))


class Projects(Caller[M]):
    """The projects of the tenant that you may see."""

    @operation
    async def create(
        self,
        name: str,
        interface: InterfaceSource,
        *,
        instructions: str | None = None,
        metadata: Metadata | None = None,
        **workflow: Unpack[Workflow],
    ) -> Project[M]:
        """Make a project. `interface` is a declaration or the path of a JSON file with one.

        Further members are the workflow's: `overlap=3`, `review={"sample": 0.1}`, `gold_rate=0.05`.
        Raises InvalidInput naming each wrong place of the interface.
        """
        body = {
            "name": name,
            "interface": declaration(interface),
            "instructions": instructions,
            "workflow": workflow,
            "metadata": metadata or {},
        }
        return self._project(await self._create("", Project, body))

    @stream
    async def list(self) -> AsyncIterator[Project[M]]:
        """Oldest first."""
        async for project in self._list("", Project):
            yield self._project(project)

    @operation
    async def get(self, project_id: UUID | str) -> Project[M]:
        """One project."""
        return self._project(await self._get(f"/{segment(project_id)}", Project))

    def _project(self, project: Project[Any]) -> Project[M]:
        return cast(Project[M], project._at(self._session, f"{self._path}/{project.id}"))
