"""Zip archives, read as a stream of members in bounded memory and without trusting a word they say.

The central directory is walked in windows, never loaded; of each member only a 64-bit hash of its name and
a position are kept (16 bytes), for duplicates and look-ups. Sizes in headers are upper bounds that are
enforced on the bytes that really come out. Source: PKWARE APPNOTE 6.3.10, sections 4.3 to 4.5.
"""

from __future__ import annotations

import hashlib
import io
import stat
import struct
import zlib
from array import array
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from assay.errors import InvalidInput, Problem
from assay.formats.base import BadFile, Limits, Rejection
from assay.formats.members import Member, MemberEntry, check_name

_END = struct.Struct("<4s4H2LH")
_END64_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_END_SEARCH_BYTES = _END.size + 0xFFFF
_WINDOW_BYTES = 256 << 10
_ZIP64_FIELD = 1
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_UTF8_NAME = 0x800
_STORED, _DEFLATED = 0, 8
_FULL32 = 0xFFFFFFFF
_DIRECTORY_ENTRY_BYTES = 1 << 10


class _Entry(NamedTuple):
    """What the central directory says about a member; `position` is where it says so."""

    position: int
    end: int
    raw_name: bytes
    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    local: int
    mode: int


class ZipArchive:
    """The members of a zip archive (a `Bundle`); `InvalidInput` if it is none, or a bomb as a whole."""

    def __init__(self, source: BinaryIO, limits: Limits) -> None:
        self._source = source
        self._limits = limits
        self._bytes = source.seek(0, io.SEEK_END)
        self._start, self._stop, self._shift, count = self._find_directory()
        if count > limits.members or self._stop - self._start > limits.members * _DIRECTORY_ENTRY_BYTES:
            raise _refused("members", f"it has more than {limits.members} members")
        self._index_members()

    def entries(self) -> Iterator[MemberEntry]:
        """Every member in the order of the archive, directories left out."""
        for entry in self._walk():
            if entry.raw_name.endswith(b"/"):
                continue
            try:
                yield self._member(entry)
            except Rejection as rejection:
                yield rejection

    def find(self, name: str) -> Member | None:
        """The member of that name, if there is one and it may be imported."""
        wanted = _name_hash(name)
        first = int(np.searchsorted(self._hashes, wanted))
        if first == len(self._hashes) or self._hashes[first] != wanted:
            return None
        entry = next(self._walk(int(self._positions[first])), None)
        if entry is None or entry.name != name:
            return None
        try:
            return self._member(entry)
        except Rejection:
            return None

    def _find_directory(self) -> tuple[int, int, int, int]:
        """Start and end of the central directory, what offsets are off by, and the declared count."""
        tail_start = max(0, self._bytes - _END_SEARCH_BYTES)
        self._source.seek(tail_start)
        tail = self._source.read(_END_SEARCH_BYTES)
        at = tail.rfind(b"PK\x05\x06")
        if at < 0 or len(tail) - at < _END.size:
            raise _refused("zip", "it is cut short or not a zip archive")
        _, disk, first_disk, _, count, size, offset, _ = _END.unpack_from(tail, at)
        stop = tail_start + at
        locator_at = at - _END64_LOCATOR.size
        if locator_at >= 0 and tail.startswith(b"PK\x06\x07", locator_at):
            count, size, offset, stop = self._end64(_END64_LOCATOR.unpack_from(tail, locator_at)[2])
        elif disk or first_disk:
            raise _refused("zip", "it is one part of an archive in several parts")
        start = stop - size
        if start < 0 or start < offset:
            raise _refused("zip", "its directory is not where it says")
        return start, stop, start - offset, count

    def _end64(self, position: int) -> tuple[int, int, int, int]:
        self._source.seek(min(position, self._bytes))
        record = self._source.read(_END64.size)
        if len(record) < _END64.size or not record.startswith(b"PK\x06\x06"):
            raise _refused("zip", "its ZIP64 directory is not where it says")
        _, _, _, _, _, _, _, count, size, offset = _END64.unpack(record)
        return count, size, offset, position

    def _index_members(self) -> None:
        hashes, positions = array("Q"), array("Q")
        unpacked = 0
        for entry in self._walk():
            if len(hashes) >= self._limits.members:
                raise _refused("members", f"it has more than {self._limits.members} members")
            hashes.append(_name_hash(entry.name))
            positions.append(entry.position)
            unpacked += entry.size if entry.size <= self._limits.member_bytes else 0
        bound = max(self._limits.expansion_floor, self._bytes * self._limits.expansion)
        if unpacked > min(bound, self._limits.unpacked_bytes):
            raise _refused("expansion", "it unpacks to more than is allowed")
        unsorted = np.frombuffer(hashes, dtype=np.uint64) if hashes else np.empty(0, dtype=np.uint64)
        order = np.argsort(unsorted, kind="stable")
        self._hashes = unsorted[order]
        self._positions = np.frombuffer(positions, dtype=np.uint64)[order] if positions else unsorted

    def _walk(self, position: int | None = None) -> Iterator[_Entry]:
        """The central directory from a position on; ends where it is damaged, as an `InvalidInput`."""
        position = self._start if position is None else position
        window, window_start = b"", position
        while position < self._stop:
            entry = _parse_entry(window, position, window_start)
            if entry is None:
                self._source.seek(position)
                window, window_start = self._source.read(min(_WINDOW_BYTES, self._stop - position)), position
                entry = _parse_entry(window, position, window_start)
                if entry is None:
                    raise _refused("zip", "its directory is damaged")
            yield entry
            position = entry.end

    def _member(self, entry: _Entry) -> Member:
        name = check_name(entry.name)
        first = int(np.searchsorted(self._hashes, _name_hash(entry.name)))
        if int(self._positions[first]) != entry.position:
            raise Rejection("duplicate_name", "an earlier member has the same name", value=entry.name)
        if entry.flags & _ENCRYPTED:
            raise Rejection("encrypted", "the member is encrypted", value=name)
        if stat.S_IFMT(entry.mode) not in (0, stat.S_IFREG):
            raise Rejection("symlink", "the member is a link or a special file", value=name)
        if entry.method not in (_STORED, _DEFLATED):
            raise Rejection(
                "compression", "the member is packed with another method than deflate", value=name
            )
        if entry.size > self._limits.member_bytes:
            reason = f"the member is larger than {self._limits.member_bytes} bytes"
            raise Rejection("too_large", reason, value=name)
        if entry.size > max(self._limits.expansion_floor, entry.packed * self._limits.expansion):
            raise Rejection("expansion", "the member unpacks to far more than its packed size", value=name)
        return Member(name, entry.size, lambda: self._open(entry))

    def _open(self, entry: _Entry) -> BinaryIO:
        self._source.seek(min(entry.local + self._shift, self._bytes))
        header = self._source.read(_LOCAL.size)
        if len(header) < _LOCAL.size or not header.startswith(b"PK\x03\x04"):
            raise BadFile("truncated", "the member is not where the archive says")
        fields = _LOCAL.unpack(header)
        name_bytes, extra_bytes = fields[-2], fields[-1]
        if self._source.read(name_bytes) != entry.raw_name:
            raise BadFile(
                "header_mismatch", "the member and the directory of the archive name it differently"
            )
        start = entry.local + self._shift + _LOCAL.size + name_bytes + extra_bytes
        if start + entry.packed > self._start:
            raise BadFile("truncated", "the member runs into the directory of the archive")
        return io.BufferedReader(_MemberStream(self._source, start, entry), 64 << 10)


