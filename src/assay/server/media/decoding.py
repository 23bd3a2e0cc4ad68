"""Has one picture decoded by another process, and reads what that process says."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager, suppress

from assay.server.media.picture_records import (
    HEAD,
    MOST_RECORD_BYTES,
    PictureFormat,
    Record,
    RecordKind,
    TilePlace,
)

_PROGRAM = "assay.server.media.picture_process"
_LAST = frozenset({RecordKind.END, RecordKind.UNREADABLE, RecordKind.TOO_LARGE})


class DecoderStopped(Exception):
    """The process ended before it had said everything: it hit one of its limits, or crashed."""


async def decoded_records(content: AsyncGenerator[bytes, None], length: int) -> AsyncGenerator[Record, None]:
    """The records of the picture that `content` is, `length` bytes. Close it, and the process ends.

    Raises DecoderStopped, and what `content` raises.
    """
    async with _running(length) as process:
        await _hand_over(process, content)
        while True:
            record = await _next_record(process)
            yield record
            if record.kind in _LAST:
                return


@asynccontextmanager
async def _running(length: int) -> AsyncIterator[Process]:
    # Without our environment, our working directory and our open files: nothing of ours is in the process.
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        "-m",
        _PROGRAM,
        str(length),
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
        env={},
        cwd="/",
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def _hand_over(process: Process, content: AsyncGenerator[bytes, None]) -> None:
    assert process.stdin is not None
    async with aclosing(content) as pieces:
        # A process that refuses early does not read to the end; what it says is read next.
        with suppress(BrokenPipeError, ConnectionResetError):
            async for piece in pieces:
                process.stdin.write(piece)
                await process.stdin.drain()
    process.stdin.close()


async def _next_record(process: Process) -> Record:
    assert process.stdout is not None
    try:
        kind, encoded_as, level, x, y, length = HEAD.unpack(await process.stdout.readexactly(HEAD.size))
        if length > MOST_RECORD_BYTES:
            raise DecoderStopped
        body = await process.stdout.readexactly(length)
        return Record(RecordKind(kind), body, PictureFormat(encoded_as), TilePlace(level, x, y))
    except (asyncio.IncompleteReadError, ValueError):
        raise DecoderStopped from None
