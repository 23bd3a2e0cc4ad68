"""The first bytes of a file that passes by, kept to look at."""

from __future__ import annotations

from collections.abc import AsyncIterator

LONGEST_BEGINNING = 256 << 10
"""Bytes. In front of a photograph's size there may be its colour profile and a small copy of it."""


class Beginning:
    """Passes a stream on as it is, and keeps at least `LONGEST_BEGINNING` bytes of it, or all there is."""

    def __init__(self, stream: AsyncIterator[bytes]) -> None:
        self._stream = stream
        self._pieces: list[bytes] = []
        self._length = 0

    async def pieces(self) -> AsyncIterator[bytes]:
        """Everything, unchanged. What is kept is as long as the wanted bytes and one piece of the stream."""
        async for piece in self._stream:
            if self._length < LONGEST_BEGINNING:
                self._pieces.append(piece)
                self._length += len(piece)
            yield piece

    def content(self) -> bytes:
        """What has been kept."""
        return b"".join(self._pieces)
