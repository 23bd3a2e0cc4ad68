"""How large an image is, from its headers alone: nothing is decoded, and hostile bytes cost little.

Sources: PNG third edition; JPEG ITU-T T.81, annex B; GIF89a; BMP's DIB headers; RFC 9649 (WebP); TIFF 6.0 and
BigTIFF; Exif 3.0 for the orientation, which JPEG, PNG, WebP and TIFF can carry.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from struct import Struct, iter_unpack, unpack, unpack_from
from typing import BinaryIO

Size = tuple[int, int]
"""Width and height in pixels."""

MOST_PIXELS_PER_SIDE = 1_000_000
"""An image that says it has more on a side is not believed."""

_MOST_READS = 512
_MOST_ENTRIES = 4096
_FARTHEST = 1 << 40

_TURNED = frozenset({5, 6, 7, 8})
"""Values of Exif's orientation that exchange width and height."""


def image_size(source: bytes | BinaryIO) -> Size | None:
    """Width and height in pixels of the image as it is shown: turned as its Exif orientation says.

    `source` is a seekable file, or the first bytes of one (256 KiB nearly always do, except that TIFF may
    have its directory, and WebP its Exif, at the end). Reads PNG, JPEG, GIF, BMP, WebP and TIFF (the first
    image). None for everything else: another format, damage, bytes that end before the size is certain, a
    side of 0 or of more than `MOST_PIXELS_PER_SIDE`. Reads a few hundred places at most, of at most 80 KiB
    each. Raises only what the file raises when it is read.
    """
    file = _Bytes(io.BytesIO(source) if isinstance(source, bytes) else source)
    try:
        width, height = _reader_for(file.read(0, 12))(file)
    except _Unreadable:
        return None
    believable = 0 < width <= MOST_PIXELS_PER_SIDE and 0 < height <= MOST_PIXELS_PER_SIDE
    return (width, height) if believable else None


class _Unreadable(Exception):
    """The bytes are not what they should be, or end too early."""


class _Bytes:
    """A file, or a part of one, that can be read in a limited number of places."""

    def __init__(self, stream: BinaryIO, start: int = 0, length: int = _FARTHEST) -> None:
        self._stream = stream
        self._start = start
        self._length = length
        self._reads_left = _MOST_READS

    def read(self, offset: int, length: int) -> bytes:
        """Exactly these bytes."""
        self._reads_left -= 1
        if self._reads_left < 0 or offset + length > self._length:
            raise _Unreadable
        self._stream.seek(self._start + offset)
        found = self._stream.read(length)
        if len(found) < length:
            raise _Unreadable
        return found

    def part(self, start: int, length: int) -> _Bytes:
        return _Bytes(self._stream, self._start + start, length)


def _reader_for(first_bytes: bytes) -> Callable[[_Bytes], Size]:
    for signature, reader in _READERS:
        if first_bytes.startswith(signature):
            return reader
    if first_bytes.startswith(b"RIFF") and first_bytes[8:] == b"WEBP":
        return _webp
    raise _Unreadable


def _upright(size: Size, orientation: int) -> Size:
    return size[::-1] if orientation in _TURNED else size


_PNG_CHUNK = Struct(">I4s")
_PNG_SIZE = Struct(">II")


def _png(file: _Bytes) -> Size:
    """Chunks up to the pixels: what the standard lets come after them does not turn the image."""
    offset = 8
    length, name = _PNG_CHUNK.unpack(file.read(offset, 8))
    if name != b"IHDR" or length != 13:
        raise _Unreadable
    width, height = _PNG_SIZE.unpack(file.read(offset + 8, 8))
    orientation: int | None = None
    while name != b"IDAT":
        offset += 12 + length
        length, name = _PNG_CHUNK.unpack(file.read(offset, 8))
        if name == b"eXIf" and orientation is None:
            orientation = _exif_orientation(file.part(offset + 8, length))
        elif name == b"IEND":
            raise _Unreadable
    return _upright((width, height), orientation or 1)


