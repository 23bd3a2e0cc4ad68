"""Where wrapped keys live: one small file per key, outside the cells' directories, databases and dumps.

    <directory>/<cell id>/kek.json                     the cell's key-encryption key, wrapped by the backend
    <directory>/<cell id>/cell.json                    the cell's own data key, wrapped by the former
    <directory>/<cell id>/projects/<project id>.json   a project's data key, wrapped by the former

A slot holds every version of its key. Destroying a slot ends the data it opened, backups included, as long as
the slots themselves are not in those backups: give this directory its own, with a short retention.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple
from uuid import UUID

from assay.errors import Conflict, IntegrityError, KeyUnavailable
from assay.trust.durable_files import (
    create_private,
    destroy_file,
    exclusive,
    make_private_directory,
    sync_directory,
    write_private,
)
from assay.trust.key_document import decode_key_document, encode_key_document
from assay.trust.secret import MAXIMUM_KEY_VERSION


@dataclass(frozen=True, slots=True)
class KeySlot:
    """The wrapped versions of one key; `current` is the one that new content is sealed under."""

    current: int
    versions: Mapping[int, bytes]

    @property
    def newest(self) -> int:
        """The highest version, normally the current one."""
        return max(self.versions)

    def with_version(self, version: int, wrapped: bytes) -> KeySlot:
        """The slot with one more version, which becomes the current one."""
        if version > MAXIMUM_KEY_VERSION:
            raise Conflict("The key has had as many versions as it can have.")
        return KeySlot(version, {**self.versions, version: wrapped})


class SlotName(NamedTuple):
    """Which slot of a cell: its key-encryption key, its own data key, or a project's data key."""

    kind: str
    project: UUID | None = None

    @classmethod
    def of_project(cls, project: UUID) -> SlotName:
        return cls("project", project)


KEY_ENCRYPTION_KEY: Final = SlotName("kek")
CELL_DATA_KEY: Final = SlotName("cell")

SlotStamp = tuple[int, int, int]
"""Changes whenever a slot is written: inode, time of change in nanoseconds, size in bytes."""


@dataclass(frozen=True, slots=True)
class SlotLocation:
    """Where a slot is, kept by those who ask often whether it has changed."""

    path: str

    def stamp(self) -> SlotStamp:
        """A value that differs after each write. Raises KeyUnavailable when the slot is not there."""
        try:
            # Not pathlib: this is asked once per request and must cost a microsecond.
            status = os.stat(self.path)  # noqa: PTH116
        except FileNotFoundError as error:
            raise _missing() from error
        return status.st_ino, status.st_mtime_ns, status.st_size


class KeySlots:
    """The slots of all cells below one directory (mode 0700, made when the first slot is written)."""

    def __init__(self, directory: Path) -> None:
        self.directory = Path(directory)

    def cells(self) -> list[UUID]:
        """The cells that have a key-encryption key, in order of their ids."""
        return sorted(UUID(path.parent.name) for path in self.directory.glob("*/kek.json"))

    def projects(self, cell: UUID) -> list[UUID]:
        """The projects of a cell that have a data key, in order of their ids."""
        return sorted(UUID(path.stem) for path in self._cell(cell).glob("projects/*.json"))

    def cell_exists(self, cell: UUID) -> bool:
        """Whether the cell has a key-encryption key."""
        return self._path(cell, KEY_ENCRYPTION_KEY).exists()

    def data_keys(self, cell: UUID) -> list[SlotName]:
        """Every slot of the cell that holds a data key: the cell's own, then the projects'."""
        own = [CELL_DATA_KEY] if self._path(cell, CELL_DATA_KEY).exists() else []
        return own + [SlotName.of_project(project) for project in self.projects(cell)]

    def create(self, cell: UUID, name: SlotName, slot: KeySlot) -> None:
        """Write a slot that is not there yet. Raises Conflict when it is."""
        path = self._path(cell, name)
        make_private_directory(path.parent)
        try:
            create_private(path, encode_key_document(slot.versions, slot.current))
        except FileExistsError as error:
            raise Conflict("The key was created already.") from error

    def replace(self, cell: UUID, name: SlotName, slot: KeySlot) -> None:
        """Write a slot that is there. Raises KeyUnavailable when it is not: a destroyed key stays destroyed.

        Call it while holding `exclusive`, having read the slot there.
        """
        self.location(cell, name).stamp()
        write_private(self._path(cell, name), encode_key_document(slot.versions, slot.current))

    def read(self, cell: UUID, name: SlotName) -> KeySlot:
        """The slot. Raises KeyUnavailable when it is not there, IntegrityError when it cannot be read."""
        try:
            versions, current = decode_key_document(self._path(cell, name).read_bytes())
        except FileNotFoundError as error:
            raise _missing() from error
        except ValueError as error:
            raise IntegrityError("A key slot is damaged.") from error
        return KeySlot(current, versions)

    def location(self, cell: UUID, name: SlotName) -> SlotLocation:
        """Where the slot is or would be."""
        return SlotLocation(str(self._path(cell, name)))

    def exclusive(self, cell: UUID) -> AbstractContextManager[None]:
        """Hold the cell's slots alone among all processes, for a read-change-write."""
        if not self._cell(cell).is_dir():
            raise _missing()
        return exclusive(self._cell(cell) / ".lock")

    def destroy_project(self, cell: UUID, project: UUID) -> None:
        """Destroy a project's data key: its content can never be read again. Doing it twice is no error."""
        if self._cell(cell).is_dir():
            with self.exclusive(cell):
                self._destroy(self._path(cell, SlotName.of_project(project)))

    def destroy_cell(self, cell: UUID) -> None:
        """Destroy every key of a cell, the key-encryption key first. Doing it twice is no error."""
        directory = self._cell(cell)
        if not directory.is_dir():
            return
        with self.exclusive(cell):
            # First the one that unwraps the others: a crash after it leaves nothing that opens.
            self._destroy(self._path(cell, KEY_ENCRYPTION_KEY))
            for path in sorted(directory.rglob("*")):
                if path.is_file() and path.name != ".lock":
                    self._destroy(path)
            (directory / ".lock").unlink()
            for path in sorted(directory.rglob("*"), reverse=True):
                path.rmdir()
            directory.rmdir()
            sync_directory(self.directory)

    def _cell(self, cell: UUID) -> Path:
        return self.directory / str(cell)

    def _path(self, cell: UUID, name: SlotName) -> Path:
        if name.project is None:
            return self._cell(cell) / f"{name.kind}.json"
        return self._cell(cell) / "projects" / f"{name.project}.json"

    @staticmethod
    def _destroy(path: Path) -> None:
        if path.exists():
            destroy_file(path)


def _missing() -> KeyUnavailable:
    return KeyUnavailable("The key slot is not there: it was never made, or it was destroyed.")
