"""Server-sent events (WHATWG HTML, section 9.2), as far as a job's progress needs them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator

from assay.errors import TooLarge

_LARGEST_EVENT = 1 << 20


async def event_data(chunks: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    """The data of each event. Comments (keep-alives) and other fields are passed over."""
    data: list[bytes] = []
    async for line in lines(chunks):
        if not line:
            if data:
                yield b"\n".join(data)
                data = []
            continue
        name, _, value = line.partition(b":")
        if name == b"data":
            data.append(value.removeprefix(b" "))


async def lines(chunks: AsyncIterator[bytes], longest: int = _LARGEST_EVENT) -> AsyncIterator[bytes]:
    """The lines of a body without their ends. Raises TooLarge for one without an end in sight."""
    rest = b""
    async for chunk in chunks:
        parts = (rest + chunk).split(b"\n")
        rest = parts.pop()
        for part in parts:
            yield part.removesuffix(b"\r")
        if len(rest) > longest:
            raise TooLarge("A line of the answer is too long.")
    if rest:
        yield rest.removesuffix(b"\r")
