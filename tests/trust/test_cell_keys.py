from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from threading import Barrier, Thread
from uuid import UUID, uuid4

import pytest

from assay.errors import Conflict, IntegrityError, KeyUnavailable
from assay.trust.cell_keys import CACHE_SECONDS, CellKeys, UnwrapRecord
from assay.trust.file_keyring import FileKeyring
from assay.trust.key_backend import KeyDescription
from assay.trust.key_slots import KEY_ENCRYPTION_KEY, KeySlot, KeySlots, SlotName
from assay.trust.sealing import CellKey, ProjectKey

CELL, PROJECT, ROW = uuid4(), uuid4(), uuid4()


class RecordingBackend:
    """A key backend that keeps what it is asked, as a customer's key service does."""

    def __init__(self, keyring: FileKeyring) -> None:
        self.keyring = keyring
        self.unwraps: list[dict[str, str]] = []

    def wrap(self, key: bytes, context: Mapping[str, str]) -> bytes:
        return self.keyring.wrap(key, context)

    def unwrap(self, wrapped: bytes, context: Mapping[str, str]) -> bytes:
        key = self.keyring.unwrap(wrapped, context)
        self.unwraps.append(dict(context))
        return key

    def rotate(self) -> str:
        return self.keyring.rotate()

    def destroy(self) -> None:
        self.keyring.destroy()

    def describe(self) -> KeyDescription:
        return self.keyring.describe()


class House:
    """A cell with its backend, slots, clock and records; `process` is one more process beside it."""

    def __init__(self, directory: Path) -> None:
        self.backend = RecordingBackend(FileKeyring.open_or_create(directory / "master.json"))
        self.slots = KeySlots(directory / "slots")
        self.now = 1000.0
        self.records: list[UnwrapRecord] = []
        self.keys = self.process()

    def process(self, cell: UUID = CELL) -> CellKeys:
        return CellKeys(cell, self.backend, self.slots, self.records.append, lambda: self.now)

    def project_key(
        self, principal: str = "ann", purpose: str = "work", keys: CellKeys | None = None
    ) -> ProjectKey:
        return (keys or self.keys).project_key(PROJECT, principal=principal, purpose=purpose, log_size=5)

    def cell_key(self, keys: CellKeys | None = None) -> CellKey:
        return (keys or self.keys).cell_key(principal="ann", purpose="work", log_size=5)

    def clear(self) -> None:
        self.records.clear()
        self.backend.unwraps.clear()


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(tmp_path)
    house.keys.create_cell()
    house.keys.create_project(PROJECT)
    house.clear()
    return house


def seal(key: ProjectKey | CellKey) -> bytes:
    return key.sealer(CELL, "item", "payload").seal(b"content", ROW)


def unseal(key: ProjectKey | CellKey, sealed: bytes) -> bytes:
    return key.sealer(CELL, "item", "payload").open(sealed, ROW)


def test_the_same_key_comes_back_in_another_process(house: House) -> None:
    sealed, own = seal(house.project_key()), seal(house.cell_key())
    other = house.process()
    assert unseal(house.project_key(keys=other), sealed) == b"content"
    assert unseal(house.cell_key(keys=other), own) == b"content"
    assert house.cell_key(keys=other).pseudonym(ROW) == house.cell_key().pseudonym(ROW)


def test_project_and_cell_have_unrelated_keys(house: House) -> None:
    house.keys.create_project(ROW)
    other = house.keys.project_key(ROW, principal="ann", purpose="work", log_size=5)
    digests = {key.digest("item key", b"a") for key in (house.project_key(), house.cell_key(), other)}
    assert len(digests) == 3


def test_an_unwrap_tells_backend_and_log_who_why_and_when(house: House) -> None:
    house.project_key("ann", "export")
    house.cell_key()
    assert house.records == [
        UnwrapRecord(CELL, PROJECT, "ann", "export", 5),
        UnwrapRecord(CELL, None, "ann", "work", 5),
    ]
    assert house.backend.unwraps[0] == {
        "cell": str(CELL),
        "key": "key-encryption key",
        "key_version": "1",
        "project": str(PROJECT),
        "principal": "ann",
        "purpose": "export",
        "log_size": "5",
    }


