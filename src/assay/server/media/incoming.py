"""A request body that is taken up as it comes: bounded, and never in memory as a whole."""

from __future__ import annotations

from collections.abc import AsyncIterator

from assay.errors import TooLarge

_WANTED_BYTES = 4096


class IncomingFile:
    """A streamed body. `first_bytes` are there before the rest is asked for, to see what it is."""

    def __init__(self, first_bytes: bytes, stream: AsyncIterator[bytes], limit: int) -> None:
        self.first_bytes = first_bytes
        self._stream = stream
        self._limit = limit

    @classmethod
    async def begin(cls, stream: AsyncIterator[bytes], limit: int) -> IncomingFile:
        """Read the beginning: 4096 bytes, or all there is. `limit` is the largest size in bytes."""
        parts: list[bytes] = []
        length = 0
        async for part in stream:
            parts.append(part)
            length += len(part)
            if length >= _WANTED_BYTES:
                break
        return cls(b"".join(parts), stream, limit)

    async def pieces(self) -> AsyncIterator[bytes]:
        """Everything from the beginning on. Raises TooLarge."""
        length = len(self.first_bytes)
        self._check(length)
        if self.first_bytes:
            yield self.first_bytes
        async for part in self._stream:
            length += len(part)
            self._check(length)
            yield part

    def _check(self, length: int) -> None:
        if length > self._limit:
            raise TooLarge(f"The file is larger than {self._limit} bytes, which this installation allows.")
