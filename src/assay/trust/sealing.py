"""Sealing of small values: what a table holds instead of customer content.

A sealed value is

    format (1 byte, 0x01) | key version (2 bytes, big-endian) | nonce (12 bytes) | ciphertext | tag (16 bytes)

under AES-256-GCM with a random nonce and a subkey of its own per (table, column), derived by HKDF-SHA256
(RFC 5869) from the data key. The associated data names the one place where the value belongs: cell, project,
table, column, row and version, so that a ciphertext which is moved, or rolled back to an earlier version of
its row, does not open.

Random 96-bit nonces limit one subkey to 2**32 values (NIST SP 800-38D, section 8.3): 4 thousand million
values in one column of one project before the data key has to be rotated.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable, Mapping, Sequence
from itertools import repeat
from os import urandom
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from assay.errors import IntegrityError
from assay.trust.secret import KEY_SIZE, MAXIMUM_KEY_VERSION, Secret, require_key

SEALED_OVERHEAD: Final = 31
"""Bytes a sealed value is longer than its plaintext."""

_FORMAT: Final = b"\x01"
_HEADER_SIZE: Final = 3
_NONCE_SIZE: Final = 12
_NONCE_FORMAT: Final = f"{_NONCE_SIZE}s"
_NONCE_END: Final = _HEADER_SIZE + _NONCE_SIZE
_HASH_BLOCK_SIZE: Final = 64
_DERIVATION: Final = b"assay.trust.sealing@v1"
_CELL_SCOPE: Final = b"\x00"
_PROJECT_SCOPE: Final = b"\x01"


class ValueSealer(Secret):
    """Seals and opens the values of one column. Made by `SealingKey.sealer`; safe to share among threads."""

    __slots__ = ("_header", "_openers", "_place", "_seal")

    def __init__(self, ciphers: Mapping[int, AESGCM], current: int, place: bytes) -> None:
        self._header = _header(current)
        self._seal = ciphers[current].encrypt
        self._openers = {_header(version): cipher.decrypt for version, cipher in ciphers.items()}
        self._place = place

    def seal(self, plaintext: bytes, row: UUID, version: int = 0) -> bytes:
        """`plaintext` sealed to `row` and its `version` (0 to 2**64 - 1), under the current key version."""
        nonce = urandom(_NONCE_SIZE)
        header = self._header
        place = header + self._place + row.bytes + version.to_bytes(8)
        return header + nonce + self._seal(nonce, plaintext, place)

    def seal_many(self, plaintexts: Sequence[bytes], rows: Sequence[bytes]) -> list[bytes]:
        """Each of `plaintexts` sealed to the row of its place in `rows` (ids as bytes), at version 0.

        Nonces are as random as those of `seal`: one system call brings those of all values.
        """
        header, seal = self._header, self._seal
        before, after = header + self._place, bytes(8)
        nonces = struct.iter_unpack(_NONCE_FORMAT, urandom(_NONCE_SIZE * len(plaintexts)))
        return [
            header + nonce + seal(nonce, plaintext, before + row + after)
            for plaintext, row, (nonce,) in zip(plaintexts, rows, nonces, strict=True)
        ]

    def open(self, sealed: bytes, row: UUID, version: int = 0) -> bytes:
        """The plaintext that was sealed to exactly this column, `row` and `version`.

        Raises IntegrityError when the value was changed, cut, moved from elsewhere or sealed under a key
        version that this key does not hold.
        """
        [plaintext] = self.open_many([sealed], [row.bytes], [version])
        return plaintext

    def open_many(
        self, sealed: Sequence[bytes], rows: Sequence[bytes], versions: Sequence[int] | None = None
    ) -> list[bytes]:
        """The plaintexts of values that were sealed to `rows` (ids as bytes) and `versions` (None: all 0).

        Raises IntegrityError as `open` does, for the first value that does not open.
        """
        openers, place = self._openers, self._place
        plaintexts = []
        try:
            for value, row, version in zip(sealed, rows, versions or repeat(0, len(rows)), strict=True):
                header = value[:_HEADER_SIZE]
                plaintexts.append(
                    openers[header](
                        value[_HEADER_SIZE:_NONCE_END],
                        value[_NONCE_END:],
                        header + place + row + version.to_bytes(8),
                    )
                )
        except KeyError:
            raise _unknown_header(header) from None
        except (InvalidTag, ValueError) as error:
            raise IntegrityError("A sealed value does not belong to this place or was changed.") from error
        return plaintexts


class _KeyedHash(Secret):
    """HMAC-SHA256 (RFC 2104) under one key, whose two key blocks are hashed once and not for each message:
    less than half of the time that `hmac.digest` takes for a short one."""

    __slots__ = ("_inner", "_outer")

    def __init__(self, key: bytes) -> None:
        block = key.ljust(_HASH_BLOCK_SIZE, b"\x00")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block))

    def digest(self, message: bytes) -> bytes:
        inner = self._inner.copy()
        inner.update(message)
        outer = self._outer.copy()
        outer.update(inner.digest())
        return outer.digest()


class SealingKey(Secret):
    """The versions of one data key and what is derived from them. Base of `ProjectKey` and `CellKey`.

    `versions` maps key version (1 to 65535) to 32 key bytes; `current` seals, every version opens.
    What must stay comparable for life (blind indexes, commitments, pseudonyms) comes from the oldest
    version, so rotation changes what is sealed from then on and nothing that is looked up.
    """

    __slots__ = ("_keyed_hashes", "_scope", "_sealers", "_versions", "current")

    def __init__(self, scope: bytes, versions: Mapping[int, bytes], current: int) -> None:
        if current not in versions:
            raise ValueError(f"the current key version {current} is not among the versions")
        for version, key in versions.items():
            if not 0 < version <= MAXIMUM_KEY_VERSION:
                raise ValueError(f"a key version must be 1 to {MAXIMUM_KEY_VERSION}, not {version}")
            require_key(key, "a data key")
        self._scope = scope
        self._versions = {version: bytes(key) for version, key in versions.items()}
        self._sealers: dict[tuple[UUID, str, str], ValueSealer] = {}
        self._keyed_hashes: dict[str, _KeyedHash] = {}
        self.current = current

    @property
    def versions(self) -> tuple[int, ...]:
        """The key versions that are held, oldest first."""
        return tuple(sorted(self._versions))

    def sealer(self, cell: UUID, table: str, column: str) -> ValueSealer:
        """The sealer of one column, derived once and then remembered."""
        place = (cell, table, column)
        found = self._sealers.get(place)
        if found is None:
            found = self._sealers[place] = self._derive_sealer(cell, table, column)
        return found

    def digest(self, purpose: str, value: bytes) -> bytes:
        """Blind index of `value`: HMAC-SHA256, 32 bytes, under a subkey per `purpose`.

        Equal values give equal digests within one project and purpose, and tell nothing without the key.
        """
        return self._keyed_hash(f"digest/{purpose}").digest(value)

    def digester(self, purpose: str) -> Callable[[bytes], bytes]:
        """`digest` for one purpose and many values."""
        return self._keyed_hash(f"digest/{purpose}").digest

    def commitment(self, object_id: UUID, content: bytes) -> str:
        """Keyed commitment (64 hex digits) to the content of an object, for its log entry.

        The entry outlives the content: once the key is shredded nobody can link the two any more.
        """
        return self._keyed_hash("commitment").digest(object_id.bytes + content).hex()

    def blob_key(self, version: int | None = None) -> bytes:
        """The 32-byte input key of `assay.trust.chunked` for blobs; `version` None means the current one.

        The chunked format derives a key of its own per blob from this key, a random salt and the context.
        Raises IntegrityError when the version is not held.
        """
        chosen = self.current if version is None else version
        if chosen not in self._versions:
            raise IntegrityError("A blob is sealed under a key version that is not held.")
        return _derive(self._versions[chosen], "blob")

    def blob_context(self, cell: UUID, blob: str) -> bytes:
        """The context that binds a blob to its cell, its project and its name in the blob store."""
        return b"assay.trust.blob@v1" + cell.bytes + self._scope + _prefixed(blob)

    def _derive_sealer(self, cell: UUID, table: str, column: str) -> ValueSealer:
        ciphers = {
            version: AESGCM(_derive(key, "value", table, column)) for version, key in self._versions.items()
        }
        place = cell.bytes + self._scope + _prefixed(table) + _prefixed(column)
        return ValueSealer(ciphers, self.current, place)

    def _keyed_hash(self, purpose: str) -> _KeyedHash:
        found = self._keyed_hashes.get(purpose)
        if found is None:
            oldest = self._versions[min(self._versions)]
            found = self._keyed_hashes[purpose] = _KeyedHash(_derive(oldest, purpose))
        return found


class ProjectKey(SealingKey):
    """The data key of one project, in all its versions."""

    __slots__ = ("project",)

    def __init__(self, project: UUID, versions: Mapping[int, bytes], current: int) -> None:
        super().__init__(_PROJECT_SCOPE + project.bytes, versions, current)
        self.project = project

    def __repr__(self) -> str:
        return f"<ProjectKey: project {self.project}, versions {self.versions}>"


class CellKey(SealingKey):
    """The data key for content of a cell that belongs to no project: member notes, project names."""

    __slots__ = ("cell",)

    def __init__(self, cell: UUID, versions: Mapping[int, bytes], current: int) -> None:
        super().__init__(_CELL_SCOPE + cell.bytes, versions, current)
        self.cell = cell

    def __repr__(self) -> str:
        return f"<CellKey: cell {self.cell}, versions {self.versions}>"

    def pseudonym(self, person: UUID) -> UUID:
        """The name under which this cell's log and tables know a person: HMAC-SHA256 as a UUIDv8.

        The same person has unrelated pseudonyms in two cells, and none that can be traced once the
        cell's key is gone.
        """
        digest = self._keyed_hash("pseudonym").digest(person.bytes)
        return _as_uuid8(digest[:16])


def _header(key_version: int) -> bytes:
    return _FORMAT + key_version.to_bytes(2)


def _unknown_header(header: bytes) -> IntegrityError:
    if len(header) == _HEADER_SIZE and header[:1] == _FORMAT:
        return IntegrityError("A value is sealed under a key version that is not held.")
    return IntegrityError("A value is not in the sealed format.")


def _prefixed(name: str) -> bytes:
    """A name with its length in front, so that no two sequences of names encode alike."""
    encoded = name.encode()
    return len(encoded).to_bytes(2) + encoded


def _derive(key: bytes, *names: str) -> bytes:
    """A 32-byte subkey for the use that `names` spell out (HKDF-SHA256; the key is uniformly random)."""
    info = _DERIVATION + b"".join(_prefixed(name) for name in names)
    return HKDF(algorithm=SHA256(), length=KEY_SIZE, salt=None, info=info).derive(key)


def _as_uuid8(value: bytes) -> UUID:
    """16 bytes in the layout of RFC 9562, section 5.8: 122 of the bits are kept."""
    number = int.from_bytes(value)
    number = (number & ~(0xF << 76)) | (0x8 << 76)
    return UUID(int=(number & ~(0b11 << 62)) | (0b10 << 62))
