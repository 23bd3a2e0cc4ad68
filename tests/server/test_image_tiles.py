"""Pictures by tiles: what is shown, to whom, and what hostile files can do."""

from __future__ import annotations

import asyncio
import io
import struct
import sys
import time
import zlib
from collections.abc import AsyncGenerator
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given as given_property
from hypothesis import strategies as st
from PIL import Image, ImageOps

from assay.errors import NotFound, TooLarge, Unavailable
from assay.identifiers import new_id
from assay.server.media.decoding import DecoderStopped, decoded_records
from assay.server.media.picture import PictureUnreadable
from assay.server.media.picture_records import (
    SIZE,
    TILE_SIZE,
    Record,
    RecordKind,
    TilePlace,
    levels_of,
    side_at,
)
from assay.server.media.pictures import PictureKey, Pictures
from assay.server.media.pyramid import Pyramid

INTERFACE: dict[str, Any] = {
    "version": 1,
    "inputs": [{"name": "image", "type": "image", "source": "$.image"}],
    "fields": [{"name": "mood", "type": "choice", "options": [{"value": "good"}, {"value": "bad"}]}],
}
ORIENTATION = 274


@pytest.fixture
async def photos(make_project: Any) -> Any:
    return await make_project(interface=INTERFACE)


def gradient(width: int, height: int) -> Image.Image:
    """Smooth, and different everywhere, so that tiles in a wrong place are seen."""
    across = np.linspace(0, 255, width, dtype=np.uint8)[None, :].repeat(height, 0)
    down = np.linspace(0, 255, height, dtype=np.uint8)[:, None].repeat(width, 1)
    return Image.fromarray(np.dstack([across, down, 255 - across]))


def file_of(picture: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is this large, with as much deflated black as 50 kB hold."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    black = zlib.compress(bytes(50_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", black) + chunk(b"IEND", b"")


async def link_of(api: Any, project: Any, content: bytes) -> tuple[str, UUID]:
    """The address that a membership gives, and the blob's id."""
    stored = await api.owner.post(f"{project.path}/uploads", content=content)
    assert stored.status_code == 201, stored.text
    reference = stored.json()
    (item,) = await project.add([{"data": {"image": reference}}])
    found = await api.owner.get(f"{project.path}/items/{item}")
    return f"http://assay.test{found.json()['media'][reference['blob']]}", UUID(reference["blob"])


def opened(answer: Any) -> Image.Image:
    assert answer.status_code == 200, answer.text
    picture = Image.open(io.BytesIO(answer.content))
    assert answer.headers["content-type"] == f"image/{(picture.format or '').lower()}"
    return picture.convert("RGBA" if "A" in picture.mode else "RGB")


def difference(one: Image.Image, other: Image.Image) -> float:
    assert one.size == other.size
    return float(np.abs(np.asarray(one, dtype=float) - np.asarray(other, dtype=float)).max())


