"""Pixel sizes against Pillow, which decodes; and hostile bytes, which must cost nothing."""

from __future__ import annotations

import io
import struct
import time
import zlib
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from assay.formats.image_size import image_size

# All that scikit-image ships, but for a kind of TIFF that Pillow does not know.
PHOTOGRAPHS = sorted(
    path
    for path in Path(str(resources.files("skimage") / "data")).iterdir()
    if path.suffix in (".png", ".jpg", ".gif", ".tif") and path.name != "multipage_rgb.tif"
)
ORIENTATION = 274
WIDTH, HEIGHT = 37, 23


def upright_size(content: bytes) -> tuple[int, int]:
    """What Pillow makes of the file."""
    with Image.open(io.BytesIO(content)) as image:
        return ImageOps.exif_transpose(image).size


def drawn(width: int = WIDTH, height: int = HEIGHT, mode: str = "RGB") -> Image.Image:
    return Image.radial_gradient("L").resize((width, height)).convert(mode)


def saved(file_format: str, image: Image.Image | None = None, **options: Any) -> bytes:
    target = io.BytesIO()
    (image or drawn()).save(target, file_format, **options)
    return target.getvalue()


def exif(orientation: int, order: str = "<") -> bytes:
    """The Exif that a camera writes, in either byte order."""
    entries = [(271, 2, 4, b"Cam\0"), (ORIENTATION, 3, 1, struct.pack(order + "HH", orientation, 0))]
    mark = b"II" if order == "<" else b"MM"
    directory = struct.pack(order + "H", len(entries))
    for tag, kind, count, value in entries:
        directory += struct.pack(order + "HHI4s", tag, kind, count, value)
    return b"Exif\0\0" + mark + struct.pack(order + "HI", 42, 8) + directory + bytes(4)


def tiff(order: str = "<", *, big: bool = False, tags: dict[int, int] | None = None) -> bytes:
    """A directory without an image behind it."""
    entries = {256: WIDTH, 257: HEIGHT} if tags is None else tags
    header = (b"II" if order == "<" else b"MM") + struct.pack(order + "H", 43 if big else 42)
    if big:
        header += struct.pack(order + "HHQ", 8, 0, 16) + struct.pack(order + "Q", len(entries))
        return header + b"".join(struct.pack(order + "HHQQ", tag, 16, 1, entries[tag]) for tag in entries)
    header += struct.pack(order + "I", 8) + struct.pack(order + "H", len(entries))
    return header + b"".join(struct.pack(order + "HHII", tag, 4, 1, entries[tag]) for tag in entries)


def png_chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png_header(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", struct.pack(">II5B", width, height, 8, 2, 0, 0, 0))


def segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, 2 + len(content)) + content


def animation() -> dict[str, Any]:
    return {"save_all": True, "append_images": [drawn().rotate(90 * turn) for turn in (1, 2)]}


FILES = {
    "png": saved("PNG"),
    "palette png": saved("PNG", drawn(mode="P")),
    "animated png": saved("PNG", **animation()),
    "jpeg": saved("JPEG"),
    "progressive jpeg": saved("JPEG", progressive=True),
    "grey jpeg": saved("JPEG", drawn(mode="L"), comment=b"made"),
    "gif": saved("GIF"),
    "animated gif": saved("GIF", **animation(), loop=0, comment=b"c" * 700),
    "bmp": saved("BMP"),
    "grey bmp": saved("BMP", drawn(mode="L")),
    "lossy webp": saved("WEBP"),
    "lossless webp": saved("WEBP", lossless=True),
    "webp with alpha": saved("WEBP", drawn(mode="RGBA")),
    "animated webp": saved("WEBP", **animation()),
    "tiff": saved("TIFF"),
    "packed tiff": saved("TIFF", compression="tiff_lzw"),
    "big tiff": saved("TIFF", big_tiff=True),
    "mpo": saved("MPO", **animation()),
}


@pytest.mark.parametrize("content", FILES.values(), ids=list(FILES))
def test_sizes_are_those_that_pillow_finds(content: bytes) -> None:
    assert image_size(content) == upright_size(content) == (WIDTH, HEIGHT)
    assert image_size(io.BytesIO(content)) == (WIDTH, HEIGHT)


@pytest.mark.parametrize("path", PHOTOGRAPHS, ids=lambda path: path.name)
def test_photographs_from_the_file_and_from_its_beginning(path: Path) -> None:
    content = path.read_bytes()
    with path.open("rb") as file:
        assert image_size(file) == upright_size(content)
    assert image_size(content[: 256 << 10]) == upright_size(content)


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("orientation", range(10))
@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP"])
def test_the_orientation_turns_the_size(file_format: str, orientation: int, order: str) -> None:
    content = saved(file_format, exif=exif(orientation, order))
    expected = (HEIGHT, WIDTH) if 5 <= orientation <= 8 else (WIDTH, HEIGHT)
    assert image_size(content) == upright_size(content) == expected


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_tiff_carries_its_orientation_itself(orientation: int) -> None:
    content = saved("TIFF", tiffinfo={ORIENTATION: orientation})
    assert image_size(content) == upright_size(content)
    assert image_size(content) == ((HEIGHT, WIDTH) if orientation > 4 else (WIDTH, HEIGHT))


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("big", [False, True])
def test_tiffs_of_both_widths_and_byte_orders(order: str, big: bool) -> None:
    assert image_size(tiff(order, big=big)) == (WIDTH, HEIGHT)
    turned = tiff(order, big=big, tags={256: WIDTH, 257: HEIGHT, ORIENTATION: 6})
    assert image_size(turned) == (HEIGHT, WIDTH)
    assert image_size(tiff(order, big=big, tags={256: WIDTH})) is None


