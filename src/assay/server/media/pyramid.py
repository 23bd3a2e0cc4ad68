"""A decoded picture, cut into tiles of every size. Runs only in the process that decodes pictures."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from typing import Any

from PIL import Image

from assay.server.media.orientation import Box, turn_of
from assay.server.media.picture_records import (
    MOST_PICTURE_BYTES,
    PREVIEW_SIDE,
    SIZE,
    TILE_SIZE,
    PictureFormat,
    Record,
    RecordKind,
    TilePlace,
    levels_of,
)

_STRIP_ROWS = 512
_DEEP_GREYS = frozenset({"I", "F", "I;16", "I;16L", "I;16B", "I;16N"})
_DRAWN = frozenset({"1", "P"})
_WITH_ALPHA = frozenset({"LA", "La", "PA", "RGBA", "RGBa"})

_Encoding = tuple[PictureFormat, dict[str, Any]]
_JPEG: tuple[_Encoding, ...] = (
    (PictureFormat.JPEG, {"quality": 90, "subsampling": 0}),
    (PictureFormat.JPEG, {"quality": 75}),
    (PictureFormat.JPEG, {"quality": 50}),
    (PictureFormat.JPEG, {"quality": 20}),
)
_PNG: _Encoding = (PictureFormat.PNG, {"compress_level": 1})
_WEBP: tuple[_Encoding, ...] = (
    (PictureFormat.WEBP, {"quality": 80, "method": 0}),
    (PictureFormat.WEBP, {"quality": 20, "method": 0}),
)


class Pyramid:
    """A loaded picture and its smaller copies.

    The picture itself is never copied as a whole, neither to turn it upright nor to convert its pixels: that
    is done with each tile. Only the smaller copies, a third of it together, are upright and converted.
    """

    def __init__(self, picture: Image.Image) -> None:
        self._picture = picture
        self._turn = turn_of(picture)
        self._drawn = picture.mode in _DRAWN
        self._greys = _range_of(picture) if picture.mode in _DEEP_GREYS else (0.0, 255.0)
        self.width, self.height = self._turn.size(*picture.size)
        self.levels = levels_of(self.width, self.height)
        self._smaller: list[Image.Image] = []

    def records(self) -> Iterator[Record]:
        """Everything about the picture, what is needed first coming first."""
        yield Record(RecordKind.SIZE, SIZE.pack(self.width, self.height))
        self._make_smaller()
        preview = self._preview()
        encodings = self._encodings(preview)
        yield Record(RecordKind.PREVIEW, *_encode(preview, encodings, MOST_PICTURE_BYTES / 32))
        yield from self._tiles()
        yield Record(RecordKind.END)

    def _tiles(self) -> Iterator[Record]:
        """From the smallest level on. Where the picture's bytes run short, tiles lose quality."""
        bytes_left = MOST_PICTURE_BYTES * 31 / 32
        pixels_left = sum(math.prod(self._size_at(level)) for level in range(self.levels))
        for level in reversed(range(self.levels)):
            width, height = self._size_at(level)
            for top in range(0, height, TILE_SIZE):
                for left in range(0, width, TILE_SIZE):
                    box = (left, top, min(left + TILE_SIZE, width), min(top + TILE_SIZE, height))
                    tile = self._cut(level, box)
                    pixels = tile.width * tile.height
                    body, how = _encode(tile, self._encodings(tile), bytes_left * pixels / pixels_left)
                    bytes_left -= len(body)
                    pixels_left -= pixels
                    place = TilePlace(level, left // TILE_SIZE, top // TILE_SIZE)
                    yield Record(RecordKind.TILE, body, how, place)

    def _size_at(self, level: int) -> tuple[int, int]:
        return (self.width, self.height) if level == 0 else self._smaller[level - 1].size

    def _make_smaller(self) -> None:
        if self.levels == 1:
            return
        self._smaller = [self._half()]
        while len(self._smaller) < self.levels - 1:
            self._smaller.append(self._smaller[-1].reduce(2))

    def _half(self) -> Image.Image:
        """The picture in half its size, turned and converted strip by strip."""
        half: Image.Image | None = None
        for top in range(0, self.height, _STRIP_ROWS):
            strip = self._cut(0, (0, top, self.width, min(top + _STRIP_ROWS, self.height))).reduce(2)
            if half is None:
                half = Image.new(strip.mode, ((self.width + 1) // 2, (self.height + 1) // 2))
            half.paste(strip, (0, top // 2))
        assert half is not None
        return half

    def _preview(self) -> Image.Image:
        """From the smallest level that has as many pixels."""
        longer = max(self.width, self.height)
        if longer <= PREVIEW_SIDE:
            return self._cut(0, (0, 0, self.width, self.height))
        size = tuple(max(1, round(side * PREVIEW_SIDE / longer)) for side in (self.width, self.height))
        fitting = [copy for copy in self._smaller if max(copy.size) >= PREVIEW_SIDE]
        if fitting:
            return fitting[-1].resize((size[0], size[1]), Image.Resampling.BOX)
        whole = self._cut(0, (0, 0, self.width, self.height))
        return whole.resize((size[0], size[1]), Image.Resampling.BOX)

    def _cut(self, level: int, box: Box) -> Image.Image:
        if level > 0:
            return self._smaller[level - 1].crop(box)
        lying = self._turn.before(box, self.width, self.height)
        return self._turn.of(self._shown(self._picture.crop(lying)))

    def _shown(self, piece: Image.Image) -> Image.Image:
        """Pixels as a screen has them: L, RGB or RGBA."""
        if piece.mode in _DEEP_GREYS:
            return _scaled(piece, *self._greys)
        if piece.mode in _WITH_ALPHA or "transparency" in self._picture.info:
            return piece.convert("RGBA")
        if piece.mode in {"L", "RGB"}:
            return piece
        return piece.convert("L" if piece.mode == "1" else "RGB")

    def _encodings(self, piece: Image.Image) -> tuple[_Encoding, ...]:
        """How to encode, best first. What was drawn in a few colours must not get the halos of JPEG."""
        if piece.mode == "RGBA" and piece.getchannel("A").getextrema() != (255, 255):
            return (_PNG, *_WEBP)
        return (_PNG, *_JPEG) if self._drawn else _JPEG


def _encode(
    piece: Image.Image, encodings: tuple[_Encoding, ...], most_bytes: float
) -> tuple[bytes, PictureFormat]:
    """In the first way that is small enough, else in the last one."""
    content, how = b"", PictureFormat.NONE
    for how, options in encodings:
        plain = piece.convert("RGB") if how == PictureFormat.JPEG and piece.mode == "RGBA" else piece
        out = io.BytesIO()
        plain.save(out, how.name, **options)
        content = out.getvalue()
        if len(content) <= most_bytes:
            break
    return content, how


def _range_of(picture: Image.Image) -> tuple[float, float]:
    """The darkest and the brightest value: those between fill the screen's range, whatever the depth."""
    low, high = math.inf, -math.inf
    for top in range(0, picture.height, _STRIP_ROWS):
        strip = picture.crop((0, top, picture.width, min(top + _STRIP_ROWS, picture.height)))
        least, most = _wide(strip).getextrema()
        low, high = min(low, float(least)), max(high, float(most))  # type: ignore[arg-type]
    return (low, high) if math.isfinite(low) and math.isfinite(high) and high > low else (0.0, 65535.0)


def _wide(piece: Image.Image) -> Image.Image:
    return piece if piece.mode in {"I", "F"} else piece.convert("I")


def _scaled(piece: Image.Image, low: float, high: float) -> Image.Image:
    scale = 255.0 / (high - low)
    return _wide(piece).point(lambda value: value * scale - low * scale).convert("L")
