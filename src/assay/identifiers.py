"""UUIDv7 identifiers (RFC 9562): unique, and in order of creation, so that indexes grow at one end."""

from __future__ import annotations

import os
import time
from threading import Lock
from uuid import UUID

_RANDOM_BITS = 74
_RANDOM_BYTES = 10
_POOL_BYTES = 400 * _RANDOM_BYTES


class _Source:
    """Makes values of 48 bits of time and 74 random bits, each greater than the one before.

    Random bytes come from a pool: a system call for each id would be a good part of its cost.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._last = 0
        self._pool = b""
        self._position = 0

    def next(self) -> int:
        with self._lock:
            if self._position >= len(self._pool):
                self._pool, self._position = os.urandom(_POOL_BYTES), 0
            taken = self._pool[self._position : self._position + _RANDOM_BYTES]
            self._position += _RANDOM_BYTES
            random_bits = int.from_bytes(taken, "big") >> (8 * _RANDOM_BYTES - _RANDOM_BITS)
            value = (time.time_ns() // 1_000_000 << _RANDOM_BITS) | random_bits
            if value <= self._last:
                # In the same millisecond, or after the clock jumped back, a random step keeps the order.
                value = self._last + 1 + (random_bits & 0xFFFF_FFFF)
            self._last = value
            return value


_source = _Source()


def new_id() -> UUID:
    """A UUIDv7 that is greater than every one this process made before. Safe to call from any thread."""
    value = _source.next()
    time_bits = value >> _RANDOM_BITS
    random_a = (value >> 62) & 0xFFF
    random_b = value & ((1 << 62) - 1)
    return UUID(int=(time_bits << 80) | (0x7 << 76) | (random_a << 64) | (0b10 << 62) | random_b)
