"""Folders and zip archives: what becomes a row, and what hostile ones are kept from."""

from __future__ import annotations

import io
import os
import stat
import struct
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from assay.errors import InvalidInput
from assay.formats import (
    BadFile,
    FileReference,
    FolderReader,
    ImportRow,
    Limits,
    ReadOptions,
    RejectedRow,
    replace_file_references,
)
from assay.formats.bundle import ZipReader

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 50
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 50
Files = dict[str, bytes]


def _zip(files: Files | Iterable[tuple[Any, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in files.items() if isinstance(files, dict) else files:
            archive.writestr(name, content)
    return target.getvalue()


def _read_zip(content: bytes, **limits: Any) -> list[Any]:
    return list(ZipReader().read(io.BytesIO(content), ReadOptions(limits=Limits(**limits))))


def _read_files_in_zip(files: Files, _: Path) -> list[Any]:
    return _read_zip(_zip(files))


def _read_files_in_folder(files: Files, path: Path) -> list[Any]:
    for name, content in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content)
    return list(FolderReader(path).read())


each_bundle = pytest.mark.parametrize("read", [_read_files_in_zip, _read_files_in_folder])
ReadFiles = Callable[[Files, Path], list[Any]]


@each_bundle
def test_each_file_is_an_item_of_its_kind(read: ReadFiles, tmp_path: Path) -> None:
    files = {
        "a/picture.txt": PNG,
        "a/sound.bin": b"RIFF\0\0\0\0WAVEfmt ",
        "b.pdf": b"%PDF-1.7\n",
        "c.html": b"<!DOCTYPE html><p>x",
        "d.txt": "\ufeffStraße".encode(),
        "e.json": b'{"data": {"text": "x"}, "key": "k"}',
    }
    rows = read(files, tmp_path)
    assert [row.data for row in rows] == [
        {"image": FileReference(0), "name": "a/picture.txt"},
        {"audio": FileReference(0), "name": "a/sound.bin"},
        {"document": FileReference(0), "name": "b.pdf"},
        {"html": "<!DOCTYPE html><p>x", "name": "c.html"},
        {"text": "Straße", "name": "d.txt"},
        {"text": "x"},
    ]
    assert [row.key for row in rows] == [None] * 5 + ["k"]
    (file,) = rows[0].files
    assert (file.name, file.media_type, file.size) == ("a/picture.txt", "image/png", len(PNG))
    with file.open() as stream:
        assert stream.read() == PNG
    resolved = replace_file_references(rows[0].data, lambda index: {"blob": rows[0].files[index].size})
    assert resolved == {"image": {"blob": len(PNG)}, "name": "a/picture.txt"}


@each_bundle
def test_what_may_not_be_imported_is_a_rejected_row(read: ReadFiles, tmp_path: Path) -> None:
    files = {
        "1.svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
        "2.xml": b"<?xml version='1.0'?><!DOCTYPE a>",
        "3.zip": _zip({"a": b"b"}),
        "4.bin": b"\x7fELF\0\0",
        "5.txt": b"",
        "6.json": b"{broken",
        "7.txt": b"ok" * 3000 + b"\xff",
        "Thumbs.db": b"\0",
        "__MACOSX/._x": b"\0",
        "z.txt": b"good",
    }
    rows = read(files, tmp_path)
    assert [row.rule for row in rows if isinstance(row, RejectedRow)] == [
        *["media_type"] * 4,
        "empty",
        "json",
        "encoding",
    ]
    assert rows[-1].data == {"text": "good", "name": "z.txt"}


@each_bundle
@pytest.mark.parametrize("top", ["", "dataset/"])
def test_a_listing_names_files(read: ReadFiles, top: str, tmp_path: Path) -> None:
    listing = (
        b'{"data": {"image": "images/1.png", "views": [{"left": "images/2.jpg"}, "images/1.png"]}}\n'
        b'{"data": {"image": {"file": "images/none.png"}}}\n'
        b'{"data": {"image": "images/none.png"}}\n'
        b"broken\n"
        b'{"data": {"image": "../images/1.png", "other": {"file": "images/2.jpg"}}}\n'
    )
    files = {f"{top}items.jsonl": listing, f"{top}images/1.png": PNG, f"{top}images/2.jpg": JPEG}
    first, missing, text, broken, last = read(files, tmp_path)
    assert first.data == {"image": FileReference(0), "views": [{"left": FileReference(1)}, FileReference(0)]}
    assert [file.name for file in first.files] == [f"{top}images/1.png", f"{top}images/2.jpg"]
    assert (missing.rule, missing.path, missing.number) == ("missing_file", "/data/image", 2)
    assert text.data == {"image": "images/none.png"}
    assert broken.rule == "json"
    assert last.data == {"image": "../images/1.png", "other": FileReference(0)}


@each_bundle
def test_a_csv_listing_goes_on_from_a_checkpoint(read: ReadFiles, tmp_path: Path) -> None:
    files = {"items.csv": b"image,n\n" + b"1.png,x\n" * 20, "1.png": PNG}
    assert len(read(files, tmp_path)) == 20
    source = io.BytesIO(_zip(files))
    reading = ZipReader().read(source)
    rows = iter(reading)
    for _ in range(7):
        next(rows)
    rest = list(ZipReader().read(source, ReadOptions(), reading.checkpoint()))
    assert [row.number for row in rest] == list(range(9, 22))
    assert all(isinstance(row, ImportRow) and row.files for row in rest)


@pytest.mark.parametrize(
    "name",
    ["../up.txt", "/root.txt", "a/../../b.txt", "C:x.txt", "a\\b.txt", "a//b", "./a", "a\nb", "\u202ea"],
)
def test_names_that_lead_outside_are_rejected(name: str) -> None:
    bad, good = _read_zip(_zip([(name, b"x"), ("good.txt", b"y")]))
    assert (bad.rule, bad.number) == ("unsafe_name", 1)
    assert isinstance(good, ImportRow)


def test_links_and_special_members_are_rejected() -> None:
    link = zipfile.ZipInfo("link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    (row,) = _read_zip(_zip([(link, b"/etc/passwd")]))
    assert row.rule == "symlink"


def test_a_name_that_comes_twice_counts_once() -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        content = _zip([("a.txt", b"first"), ("a.txt", b"second")])
    first, second = _read_zip(content)
    assert first.data["text"] == "first"
    assert second.rule == "duplicate_name"


def _patched(content: bytes, at: int, value: bytes, *, central_only: bool = False) -> bytes:
    """The archive with a field of its first member changed, in the directory and in the local header."""
    patched = bytearray(content)
    central = content.index(b"PK\x01\x02")
    patched[central + at : central + at + len(value)] = value
    if not central_only:
        patched[at - 2 : at - 2 + len(value)] = value
    return bytes(patched)


def test_encrypted_and_oddly_packed_members_are_rejected() -> None:
    content = _zip({"a.txt": b"text"})
    assert _read_zip(_patched(content, 8, b"\x01\0"))[0].rule == "encrypted"
    assert _read_zip(_patched(content, 10, b"\x0c\0"))[0].rule == "compression"


def test_sizes_and_checksums_that_lie_are_found_in_the_bytes() -> None:
    content = _zip({"a.txt": b"text" * 1000})
    assert _read_zip(_patched(content, 24, struct.pack("<L", 5000)))[0].rule == "size_mismatch"
    assert _read_zip(_patched(content, 24, struct.pack("<L", 10)))[0].rule == "size_mismatch"
    assert _read_zip(_patched(content, 16, b"abcd"))[0].rule == "checksum"
    assert _read_zip(_patched(content, 20, struct.pack("<L", 5)))[0].rule == "truncated"
    assert _read_zip(content.replace(b"a.txt", b"b.txt", 1))[0].rule == "header_mismatch"


def test_a_file_that_lies_is_stopped_while_it_is_read() -> None:
    content = _patched(_zip({"a.png": PNG + bytes(1 << 20)}), 24, struct.pack("<L", 100_000))
    (row,) = _read_zip(content)
    delivered = 0
    with row.files[0].open() as stream, pytest.raises(BadFile) as caught:
        while block := stream.read(4096):
            delivered += len(block)
    assert caught.value.rule == "size_mismatch"
    assert delivered <= 100_000


def test_bombs_are_refused() -> None:
    bomb = _zip({f"{index}.txt": b"0" * (1 << 20) for index in range(4)})
    with pytest.raises(InvalidInput) as caught:
        _read_zip(bomb, expansion=100, expansion_floor=2 << 20)
    assert caught.value.problems[0].rule == "expansion"
    (row,) = _read_zip(_zip([("a.txt", b"0" * (1 << 20))]), member_bytes=1 << 19)
    assert row.rule == "too_large"
    with pytest.raises(InvalidInput) as caught:
        _read_zip(bomb, members=3)
    assert caught.value.problems[0].rule == "members"


def test_members_that_share_their_bytes_are_counted_each() -> None:
    """The overlapping bomb: many directory entries for one packed stream."""
    content = _zip([("a.txt", b"0" * (1 << 20))])
    start, end = content.index(b"PK\x01\x02"), content.index(b"PK\x05\x06")
    directory = content[start:end] * 50
    tail = bytearray(content[end:])
    struct.pack_into("<2HL", tail, 8, 50, 50, len(directory))
    with pytest.raises(InvalidInput) as caught:
        _read_zip(content[:start] + directory + bytes(tail), expansion_floor=8 << 20)
    assert caught.value.problems[0].rule == "expansion"


def test_zip64_and_data_before_the_archive() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive, archive.open("a.txt", "w", force_zip64=True) as member:
        member.write(b"wide")
    (row,) = _read_zip(b"#!/bin/sh\n" + target.getvalue())
    assert row.data["text"] == "wide"


def test_folders_follow_no_links(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("secret")
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "link.txt").symlink_to(outside / "secret.txt")
    (inside / "linked").symlink_to(outside)
    os.mkfifo(inside / "pipe")
    (inside / "items.jsonl").write_text('{"data": {"a": "linked/secret.txt", "b": "link.txt"}}\n')
    (row,) = FolderReader(inside).read()
    assert isinstance(row, ImportRow)
    assert row.data == {"a": "linked/secret.txt", "b": "link.txt"}
    (inside / "items.jsonl").unlink()
    assert [row.rule for row in FolderReader(inside).read() if isinstance(row, RejectedRow)] == [
        "symlink"
    ] * 3
    with pytest.raises(InvalidInput):
        FolderReader(tmp_path / "none")