def test_a_key_is_cached_for_five_minutes_per_principal_and_purpose(house: House) -> None:
    first = house.project_key()
    house.now += CACHE_SECONDS - 1
    assert house.project_key() is first
    assert len(house.records) == 1
    house.project_key("bob")
    house.project_key("ann", "export")
    assert len(house.records) == 3
    house.now += 1
    house.project_key()
    house.project_key("bob")
    assert [record.principal for record in house.records] == ["ann", "bob", "ann", "ann"]


def test_a_key_unwrapped_for_another_principal_shares_what_was_derived(house: House) -> None:
    assert house.project_key("ann") is house.project_key("bob")
    assert len(house.records) == 2


def test_forgetting_asks_the_backend_again(house: House) -> None:
    house.project_key()
    house.keys.forget()
    house.project_key()
    assert len(house.backend.unwraps) == 2


def test_backend_and_records_agree_on_the_number_of_unwraps(house: House) -> None:
    house.project_key()
    house.project_key()
    house.keys.create_project(uuid4(), principal="ann", log_size=9)
    house.keys.rotate_project(PROJECT)
    house.keys.rotate_cell()
    house.project_key()
    told = [(call["principal"], call["purpose"], int(call["log_size"])) for call in house.backend.unwraps]
    assert told == [(record.principal, record.purpose, record.log_size) for record in house.records]
    assert len(told) == 5


def test_nobody_gets_a_key_that_could_not_be_reported(house: House) -> None:
    def refuse(record: UnwrapRecord) -> None:
        raise OSError("the log cannot be written")

    keys = CellKeys(CELL, house.backend, house.slots, refuse)
    for _ in range(2):
        with pytest.raises(OSError, match="log"):
            house.project_key(keys=keys)


def test_a_missing_or_destroyed_slot_is_unavailable(house: House) -> None:
    with pytest.raises(KeyUnavailable):
        house.keys.project_key(uuid4(), principal="ann", purpose="work", log_size=0)
    with pytest.raises(KeyUnavailable):
        house.cell_key(keys=house.process(uuid4()))
    with pytest.raises(KeyUnavailable):
        house.process(uuid4()).create_project(PROJECT)


def test_destroying_a_project_counts_at_once_in_every_process(house: House) -> None:
    other = house.process()
    house.project_key()
    house.project_key(keys=other)
    house.keys.destroy_project(PROJECT)
    for keys in (house.keys, other):
        with pytest.raises(KeyUnavailable):
            house.project_key(keys=keys)
        house.cell_key(keys=keys)


def test_a_project_made_again_after_destruction_opens_nothing_old(house: House) -> None:
    sealed = seal(house.project_key())
    house.keys.destroy_project(PROJECT)
    house.keys.create_project(PROJECT)
    with pytest.raises(IntegrityError):
        unseal(house.project_key(), sealed)


def test_destroying_a_cell_ends_all_of_it(house: House) -> None:
    other = house.process()
    house.project_key(keys=other)
    house.cell_key(keys=other)
    house.keys.destroy_cell()
    for keys in (house.keys, other):
        with pytest.raises(KeyUnavailable):
            house.project_key(keys=keys)
        with pytest.raises(KeyUnavailable):
            house.cell_key(keys=keys)
    assert house.slots.cells() == []


def test_destroying_the_master_key_ends_everything_after_the_cache(house: House) -> None:
    house.project_key()
    house.backend.destroy()
    house.now += CACHE_SECONDS
    with pytest.raises(KeyUnavailable):
        house.project_key()


def test_a_rotated_project_seals_anew_and_opens_the_old_in_every_process(house: House) -> None:
    other = house.process()
    old = seal(house.project_key(keys=other))
    assert house.keys.rotate_project(PROJECT) == 2
    key = house.project_key(keys=other)
    assert key.current == 2
    assert unseal(key, old) == b"content"
    assert unseal(house.project_key(), seal(key)) == b"content"


def test_rotating_cell_and_master_touches_no_content(house: House) -> None:
    sealed, own = seal(house.project_key()), seal(house.cell_key())
    house.keys.rotate_project(PROJECT)
    house.backend.rotate()
    assert house.keys.rotate_cell() == 2
    house.backend.keyring.retire("1")
    assert unseal(house.project_key(), sealed) == b"content"
    assert unseal(house.cell_key(), own) == b"content"
    assert list(house.slots.read(CELL, KEY_ENCRYPTION_KEY).versions) == [2]


