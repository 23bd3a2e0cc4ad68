"""Sources of an import as bodies that are sent while they are read: files, folders, rows."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import RawIOBase
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from assay.client.calls import Upload, plain
from assay.errors import InvalidInput, Problem
from assay.formats import Limits
from assay.formats.base import Rejection
from assay.formats.folder import Folder
from assay.formats.members import is_litter

_BLOCK_BYTES = 1 << 20
_ROWS_PER_BLOCK = 1000
_OLDEST_TIME = (1980, 1, 1, 0, 0, 0)

Rows = Iterable[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class ImportSource:
    """A body, the name that tells its format, and the names in a folder that could not be read."""

    upload: Upload
    name: str
    unreadable: tuple[str, ...] = ()


Source = str | Path | Rows | ImportSource


def import_source(source: Source) -> ImportSource:
    """A file as it is, a folder as a zip archive, rows as JSON lines. Raises InvalidInput without a file."""
    if isinstance(source, ImportSource):
        return source
    if not isinstance(source, str | Path):
        return _rows_source(source)
    path = Path(source).expanduser()
    if path.is_dir():
        return folder_source(path)
    return file_source(path)


def file_source(file: str | Path) -> ImportSource:
    """A file as it is. Raises InvalidInput when there is none."""
    path = Path(file).expanduser()
    if not path.is_file():
        raise InvalidInput(
            f"There is no file or folder {path.name}.", problems=[Problem("/source", "missing", "not found")]
        )
    upload = Upload(lambda: _file_blocks(path), "application/octet-stream", path.stat().st_size)
    return ImportSource(upload, path.name)


def folder_source(path: Path, only: frozenset[str] | None = None) -> ImportSource:
    """A folder, or `only` some names in it, as a zip archive that is made while it is sent."""
    limits = Limits()
    unreadable = tuple(
        str(entry.value)
        for entry in Folder(path, limits).entries()
        if isinstance(entry, Rejection) and _wanted(str(entry.value), only)
    )
    upload = Upload(lambda: _zip_blocks(path, limits, only), "application/zip")
    return ImportSource(upload, f"{path.resolve().name}.zip", unreadable)


def _rows_source(rows: Rows) -> ImportSource:
    # An iterator can be walked through once; a list can be sent again when the connection breaks.
    replayable = not isinstance(rows, Iterator)
    upload = Upload(lambda: _json_lines(rows), "application/jsonl", replayable=replayable)
    return ImportSource(upload, "rows.jsonl")


def _file_blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            yield block


def _json_lines(rows: Rows) -> Iterator[bytes]:
    lines: list[bytes] = []
    for row in rows:
        lines.append(orjson.dumps(row, plain, orjson.OPT_APPEND_NEWLINE | orjson.OPT_SERIALIZE_NUMPY))
        if len(lines) == _ROWS_PER_BLOCK:
            yield b"".join(lines)
            lines = []
    if lines:
        yield b"".join(lines)


class _Outlet(RawIOBase):
    """Takes what the archive writes and gives it away; it cannot be rewound, so nothing is kept."""

    def __init__(self) -> None:
        self._blocks: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, block: Any) -> int:
        self._blocks.append(bytes(block))
        return len(block)

    def take(self) -> bytes:
        taken = b"".join(self._blocks)
        self._blocks.clear()
        return taken


def _zip_blocks(path: Path, limits: Limits, only: frozenset[str] | None) -> Iterator[bytes]:
    """The archive in blocks. Files are stored as they are: pictures and sound are packed already."""
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_STORED) as archive:
        for entry in Folder(path, limits).entries():
            if isinstance(entry, Rejection) or is_litter(entry.name) or not _wanted(entry.name, only):
                continue
            with (
                entry.open() as file,
                archive.open(zipfile.ZipInfo(entry.name, _OLDEST_TIME), "w", force_zip64=True) as member,
            ):
                for block in _blocks(file):
                    member.write(block)
                    yield outlet.take()
            yield outlet.take()
    yield outlet.take()


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    while block := file.read(_BLOCK_BYTES):
        yield block


def _wanted(name: str, only: frozenset[str] | None) -> bool:
    return only is None or name in only
