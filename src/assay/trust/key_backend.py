"""The customer's master key, wherever it lives: the interface of every key backend, and their registry.

A backend is one file with one class that fulfils `KeyBackend` and has a class method `from_address`, and
one line in `_BACKENDS`. It is imported when an address with its scheme is first opened, so that the library
it needs may be an optional one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Final, Protocol, cast

from assay.errors import InvalidInput, Problem

_BACKENDS: Final[Mapping[str, str]] = {
    "file": "assay.trust.file_keyring:FileKeyring",
}


@dataclass(frozen=True, slots=True)
class KeyDescription:
    """What may be told about a master key: no secret in it.

    `key_id` names the key in its backend, `current` and `versions` its versions, oldest first;
    `exportable` says whether the key bytes can be read by whoever runs the machine (a file) or never leave
    the backend (an HSM).
    """

    scheme: str
    key_id: str
    current: str
    versions: tuple[str, ...]
    exportable: bool


class KeyBackend(Protocol):
    """Wraps and unwraps 32-byte keys under a master key that the caller never sees; safe among threads.

    The whole context given to `wrap` binds: `unwrap` must be given the same entries again. What `unwrap` is
    given beyond them (who asks, for what, how long the log is) binds nothing; it is for the backend's own
    log, which the customer compares with Assay's.
    """

    def wrap(self, key: bytes, context: Mapping[str, str]) -> bytes:
        """The key wrapped under the current version. Raises KeyUnavailable when the backend refuses."""
        ...

    def unwrap(self, wrapped: bytes, context: Mapping[str, str]) -> bytes:
        """The key again. Raises IntegrityError for a wrong context or changed bytes, KeyUnavailable when the
        backend refuses, cannot be reached, or the version is gone."""
        ...

    def rotate(self) -> str:
        """Start a new version, which wraps from now on; the older ones still unwrap. Returns its name."""
        ...

    def destroy(self) -> None:
        """Destroy the master key, all versions: nothing that it wrapped can ever be read again."""
        ...

    def describe(self) -> KeyDescription:
        """The backend's public facts. Raises KeyUnavailable when it cannot be reached."""
        ...


class _BackendClass(Protocol):
    def from_address(self, address: str) -> KeyBackend: ...


def backend_schemes() -> tuple[str, ...]:
    """The schemes an address may have."""
    return tuple(sorted(_BACKENDS))


def open_backend(address: str) -> KeyBackend:
    """The backend at `address`, written `scheme:rest`, for example `file:/etc/assay/master.json`.

    Raises InvalidInput when no backend has the scheme, KeyUnavailable when the key is not there.
    """
    scheme, separator, rest = address.partition(":")
    if not separator or scheme not in _BACKENDS:
        message = f"the address must begin with one of: {', '.join(s + ':' for s in backend_schemes())}"
        raise InvalidInput("There is no such key backend.", problems=[Problem("", "key_backend", message)])
    module, _, name = _BACKENDS[scheme].partition(":")
    backend = cast(_BackendClass, getattr(import_module(module), name))
    return backend.from_address(rest)
