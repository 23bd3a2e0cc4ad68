"""Bytes in, bounded lines out: gzip, wide encodings, and lines that never take more memory than allowed."""

from __future__ import annotations

import codecs
import zlib
from collections.abc import Iterator
from typing import BinaryIO, Protocol

from assay.errors import InvalidInput, Problem
from assay.formats.base import Limits

BLOCK_BYTES = 256 << 10
UTF8_BOM = codecs.BOM_UTF8
_GZIP_MAGIC = b"\x1f\x8b"
_PREFIX_BYTES = 1024
_WIDE_ENCODINGS = ("utf-16", "utf-32")


class BrokenStream(Exception):
    """The bytes cannot be followed any further: cut short, damaged, or unpacking to too much."""

    def __init__(self, rule: str, reason: str) -> None:
        super().__init__(reason)
        self.rule = rule
        self.reason = reason


class ByteStream(Protocol):
    """Forward-only bytes; `read` gives at most `size` of them and none only at the end."""

    def read(self, size: int, /) -> bytes: ...


class GunzippedStream:
    """The content of a gzip source of one or more members (RFC 1952), within the limits on expansion."""

    def __init__(self, source: BinaryIO, limits: Limits) -> None:
        self._source = source
        self._limits = limits
        self._packed = b""
        self._packed_bytes = 0
        self._unpacked_bytes = 0
        self._member = zlib.decompressobj(wbits=31)

    def read(self, size: int, /) -> bytes:
        while True:
            if self._member.eof and not self._start_next_member():
                return b""
            if not self._packed and not self._fetch():
                raise BrokenStream("truncated", "the gzip data ends before its end mark")
            try:
                block = self._member.decompress(self._packed, size)
            except zlib.error:
                raise BrokenStream("compression", "the gzip data is damaged from here on") from None
            self._packed = self._member.unconsumed_tail or self._member.unused_data
            if block:
                self._count(len(block))
                return block

    def _fetch(self) -> bool:
        self._packed = self._source.read(64 << 10)
        self._packed_bytes += len(self._packed)
        return bool(self._packed)

    def _start_next_member(self) -> bool:
        """False at the end of the source; zero padding after a member is allowed."""
        while not self._packed.lstrip(b"\0"):
            if not self._fetch():
                return False
        self._packed = self._packed.lstrip(b"\0")
        self._member = zlib.decompressobj(wbits=31)
        return True

    def _count(self, size: int) -> None:
        self._unpacked_bytes += size
        bound = max(self._limits.expansion_floor, self._packed_bytes * self._limits.expansion)
        if self._unpacked_bytes > min(bound, self._limits.unpacked_bytes):
            raise BrokenStream("expansion", "the gzip data unpacks to more than is allowed")


class TranscodedStream:
    """A source in UTF-16 or UTF-32 as UTF-8, so that a line feed is one byte."""

    def __init__(self, source: ByteStream, encoding: str) -> None:
        self._source = source
        self._decoder = codecs.getincrementaldecoder(encoding)("strict")
        self._ended = False

    def read(self, size: int, /) -> bytes:
        while not self._ended:
            block = self._source.read(max(size // 2, 4))
            self._ended = not block
            try:
                text = self._decoder.decode(block, final=self._ended)
            except UnicodeError:
                raise BrokenStream("encoding", "the text is not in the given encoding from here on") from None
            if text:
                return text.encode("utf-8", "replace")
        return b""


def open_text(source: BinaryIO, encoding: str, limits: Limits) -> tuple[ByteStream, str]:
    """A stream in which lines end in one byte 10, and the encoding of those lines.

    A gzip source is unpacked on the way. Raises `InvalidInput` for an encoding nobody knows and for a
    byte order mark that contradicts the encoding.
    """
    encoding = _known_encoding(encoding)
    stream: ByteStream = source
    if source.seekable():
        if _peek(source, 2) == _GZIP_MAGIC:
            stream = GunzippedStream(source, limits)
        elif encoding == "utf-8":
            _refuse_wide_text(_peek(source, 4))
    if encoding.startswith(_WIDE_ENCODINGS):
        return TranscodedStream(stream, encoding), "utf-8"
    return stream, encoding


def skip(stream: ByteStream, size: int) -> None:
    """Move past the first `size` bytes: a seek where the stream is the source itself, else reading them."""
    seekable = getattr(stream, "seekable", None)
    if seekable is not None and seekable():
        stream.seek(size)  # type: ignore[attr-defined]
        return
    while size > 0:
        block = stream.read(min(size, BLOCK_BYTES))
        if not block:
            return
        size -= len(block)


def read_lines(stream: ByteStream, offset: int, limit: int) -> Iterator[tuple[bytes, int, bool]]:
    """The lines from here: (line without its line feed, offset of the byte after it, longer than `limit`?).

    `offset` is where the stream stands. Of a line that is too long only the beginning is kept and given.
    """
    unfinished = _UnfinishedLine(limit)
    while block := stream.read(BLOCK_BYTES):
        head, newline, body = block.partition(b"\n")
        unfinished.add(head)
        if not newline:
            continue
        offset += unfinished.length + 1
        yield unfinished.take(), offset, unfinished.overlong
        lines = body.split(b"\n")
        unfinished = _UnfinishedLine(limit)
        unfinished.add(lines.pop())
        for line in lines:
            offset += len(line) + 1
            yield line, offset, len(line) > limit
    if unfinished.length:
        yield unfinished.take(), offset + unfinished.length, unfinished.overlong


class _UnfinishedLine:
    """The pieces of a line that spans blocks; past the limit only its beginning."""

    def __init__(self, limit: int) -> None:
        self.length = 0
        self._limit = limit
        self._pieces: list[bytes] = []

    @property
    def overlong(self) -> bool:
        return self.length > self._limit

    def add(self, piece: bytes) -> None:
        was_overlong = self.overlong
        self.length += len(piece)
        if was_overlong:
            return
        self._pieces.append(piece)
        if self.overlong:
            self._pieces = [self.take()[:_PREFIX_BYTES]]

    def take(self) -> bytes:
        return b"".join(self._pieces)


def _peek(source: BinaryIO, size: int) -> bytes:
    source.seek(0)
    first_bytes = source.read(size)
    source.seek(0)
    return first_bytes


def _known_encoding(encoding: str) -> str:
    try:
        name = codecs.lookup(encoding).name
        "".encode(name)  # refuses what is registered as a codec and is not a text encoding, such as zlib
    except (LookupError, ValueError):
        problem = Problem("/encoding", "encoding", "there is no text encoding of this name")
        raise InvalidInput("The text encoding is not known.", problems=[problem]) from None
    return "utf-8" if name == "utf-8-sig" else name


def _refuse_wide_text(first_bytes: bytes) -> None:
    if first_bytes.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)):
        problem = Problem("", "encoding", "the byte order mark says UTF-16 or UTF-32, not UTF-8")
        raise InvalidInput(
            "The file is not in UTF-8.",
            advice="Save it as UTF-8 or give the option encoding, such as utf-16.",
            problems=[problem],
        )
