"""UUIDv7 identifiers (RFC 9562): unique, and in order of creation, so that indexes grow at one end."""

from __future__ import annotations

import os
import struct
import time
from threading import Lock
from uuid import UUID

_RANDOM_BITS = 74
_RANDOM_BYTES = 10
_POOL_BYTES = 400 * _RANDOM_BYTES
_LOW_BITS = (1 << 62) - 1


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
            return self._next()

    def several(self, count: int) -> list[int]:
        """The first as from `next`, the others each a random step of up to 32 bits on."""
        steps = struct.unpack(f"{count}I", os.urandom(4 * count))
        values: list[int] = []
        with self._lock:
            if count:
                values.append(self._next())
            for step in steps[1:]:
                values.append(values[-1] + 1 + step)
            self._last = values[-1] if values else self._last
        return values

    def _next(self) -> int:
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
    return UUID(int=_laid_out(_source.next()))


def new_ids(count: int) -> list[bytes]:
    """`count` ids as from `new_id`, ascending, each as its 16 bytes: for rows by the thousand."""
    return [_laid_out(value).to_bytes(16, "big") for value in _source.several(count)]


def _laid_out(value: int) -> int:
    """A value of the source with version and variant between its bits (RFC 9562, section 5.7)."""
    head = (value >> _RANDOM_BITS << 16) | 0x7000 | ((value >> 62) & 0xFFF)
    return (head << 64) | (0b10 << 62) | (value & _LOW_BITS)
