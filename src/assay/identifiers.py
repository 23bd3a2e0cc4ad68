"""UUIDv7 identifiers (RFC 9562): unique, and in order of creation, so that indexes grow at one end."""

from __future__ import annotations

import os
import time
from uuid import UUID

_RANDOM_BITS = 74
_last_value = 0


def new_id() -> UUID:
    """A UUIDv7 that is greater than every one this process made before.

    The 74 bits after the millisecond are random; within one millisecond the value is stepped by a
    random amount instead, so that order holds even when the clock stands still or jumps back.
    """
    global _last_value
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds << _RANDOM_BITS) | (int.from_bytes(os.urandom(10), "big") >> 6)
    if value <= _last_value:
        value = _last_value + 1 + int.from_bytes(os.urandom(4), "big")
    _last_value = value
    return _as_uuid(value)


def _as_uuid(value: int) -> UUID:
    """Spread 48 bits of time and 74 bits of order over the layout of RFC 9562, section 5.7."""
    time_bits = value >> _RANDOM_BITS
    random_a = (value >> 62) & 0xFFF
    random_b = value & ((1 << 62) - 1)
    return UUID(int=(time_bits << 80) | (0x7 << 76) | (random_a << 64) | (0b10 << 62) | random_b)
