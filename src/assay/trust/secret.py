"""Objects that hold key bytes: never shown, never pickled, never copied."""

from __future__ import annotations

from typing import Final, NoReturn, SupportsIndex

KEY_SIZE: Final = 32
"""Bytes in every symmetric key of the hierarchy (AES-256, HMAC-SHA256)."""

MAXIMUM_KEY_VERSION: Final = 0xFFFF
"""Key versions count from 1 and fill two bytes."""


class Secret:
    """Base of what holds key bytes. A log line, a traceback or a job's arguments must not carry them."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: secret>"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError(f"{type(self).__name__} holds key bytes and cannot be pickled or copied")


def require_key(key: bytes, what: str) -> bytes:
    """`key` itself when it is 32 bytes long, else ValueError naming `what`, never the value."""
    if len(key) != KEY_SIZE:
        raise ValueError(f"{what} must be {KEY_SIZE} bytes, not {len(key)}")
    return bytes(key)
