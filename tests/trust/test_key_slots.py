from __future__ import annotations

import stat
from pathlib import Path
from uuid import uuid4

import pytest

from assay.errors import Conflict, IntegrityError, KeyUnavailable
from assay.trust.key_slots import CELL_DATA_KEY, KEY_ENCRYPTION_KEY, KeySlot, KeySlots, SlotName

CELL, OTHER_CELL = sorted([uuid4(), uuid4()])
PROJECT, OTHER_PROJECT = sorted([uuid4(), uuid4()])
SLOT = KeySlot(1, {1: b"wrapped"})


@pytest.fixture
def slots(tmp_path: Path) -> KeySlots:
    slots = KeySlots(tmp_path / "slots")
    for name in (KEY_ENCRYPTION_KEY, CELL_DATA_KEY, SlotName.of_project(PROJECT)):
        slots.create(CELL, name, SLOT)
    return slots


def test_slots_are_listed(slots: KeySlots) -> None:
    slots.create(OTHER_CELL, KEY_ENCRYPTION_KEY, SLOT)
    slots.create(CELL, SlotName.of_project(OTHER_PROJECT), SLOT)
    assert slots.cells() == [CELL, OTHER_CELL]
    assert slots.projects(CELL) == [PROJECT, OTHER_PROJECT]
    assert slots.projects(OTHER_CELL) == []
    assert slots.data_keys(CELL) == [
        CELL_DATA_KEY,
        SlotName.of_project(PROJECT),
        SlotName.of_project(OTHER_PROJECT),
    ]
    assert slots.data_keys(OTHER_CELL) == []
    assert KeySlots(slots.directory / "none").cells() == []


def test_a_slot_is_created_once_and_then_replaced(slots: KeySlots) -> None:
    name = SlotName.of_project(PROJECT)
    with pytest.raises(Conflict):
        slots.create(CELL, name, SLOT)
    location = slots.location(CELL, name)
    before = location.stamp()
    slots.replace(CELL, name, SLOT.with_version(2, b"newer"))
    assert slots.read(CELL, name) == KeySlot(2, {1: b"wrapped", 2: b"newer"})
    assert location.stamp() != before


def test_files_and_directories_are_private(slots: KeySlots) -> None:
    for path in [slots.directory, *slots.directory.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


def test_a_destroyed_project_is_gone_and_the_others_are_not(slots: KeySlots) -> None:
    name = SlotName.of_project(PROJECT)
    slots.create(CELL, SlotName.of_project(OTHER_PROJECT), SLOT)
    slots.destroy_project(CELL, PROJECT)
    slots.destroy_project(CELL, PROJECT)
    with pytest.raises(KeyUnavailable):
        slots.read(CELL, name)
    with pytest.raises(KeyUnavailable):
        slots.replace(CELL, name, SLOT)
    assert slots.projects(CELL) == [OTHER_PROJECT]


def test_a_destroyed_cell_leaves_nothing(slots: KeySlots) -> None:
    slots.create(OTHER_CELL, KEY_ENCRYPTION_KEY, SLOT)
    litter = slots.directory / str(CELL) / "projects" / ".half written.new"
    litter.write_bytes(b"wrapped")
    slots.destroy_cell(CELL)
    slots.destroy_cell(CELL)
    assert slots.cells() == [OTHER_CELL]
    assert [path.name for path in slots.directory.iterdir()] == [str(OTHER_CELL)]


def test_destroying_what_never_was_is_no_error(slots: KeySlots) -> None:
    slots.destroy_project(uuid4(), PROJECT)
    slots.destroy_project(CELL, uuid4())
    slots.destroy_cell(uuid4())


def test_a_crash_while_a_cell_is_destroyed_leaves_nothing_that_opens(
    slots: KeySlots, monkeypatch: pytest.MonkeyPatch
) -> None:
    destroyed: list[str] = []

    def crash_after_the_first(path: Path) -> None:
        if destroyed:
            raise KeyboardInterrupt
        destroyed.append(path.name)
        path.unlink()

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("assay.trust.key_slots.destroy_file", crash_after_the_first)
        slots.destroy_cell(CELL)
    assert destroyed == ["kek.json"]
    slots.destroy_cell(CELL)
    assert list(slots.directory.iterdir()) == []


def test_a_damaged_slot_is_an_integrity_error(slots: KeySlots) -> None:
    Path(slots.location(CELL, CELL_DATA_KEY).path).write_bytes(b"{}")
    with pytest.raises(IntegrityError):
        slots.read(CELL, CELL_DATA_KEY)


def test_versions_end_where_two_bytes_end() -> None:
    with pytest.raises(Conflict):
        SLOT.with_version(65536, b"wrapped")