def test_the_preview_in_front_of_a_raw_image_is_not_its_size() -> None:
    assert image_size(tiff(tags={254: 1, 256: WIDTH, 257: HEIGHT})) is None
    assert image_size(tiff(tags={254: 0, 256: WIDTH, 257: HEIGHT})) == (WIDTH, HEIGHT)


def test_a_directory_at_the_end_needs_the_file() -> None:
    content = saved("TIFF", drawn(400, 300), compression="tiff_lzw")
    far = b"II*\0" + struct.pack("<I", 300_000) + bytes(300_000 - 8) + tiff()[8:]
    assert image_size(content) == (400, 300)
    assert image_size(far) == (WIDTH, HEIGHT)
    assert image_size(far[: 256 << 10]) is None


@pytest.mark.parametrize("version", [b"GIF87a", b"GIF89a"])
def test_a_frame_that_reaches_beyond_the_screen_enlarges_it(version: bytes) -> None:
    screen = version + struct.pack("<HHBBB", 10, 90, 0x80, 0, 0) + bytes(6)
    extension = b"\x21\xf9\x04" + bytes(5)
    content = screen + extension + b"\x2c" + struct.pack("<HHHHB", 5, 6, 40, 50, 0)
    assert image_size(content) == (45, 90)
    assert image_size(screen + extension + b"\x3b") is None


def test_rows_from_top_to_bottom_and_the_oldest_bitmaps() -> None:
    header = b"BM" + bytes(12)
    assert image_size(header + struct.pack("<Iii", 40, 7, -9)) == (7, 9)
    assert image_size(header + struct.pack("<IHH", 12, 7, 9)) == (7, 9)
    assert image_size(header + struct.pack("<Iii", 40, -7, 9)) is None
    assert image_size(header + struct.pack("<Iii", 11, 7, 9)) is None


def test_colour_profiles_and_many_segments_stand_before_the_size() -> None:
    content = saved("JPEG", exif=exif(8), icc_profile=bytes(200_000))
    assert image_size(content) == upright_size(content) == (HEIGHT, WIDTH)
    picture = saved("JPEG")
    xmp = segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x/>") + segment(0xE1, exif(6)[:])
    filled = picture[:2] + b"\xff\xff\xff" + xmp + b"\xff\x01" + picture[2:]
    assert image_size(filled) == (HEIGHT, WIDTH)


@pytest.mark.parametrize(
    "damaged", [b"", b"II", b"XX*\0" + bytes(8), exif(6)[6:16], b"II*\0\xff\xff\xff\x7f"]
)
def test_damaged_exif_turns_nothing(damaged: bytes) -> None:
    picture = saved("JPEG")
    assert image_size(picture[:2] + segment(0xE1, b"Exif\0\0" + damaged) + picture[2:]) == (WIDTH, HEIGHT)
    header = png_header(WIDTH, HEIGHT)
    rest = saved("PNG")[len(header) :]
    assert image_size(header + png_chunk(b"eXIf", damaged) + rest) == (WIDTH, HEIGHT)


@pytest.mark.parametrize(
    ("width", "height", "believed"),
    [
        (1, 1, True),
        (1_000_000, 1_000_000, True),
        (1_000_001, 1, False),
        (1, 1_000_001, False),
        (0, 5, False),
        (5, 0, False),
        (2**32 - 1, 2**32 - 1, False),
    ],
)
def test_sides_that_cannot_be_are_not_believed(width: int, height: int, believed: bool) -> None:
    expected = (width, height) if believed else None
    assert image_size(png_header(width, height) + png_chunk(b"IDAT", b"")) == expected
    assert image_size(tiff(tags={256: width, 257: height})) == expected
    assert image_size(tiff(big=True, tags={256: width << 20, 257: height})) is None


def test_a_height_that_comes_after_the_pixels_is_unknown() -> None:
    frame = segment(0xC0, struct.pack(">BHHB", 8, 0, WIDTH, 1) + bytes(3))
    assert image_size(b"\xff\xd8" + frame + segment(0xDA, bytes(6))) is None


@pytest.mark.parametrize("content", FILES.values(), ids=list(FILES))
def test_a_file_cut_anywhere_has_its_own_size_or_none(content: bytes) -> None:
    turned = {(WIDTH, HEIGHT), None}
    for end in range(min(len(content), 1500)):
        assert image_size(content[:end]) in turned
    assert image_size(content[:11]) is None