class _MemberStream(io.RawIOBase):
    """The content of one member; exactly as many bytes as declared with the declared CRC, or `BadFile`."""

    def __init__(self, source: BinaryIO, start: int, entry: _Entry) -> None:
        self._source = source
        self._position = start
        self._packed_left = entry.packed
        self._left = entry.size
        self._expected_crc = entry.crc
        self._crc = 0
        self._pending = b""
        self._inflate = zlib.decompressobj(-15) if entry.method == _DEFLATED else None
        self._checked = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer).cast("B")
        block = self._next_block(len(view))
        view[: len(block)] = block
        self._crc = zlib.crc32(block, self._crc)
        self._left -= len(block)
        if self._left < 0:
            raise BadFile("size_mismatch", "the member holds more bytes than it declares")
        if not block and len(view) and not self._checked:
            self._check_end()
        return len(block)

    def _next_block(self, size: int) -> bytes:
        if self._inflate is None:
            return self._packed_block(size)
        while not self._inflate.eof:
            packed = self._pending or self._packed_block(64 << 10)
            if not packed:
                raise BadFile("truncated", "the packed data of the member end early")
            try:
                block = self._inflate.decompress(packed, size)
            except zlib.error:
                raise BadFile("compression", "the packed data of the member are damaged") from None
            self._pending = self._inflate.unconsumed_tail
            if block:
                return block
        return b""

    def _packed_block(self, size: int) -> bytes:
        self._source.seek(self._position)
        block = self._source.read(min(size, self._packed_left))
        self._position += len(block)
        self._packed_left -= len(block)
        return block

    def _check_end(self) -> None:
        if self._left:
            raise BadFile("size_mismatch", "the member holds fewer bytes than it declares")
        if self._crc != self._expected_crc:
            raise BadFile("checksum", "the member does not have the checksum it declares")
        self._checked = True


