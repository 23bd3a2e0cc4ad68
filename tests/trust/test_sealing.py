from __future__ import annotations

import copy
import hmac
import os
import pickle
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import IntegrityError
from assay.trust.sealing import SEALED_OVERHEAD, CellKey, ProjectKey, SealingKey

CELL, PROJECT, ROW = uuid4(), uuid4(), uuid4()
DATA_KEY = os.urandom(32)
KEY = ProjectKey(PROJECT, {1: DATA_KEY}, 1)
CELL_KEY = CellKey(CELL, {1: DATA_KEY}, 1)


@dataclass(frozen=True)
class Place:
    key: SealingKey = KEY
    cell: UUID = CELL
    table: str = "item"
    column: str = "payload"
    row: UUID = ROW
    version: int = 7

    def seal(self, plaintext: bytes) -> bytes:
        return self.key.sealer(self.cell, self.table, self.column).seal(plaintext, self.row, self.version)

    def open(self, sealed: bytes) -> bytes:
        return self.key.sealer(self.cell, self.table, self.column).open(sealed, self.row, self.version)


ELSEWHERE = {
    "row": Place(row=uuid4()),
    "version": Place(version=6),
    "column": Place(column="payload2"),
    "table": Place(table="items"),
    "table and column run together": Place(table="itemp", column="ayload"),
    "cell": Place(cell=uuid4()),
    "project with the same key": Place(key=ProjectKey(uuid4(), {1: DATA_KEY}, 1)),
    "key": Place(key=ProjectKey(PROJECT, {1: os.urandom(32)}, 1)),
    "key version with the same key": Place(key=ProjectKey(PROJECT, {2: DATA_KEY}, 2)),
    "cell's own content": Place(key=CELL_KEY),
    "project with the id of the cell": Place(key=ProjectKey(CELL, {1: DATA_KEY}, 1)),
}


@given(st.binary(max_size=5000), st.uuids(), st.integers(0, 2**64 - 1))
def test_what_was_sealed_opens(plaintext: bytes, row: UUID, version: int) -> None:
    place = Place(row=row, version=version)
    sealed = place.seal(plaintext)
    assert place.open(sealed) == plaintext
    assert len(sealed) == len(plaintext) + SEALED_OVERHEAD


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_moved_ciphertext_does_not_open(name: str) -> None:
    here, there = Place(), ELSEWHERE[name]
    with pytest.raises(IntegrityError):
        there.open(here.seal(b"content"))
    with pytest.raises(IntegrityError):
        here.open(there.seal(b"content"))


@pytest.mark.parametrize("name", ["row", "version", "column", "table", "cell"])
def test_a_moved_ciphertext_of_the_cell_does_not_open(name: str) -> None:
    here, there = Place(key=CELL_KEY), replace(ELSEWHERE[name], key=CELL_KEY)
    assert here.open(here.seal(b"content")) == b"content"
    with pytest.raises(IntegrityError):
        there.open(here.seal(b"content"))


@given(st.binary(max_size=64), st.data())
def test_any_changed_bit_is_noticed(plaintext: bytes, data: st.DataObject) -> None:
    sealed = Place().seal(plaintext)
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
    changed = bytearray(sealed)
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(IntegrityError):
        Place().open(bytes(changed))


@given(st.integers(0, 40))
def test_a_cut_value_is_noticed(length: int) -> None:
    with pytest.raises(IntegrityError):
        Place().open(Place().seal(b"ten bytes.")[:length])


@given(st.binary(max_size=100))
def test_bytes_that_were_never_sealed_are_refused_without_quoting_them(noise: bytes) -> None:
    with pytest.raises(IntegrityError) as caught:
        Place().open(noise)
    assert repr(noise) not in caught.value.detail or noise == b""


def test_sealing_twice_gives_different_bytes_and_no_plaintext() -> None:
    first, second = Place().seal(b"the same content"), Place().seal(b"the same content")
    assert first != second
    assert b"same" not in first


def test_a_rotated_key_seals_under_the_new_version_and_opens_the_old() -> None:
    rotated = Place(key=ProjectKey(PROJECT, {1: DATA_KEY, 2: os.urandom(32)}, 2))
    assert rotated.open(Place().seal(b"old")) == b"old"
    sealed = rotated.seal(b"new")
    assert rotated.open(sealed) == b"new"
    with pytest.raises(IntegrityError, match="key version"):
        Place().open(sealed)


def test_lookups_survive_rotation() -> None:
    rotated = ProjectKey(PROJECT, {1: DATA_KEY, 2: os.urandom(32)}, 2)
    assert rotated.digest("item key", b"a") == KEY.digest("item key", b"a")
    assert rotated.commitment(ROW, b"a") == KEY.commitment(ROW, b"a")


def test_a_digest_depends_on_purpose_value_and_key() -> None:
    other = ProjectKey(PROJECT, {1: os.urandom(32)}, 1)
    digests = {
        KEY.digest("item key", b"a"),
        KEY.digest("item key", b"b"),
        KEY.digest("file name", b"a"),
        other.digest("item key", b"a"),
    }
    assert len(digests) == 4
    assert {len(digest) for digest in digests} == {32}
    assert KEY.digest("item key", b"a") in digests