def test_a_cut_never_loses_the_orientation() -> None:
    for file_format in ("JPEG", "PNG", "WEBP"):
        content = saved(file_format, exif=exif(6))
        for end in range(len(content)):
            assert image_size(content[:end]) in ((HEIGHT, WIDTH), None)


@pytest.mark.parametrize(
    "content",
    [b"", b"plain text", b"%PDF-1.7 and more", b"RIFF\0\0\0\0WAVEfmt ", b"\0\0\0\x1cftypavif" + bytes(99)],
)
def test_what_is_no_image_of_the_list_has_no_size(content: bytes) -> None:
    assert image_size(content) is None


class CountingFile(io.BytesIO):
    """Counts what is asked of it."""

    reads = 0
    bytes_read = 0

    def read(self, size: int | None = -1, /) -> bytes:
        found = super().read(size)
        self.reads += 1
        self.bytes_read += len(found)
        return found


def hostile() -> Iterator[tuple[str, bytes]]:
    yield "endless fill bytes", b"\xff\xd8" + b"\xff" * 2_000_000
    yield "empty segments", b"\xff\xd8" + b"\xff\xe2\0\2" * 500_000
    yield "segments of no length", b"\xff\xd8" + b"\xff\xe2\0\0" * 500_000
    yield "restart marks", b"\xff\xd8\xff\xd0" + b"\xff\xd0" * 500_000
    yield "exif after exif", b"\xff\xd8" + segment(0xE1, exif(1)) * 30_000
    yield "empty chunks", png_header(1, 1) + png_chunk(b"tEXt", b"") * 100_000
    yield "exif chunks", png_header(1, 1) + png_chunk(b"eXIf", exif(1)[6:]) * 30_000
    yield "a chunk of 4 GiB", png_header(1, 1) + b"\xff\xff\xff\xfftEXt" + bytes(9)
    yield "tiny blocks", b"GIF89a" + bytes(7) + b"\x21\xfe" + b"\1x" * 1_000_000
    webp = b"RIFF\xff\xff\xff\xffWEBPVP8X" + struct.pack("<I", 10) + b"\x08" + bytes(9)
    yield "empty riff chunks", webp + b"ANMF\0\0\0\0" * 200_000
    yield "a riff chunk of 4 GiB", webp + b"EXIF\xff\xff\xff\xff"
    yield "a directory that is the file", b"II*\0\0\0\0\0" + bytes(100_000)
    yield "too many entries", b"II*\0\x08\0\0\0\xff\xff" + bytes(2_000_000)
    yield "very many entries", b"MM\0+\0\x08\0\0" + struct.pack(">QQ", 16, 2**64 - 1) + bytes(100_000)
    yield "a directory beyond everything", b"MM\0+\0\x08\0\0" + b"\xff" * 8 + bytes(100)


@pytest.mark.parametrize(("what", "content"), hostile(), ids=[what for what, _ in hostile()])
def test_hostile_bytes_cost_little(what: str, content: bytes) -> None:
    file = CountingFile(content)
    started = time.process_time()
    assert image_size(file) is None, what
    assert time.process_time() - started < 0.1
    assert file.reads <= 600
    assert file.bytes_read < 100_000


def test_a_real_file_may_be_hostile_too(tmp_path: Path) -> None:
    path = tmp_path / "far.tif"
    path.write_bytes(b"MM\0+\0\x08\0\0" + struct.pack(">Q", 2**63))
    with path.open("rb") as file:
        assert image_size(file) is None
    path.write_bytes(png_header(1, 1) + b"\xff\xff\xff\xfftEXt")
    with path.open("rb") as file:
        assert image_size(file) is None


SIGNATURES = [content[:12] for content in FILES.values()] + [
    tiff(big=True)[:16],
    tiff(">")[:8],
    b"RIFF\xff\xff\0\0WEBPVP8X",
]


def is_believable(size: tuple[int, int] | None) -> bool:
    return size is None or all(type(side) is int and 0 < side <= 1_000_000 for side in size)


@given(st.sampled_from(SIGNATURES), st.binary(max_size=300))
def test_any_bytes_after_a_signature_give_a_size_or_none(signature: bytes, rest: bytes) -> None:
    assert is_believable(image_size(signature + rest))


@given(st.data(), st.sampled_from(sorted(FILES)))
def test_files_with_changed_bytes_give_a_size_or_none(data: st.DataObject, name: str) -> None:
    content = bytearray(FILES[name])
    places = st.integers(0, min(len(content), 400) - 1)
    for place, value in data.draw(st.lists(st.tuples(places, st.integers(0, 255)), min_size=1, max_size=8)):
        content[place] = value
    assert is_believable(image_size(bytes(content)))


@given(
    st.integers(1, 300),
    st.integers(1, 300),
    st.sampled_from(["PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF"]),
    st.booleans(),
)
def test_any_size_is_found(width: int, height: int, file_format: str, lossless: bool) -> None:
    options = {"lossless": lossless} if file_format == "WEBP" else {}
    content = saved(file_format, Image.new("RGB", (width, height)), **options)
    assert image_size(content) == (width, height)
