from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import InvalidInput
from assay.formats import ExportRow, Manifest, MerkleTree, RowTree, canonical_json, row_digest, writer_for

ROWS = [
    ExportRow(f"{index:04d}", {"b": index, "a": "x"}, label={"l": 1.0} if index % 2 else None)
    for index in range(9)
]


def _reference_root(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(
        b"\x01" + _reference_root(leaves[:split]) + _reference_root(leaves[split:])
    ).digest()


@given(st.integers(0, 5000))
def test_the_root_is_that_of_the_rfc(count: int) -> None:
    leaves = [hashlib.sha256(b"%d" % index).digest() for index in range(count)]
    tree = MerkleTree()
    tree.extend(leaves)
    assert tree.root() == _reference_root(leaves)
    tree.add(b"x" * 32)
    assert tree.root() == _reference_root([*leaves, b"x" * 32])


def test_the_row_digest_is_what_it_is_documented_to_be() -> None:
    framed = b"\0assay.row.1\0" + b"".join(
        len(part).to_bytes(8, "big") + part for part in (b"id", b'{"a":1}', b"{}")
    )
    assert row_digest("id", b'{"a":1}', b"{}") == hashlib.sha256(framed).digest()
    assert len({row_digest("i", b"{}", None), row_digest("i", b"{}", b""), row_digest("i", b"", b"{}")}) == 3


def test_rows_out_of_order_are_refused() -> None:
    tree = RowTree()
    tree.add("b", b"", None)
    for item_id in ("a", "b"):
        with pytest.raises(InvalidInput):
            tree.add(item_id, b"", None)


def _dataset(directory: Path) -> Manifest:
    files = []
    for name, rows in (("items-1.jsonl", ROWS[:5]), ("items-2.jsonl", ROWS[5:]), ("items.csv", ROWS)):
        with (directory / name).open("wb") as target:
            writer = writer_for(name.rpartition(".")[2])(target, name, None)
            writer.write(rows)
            files.append(writer.close())
    tree = RowTree()
    for row in ROWS:
        label = None if row.label is None else canonical_json(row.label)
        tree.add(row.item_id, canonical_json(row.data), label)
    manifest = Manifest(
        tuple(files), tree.root().hex(), len(ROWS), "sha256:abc", "2026-01-02T03:04:05Z", {"labels": 4}
    )
    manifest.write(directory)
    return manifest


def test_a_copy_that_is_whole_has_no_problems(tmp_path: Path) -> None:
    original, copy = tmp_path / "original", tmp_path / "copy"
    original.mkdir()
    manifest = _dataset(original)
    shutil.copytree(original, copy)
    assert Manifest.read(copy) == manifest
    assert Manifest.from_bytes(manifest.to_bytes()).to_bytes() == manifest.to_bytes()
    assert Manifest.read(copy).verify(copy) == []


def _append(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\n")


def _flip(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"x", b"y", 1))


def _link(path: Path) -> None:
    path.unlink()
    path.symlink_to("/etc/hostname")


@pytest.mark.parametrize(
    ("change", "path", "rule"),
    [
        (_append, "/files/1/bytes", "bytes"),
        (_flip, "/files/1/sha256", "sha256"),
        (_link, "/files/1/name", "not_a_file"),
        (Path.unlink, "/files/1/name", "missing"),
    ],
)
def test_a_changed_file_is_named(
    tmp_path: Path, change: Callable[[Path], None], path: str, rule: str
) -> None:
    manifest = _dataset(tmp_path)
    change(tmp_path / "items-2.jsonl")
    (problem,) = manifest.verify(tmp_path)
    assert (problem.path, problem.rule) == (path, rule)
    assert "items-2.jsonl" in problem.message


def test_a_file_more_is_named(tmp_path: Path) -> None:
    manifest = _dataset(tmp_path)
    (tmp_path / "extra.txt").write_text("x")
    (problem,) = manifest.verify(tmp_path)
    assert problem.rule == "unlisted"
    assert "extra.txt" in problem.message


def _forged(directory: Path, lines: list[bytes]) -> list[str]:
    """What is found when the second file was replaced and its checksum adjusted to match."""
    manifest = _dataset(directory)
    content = b"".join(lines)
    (directory / "items-2.jsonl").write_bytes(content)
    document = orjson.loads(manifest.to_bytes())
    document["files"][1] |= {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    return [problem.rule for problem in Manifest.from_bytes(orjson.dumps(document)).verify(directory)]


def test_rows_that_were_changed_with_their_checksum_break_the_root(tmp_path: Path) -> None:
    _dataset(tmp_path)
    lines = (tmp_path / "items-2.jsonl").read_bytes().splitlines(keepends=True)
    assert _forged(tmp_path, lines) == []
    assert _forged(tmp_path, [lines[0].replace(b'"x"', b'"z"'), *lines[1:]]) == ["root"]
    assert _forged(tmp_path, lines[1:]) == ["rows", "rows", "root"]
    assert _forged(tmp_path, lines[::-1]) == ["row_order"]
    assert _forged(tmp_path, [b"[]\n"]) == ["row"]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"root": "abc"}, "/root"),
        ({"rows": "1"}, "/rows"),
        ({"more": 1}, "/more"),
        ({"schema_version": 2}, "/schema_version"),
        ({"counts": {"a": "b"}}, "/counts/a"),
        ({"files": [{"name": "a"}]}, "/files/0/bytes"),
        ({"files": [1]}, "/files/0"),
    ],
)
def test_a_malformed_manifest_names_the_place(tmp_path: Path, change: dict[str, object], path: str) -> None:
    document = orjson.loads(_dataset(tmp_path).to_bytes()) | change
    with pytest.raises(InvalidInput) as caught:
        Manifest.from_bytes(orjson.dumps(document))
    assert caught.value.problems[0].path == path
    with pytest.raises(InvalidInput):
        Manifest.from_bytes(b"[")
    with pytest.raises(InvalidInput):
        Manifest.read(tmp_path / "none")


def test_a_manifest_cannot_point_outside(tmp_path: Path) -> None:
    document = orjson.loads(_dataset(tmp_path).to_bytes())
    document["files"][0]["name"] = "../secret"
    problems = Manifest.from_bytes(orjson.dumps(document)).verify(tmp_path)
    assert problems[0].rule == "unsafe_name"
