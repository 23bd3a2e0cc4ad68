"""The server knows how large a stored image is, and holds shapes against it."""

from __future__ import annotations

import io
import struct
import zipfile
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image

from assay.server.media.beginning import LONGEST_BEGINNING

WIDTH, HEIGHT = 64, 48
TURNED_LEFT = 8
INTERFACE: dict[str, Any] = {
    "version": 1,
    "inputs": [{"name": "image", "type": "image", "source": "$.image"}],
    "fields": [
        {
            "name": "things",
            "type": "regions",
            "on": "image",
            "classes": [{"value": "car", "geometry": "box"}, {"value": "person", "geometry": "polygon"}],
        }
    ],
}


def picture(file_format: str, *, orientation: int | None = None, **options: Any) -> bytes:
    if orientation is not None:
        options["exif"] = Image.Exif()
        options["exif"][274] = orientation
    target = io.BytesIO()
    Image.new("RGB", (WIDTH, HEIGHT), "teal").save(target, file_format, **options)
    return target.getvalue()


def size_of(reference: dict[str, Any]) -> tuple[int, int] | None:
    return (reference["width"], reference["height"]) if "width" in reference else None


@pytest.fixture
async def photos(make_project: Any) -> Any:
    return await make_project(interface=INTERFACE)


async def uploaded(api: Any, project: Any, content: bytes, expect: Any) -> dict[str, Any]:
    reference: dict[str, Any] = expect(await api.owner.post(f"{project.path}/uploads", content=content), 201)
    return reference


async def lease_of(api: Any, project: Any, reference: dict[str, Any]) -> dict[str, Any]:
    await project.add([{"data": {"image": reference}}])
    (lease,) = await project.lease(api.annotator())
    found: dict[str, Any] = lease
    return found


async def submitted(api: Any, project: Any, lease: dict[str, Any], *things: dict[str, Any]) -> Any:
    submission = {
        "annotation_id": str(uuid4()),
        "lease_id": lease["id"],
        "token": lease["token"],
        "answer": {"things": list(things)},
        "active_ms": 1000,
    }
    return await api.annotator().post(f"{project.path}/annotations", json=submission)


def region(value: str, **shape: Any) -> dict[str, Any]:
    return {"id": uuid4().hex, "class": value, "geometry": shape}


def box(x: float, y: float, w: float, h: float) -> dict[str, Any]:
    return region("car", type="box", x=x, y=y, w=w, h=h)


async def test_images_of_a_zip_come_with_their_sizes(api: Any, make_project: Any, expect: Any) -> None:
    interface = {**INTERFACE, "inputs": [{**INTERFACE["inputs"][0], "optional": True}]}
    project = await make_project(interface=interface)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("plain.png", picture("PNG"))
        archive.writestr("turned.jpg", picture("JPEG", orientation=TURNED_LEFT))
        archive.writestr("damaged.png", b"\x89PNG\r\n\x1a\n" + bytes(100))
        archive.writestr("sound.flac", b"fLaC" + picture("PNG"))
    started = await api.owner.post(
        f"{project.path}/imports", content=target.getvalue(), params={"file_name": "photos.zip"}
    )
    path = f"{project.path}/jobs/{expect(started, 202)['id']}"
    await api.owner.get(f"{path}/events")
    assert expect(await api.owner.get(path))["result"]["items"] == 4
    sizes = {}
    for task in await project.tasks():
        item = expect(await api.owner.get(f"{project.path}/items/{task['item_id']}"))
        reference = item["data"].get("image") or item["data"]["audio"]
        sizes[reference["name"]] = size_of(reference)
    assert sizes == {
        "plain.png": (WIDTH, HEIGHT),
        "turned.jpg": (HEIGHT, WIDTH),
        "damaged.png": None,
        "sound.flac": None,
    }


async def test_an_upload_tells_the_size(api: Any, photos: Any, expect: Any) -> None:
    for content in (picture("PNG"), picture("GIF"), picture("BMP"), picture("WEBP"), picture("TIFF")):
        assert size_of(await uploaded(api, photos, content, expect)) == (WIDTH, HEIGHT)
    unknown = await uploaded(api, photos, b"\0\0\0\x1cftypavif" + bytes(100), expect)
    assert (unknown["media_type"], unknown["width"], unknown["height"]) == ("image/avif", None, None)


async def test_a_size_behind_the_beginning_is_found(api: Any, photos: Any, expect: Any) -> None:
    profile = picture("JPEG", orientation=TURNED_LEFT, icc_profile=bytes(2 * LONGEST_BEGINNING))
    assert size_of(await uploaded(api, photos, profile, expect)) == (HEIGHT, WIDTH)
    tiff = picture("TIFF")
    directory = struct.unpack("<I", tiff[4:8])[0]
    moved = 3 * LONGEST_BEGINNING
    at_the_end = tiff[:4] + struct.pack("<I", moved) + tiff[8:].ljust(moved - 8, b"\0") + tiff[directory:]
    assert size_of(await uploaded(api, photos, at_the_end, expect)) == (WIDTH, HEIGHT)
    cut = at_the_end[:moved]
    assert (await uploaded(api, photos, cut, expect))["width"] is None


async def test_shapes_outside_of_the_image_are_refused_with_their_place(
    api: Any, photos: Any, expect: Any
) -> None:
    reference = await uploaded(api, photos, picture("PNG"), expect)
    lease = await lease_of(api, photos, reference)
    assert size_of(lease["data"]["image"]) == (WIDTH, HEIGHT)
    beyond = box(60, 0, WIDTH, 10)
    points = [[1, 1], [30, 2], [20, HEIGHT + 5]]
    polygon = region("person", type="polygon", points=points)
    refused = await submitted(api, photos, lease, box(0, 0, WIDTH, HEIGHT), beyond, polygon)
    assert refused.status_code == 422
    problems = [(problem["path"], problem["rule"]) for problem in refused.json()["problems"]]
    assert problems == [
        ("/things/1/geometry/x", "outside"),
        ("/things/2/geometry/points/2", "outside"),
    ]
    expect(await submitted(api, photos, lease, box(0, 0, WIDTH, HEIGHT)))


async def test_a_photograph_taken_sideways_is_as_high_as_it_is_shown(
    api: Any, photos: Any, expect: Any
) -> None:
    reference = await uploaded(api, photos, picture("JPEG", orientation=TURNED_LEFT), expect)
    lease = await lease_of(api, photos, reference)
    wide = await submitted(api, photos, lease, box(0, 0, WIDTH, HEIGHT))
    assert [problem["rule"] for problem in wide.json()["problems"]] == ["outside"]
    expect(await submitted(api, photos, lease, box(0, 0, HEIGHT, WIDTH)))
