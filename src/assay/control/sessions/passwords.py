"""Passwords: argon2id (RFC 9106), off the event loop, the same time whether or not there is an account."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import argon2
from argon2.exceptions import InvalidHashError, VerificationError

from assay.errors import InvalidInput, Problem

MINIMUM_LENGTH = 12
MAXIMUM_LENGTH = 1024
Result = TypeVar("Result")

_AT_ONCE = 2
"""Hashes computed at the same time: bounds memory (64 MiB each) and leaves processors to other requests."""


@dataclass(frozen=True, slots=True)
class Argon2Parameters:
    """Cost of one hash. The default is RFC 9106's choice for memory-constrained hosts: 64 MiB, 3 passes."""

    memory_kibibytes: int = 65536
    passes: int = 3
    lanes: int = 4


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether the password is right, and a new hash when the stored one has other parameters than today's."""

    right: bool
    better_hash: str | None = None


class Passwords:
    """Hashes and verifies. Each costs about 0.2 s of a processor outside of the event loop."""

    def __init__(self, parameters: Argon2Parameters | None = None) -> None:
        chosen = parameters or Argon2Parameters()
        self._hasher = argon2.PasswordHasher(
            time_cost=chosen.passes,
            memory_cost=chosen.memory_kibibytes,
            parallelism=chosen.lanes,
            type=argon2.Type.ID,
        )
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="argon2")
        self._decoy: str | None = None

    async def hash(self, password: str) -> str:
        """The PHC string to store. Raises InvalidInput at /password when it is too short or too long."""
        _check(password)
        return await self._off_loop(self._hasher.hash, password)

    async def verify(self, stored: str | None, password: str) -> Verification:
        """Compare with the stored hash; without one do the same work on a decoy, and answer no."""
        decoy = await self._decoy_hash()
        acceptable = 0 < len(password) <= MAXIMUM_LENGTH
        compared = password.encode("utf-8", "surrogatepass") if acceptable else b""
        right = await self._off_loop(self._is_right, stored or decoy, compared)
        if stored is None or not acceptable or not right:
            return Verification(False)
        if self._hasher.check_needs_rehash(stored):
            return Verification(True, await self._off_loop(self._hasher.hash, password))
        return Verification(True)

    def close(self) -> None:
        self._threads.shutdown(wait=True)

    async def _decoy_hash(self) -> str:
        """The hash of a password that nobody knows; made before it is needed, for every caller alike."""
        if self._decoy is None:
            self._decoy = await self._off_loop(self._hasher.hash, secrets.token_urlsafe(16))
        return self._decoy

    def _is_right(self, stored: str, password: bytes) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _off_loop(self, function: Callable[..., Result], *arguments: object) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._threads, function, *arguments)


def _check(password: str) -> None:
    if len(password) < MINIMUM_LENGTH:
        raise _invalid("too-short", f"A password has at least {MINIMUM_LENGTH} characters.")
    if len(password) > MAXIMUM_LENGTH:
        raise _invalid("too-long", f"A password has at most {MAXIMUM_LENGTH} characters.")
    if any("\ud800" <= character <= "\udfff" for character in password):
        raise _invalid("not-text", "A password must be Unicode text.")


def _invalid(rule: str, message: str) -> InvalidInput:
    return InvalidInput(message, problems=[Problem("/password", rule, message)])
