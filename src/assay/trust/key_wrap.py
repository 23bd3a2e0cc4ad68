"""Wrapping of one key by another: AES-256-GCM under the current version of a wrapping key.

A wrapped key has 63 bytes:

    format (1 byte, 0x01) | wrapping key version (2, big-endian) | nonce (12) | ciphertext (32) | tag (16)

The associated data is the first three bytes and a `binding` that says what the key is for, so that a wrapped
key put in the place of another one does not unwrap.
"""

from __future__ import annotations

from collections.abc import Mapping
from os import urandom
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from assay.errors import IntegrityError, KeyUnavailable
from assay.trust.secret import Secret, require_key

WRAPPED_SIZE: Final = 63

_FORMAT: Final = b"\x01"
_HEADER_SIZE: Final = 3
_NONCE_END: Final = 15


class WrappingKey(Secret):
    """A key that only wraps other keys, in all its versions; `current` wraps, every version unwraps."""

    __slots__ = ("_versions", "current")

    def __init__(self, versions: Mapping[int, bytes], current: int) -> None:
        if current not in versions:
            raise ValueError(f"the current key version {current} is not among the versions")
        self._versions = {version: require_key(key, "a wrapping key") for version, key in versions.items()}
        self.current = current

    def wrap(self, key: bytes, binding: bytes) -> bytes:
        """`key` (32 bytes) wrapped for the use that `binding` spells out."""
        header = _FORMAT + self.current.to_bytes(2)
        nonce = urandom(_NONCE_END - _HEADER_SIZE)
        cipher = AESGCM(self._versions[self.current])
        return header + nonce + cipher.encrypt(nonce, require_key(key, "a key to wrap"), header + binding)

    def unwrap(self, wrapped: bytes, binding: bytes) -> bytes:
        """The key that was wrapped for exactly this `binding`.

        Raises IntegrityError when the wrapped key was changed, moved or is malformed, and KeyUnavailable
        when the version that wrapped it is gone.
        """
        if len(wrapped) != WRAPPED_SIZE or wrapped[:1] != _FORMAT:
            raise IntegrityError("A key slot does not hold a wrapped key.")
        header, nonce, sealed = wrapped[:_HEADER_SIZE], wrapped[_HEADER_SIZE:_NONCE_END], wrapped[_NONCE_END:]
        version = int.from_bytes(header[1:])
        if version not in self._versions:
            raise KeyUnavailable(f"The key was wrapped by version {version} of a key that is gone.")
        try:
            return AESGCM(self._versions[version]).decrypt(nonce, sealed, header + binding)
        except InvalidTag as error:
            raise IntegrityError("A wrapped key was changed or does not belong here.") from error
