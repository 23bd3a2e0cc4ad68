"""The contract that every registered key backend keeps."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from assay.errors import IntegrityError, InvalidInput, KeyUnavailable
from assay.trust.file_keyring import FileKeyring
from assay.trust.key_backend import KeyBackend, backend_schemes, open_backend

KEY = os.urandom(32)
BOUND = {"cell": "c1", "key": "key-encryption key"}
CALL = {"project": "p1", "principal": "someone", "purpose": "work", "log_size": "41"}


def file_address(directory: Path) -> str:
    FileKeyring.create(directory / "master.json")
    return f"file:{directory / 'master.json'}"


ADDRESSES: dict[str, Callable[[Path], str]] = {"file": file_address}


@pytest.fixture(params=backend_schemes())
def backend(request: pytest.FixtureRequest, tmp_path: Path) -> KeyBackend:
    return open_backend(ADDRESSES[request.param](tmp_path))


def test_what_was_wrapped_unwraps_for_whoever_calls(backend: KeyBackend) -> None:
    wrapped = backend.wrap(KEY, BOUND)
    assert backend.unwrap(wrapped, BOUND) == KEY
    assert backend.unwrap(wrapped, BOUND | CALL) == KEY
    assert backend.unwrap(wrapped, BOUND | CALL | {"log_size": "42"}) == KEY
    assert KEY not in wrapped


@pytest.mark.parametrize("context", [{}, CALL, {"cell": "c1"}, BOUND | {"cell": "c2"}, BOUND | {"key": ""}])
def test_the_wrapping_context_binds(backend: KeyBackend, context: dict[str, str]) -> None:
    wrapped = backend.wrap(KEY, BOUND)
    with pytest.raises(IntegrityError):
        backend.unwrap(wrapped, context)


@pytest.mark.parametrize("position", [0, 1, 5, -40, -1])
def test_changed_bytes_do_not_unwrap(backend: KeyBackend, position: int) -> None:
    changed = bytearray(backend.wrap(KEY, BOUND))
    changed[position] ^= 1
    with pytest.raises(IntegrityError):
        backend.unwrap(bytes(changed), BOUND)


@pytest.mark.parametrize("wrapped", [b"", b"\x00", b"\xff" * 10, bytes(100)])
def test_noise_does_not_unwrap(backend: KeyBackend, wrapped: bytes) -> None:
    with pytest.raises(IntegrityError):
        backend.unwrap(wrapped, BOUND)


def test_rotation_keeps_what_was_wrapped_before(backend: KeyBackend) -> None:
    before, wrapped = backend.describe(), backend.wrap(KEY, BOUND)
    newest = backend.rotate()
    after = backend.describe()
    assert after.current == newest != before.current
    assert after.versions == (*before.versions, newest)
    assert after.key_id == before.key_id
    assert backend.unwrap(wrapped, BOUND) == KEY
    assert backend.unwrap(backend.wrap(KEY, BOUND), BOUND) == KEY


def test_a_destroyed_key_is_gone_for_good(backend: KeyBackend) -> None:
    wrapped = backend.wrap(KEY, BOUND)
    backend.destroy()
    backend.destroy()
    for use in (
        lambda: backend.unwrap(wrapped, BOUND),
        lambda: backend.wrap(KEY, BOUND),
        backend.rotate,
        backend.describe,
    ):
        with pytest.raises(KeyUnavailable):
            use()


def test_a_backend_describes_itself_by_its_scheme(backend: KeyBackend) -> None:
    assert backend.describe().scheme in backend_schemes()


@pytest.mark.parametrize("address", ["", "file", "/etc/key", "tape:drive-1"])
def test_an_unknown_scheme_is_refused(address: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        open_backend(address)
    assert "file:" in caught.value.problems[0].message


def test_an_address_without_a_key_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(KeyUnavailable):
        open_backend(f"file:{tmp_path / 'none.json'}")