_JPEG_SEGMENT = Struct(">BBH")
_JPEG_SIZE = Struct(">HH")
_START_OF_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_START_OF_SCAN = 0xDA
_WITHOUT_SEGMENT = frozenset({0x00, 0xD8, 0xD9})
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD8)})
_APP1 = 0xE1
_FILL = 0xFF
_EXIF_MARK = b"Exif\0\0"


def _jpeg(file: _Bytes) -> Size:
    """Segments up to the first scan. A height that only comes after it (0 for now) is not waited for."""
    size: Size | None = None
    orientation: int | None = None
    offset = 2
    while True:
        prefix, marker, length = _JPEG_SEGMENT.unpack(file.read(offset, 4))
        if prefix != _FILL or marker in _WITHOUT_SEGMENT:
            raise _Unreadable
        if marker == _FILL:
            offset += 1
            continue
        if marker in _WITHOUT_LENGTH:
            offset += 2
            continue
        if marker == _START_OF_SCAN:
            break
        if length < 2:
            raise _Unreadable
        if marker in _START_OF_FRAME:
            if size is not None or length < 8:
                raise _Unreadable
            height, width = _JPEG_SIZE.unpack(file.read(offset + 5, 4))
            size = (width, height)
        elif marker == _APP1 and orientation is None and length >= 8:
            orientation = _segment_orientation(file.part(offset + 4, length - 2))
        offset += 2 + length
    if size is None:
        raise _Unreadable
    return _upright(size, orientation or 1)


def _segment_orientation(segment: _Bytes) -> int | None:
    """None for a segment that holds something else, such as XMP."""
    if segment.read(0, 6) != _EXIF_MARK:
        return None
    return _exif_orientation(segment, 6)


_GIF_SCREEN = Struct("<HHB")
_GIF_FRAME = Struct("<HHHH")
_GIF_EXTENSION = 0x21
_GIF_IMAGE = 0x2C


def _gif(file: _Bytes) -> Size:
    """The screen, enlarged by a first frame that reaches beyond it, as viewers do."""
    width, height, flags = _GIF_SCREEN.unpack(file.read(6, 5))
    offset = 13 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
    while (introducer := file.read(offset, 1)[0]) == _GIF_EXTENSION:
        offset += 2
        while size := file.read(offset, 1)[0]:
            offset += 1 + size
        offset += 1
    if introducer != _GIF_IMAGE:
        raise _Unreadable
    left, top, frame_width, frame_height = _GIF_FRAME.unpack(file.read(offset + 1, 8))
    return max(width, left + frame_width), max(height, top + frame_height)


_OLDEST_BITMAP_HEADER = 12


def _bmp(file: _Bytes) -> Size:
    """A negative height says that the rows go from top to bottom."""
    (header_length,) = unpack("<I", file.read(14, 4))
    if header_length == _OLDEST_BITMAP_HEADER:
        width, height = unpack("<HH", file.read(18, 4))
        return width, height
    if header_length < _OLDEST_BITMAP_HEADER:
        raise _Unreadable
    width, height = unpack("<ii", file.read(18, 8))
    return width, abs(height)


_RIFF_CHUNK = Struct("<4sI")
_WEBP_HAS_EXIF = 0x08


def _webp(file: _Bytes) -> Size:
    name, length = _RIFF_CHUNK.unpack(file.read(12, 8))
    if name == b"VP8 ":
        return _webp_lossy(file.read(20, 10))
    if name == b"VP8L":
        return _webp_lossless(file.read(20, 5))
    if name != b"VP8X" or length < 10:
        raise _Unreadable
    header = file.read(20, 10)
    size = int.from_bytes(header[4:7], "little") + 1, int.from_bytes(header[7:10], "little") + 1
    if not header[0] & _WEBP_HAS_EXIF:
        return size
    return _upright(size, _webp_orientation(file, 20 + length + length % 2))