async def pieced_together(api: Any, link: str, layout: dict[str, int], level: int) -> Image.Image:
    """A level as the client builds it."""
    side = layout["tile_size"]
    width, height = side_at(level, layout["width"]), side_at(level, layout["height"])
    whole = Image.new("RGB", (width, height))
    for y in range(-(-height // side)):
        for x in range(-(-width // side)):
            tile = opened(await api.owner.get(f"{link}/tiles/{level}/{x}/{y}"))
            assert tile.size == (min(side, width - x * side), min(side, height - y * side))
            whole.paste(tile, (x * side, y * side))
    return whole


async def test_the_tiles_of_each_level_are_the_upright_picture(api: Any, photos: Any) -> None:
    stored = gradient(1301, 2101)
    turned = Image.Exif()
    turned[ORIENTATION] = 6
    content = file_of(stored, "JPEG", quality=95, subsampling=0, exif=turned)
    link, _ = await link_of(api, photos, content)
    described = await api.owner.get(f"{link}/tiles")
    assert described.json() == {"width": 2101, "height": 1301, "tile_size": TILE_SIZE, "levels": 4}
    upright = ImageOps.exif_transpose(Image.open(io.BytesIO(content)))
    for level in range(4):
        wanted = upright if level == 0 else upright.reduce(2**level)
        assert difference(await pieced_together(api, link, described.json(), level), wanted) < 12, level
    preview = opened(await api.owner.get(f"{link}/preview"))
    assert preview.size == (1600, round(1301 * 1600 / 2101))
    assert difference(preview, upright.resize(preview.size, Image.Resampling.BOX)) < 12


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_every_orientation_is_turned_upright_exactly(kind: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    options = {"tiffinfo": {ORIENTATION: orientation}} if kind == "TIFF" else {"exif": exif}
    content = file_of(
        gradient(601, 533).quantize(64) if kind == "PNG" else gradient(601, 533), kind, **options
    )
    picture = Image.open(io.BytesIO(content))
    picture.load()
    upright = ImageOps.exif_transpose(Image.open(io.BytesIO(content))).convert("RGB")
    tiles = {}
    for record in Pyramid(picture).records():
        if record.kind == RecordKind.TILE:
            tiles[record.place] = Image.open(io.BytesIO(record.body)).convert("RGB")
    for y in range(2):
        for x in range(2):
            tile = tiles[TilePlace(0, x, y)]
            left, top = x * TILE_SIZE, y * TILE_SIZE
            wanted = upright.crop((left, top, left + tile.width, top + tile.height))
            # What was drawn in a few colours is exact, the rest as near as JPEG is.
            assert difference(tile, wanted) <= (0 if kind == "PNG" else 10)
    assert difference(tiles[TilePlace(1, 0, 0)], upright.reduce(2)) < 12


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
async def test_deep_greys_are_stretched_to_what_a_screen_shows(api: Any, photos: Any, kind: str) -> None:
    values = np.linspace(1000, 5000, 700 * 600).reshape(600, 700).astype(np.uint16)
    link, _ = await link_of(api, photos, file_of(Image.fromarray(values), kind))
    shown = np.asarray(opened(await api.owner.get(f"{link}/preview")))[..., 0]
    assert shown[0, 0] < 5 and shown[-1, -1] > 250 and abs(int(shown[300, 350]) - 128) < 5


async def test_what_can_be_seen_through_stays_so(api: Any, photos: Any) -> None:
    picture = gradient(1024, 300).convert("RGBA")
    picture.paste((9, 9, 9, 0), (0, 0, 100, 100))
    link, _ = await link_of(api, photos, file_of(picture))
    clear = await api.owner.get(f"{link}/tiles/0/0/0")
    assert clear.headers["content-type"] == "image/png"
    assert opened(clear).getpixel((5, 5)) == (9, 9, 9, 0)
    assert (await api.owner.get(f"{link}/tiles/0/1/0")).headers["content-type"] == "image/jpeg"


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("JPEG", "CMYK"),
        ("JPEG", "L"),
        ("GIF", "P"),
        ("BMP", "RGB"),
        ("WEBP", "RGB"),
        ("TIFF", "1"),
        ("PNG", "LA"),
    ],
)
async def test_every_format_and_mode_is_shown(api: Any, photos: Any, kind: str, mode: str) -> None:
    link, _ = await link_of(api, photos, file_of(gradient(600, 520).convert(mode), kind))
    assert (await api.owner.get(f"{link}/tiles")).json()["levels"] == 2
    tile = opened(await api.owner.get(f"{link}/tiles/0/1/1"))
    assert tile.size == (600 - TILE_SIZE, 520 - TILE_SIZE)


# Who, and what is sent with it -----------------------------------------------------------------


async def test_headers_are_those_of_media(api: Any, photos: Any) -> None:
    link, _ = await link_of(api, photos, file_of(gradient(40, 30)))
    named = (
        "cache-control",
        "content-security-policy",
        "cross-origin-resource-policy",
        "x-content-type-options",
    )
    media = (await api.owner.get(link)).headers
    for part in ("tiles", "preview", "tiles/0/0/0"):
        headers = (await api.owner.get(f"{link}/{part}")).headers
        assert [headers[name] for name in named] == [media[name] for name in named]
    tag = headers["etag"]
    again = await api.owner.get(f"{link}/tiles/0/0/0", headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert (await api.owner.get(f"{link}/preview")).headers["etag"] != tag
    for missing in ("1/0/0", "0/1/0", "0/0/1", "9/0/0"):
        assert (await api.owner.get(f"{link}/tiles/{missing}")).status_code == 404


async def test_a_lease_opens_the_tiles_of_its_media_until_it_ends(api: Any, photos: Any) -> None:
    stored = await api.owner.post(f"{photos.path}/uploads", content=file_of(gradient(40, 30)))
    reference = stored.json()
    await photos.add([{"data": {"image": reference}}])
    annotator = api.annotator()
    (lease,) = await photos.lease(annotator)
    link = f"http://assay.test{lease['media'][reference['blob']]}"
    parts = [f"{link}/{part}" for part in ("tiles", "preview", "tiles/0/0/0")]
    assert [(await annotator.get(part)).status_code for part in parts] == [200] * 3
    assert [(await api.annotator(1).get(part)).status_code for part in parts] == [404] * 3
    assert [(await (await api.client(None)).get(part)).status_code for part in parts] == [401] * 3
    await photos.submit(annotator, lease)
    assert [(await annotator.get(part)).status_code for part in parts] == [404] * 3


async def test_a_run_of_tiles_is_logged_once(api: Any, photos: Any) -> None:
    link, blob = await link_of(api, photos, file_of(gradient(1400, 600)))
    for part in ("tiles", "preview", "tiles/0/0/0", "tiles/0/1/0", "tiles/1/0/0"):
        assert (await api.owner.get(f"{link}/{part}")).status_code == 200
    assert (await api.owner.get(link)).status_code == 200
    async with (
        api.engine.open(api.owner_principal(), "test") as workspace,
        workspace.cell.database.connection() as connection,
    ):
        found = await connection.execute(
            "select action from log_row where object_id = %s order by id", (blob,)
        )
        assert [row[0] for row in await found.fetchall()] == ["media.stored", "media.read"]


# Hostile files ---------------------------------------------------------------------------------


def hostile() -> dict[str, tuple[bytes, int]]:
    photograph = file_of(gradient(2000, 1500), "JPEG", quality=95)
    return {
        "a bomb": (bomb(60_000, 60_000), 413),
        "a row of pixels without end": (bomb(300_000, 1), 413),
        "a truncated JPEG": (photograph[: len(photograph) // 2], 422),
        "a PNG that says more than it holds": (bomb(20_000, 20_000), 422),
        "the head of a GIF": (b"GIF89a" + bytes(5), 422),
        "text": (b"not an image at all", 422),
        "markup in the guise of a BMP": (b"BM<svg\0\0\0\0></svg>", 422),
        "a TIFF that points at itself": (
            b"II*\0\x08\0\0\0\x01\0\0\x01\x04\0\x01\0\0\0\x08\0\0\0\x08\0\0\0",
            422,
        ),
        "a film": (b"\0\0\0\x18ftypisom\0\0\0\0", 422),
    }


@pytest.mark.parametrize("name", list(hostile()))
async def test_hostile_files_are_refused_and_the_server_goes_on(api: Any, photos: Any, name: str) -> None:
    content, status = hostile()[name]
    link, _ = await link_of(api, photos, content)
    began = time.monotonic()
    answers = await asyncio.gather(
        *(api.owner.get(f"{link}/{part}") for part in ("tiles", "preview", "tiles/0/0/0"))
    )
    for answer in answers:
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (
            status,
            {413: "too_large", 422: "picture_unreadable"}[status],
        )
        assert problem["advice"]
    assert time.monotonic() - began < 30
    assert (await api.owner.get(link)).status_code == 200
    good, _ = await link_of(api, photos, file_of(gradient(40, 30)))
    assert (await api.owner.get(f"{good}/preview")).status_code == 200


async def test_svg_does_not_come_in_at_all(api: Any, photos: Any) -> None:
    answer = await api.owner.post(
        f"{photos.path}/uploads", content=b"<svg xmlns='http://www.w3.org/2000/svg'/>"
    )
    assert answer.status_code == 422
    records = [record async for record in decoded_records(given(b"<svg/>"), 6)]
    assert [record.kind for record in records] == [RecordKind.UNREADABLE]


ATTEMPTS = """
import os, socket
from assay.server.media.picture_process import confine
confine()
for attempt in (lambda: open("/etc/passwd"), lambda: open("/tmp/x", "w"), socket.socket, os.fork, os.pipe):
    try:
        attempt()
    except OSError:
        print("refused")
try:
    bytearray(5 << 30)
except MemoryError:
    print("refused")
"""


async def test_the_decoder_can_have_no_files_no_sockets_no_processes_and_little_memory() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-c", ATTEMPTS, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    assert output.split() == [b"refused"] * 6


async def given(content: bytes) -> AsyncGenerator[bytes, None]:
    yield content


# What is kept ----------------------------------------------------------------------------------


class Source:
    """A file that counts how often it is read, and can be held back."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.reads = 0
        self.may_go = asyncio.Event()
        self.may_go.set()

    async def read(self) -> AsyncGenerator[bytes, None]:
        self.reads += 1
        await self.may_go.wait()
        yield self.content


async def shown(pictures: Pictures, key: PictureKey, source: Source) -> tuple[int, int]:
    """The size, once the picture is complete: only then is it known that there is no such tile."""
    picture = pictures.open(key, source.read, len(source.content))
    size = await picture.size()
    with pytest.raises(NotFound):
        await picture.tile(TilePlace(60, 0, 0))
    return size


def a_key() -> PictureKey:
    return new_id(), new_id()


async def test_a_picture_is_decoded_once_for_all_who_look_at_it() -> None:
    pictures, key, source = Pictures(), a_key(), Source(file_of(gradient(600, 400)))
    sizes = await asyncio.gather(*(shown(pictures, key, source) for _ in range(5)))
    assert set(sizes) == {(600, 400)}
    assert source.reads == 1


async def test_what_was_looked_at_least_recently_is_forgotten_first() -> None:
    source = Source(file_of(gradient(600, 400)))
    first, second, third = a_key(), a_key(), a_key()
    pictures = Pictures()
    await shown(pictures, first, source)
    held = pictures.open(first, source.read, len(source.content)).bytes
    pictures = Pictures(most_bytes=int(held * 2.5))
    for key in (first, second, first, third):
        await shown(pictures, key, source)
    assert [key in pictures for key in (first, second, third)] == [True, False, True]


async def test_what_nobody_looks_at_is_forgotten_after_ten_minutes() -> None:
    now = 0.0
    pictures, source, key = Pictures(clock=lambda: now), Source(file_of(gradient(600, 400))), a_key()
    await shown(pictures, key, source)
    now += 599
    pictures.forget_idle()
    assert key in pictures
    now += 2
    pictures.forget_idle()
    assert key not in pictures
    await shown(pictures, key, source)
    assert source.reads == 2


async def test_a_picture_that_nobody_waits_for_any_more_is_not_decoded() -> None:
    pictures, slow, left = Pictures(), Source(file_of(gradient(40, 30))), Source(file_of(gradient(40, 30)))
    slow.may_go.clear()
    waiting = asyncio.create_task(shown(pictures, a_key(), slow))
    gone = asyncio.create_task(shown(pictures, a_key(), left))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    slow.may_go.set()
    assert await waiting == (40, 30)
    assert await shown(pictures, a_key(), Source(slow.content)) == (40, 30)
    assert left.reads == 0


async def test_a_refused_file_is_not_decoded_again_but_a_failing_store_is_asked_again() -> None:
    pictures, key, broken = Pictures(), a_key(), Source(b"GIF89a")
    for _ in range(3):
        with pytest.raises(PictureUnreadable):
            await shown(pictures, key, broken)
    assert broken.reads == 1

    class Away(Source):
        async def read(self) -> AsyncGenerator[bytes, None]:
            self.reads += 1
            raise Unavailable("The blobs are away.")
            yield b""

    away, other = Away(b""), a_key()
    for _ in range(2):
        with pytest.raises(Unavailable, match="away"):
            await shown(pictures, other, away)
    assert away.reads == 2


async def test_a_decoder_that_stops_refuses_the_picture_and_nothing_else(monkeypatch: Any) -> None:
    async def stopping(content: AsyncGenerator[bytes, None], length: int) -> AsyncGenerator[Record, None]:
        yield Record(RecordKind.SIZE, SIZE.pack(600, 400))
        raise DecoderStopped

    pictures, source, key = Pictures(), Source(file_of(gradient(600, 400))), a_key()
    with monkeypatch.context() as patched:
        patched.setattr("assay.server.media.pictures.decoded_records", stopping)
        with pytest.raises(TooLarge):
            await shown(pictures, key, source)
    with pytest.raises(TooLarge):
        await shown(pictures, key, source)
    assert await shown(pictures, a_key(), source) == (600, 400)


async def test_a_process_that_is_killed_has_stopped(monkeypatch: Any) -> None:
    monkeypatch.setattr("assay.server.media.decoding._PROGRAM", "this.is.no.program")
    with pytest.raises(DecoderStopped):
        _ = [record async for record in decoded_records(given(b"x"), 1)]


@given_property(st.integers(1, 300_000), st.integers(1, 300_000))
def test_the_last_level_is_one_tile_and_no_earlier_one_is(width: int, height: int) -> None:
    levels = levels_of(width, height)
    longer = max(width, height)
    assert side_at(levels - 1, longer) <= TILE_SIZE
    assert levels == 1 or side_at(levels - 2, longer) > TILE_SIZE
