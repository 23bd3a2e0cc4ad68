"""What the process that decodes pictures says to the server: records of a fixed head and a bounded body."""

from __future__ import annotations

from enum import IntEnum
from struct import Struct
from typing import NamedTuple

TILE_SIZE = 512
"""Pixels on a side of a tile; those at the right and lower edges are smaller."""

PREVIEW_SIDE = 1600
"""Pixels on the longer side of a preview, at most."""

MOST_PIXELS = 500_000_000
"""Of a picture. Its pixels and those of its smaller copies take 2.7 GB of the decoding process, in colour."""

MOST_SIDE = 1 << 18
"""Pixels. A picture of one row would else have a tile for every few pixels."""

MOST_FILE_BYTES = 1 << 30

MOST_PICTURE_BYTES = 256 << 20
"""All tiles of one picture and its preview, encoded."""

MOST_RECORD_BYTES = 16 << 20
"""Of a preview that can hardly be compressed; a tile has a tenth of it."""

HEAD = Struct(">BBBHHI")
"""Kind, format, level, column, row, and the number of bytes that follow."""

SIZE = Struct(">II")
"""The body of `RecordKind.SIZE`: width and height of the picture as it is shown."""


class RecordKind(IntEnum):
    """SIZE comes first, then PREVIEW, the TILEs from the smallest level on, and END; or a refusal."""

    SIZE = 1
    PREVIEW = 2
    TILE = 3
    END = 4
    UNREADABLE = 5
    TOO_LARGE = 6


class PictureFormat(IntEnum):
    """How a preview or a tile is encoded."""

    NONE = 0
    JPEG = 1
    PNG = 2
    WEBP = 3

    @property
    def media_type(self) -> str:
        return f"image/{self.name.lower()}"


class TilePlace(NamedTuple):
    """Level 0 is the picture itself, each further one half as wide and high; 0, 0 is the upper left tile."""

    level: int
    x: int
    y: int


class EncodedPicture(NamedTuple):
    """A preview or a tile."""

    content: bytes
    media_type: str


class Record(NamedTuple):
    kind: RecordKind
    body: bytes = b""
    format: PictureFormat = PictureFormat.NONE
    place: TilePlace = TilePlace(0, 0, 0)

    def encoded(self) -> bytes:
        return HEAD.pack(self.kind, self.format, *self.place, len(self.body)) + self.body


def levels_of(width: int, height: int) -> int:
    """How many levels a picture of this size has: on the last one, one tile is all of it."""
    tiles = -(-max(width, height) // TILE_SIZE)
    return 1 + (tiles - 1).bit_length()


def side_at(level: int, pixels: int) -> int:
    """Width or height at a level."""
    return -(-pixels // (1 << level))
