"""The keys of one cell, unwrapped when they are needed, counted each time, and forgotten after five minutes.

    master key (key backend) -> key-encryption key of the cell -> data key of each project, and of the cell

Every real unwrap goes through the key backend with the context {cell, key, key_version, project, purpose,
principal, log_size} and is reported, so that the customer can compare the backend's log with Assay's. A key
is cached for the same principal and purpose only: two people who open a project are two unwraps.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from secrets import token_bytes
from threading import Lock
from typing import Final, NamedTuple
from uuid import UUID

from assay.errors import Conflict
from assay.trust.key_backend import KeyBackend
from assay.trust.key_slots import (
    CELL_DATA_KEY,
    KEY_ENCRYPTION_KEY,
    KeySlot,
    KeySlots,
    SlotLocation,
    SlotName,
    SlotStamp,
)
from assay.trust.key_wrap import WrappingKey
from assay.trust.sealing import CellKey, ProjectKey, SealingKey
from assay.trust.secret import KEY_SIZE

CACHE_SECONDS: Final = 300.0
"""The longest time a key is used without asking the key backend again."""


@dataclass(frozen=True, slots=True)
class UnwrapRecord:
    """One real unwrap: what the cell writes into its log as `key.unwrapped`.

    `project` is None for the cell's own data key; `log_size` counts the log entries known to the caller.
    """

    cell: UUID
    project: UUID | None
    principal: str
    purpose: str
    log_size: int


@dataclass(frozen=True, slots=True)
class _Call:
    """Who opens a key and what for."""

    principal: str
    purpose: str
    log_size: int


class _CacheName(NamedTuple):
    slot: SlotName
    principal: str
    purpose: str


@dataclass(frozen=True, slots=True)
class _CachedKey:
    key: SealingKey
    location: SlotLocation
    stamp: SlotStamp
    expires: float


class CellKeys:
    """The keys of the cell `cell`. Safe to share among threads.

    `on_unwrap` is called after the backend has unwrapped and before the key is handed out: when it raises,
    nobody gets the key. It must not ask for a key itself. `clock` gives monotonic seconds.
    """

    def __init__(
        self,
        cell: UUID,
        backend: KeyBackend,
        slots: KeySlots,
        on_unwrap: Callable[[UnwrapRecord], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.cell = cell
        self._backend = backend
        self._slots = slots
        self._on_unwrap = on_unwrap
        self._clock = clock
        self._cache: dict[_CacheName, _CachedKey] = {}
        self._flights: dict[_CacheName, Lock] = {}
        self._guard = Lock()

    def create_cell(self) -> None:
        """Make the key-encryption key and the cell's own data key. Raises Conflict when both are there.

        A call that was cut short by a crash can be made again.
        """
        if CELL_DATA_KEY in self._slots.data_keys(self.cell):
            raise Conflict("The keys of the cell were created already.")
        if not self._slots.cell_exists(self.cell):
            wrapped = self._backend.wrap(token_bytes(KEY_SIZE), self._kek_context(1))
            self._slots.create(self.cell, KEY_ENCRYPTION_KEY, KeySlot(1, {1: wrapped}))
        self._create_data_key(CELL_DATA_KEY, _Call("engine", "create cell", 0))

    def create_project(self, project: UUID, *, principal: str = "engine", log_size: int = 0) -> None:
        """Make a project's first data key. Raises Conflict when there is one already."""
        self._create_data_key(SlotName.of_project(project), _Call(principal, "create project", log_size))

    def project_key(self, project: UUID, *, principal: str, purpose: str, log_size: int) -> ProjectKey:
        """The project's data key, from the cache or through the backend.

        Raises KeyUnavailable when the slot is missing or destroyed, or the backend refuses.
        """
        name = _CacheName(SlotName.of_project(project), principal, purpose)
        key = self._cached(name) or self._unwrap_once(name, log_size)
        assert isinstance(key, ProjectKey)
        return key

    def cell_key(self, *, principal: str, purpose: str, log_size: int) -> CellKey:
        """The data key of the cell's own content; otherwise as `project_key`."""
        name = _CacheName(CELL_DATA_KEY, principal, purpose)
        key = self._cached(name) or self._unwrap_once(name, log_size)
        assert isinstance(key, CellKey)
        return key

    def rotate_project(self, project: UUID, *, principal: str = "engine", log_size: int = 0) -> int:
        """Start a new version of a project's data key, under which everything is sealed from now on.

        Returns the version. Older ones still open. Every process sees it with its next `project_key`.
        """
        name = SlotName.of_project(project)
        with self._slots.exclusive(self.cell):
            slot = self._slots.read(self.cell, name)
            key_encryption_key = self._open_kek(name, _Call(principal, "rotate project", log_size))
            newest = slot.newest + 1
            wrapped = key_encryption_key.wrap(token_bytes(KEY_SIZE), self._binding(name, newest))
            self._slots.replace(self.cell, name, slot.with_version(newest, wrapped))
        return newest

    def rotate_cell(self, *, principal: str = "engine", log_size: int = 0) -> int:
        """Start a new key-encryption key and rewrap all data keys under it: no content is touched.

        Also brings the cell under the backend's current master version. Returns the new version. Each step
        leaves slots that open, so a call that was cut short by a crash can be made again.
        """
        with self._slots.exclusive(self.cell):
            slot = self._slots.read(self.cell, KEY_ENCRYPTION_KEY)
            older = self._open_kek(CELL_DATA_KEY, _Call(principal, "rotate cell", log_size))
            fresh, newest = token_bytes(KEY_SIZE), slot.newest + 1
            wrapped = self._backend.wrap(fresh, self._kek_context(newest))
            self._slots.replace(self.cell, KEY_ENCRYPTION_KEY, slot.with_version(newest, wrapped))
            for name in self._slots.data_keys(self.cell):
                self._rewrap(name, older, WrappingKey({newest: fresh}, newest))
            self._slots.replace(self.cell, KEY_ENCRYPTION_KEY, KeySlot(newest, {newest: wrapped}))
        return newest

    def destroy_project(self, project: UUID) -> None:
        """Destroy a project's data key, in all processes at once."""
        self._slots.destroy_project(self.cell, project)
        self.forget()

    def destroy_cell(self) -> None:
        """Destroy every key of the cell, in all processes at once."""
        self._slots.destroy_cell(self.cell)
        self.forget()

    def forget(self) -> None:
        """Drop every cached key; the next use asks the backend again."""
        with self._guard:
            self._cache = {}

    def _cached(self, name: _CacheName) -> SealingKey | None:
        found = self._cache.get(name)
        if found is None or self._clock() >= found.expires:
            return None
        # A slot that another process has rotated or destroyed counts at once, not after five minutes.
        return found.key if found.location.stamp() == found.stamp else None

    def _unwrap_once(self, name: _CacheName, log_size: int) -> SealingKey:
        """Unwrap, one thread at a time for the same name: those who waited find the key in the cache."""
        with self._flight(name):
            found = self._cached(name)
            if found is not None:
                return found
            # Both taken before the unwrap: a slot written meanwhile is read again, and no key lives longer.
            location = self._slots.location(self.cell, name.slot)
            stamp = location.stamp()
            expires = self._clock() + CACHE_SECONDS
            key = self._unwrap(name.slot, _Call(name.principal, name.purpose, log_size))
            return self._remember(name, _CachedKey(key, location, stamp, expires))

    @contextmanager
    def _flight(self, name: _CacheName) -> Iterator[None]:
        with self._guard:
            lock = self._flights.setdefault(name, Lock())
        try:
            with lock:
                yield
        finally:
            with self._guard:
                self._flights.pop(name, None)

    def _remember(self, name: _CacheName, fresh: _CachedKey) -> SealingKey:
        with self._guard:
            now = self._clock()
            self._cache = {other: cached for other, cached in self._cache.items() if now < cached.expires}
            for other, cached in self._cache.items():
                if other.slot == name.slot and cached.stamp == fresh.stamp:
                    # The same key, unwrapped for somebody else: its sealers are derived already.
                    fresh = replace(fresh, key=cached.key)
                    break
            self._cache[name] = fresh
        return fresh.key

    def _unwrap(self, name: SlotName, call: _Call) -> SealingKey:
        slot = self._slots.read(self.cell, name)
        key_encryption_key = self._open_kek(name, call)
        versions = {
            version: key_encryption_key.unwrap(wrapped, self._binding(name, version))
            for version, wrapped in slot.versions.items()
        }
        if name.project is None:
            return CellKey(self.cell, versions, slot.current)
        return ProjectKey(name.project, versions, slot.current)

    def _open_kek(self, name: SlotName, call: _Call) -> WrappingKey:
        """The key-encryption key, through the backend, for the sake of the data key in slot `name`.

        It is never cached, so the backend counts every use of it. More than one version is there only while
        a rotation is under way.
        """
        slot = self._slots.read(self.cell, KEY_ENCRYPTION_KEY)
        purpose = {"principal": call.principal, "purpose": call.purpose, "log_size": str(call.log_size)}
        project = {} if name.project is None else {"project": str(name.project)}
        versions = {}
        for version, wrapped in slot.versions.items():
            context = self._kek_context(version) | project | purpose
            versions[version] = self._backend.unwrap(wrapped, context)
            if self._on_unwrap is not None:
                record = UnwrapRecord(self.cell, name.project, call.principal, call.purpose, call.log_size)
                self._on_unwrap(record)
        return WrappingKey(versions, slot.current)

    def _create_data_key(self, name: SlotName, call: _Call) -> None:
        with self._slots.exclusive(self.cell):
            key_encryption_key = self._open_kek(name, call)
            wrapped = key_encryption_key.wrap(token_bytes(KEY_SIZE), self._binding(name, 1))
            self._slots.create(self.cell, name, KeySlot(1, {1: wrapped}))

    def _rewrap(self, name: SlotName, older: WrappingKey, newer: WrappingKey) -> None:
        slot = self._slots.read(self.cell, name)
        versions = {
            version: newer.wrap(
                older.unwrap(wrapped, self._binding(name, version)), self._binding(name, version)
            )
            for version, wrapped in slot.versions.items()
        }
        self._slots.replace(self.cell, name, KeySlot(slot.current, versions))

    def _kek_context(self, version: int) -> dict[str, str]:
        """What binds a key-encryption key in the backend."""
        return {"cell": str(self.cell), "key": "key-encryption key", "key_version": str(version)}

    def _binding(self, name: SlotName, version: int) -> bytes:
        """What binds a data key to its slot and version."""
        project = b"" if name.project is None else name.project.bytes
        return b"assay.trust.data-key@v1" + self.cell.bytes + version.to_bytes(2) + project