def _webp_lossy(frame: bytes) -> Size:
    is_key_frame = frame[0] & 1 == 0 and frame[3:6] == b"\x9d\x01\x2a"
    if not is_key_frame:
        raise _Unreadable
    # The two highest bits of each are a scale.
    width, height = unpack("<HH", frame[6:])
    return width & 0x3FFF, height & 0x3FFF


def _webp_lossless(header: bytes) -> Size:
    signature, bits = unpack("<BI", header)
    if signature != 0x2F:
        raise _Unreadable
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1


def _webp_orientation(file: _Bytes, offset: int) -> int:
    """From the Exif chunk, which comes after the pixels."""
    (end,) = unpack("<I", file.read(4, 4))
    while offset < end:
        name, length = _RIFF_CHUNK.unpack(file.read(offset, 8))
        if name == b"EXIF":
            chunk = file.part(offset + 8, length)
            if length < 6:
                return 1
            # Where the chunk is cut short, its orientation is not known; where it is damaged, there is none.
            chunk.read(length - 1, 1)
            has_mark = chunk.read(0, 6) == _EXIF_MARK
            return _exif_orientation(chunk, 6 if has_mark else 0)
        offset += 8 + length + length % 2
    return 1


_BYTE_ORDERS = {b"II": "<", b"MM": ">"}
_TIFF, _BIG_TIFF = 42, 43
_INTEGERS = {3: "H", 4: "I"}
_BIG_INTEGERS = {**_INTEGERS, 16: "Q"}
_SUBFILE_TYPE, _WIDTH, _HEIGHT, _ORIENTATION = 254, 256, 257, 274
_READ_TAGS = frozenset({_SUBFILE_TYPE, _WIDTH, _HEIGHT, _ORIENTATION})
_REDUCED = 1


def _tiff(file: _Bytes) -> Size:
    """The first image, unless that is only the preview of another, as in the raw formats of cameras."""
    entries = _first_directory(file)
    if _WIDTH not in entries or _HEIGHT not in entries or entries.get(_SUBFILE_TYPE, 0) & _REDUCED:
        raise _Unreadable
    return _upright((entries[_WIDTH], entries[_HEIGHT]), entries.get(_ORIENTATION, 1))


def _exif_orientation(exif: _Bytes, start: int = 0) -> int:
    """Exif is a TIFF without an image. One that is damaged turns nothing."""
    try:
        return _first_directory(exif, start).get(_ORIENTATION, 1)
    except _Unreadable:
        return 1


def _first_directory(file: _Bytes, start: int = 0) -> dict[int, int]:
    """Single integers of a TIFF's first directory, by tag; offsets count from `start`."""
    header = file.read(start, 8)
    order = _BYTE_ORDERS.get(header[:2])
    if order is None:
        raise _Unreadable
    version, offset = unpack(order + "HI", header[2:])
    if version == _TIFF:
        (count,) = unpack(order + "H", file.read(start + offset, 2))
        first_entry, layout, entry_length, integers = offset + 2, "HHI4s", 12, _INTEGERS
    elif version == _BIG_TIFF:
        (offset,) = unpack(order + "Q", file.read(start + 8, 8))
        (count,) = unpack(order + "Q", file.read(start + offset, 8))
        first_entry, layout, entry_length, integers = offset + 8, "HHQ8s", 20, _BIG_INTEGERS
    else:
        raise _Unreadable
    if count > _MOST_ENTRIES:
        raise _Unreadable
    block = file.read(start + first_entry, count * entry_length)
    return {
        tag: unpack_from(order + integers[kind], value)[0]
        for tag, kind, values, value in iter_unpack(order + layout, block)
        if tag in _READ_TAGS and values == 1 and kind in integers
    }


_READERS: tuple[tuple[bytes, Callable[[_Bytes], Size]], ...] = (
    (b"\xff\xd8\xff", _jpeg),
    (b"\x89PNG\r\n\x1a\n", _png),
    (b"GIF87a", _gif),
    (b"GIF89a", _gif),
    (b"BM", _bmp),
    (b"II*\0", _tiff),
    (b"MM\0*", _tiff),
    (b"II+\0", _tiff),
    (b"MM\0+", _tiff),
)