def _parse_entry(window: bytes, position: int, window_start: int) -> _Entry | None:
    """The directory entry at `position`, None if the window does not hold all of it or it is none."""
    at = position - window_start
    if len(window) - at < _CENTRAL.size or not window.startswith(b"PK\x01\x02", at):
        return None
    fields = _CENTRAL.unpack_from(window, at)
    flags, method, crc, packed, size = fields[3], fields[4], fields[7], fields[8], fields[9]
    name_bytes, extra_bytes, comment_bytes, attributes, local = *fields[10:13], fields[15], fields[16]
    name_at = at + _CENTRAL.size
    extra_at = name_at + name_bytes
    end = extra_at + extra_bytes + comment_bytes
    if end > len(window):
        return None
    raw_name = window[name_at:extra_at]
    size, packed, local = _zip64_sizes(window[extra_at : extra_at + extra_bytes], size, packed, local)
    name, mode = _decode_name(raw_name, flags), attributes >> 16
    return _Entry(position, window_start + end, raw_name, name, flags, method, crc, packed, size, local, mode)


def _zip64_sizes(extra: bytes, size: int, packed: int, local: int) -> tuple[int, int, int]:
    """The three numbers, those that are all ones taken from the ZIP64 extra field if there is one."""
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<2H", extra)
        body, extra = extra[4 : 4 + length], extra[4 + length :]
        if kind != _ZIP64_FIELD:
            continue
        wide = iter(struct.unpack(f"<{len(body) // 8}Q", body[: len(body) // 8 * 8]))
        values = [next(wide, value) if value == _FULL32 else value for value in (size, packed, local)]
        return values[0], values[1], values[2]
    return size, packed, local


def _decode_name(raw_name: bytes, flags: int) -> str:
    """UTF-8, as many tools write without saying so; else code page 437, the format's own default."""
    try:
        return raw_name.decode("utf-8")
    except UnicodeDecodeError:
        return raw_name.decode("utf-8", "replace") if flags & _UTF8_NAME else raw_name.decode("cp437")


def _name_hash(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode("utf-8"), digest_size=8).digest(), "big")


def _refused(rule: str, message: str) -> InvalidInput:
    return InvalidInput("The archive cannot be imported.", problems=[Problem("", rule, message)])
