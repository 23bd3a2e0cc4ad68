"""Rows out of a folder or an archive of files.

Without a listing, each file is one item. Its kind, found by its first bytes, names the entry of `data`:

    image, audio, video, document   {"image": FileReference(0), "name": "a/b.jpg"} and the file in `files`
    text, html                      {"text": "...", "name": "a/b.txt"}
    json                            the file is a record (see `records`)

With a **listing** (`items` or `manifest`, .jsonl or .csv, at the top or in the one top folder) its rows are
the items. A value in data that is the name of a member, relative to the listing or to the top, becomes a
`FileReference`; `{"file": "name"}` does too and rejects the row if there is no such member. Members that no
row names are left out.

Names of files are content: they are put into data, never into key or metadata.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, BinaryIO, ClassVar

import orjson

from assay.formats.archive import ZipArchive
from assay.formats.base import (
    BadFile,
    Checkpoint,
    FileReference,
    ImportedFile,
    ImportRow,
    JsonObject,
    Position,
    Reader,
    Reading,
    ReadOptions,
    RejectedRow,
    Rejection,
    Row,
    reject,
)
from assay.formats.csv import CsvReader
from assay.formats.jsonl import JsonLinesReader
from assay.formats.media import SNIFFED_BYTES, MediaType, sniff
from assay.formats.members import Bundle, Member, is_litter
from assay.formats.records import deeper_than, row_from_record

_LISTING_READERS: dict[str, Reader] = {
    "items.jsonl": JsonLinesReader(),
    "items.csv": CsvReader(),
    "manifest.jsonl": JsonLinesReader(),
    "manifest.csv": CsvReader(),
}
_NAME_CHARACTERS = 1024


class ZipReader:
    """A zip archive of files; see `archive` for what is refused."""

    name: ClassVar[str] = "zip"
    suffixes: ClassVar[tuple[str, ...]] = (".zip",)
    magic: ClassVar[tuple[bytes, ...]] = (b"PK\x03\x04", b"PK\x05\x06")

    def read(
        self, source: BinaryIO, options: ReadOptions | None = None, checkpoint: Checkpoint | None = None
    ) -> Reading:
        options = options or ReadOptions()
        position = Position.after(self.name, checkpoint)
        return read_bundle(ZipArchive(source, options.limits), options, position)


def read_bundle(bundle: Bundle, options: ReadOptions, position: Position) -> Reading:
    """The rows of a bundle after a position; raises `InvalidInput` if its listing cannot be read at all."""
    listing = _find_listing(bundle)
    if listing is None:
        return Reading(_members_as_rows(bundle, options, position), position)
    return Reading(_listed_rows(bundle, listing, options, position), position)


def replace_file_references(value: Any, replacement: Callable[[int], Any]) -> Any:
    """`ImportRow.data` with `replacement(index)` wherever a `FileReference` stood."""
    if isinstance(value, FileReference):
        return replacement(value.index)
    if isinstance(value, dict):
        return {name: replace_file_references(child, replacement) for name, child in value.items()}
    if isinstance(value, list):
        return [replace_file_references(child, replacement) for child in value]
    return value


def _members_as_rows(bundle: Bundle, options: ReadOptions, position: Position) -> Iterator[Row]:
    done = position.number
    for number, entry in islice(enumerate(bundle.entries(), start=1), done, None):
        position.number = number
        if isinstance(entry, Rejection):
            yield reject(number, entry)
        elif not is_litter(entry.name):
            try:
                row = _member_as_row(number, entry, options)
                position.weight += 0 if row.files else entry.size
                yield row
            except (Rejection, BadFile) as error:
                yield reject(number, error, entry.name)


def _member_as_row(number: int, member: Member, options: ReadOptions) -> ImportRow:
    media_type = _media_type(member)
    if media_type.is_text:
        return _text_as_row(number, member, media_type, options)
    data: JsonObject = {media_type.kind: FileReference(0), "name": member.name}
    return ImportRow(number, data, None, {}, files=(_imported(member, media_type),))


def _text_as_row(number: int, member: Member, media_type: MediaType, options: ReadOptions) -> ImportRow:
    limit = options.limits.row_bytes
    if member.size > limit:
        raise Rejection("too_long", f"a text file may have at most {limit} bytes", value=member.name)
    with member.open() as stream:
        content = stream.read()
    if media_type.kind == "json":
        return _json_as_row(number, member, content, options)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        reason = f"the text is not UTF-8 at byte {error.start + 1}"
        raise Rejection("encoding", reason, value=member.name) from None
    return ImportRow(number, {media_type.kind: text, "name": member.name}, None, {})


def _json_as_row(number: int, member: Member, content: bytes, options: ReadOptions) -> ImportRow:
    try:
        record = orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        reason = f"not valid JSON at character {error.pos + 1} (a listing has to be called items.jsonl)"
        raise Rejection("json", reason, value=member.name) from None
    if deeper_than(record, options.limits.depth):
        reason = f"objects and lists nest more than {options.limits.depth} levels"
        raise Rejection("too_deep", reason, value=member.name)
    return row_from_record(number, record, options)


def _media_type(member: Member) -> MediaType:
    with member.open() as stream:
        first_bytes = stream.read(SNIFFED_BYTES)
    media_type = sniff(first_bytes)
    if media_type is None:
        reason = "the file is none of the images, sounds, videos, PDF and text that can be imported"
        raise Rejection("media_type", reason, value=member.name)
    if not first_bytes:
        raise Rejection("empty", "the file is empty", value=member.name)
    return media_type


def _imported(member: Member, media_type: MediaType) -> ImportedFile:
    return ImportedFile(member.name, media_type.name, member.size, member.open)


def _find_listing(bundle: Bundle) -> Member | None:
    """The listing at the top, else in the one folder that everything is in."""
    for name in _LISTING_READERS:
        if (member := bundle.find(name)) is not None:
            return member
    first = next((e for e in bundle.entries() if isinstance(e, Member) and not is_litter(e.name)), None)
    if first is None or "/" not in first.name:
        return None
    top = first.name.partition("/")[0]
    found = (bundle.find(f"{top}/{name}") for name in _LISTING_READERS)
    return next((member for member in found if member is not None), None)


def _listed_rows(bundle: Bundle, listing: Member, options: ReadOptions, position: Position) -> Iterator[Row]:
    folder, slash, base = listing.name.rpartition("/")
    reader = _LISTING_READERS[base]
    inner = {**position.checkpoint(), "reader": reader.name}
    try:
        with listing.open() as stream:
            reading = reader.read(stream, options, inner if position.number else None)
            for row in reading:
                position.follow(reading.position)
                yield row if isinstance(row, RejectedRow) else _linked(row, bundle, folder + slash, options)
    except BadFile as error:
        position.number, position.ended = position.number + 1, True
        yield reject(position.number, error, listing.name)


def _linked(row: ImportRow, bundle: Bundle, folder: str, options: ReadOptions) -> Row:
    linker = _Linker(bundle, folder, options.limits.files_per_row)
    try:
        data = linker.link(row.data, "/data")
    except (Rejection, BadFile) as error:
        return reject(row.number, error)
    return row._replace(data=data, files=tuple(linker.files))


class _Linker:
    """Puts file references where the data of a row names members of the bundle."""

    def __init__(self, bundle: Bundle, folder: str, limit: int) -> None:
        self._bundle = bundle
        self._folder = folder
        self._limit = limit
        self._indexes: dict[str, int] = {}
        self.files: list[ImportedFile] = []

    def link(self, value: Any, path: str) -> Any:
        if isinstance(value, str):
            return self._reference(value) or value
        if isinstance(value, dict):
            if len(value) == 1 and isinstance(value.get("file"), str):
                return self._required(value["file"], path)
            return {name: self.link(child, f"{path}/{name}") for name, child in value.items()}
        if isinstance(value, list):
            return [self.link(child, f"{path}/{index}") for index, child in enumerate(value)]
        return value

    def _required(self, name: str, path: str) -> FileReference:
        reference = self._reference(name)
        if reference is None:
            reason = "the row names a file that is not there or cannot be imported"
            raise Rejection("missing_file", reason, path=path, value=name)
        return reference

    def _reference(self, name: str) -> FileReference | None:
        if not name or len(name) > _NAME_CHARACTERS:
            return None
        member = self._bundle.find(self._folder + name) or (self._bundle.find(name) if self._folder else None)
        if member is None:
            return None
        if member.name not in self._indexes:
            if len(self.files) == self._limit:
                raise Rejection("files", f"the row names more than {self._limit} files")
            self.files.append(_imported(member, _media_type(member)))
            self._indexes[member.name] = len(self.files) - 1
        return FileReference(self._indexes[member.name])