@pytest.mark.parametrize("writes", [0, 1, 2, 3])
def test_a_rotation_that_was_cut_short_leaves_everything_readable(
    house: House, writes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed, own = seal(house.project_key()), seal(house.cell_key())
    left = writes
    replace = KeySlots.replace

    def crash(slots: KeySlots, cell: UUID, name: SlotName, slot: KeySlot) -> None:
        nonlocal left
        if left == 0:
            raise KeyboardInterrupt
        left -= 1
        replace(slots, cell, name, slot)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(KeySlots, "replace", crash)
        house.keys.rotate_cell()
    for _ in range(2):
        keys = house.process()
        assert unseal(house.project_key(keys=keys), sealed) == b"content"
        assert unseal(house.cell_key(keys=keys), own) == b"content"
        keys.rotate_cell()
    assert len(house.slots.read(CELL, KEY_ENCRYPTION_KEY).versions) == 1


def test_keys_are_created_once(house: House) -> None:
    with pytest.raises(Conflict):
        house.keys.create_cell()
    with pytest.raises(Conflict):
        house.keys.create_project(PROJECT)


def test_a_creation_that_was_cut_short_can_be_made_again(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.keys.create_cell()
    (house.slots.directory / str(CELL) / "cell.json").unlink()
    house.keys.create_cell()
    assert house.cell_key().versions == (1,)


@pytest.mark.parametrize("target", ["other project", "cell", "other cell"])
def test_a_slot_put_in_the_place_of_another_does_not_open(house: House, target: str) -> None:
    source = Path(house.slots.location(CELL, SlotName.of_project(PROJECT)).path)
    cell = uuid4() if target == "other cell" else CELL
    keys = house.process(cell)
    if target == "other cell":
        keys.create_cell()
    name = SlotName("cell") if target == "cell" else SlotName.of_project(uuid4())
    destination = Path(house.slots.location(cell, name).path)
    destination.parent.mkdir(exist_ok=True)
    shutil.copy(source, destination)
    with pytest.raises(IntegrityError):
        if name.project is None:
            house.cell_key(keys=keys)
        else:
            keys.project_key(name.project, principal="ann", purpose="work", log_size=0)


def test_a_data_key_version_put_in_the_place_of_another_does_not_open(house: House) -> None:
    house.keys.rotate_project(PROJECT)
    name = SlotName.of_project(PROJECT)
    slot = house.slots.read(CELL, name)
    house.slots.replace(CELL, name, KeySlot(2, {1: slot.versions[2], 2: slot.versions[1]}))
    with pytest.raises(IntegrityError):
        house.project_key()


def test_slots_hold_no_key_in_clear(house: House) -> None:
    """Without the master key the slots are worth nothing: a copy of them opens with no other master key."""
    stranger = FileKeyring.create(house.slots.directory.parent / "stranger.json")
    keys = CellKeys(CELL, stranger, house.slots)
    with pytest.raises(IntegrityError):
        house.project_key(keys=keys)


def test_threads_that_need_a_key_at_once_unwrap_it_once(house: House) -> None:
    barrier, found = Barrier(8), []

    def use() -> None:
        barrier.wait()
        found.append(house.project_key())

    threads = [Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(map(id, found))) == 1
    assert len(house.backend.unwraps) == 1


def test_threads_that_rotate_at_once_lose_no_version(house: House) -> None:
    threads = [Thread(target=house.process().rotate_project, args=(PROJECT,)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert house.project_key().versions == (1, 2, 3, 4, 5, 6)


def test_the_cache_does_not_grow_with_the_people_who_came_by(house: House) -> None:
    for number in range(20):
        house.project_key(f"person {number}")
        house.now += CACHE_SECONDS / 4
    assert len(house.keys._cache) <= 5


def test_nothing_shows_a_key(house: House) -> None:
    key = house.project_key()
    shown = repr(vars(house.keys)) + repr(key) + repr(house.records)
    for version in key._versions.values():
        assert version.hex() not in shown
        assert repr(version)[2:-1] not in shown
