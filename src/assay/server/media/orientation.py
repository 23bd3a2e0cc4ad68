"""Which way up a picture is (Exif 3.0, tag 274). Runs only in the process that decodes pictures."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image, TiffImagePlugin

_ORIENTATION = 274
_Transpose = Image.Transpose

Box = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels; right and bottom are outside."""


@dataclass(frozen=True, slots=True)
class Turn:
    """How a picture is brought upright. The flags say where a pixel of the upright picture was: its column
    counted from the right, its row from the bottom, then both exchanged."""

    method: Image.Transpose | None = None
    from_right: bool = False
    from_bottom: bool = False
    exchanged: bool = False

    def of(self, piece: Image.Image) -> Image.Image:
        return piece if self.method is None else piece.transpose(self.method)

    def size(self, width: int, height: int) -> tuple[int, int]:
        """Of the picture, upright or not, when it is turned."""
        return (height, width) if self.exchanged else (width, height)

    def before(self, box: Box, width: int, height: int) -> Box:
        """Where a part of the upright picture, which is so wide and high, was before it was turned."""
        left, top, right, bottom = box
        if self.from_right:
            left, right = width - right, width - left
        if self.from_bottom:
            top, bottom = height - bottom, height - top
        return (top, left, bottom, right) if self.exchanged else (left, top, right, bottom)


_UPRIGHT = Turn()
_TURNS = {
    2: Turn(_Transpose.FLIP_LEFT_RIGHT, from_right=True),
    3: Turn(_Transpose.ROTATE_180, from_right=True, from_bottom=True),
    4: Turn(_Transpose.FLIP_TOP_BOTTOM, from_bottom=True),
    5: Turn(_Transpose.TRANSPOSE, exchanged=True),
    6: Turn(_Transpose.ROTATE_270, from_right=True, exchanged=True),
    7: Turn(_Transpose.TRANSVERSE, from_right=True, from_bottom=True, exchanged=True),
    8: Turn(_Transpose.ROTATE_90, from_bottom=True, exchanged=True),
}


def turn_of(picture: Image.Image) -> Turn:
    """How a loaded picture has to be turned: as browsers do it, which read Exif but not XMP.

    Loading a TIFF has turned it already. A damaged Exif turns nothing.
    """
    exif = picture.info.get("exif")
    if isinstance(picture, TiffImagePlugin.TiffImageFile) or not exif:
        return _UPRIGHT
    tags = Image.Exif()
    try:
        tags.load(exif)
        return _TURNS.get(tags.get(_ORIENTATION, 1), _UPRIGHT)
    except Exception:
        return _UPRIGHT
