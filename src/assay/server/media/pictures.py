"""The pictures that somebody looks at by tiles, decoded once and kept for a while.

Tiles are kept encoded, in this process's memory, and nowhere else. Measured with a photograph of 100 million
pixels (21 MB as JPEG): decoding it and cutting all 560 tiles takes 1.9 s of CPU and, meanwhile, 553 MB in
the decoding process; the preview is there after 1.0 s, a later tile takes 4 ms, and 44 MB are kept. Keeping
pixels would take ten times that for each picture. Keeping the tiles sealed in the blob store would save those
2 s after a restart, and need a second kind of blob to be found, counted and deleted with the first. So
plaintext never touches the disk, and is forgotten when nobody looks.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from uuid import UUID

import structlog

from assay.errors import AssayError
from assay.server.media.decoding import DecoderStopped, decoded_records
from assay.server.media.picture import Picture, busy, too_large

_MOST_BYTES = 512 << 20
_MOST_PICTURES = 1000
_IDLE_SECONDS = 600.0
_DECODING_SECONDS = 60.0
_logger = structlog.get_logger("assay.pictures")

PictureKey = tuple[UUID, UUID]
"""Cell and blob."""

Content = Callable[[], AsyncGenerator[bytes, None]]
"""Begins to read a file."""


class Pictures:
    """Decodes one picture at a time; the others wait, and those that nobody waits for any more are left out.

    Refused files are remembered for a while as well, so that asking again costs nothing.
    """

    def __init__(self, most_bytes: int = _MOST_BYTES, clock: Callable[[], float] = time.monotonic) -> None:
        self._most_bytes = most_bytes
        self._clock = clock
        self._pictures: OrderedDict[PictureKey, Picture] = OrderedDict()
        self._looked_at: dict[PictureKey, float] = {}
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._sweep: asyncio.TimerHandle | None = None

    def __contains__(self, key: PictureKey) -> bool:
        return key in self._pictures

    def open(self, key: PictureKey, content: Content, length: int) -> Picture:
        """The picture, complete or on its way. Whoever gets it may see it: that was asked before."""
        self.forget_idle()
        picture = self._pictures.get(key)
        if picture is None:
            picture = self._pictures[key] = Picture()
            task = asyncio.create_task(self._fill(key, picture, content, length), name="decode picture")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        if not picture.has_failed or key not in self._looked_at:
            self._looked_at[key] = self._clock()
            self._pictures.move_to_end(key)
        return picture

    def forget_idle(self) -> None:
        """Forget what nobody has looked at for ten minutes, and look again while there is anything."""
        before = self._clock() - _IDLE_SECONDS
        for key in [key for key, at in self._looked_at.items() if at < before]:
            if self._pictures[key].has_ended:
                self._forget(key)
        if self._sweep is not None:
            self._sweep.cancel()
        loop = asyncio.get_running_loop()
        self._sweep = loop.call_later(_IDLE_SECONDS, self.forget_idle) if self._pictures else None

    async def _fill(self, key: PictureKey, picture: Picture, content: Content, length: int) -> None:
        try:
            async with self._turn:
                if picture.viewers == 0:
                    raise busy()  # noqa: TRY301 - ends as every other error of the task
                await self._decode(key, picture, content, length)
        except AssayError as error:
            self._drop(key, picture, error)
        except Exception:
            _logger.exception("a picture could not be decoded", blob=str(key[1]))
            self._drop(key, picture, busy())
        except asyncio.CancelledError:
            self._drop(key, picture, busy())
            raise

    async def _decode(self, key: PictureKey, picture: Picture, content: Content, length: int) -> None:
        try:
            async with (
                asyncio.timeout(_DECODING_SECONDS),
                aclosing(decoded_records(content(), length)) as records,
            ):
                async for record in records:
                    picture.add(record)
                    self._make_room(key)
                    if picture.has_ended:
                        return
        except (DecoderStopped, TimeoutError):
            _logger.warning("a picture could not be decoded within its limits", blob=str(key[1]))
            picture.fail(too_large)

    def _drop(self, key: PictureKey, picture: Picture, error: AssayError) -> None:
        """For what may go well the next time: a key or a file that could not be had."""
        picture.fail(lambda: type(error)(error.detail, advice=error.advice))
        if self._pictures.get(key) is picture:
            self._forget(key)

    def _make_room(self, key: PictureKey) -> None:
        """Forget what was looked at least recently, but not the picture that needs the room."""
        held = sum(picture.bytes for picture in self._pictures.values())
        for other in list(self._pictures):
            if held <= self._most_bytes and len(self._pictures) <= _MOST_PICTURES:
                return
            picture = self._pictures[other]
            if other != key and picture.has_ended:
                held -= picture.bytes
                self._forget(other)

    def _forget(self, key: PictureKey) -> None:
        del self._pictures[key], self._looked_at[key]
