"""One picture on its way out of the decoder: what there is of it can be had while the rest still comes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from assay.errors import AssayError, NotFound, TooLarge, Unavailable
from assay.server.media.picture_records import (
    MOST_PICTURE_BYTES,
    MOST_PIXELS,
    SIZE,
    EncodedPicture,
    Record,
    RecordKind,
    TilePlace,
)

_Found = TypeVar("_Found")
_PATIENCE_SECONDS = 90.0
_BYTES_BESIDE_CONTENT = 250


class PictureUnreadable(AssayError):
    code, status, title = "picture_unreadable", 422, "The file cannot be shown as a picture"


def unreadable() -> AssayError:
    return PictureUnreadable(
        "The file is damaged, or no PNG, JPEG, WebP, GIF, TIFF or BMP.",
        advice="Open the original in another program, or have it exported anew.",
    )


def too_large() -> AssayError:
    return TooLarge(
        f"The picture has more than {MOST_PIXELS // 1_000_000} million pixels, or takes more time or memory "
        "than one picture may.",
        advice="Cut it into several pictures, or import a smaller copy.",
    )


def busy() -> AssayError:
    return Unavailable(
        "The picture is not ready yet: it is being prepared, or others are.", advice="Try again in a moment."
    )


class Picture:
    """Size, preview and tiles of a picture, for several viewers at once. `bytes` counts what it holds."""

    def __init__(self) -> None:
        self.bytes = 0
        self.viewers = 0
        self._size: tuple[int, int] | None = None
        self._preview: EncodedPicture | None = None
        self._tiles: dict[TilePlace, EncodedPicture] = {}
        self._is_complete = False
        self._failure: Callable[[], AssayError] | None = None
        self._change = asyncio.Event()

    @property
    def has_ended(self) -> bool:
        """Nothing more will come."""
        return self._is_complete or self.has_failed

    @property
    def has_failed(self) -> bool:
        """Nothing of it is shown."""
        return self._failure is not None

    async def size(self) -> tuple[int, int]:
        """Width and height in pixels as it is shown. Raises as `tile` does."""
        return await self._once_there(lambda: self._size)

    async def preview(self) -> EncodedPicture:
        """The small copy. Raises as `tile` does."""
        return await self._once_there(lambda: self._preview)

    async def tile(self, place: TilePlace) -> EncodedPicture:
        """Raises NotFound, PictureUnreadable, TooLarge, and Unavailable when it takes too long."""
        return await self._once_there(lambda: self._tiles.get(place))

    def add(self, record: Record) -> None:
        """What the decoder says next."""
        self.bytes += len(record.body) + _BYTES_BESIDE_CONTENT
        if self.bytes > 2 * MOST_PICTURE_BYTES:
            self.fail(too_large)
            return
        encoded = EncodedPicture(record.body, record.format.media_type)
        match record.kind:
            case RecordKind.SIZE:
                self._size = SIZE.unpack(record.body)
            case RecordKind.PREVIEW:
                self._preview = encoded
            case RecordKind.TILE:
                self._tiles[record.place] = encoded
            case RecordKind.END:
                self._is_complete = True
            case RecordKind.UNREADABLE:
                self.fail(unreadable)
            case RecordKind.TOO_LARGE:
                self.fail(too_large)
        self._tell()

    def fail(self, failure: Callable[[], AssayError]) -> None:
        """Nothing of it is shown from now on."""
        self._failure = failure
        self._size = self._preview = None
        self._tiles.clear()
        self.bytes = _BYTES_BESIDE_CONTENT
        self._tell()

    async def _once_there(self, look: Callable[[], _Found | None]) -> _Found:
        self.viewers += 1
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                while (found := look()) is None:
                    self._refuse_if_ended()
                    await self._change.wait()
                return found
        except TimeoutError:
            raise busy() from None
        finally:
            self.viewers -= 1

    def _refuse_if_ended(self) -> None:
        if self._failure is not None:
            raise self._failure()
        if self._is_complete:
            raise NotFound("The picture has no such tile.")

    def _tell(self) -> None:
        change, self._change = self._change, asyncio.Event()
        change.set()
