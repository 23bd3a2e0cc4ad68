"""Compiled interfaces, kept because a version never changes."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson

from assay.errors import InvalidInput, NotFound
from assay.interface import Interface
from assay.server.interfaces import store

if TYPE_CHECKING:
    from assay.server.workspace import Workspace

_CAPACITY = 1000

_Key = tuple[UUID, UUID, int]


class InterfaceCache:
    """The most recently used interfaces of all cells in this process, by (cell, project, version)."""

    def __init__(self) -> None:
        self._compiled: OrderedDict[_Key, Interface] = OrderedDict()
        self._steps: OrderedDict[_Key, tuple[str, dict[str, Any]]] = OrderedDict()

    async def get(self, workspace: Workspace, project: UUID, version: int) -> Interface:
        # The key is asked for even on a hit: a revoked key must end access to what is in memory too.
        sealer = await workspace.sealer(project, "interface_version", "declaration")
        name = (workspace.cell.id, project, version)
        interface = self._compiled.get(name)
        if interface is None:
            async with workspace.cell.lookups.connection() as connection:
                stored = await store.one(connection, project, version)
            if stored is None:
                raise NotFound("There is no such interface version.")
            interface = Interface.parse(sealer.open(stored.declaration, project, version))
            self._compiled[name] = interface
            if len(self._compiled) > _CAPACITY:
                self._compiled.popitem(last=False)
        else:
            self._compiled.move_to_end(name)
        return interface

    async def answer_under(
        self, workspace: Workspace, project: UUID, answer: dict[str, Any], given: int, wanted: int
    ) -> dict[str, Any] | None:
        """An answer given under version `given`, as an answer to version `wanted`.

        None when a breaking edit lies between: the answer stays valid under its own version only.
        """
        if given == wanted:
            return answer
        if given > wanted:
            return None
        for version in range(given + 1, wanted + 1):
            edit, renames = await self._step(workspace, project, version)
            if edit == "breaking":
                return None
            if edit == "migrating":
                answer = (await self.get(workspace, project, version)).migrate(answer, renames)
        try:
            return (await self.get(workspace, project, wanted)).validate(answer)
        except InvalidInput:
            return None

    async def _step(self, workspace: Workspace, project: UUID, version: int) -> tuple[str, dict[str, Any]]:
        """The kind of edit that led to `version`, and what it renamed."""
        name = (workspace.cell.id, project, version)
        step = self._steps.get(name)
        if step is None:
            sealer = await workspace.sealer(project, "interface_version", "renames")
            async with workspace.cell.lookups.connection() as connection:
                stored = await store.one(connection, project, version)
            if stored is None:
                raise NotFound("There is no such interface version.")
            renames = (
                {} if stored.renames is None else orjson.loads(sealer.open(stored.renames, project, version))
            )
            step = self._steps[name] = (stored.edit, renames)
            if len(self._steps) > _CAPACITY:
                self._steps.popitem(last=False)
        return step