def test_a_commitment_depends_on_object_content_and_key() -> None:
    other = ProjectKey(PROJECT, {1: os.urandom(32)}, 1)
    commitments = {
        KEY.commitment(ROW, b"a"),
        KEY.commitment(ROW, b"b"),
        KEY.commitment(PROJECT, b"a"),
        other.commitment(ROW, b"a"),
        KEY.digest("commitment", ROW.bytes + b"a").hex(),
    }
    assert len(commitments) == 5
    assert {len(bytes.fromhex(commitment)) for commitment in commitments} == {32}


@given(st.uuids())
def test_a_pseudonym_is_a_stable_uuid8_of_one_cell(person: UUID) -> None:
    pseudonym = CELL_KEY.pseudonym(person)
    assert pseudonym.version == 8
    assert pseudonym.variant == "specified in RFC 4122"
    assert pseudonym == CellKey(CELL, {1: DATA_KEY, 2: os.urandom(32)}, 2).pseudonym(person)
    assert pseudonym != CellKey(CELL, {1: os.urandom(32)}, 1).pseudonym(person)
    assert pseudonym != person


def test_blob_keys_and_contexts_tell_places_apart() -> None:
    rotated = ProjectKey(PROJECT, {1: DATA_KEY, 2: os.urandom(32)}, 2)
    assert rotated.blob_key(1) == KEY.blob_key() != rotated.blob_key()
    assert len(KEY.blob_key()) == 32
    with pytest.raises(IntegrityError):
        KEY.blob_key(2)
    contexts = {
        KEY.blob_context(CELL, "a"),
        KEY.blob_context(CELL, "b"),
        KEY.blob_context(PROJECT, "a"),
        ProjectKey(CELL, {1: DATA_KEY}, 1).blob_context(CELL, "a"),
        CELL_KEY.blob_context(CELL, "a"),
    }
    assert len(contexts) == 5


def test_a_sealer_is_derived_once() -> None:
    assert KEY.sealer(CELL, "item", "payload") is KEY.sealer(CELL, "item", "payload")


@pytest.mark.parametrize("secret", [KEY, CELL_KEY, KEY.sealer(CELL, "item", "payload")])
def test_key_bytes_are_not_shown_pickled_or_copied(secret: object) -> None:
    shown = repr(secret) + str(secret) + f"{secret!s}"
    assert repr(DATA_KEY)[2:-1] not in shown
    assert DATA_KEY.hex() not in shown
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError):
            pickle.dumps(secret, protocol)
    with pytest.raises(TypeError):
        copy.deepcopy(secret)


@pytest.mark.parametrize(
    ("versions", "current"),
    [({1: b"short"}, 1), ({1: DATA_KEY}, 2), ({0: DATA_KEY}, 0), ({65536: DATA_KEY}, 65536), ({}, 1)],
)
def test_impossible_keys_are_refused(versions: dict[int, bytes], current: int) -> None:
    with pytest.raises(ValueError, match="key"):
        ProjectKey(PROJECT, versions, current)


def test_the_sealed_format_is_what_it_says() -> None:
    """Written out independently of the code, so that the format cannot change unnoticed."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    sealed = Place().seal(b"content")
    info = b"assay.trust.sealing@v1" + b"\x00\x05value" + b"\x00\x04item" + b"\x00\x07payload"
    subkey = HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(DATA_KEY)
    place = b"\x01\x00\x01" + CELL.bytes + b"\x01" + PROJECT.bytes
    place += b"\x00\x04item\x00\x07payload" + ROW.bytes + (7).to_bytes(8, "big")
    assert sealed[:3] == b"\x01\x00\x01"
    assert AESGCM(subkey).decrypt(sealed[3:15], sealed[15:], place) == b"content"


@given(st.lists(st.binary(max_size=200), max_size=8))
def test_many_values_are_sealed_and_opened_as_one_by_one(plaintexts: list[bytes]) -> None:
    sealer = KEY.sealer(CELL, "item", "payload")
    rows = [uuid4() for _ in plaintexts]
    places = [row.bytes for row in rows]
    sealed = sealer.seal_many(plaintexts, places)
    assert [sealer.open(value, row) for value, row in zip(sealed, rows, strict=True)] == plaintexts
    assert len({value[3:15] for value in sealed}) == len(sealed)
    revised = [sealer.seal(value, row, 3) for value, row in zip(plaintexts, rows, strict=True)]
    assert sealer.open_many(revised, places, [3] * len(rows)) == plaintexts


def test_one_value_of_many_that_is_out_of_place_is_noticed() -> None:
    sealer = KEY.sealer(CELL, "item", "payload")
    places = [os.urandom(16), os.urandom(16)]
    sealed = sealer.seal_many([b"one", b"two"], places)
    with pytest.raises(IntegrityError):
        sealer.open_many(sealed, places[::-1])
    with pytest.raises(IntegrityError):
        sealer.open_many([sealed[0], b"\x01\x00\x09" + sealed[1][3:]], places)


@given(st.binary(max_size=300))
def test_commitments_are_hmac_sha256(content: bytes) -> None:
    info = b"assay.trust.sealing@v1" + (10).to_bytes(2) + b"commitment"
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(DATA_KEY)
    assert KEY.commitment(ROW, content) == hmac.digest(key, ROW.bytes + content, "sha256").hex()
    assert KEY.digester("a use")(content) == KEY.digest("a use", content)
