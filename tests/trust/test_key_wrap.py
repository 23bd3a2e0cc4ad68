from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import IntegrityError, KeyUnavailable
from assay.trust.key_document import decode_key_document, encode_key_document
from assay.trust.key_wrap import WRAPPED_SIZE, WrappingKey

OLD, NEW = os.urandom(32), os.urandom(32)
WRAPPING = WrappingKey({1: OLD}, 1)


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=80))
def test_a_wrapped_key_unwraps(key: bytes, binding: bytes) -> None:
    wrapped = WRAPPING.wrap(key, binding)
    assert WRAPPING.unwrap(wrapped, binding) == key
    assert len(wrapped) == WRAPPED_SIZE
    with pytest.raises(IntegrityError):
        WRAPPING.unwrap(wrapped, binding + b"\x00")


@given(st.integers(0, WRAPPED_SIZE * 8 - 1))
def test_any_changed_bit_is_noticed(bit: int) -> None:
    changed = bytearray(WRAPPING.wrap(NEW, b""))
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises((IntegrityError, KeyUnavailable)):
        WRAPPING.unwrap(bytes(changed), b"")


def test_older_versions_unwrap_until_they_are_gone() -> None:
    wrapped = WRAPPING.wrap(NEW, b"")
    assert WrappingKey({1: OLD, 2: NEW}, 2).unwrap(wrapped, b"") == NEW
    with pytest.raises(KeyUnavailable):
        WrappingKey({2: NEW}, 2).unwrap(wrapped, b"")


@pytest.mark.parametrize("wrapped", [b"", b"\x01", bytes(WRAPPED_SIZE), b"\x01" * (WRAPPED_SIZE + 1)])
def test_what_is_no_wrapped_key_is_refused(wrapped: bytes) -> None:
    with pytest.raises(IntegrityError):
        WRAPPING.unwrap(wrapped, b"")


def test_only_whole_keys_wrap_and_are_wrapped() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        WRAPPING.wrap(b"short", b"")
    with pytest.raises(ValueError, match="32 bytes"):
        WrappingKey({1: b"short"}, 1)
    with pytest.raises(ValueError, match="current"):
        WrappingKey({1: OLD}, 2)


def test_a_wrapping_key_does_not_show_its_bytes() -> None:
    assert OLD.hex() not in repr(WRAPPING)
    assert repr(OLD)[2:-1] not in repr(WRAPPING)


@given(st.dictionaries(st.integers(1, 65535), st.binary(max_size=70), min_size=1), st.data())
def test_a_key_document_survives_writing(versions: dict[int, bytes], data: st.DataObject) -> None:
    current = data.draw(st.sampled_from(sorted(versions)))
    assert decode_key_document(encode_key_document(versions, current)) == (versions, current)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"3",
        b'{"format":1,"current":1,"versions":{}}',
        b'{"format":2,"current":1,"versions":{"1":""}}',
        b'{"format":1,"current":2,"versions":{"1":""}}',
        b'{"format":1,"current":"x","versions":{"1":""}}',
        b'{"format":1,"current":1,"versions":["1"]}',
        b'{"format":1,"current":1,"versions":{"1":"c2Vjc*V0"}}',
        b'{"format":1,"current":1,"versions":{"1":5}}',
        b'{"format":1,"versions":{"1":""}}',
        b'{"format":1,"current":1,"versions":{"1":"","70000":""}}',
        b'{"format":1,"current":0,"versions":{"0":""}}',
    ],
)
def test_a_damaged_key_document_is_refused_without_quoting_it(content: bytes) -> None:
    with pytest.raises(ValueError, match="not a key document") as caught:
        decode_key_document(content)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None or caught.value.__suppress_context__
