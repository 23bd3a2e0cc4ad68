"""The manifest of an exported dataset: what a copy is checked against, offline, with this module alone."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import orjson

from assay.errors import InvalidInput, Problem
from assay.formats.base import Rejection, WrittenFile
from assay.formats.members import check_name
from assay.formats.merkle import RowTree, canonical_json
from assay.formats.streams import read_lines

_BLOCK_BYTES = 1 << 20
_MANIFEST_BYTES = 64 << 20
_LINE_BYTES = 1 << 30
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Manifest:
    """The files of a dataset and what they hold together.

    `root` is the Merkle root over all rows in order of item id (see `merkle`), in hex; it can be computed
    again from the JSON Lines files. CSV and Parquet files hold the same rows in forms that are not canonical
    and are covered by their SHA-256. `created_at` is an ISO 8601 time. `interface_hash` is the semantic hash
    of the task interface; `schema_version` counts changes of this very format.
    """

    files: tuple[WrittenFile, ...]
    root: str
    rows: int
    interface_hash: str
    created_at: str
    counts: dict[str, int] = field(default_factory=dict)
    schema_version: int = 1

    name: ClassVar[str] = "manifest.json"

    def to_bytes(self) -> bytes:
        """Canonical JSON with a line feed: the same manifest gives the same bytes."""
        document = asdict(self) | {"files": [file._asdict() for file in self.files]}
        return orjson.dumps(document, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2) + b"\n"

    @classmethod
    def from_bytes(cls, content: bytes) -> Manifest:
        """Raises `InvalidInput` naming each thing that is wrong."""
        try:
            document = orjson.loads(content)
        except orjson.JSONDecodeError:
            raise _malformed([Problem("", "json", "the manifest is not valid JSON")]) from None
        if problems := list(_document_problems(document)):
            raise _malformed(problems)
        files = tuple(WrittenFile(**file) for file in document.pop("files"))
        return cls(files=files, **document)

    def write(self, directory: Path) -> Path:
        """Write it so that it is there in full or not at all, after the files it speaks of."""
        path = directory / self.name
        partial = path.with_name(f".{self.name}.partial")
        with partial.open("wb") as target:
            target.write(self.to_bytes())
            target.flush()
            os.fsync(target.fileno())
        partial.replace(path)
        return path

    @classmethod
    def read(cls, directory: Path) -> Manifest:
        path = directory / cls.name
        try:
            with path.open("rb") as source:
                content = source.read(_MANIFEST_BYTES + 1)
        except OSError:
            raise _malformed([Problem("", "missing", f"there is no readable {cls.name}")]) from None
        if len(content) > _MANIFEST_BYTES:
            raise _malformed([Problem("", "too_large", f"{cls.name} is too large to be a manifest")])
        return cls.from_bytes(content)

    def verify(self, directory: Path) -> list[Problem]:
        """What is wrong with a copy of the dataset, nothing if it is whole.

        Checks each file's presence, size, SHA-256 and rows, that there are no others, and, from the JSON
        Lines files, that the rows have the Merkle root. Paths are JSON Pointers into the manifest.
        """
        problems = [
            problem
            for index, file in enumerate(self.files)
            for problem in _file_problems(directory, file, f"/files/{index}")
        ]
        problems += self._unlisted(directory)
        if not problems:
            problems += self._row_problems(directory)
        return problems

    def _unlisted(self, directory: Path) -> Iterator[Problem]:
        listed = {file.name for file in self.files} | {self.name}
        for path in sorted(directory.rglob("*")):
            name = path.relative_to(directory).as_posix()
            if name not in listed and (path.is_symlink() or not path.is_dir()):
                yield Problem("/files", "unlisted", f"{name} is not in the manifest")

    def _row_problems(self, directory: Path) -> Iterator[Problem]:
        indexes = [index for index, file in enumerate(self.files) if file.name.endswith(".jsonl")]
        if not indexes:
            return
        tree = RowTree()
        for index in indexes:
            before = tree.rows
            problem = _add_rows(tree, directory / self.files[index].name, f"/files/{index}")
            if problem is not None:
                yield problem
                return
            if tree.rows - before != self.files[index].rows:
                message = f"{self.files[index].name} does not have as many rows as the manifest says"
                yield Problem(f"/files/{index}/rows", "rows", message)
        if tree.rows != self.rows:
            yield Problem("/rows", "rows", "the files do not have as many rows as the manifest says")
        if tree.root().hex() != self.root:
            yield Problem("/root", "root", "the rows do not have the Merkle root that the manifest says")


def _malformed(problems: list[Problem]) -> InvalidInput:
    return InvalidInput("The manifest is malformed.", problems=problems)


_FIELD_TYPES: dict[str, type] = {
    "files": list,
    "root": str,
    "rows": int,
    "interface_hash": str,
    "created_at": str,
    "counts": dict,
    "schema_version": int,
}
_FILE_TYPES: dict[str, type] = {"name": str, "bytes": int, "sha256": str, "rows": int}


def _document_problems(document: Any) -> Iterator[Problem]:
    yield from (problems := list(_type_problems(document, _FIELD_TYPES, "")))
    if problems:
        return
    if document["schema_version"] != 1:
        yield Problem("/schema_version", "schema_version", "this version of the format is not known")
    if not _SHA256.fullmatch(document["root"]):
        yield Problem("/root", "sha256", "the root is not 64 hexadecimal digits")
    for name, count in document["counts"].items():
        if type(count) is not int:
            yield Problem(f"/counts/{name}", "type", "a count is not a whole number")
    for index, file in enumerate(document["files"]):
        path = f"/files/{index}"
        yield from (problems := list(_type_problems(file, _FILE_TYPES, path)))
        if not problems and not _SHA256.fullmatch(file["sha256"]):
            yield Problem(f"{path}/sha256", "sha256", "the SHA-256 is not 64 hexadecimal digits")


def _type_problems(value: Any, types: dict[str, type], path: str) -> Iterator[Problem]:
    if type(value) is not dict:
        yield Problem(path, "type", "this is not an object")
        return
    for name, expected in types.items():
        if type(value.get(name)) is not expected:
            yield Problem(f"{path}/{name}", "type", f"{name} is missing or not a {expected.__name__}")
    for name in value.keys() - types.keys():
        yield Problem(f"{path}/{name}", "unknown", "this name is not part of a manifest")


def _file_problems(directory: Path, file: WrittenFile, path: str) -> Iterator[Problem]:
    try:
        check_name(file.name)
    except Rejection:
        yield Problem(f"{path}/name", "unsafe_name", "the name does not stay inside the directory")
        return
    target = directory / file.name
    try:
        status = target.lstat()
        if not stat.S_ISREG(status.st_mode):
            yield Problem(f"{path}/name", "not_a_file", f"{file.name} is not a plain file")
            return
        if status.st_size != file.bytes:
            message = f"{file.name} has {status.st_size} bytes, the manifest says {file.bytes}"
            yield Problem(f"{path}/bytes", "bytes", message)
            return
        digest = _sha256(target)
    except OSError:
        yield Problem(f"{path}/name", "missing", f"{file.name} is missing or cannot be read")
        return
    if digest != file.sha256:
        yield Problem(f"{path}/sha256", "sha256", f"{file.name} has changed: its SHA-256 is another")


def _sha256(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _add_rows(tree: RowTree, path: Path, pointer: str) -> Problem | None:
    """Add the rows of a JSON Lines export to the tree; the problem that stops it, if one does."""
    line_number = 0
    with path.open("rb") as source:
        for line, _, _ in read_lines(source, 0, _LINE_BYTES):
            line_number += 1
            try:
                row = orjson.loads(line)
                label = row["label"]
                encoded = None if label is None else canonical_json(label)
                tree.add(row["item_id"], canonical_json(row["data"]), encoded)
            except (ValueError, KeyError, TypeError):
                return Problem(pointer, "row", f"{path.name}, line {line_number}: not an exported row")
            except InvalidInput:
                return Problem(
                    pointer, "row_order", f"{path.name}, line {line_number}: item ids do not ascend"
                )
    return None
