"""Sealing of blobs: the C2SP chunked-encryption format, instantiated as Cobblestone-256.

Specification: https://c2sp.org/chunked-encryption (HKDF-Expand with SHA-512, AES-256-GCM). A sealed blob is

    salt (24 bytes) | commitment (32 bytes) | chunks

where each chunk is 16 KiB of plaintext and a 16-byte tag, and the last one is always shorter than that, empty
if need be: what was cut off at a chunk's end is noticed. The key of the blob is derived from the input key,
the salt and the context; the commitment refuses a wrong key or context before anything is decrypted.

Streams go through the implementation in `cryptography`; random access, which it has not got, is here.
"""

from __future__ import annotations

import hmac
import io
import os
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Final

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from assay.errors import IntegrityError
from assay.trust.secret import KEY_SIZE, require_key

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

CHUNK_SIZE: Final = 16 * 1024
"""Plaintext bytes in every chunk but the last."""

Bytes = bytes | bytearray | memoryview
"""What is taken for bytes."""

HEADER_SIZE: Final = 56
_SALT_SIZE: Final = 24
_TAG_SIZE: Final = 16
_NONCE_SIZE: Final = 12
_SEALED_CHUNK_SIZE: Final = CHUNK_SIZE + _TAG_SIZE
_MAXIMUM_CHUNKS: Final = 1 << 38
_INFO: Final = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\x00"

_PIECE: Final = 1 << 20
"""The most bytes that one step of a stream takes up, however large the pieces it is given."""

_LONGEST_WINDOW: Final = 64
"""The most chunks that a random-access reader holds: 1 MiB."""


def encrypt(chunks: Iterable[Bytes], key: bytes, context: bytes) -> Iterator[bytes]:
    """The sealed blob of the plaintext `chunks` (of any sizes), in pieces of at most about 1 MiB.

    `key` is 32 uniformly random bytes and may seal any number of blobs; `context` binds the blob to a place.
    """
    encryptor = _Encryptor(key, context)
    for chunk in chunks:
        yield from encryptor.update(chunk)
    yield encryptor.finalize()


async def encrypt_async(chunks: AsyncIterable[Bytes], key: bytes, context: bytes) -> AsyncIterator[bytes]:
    """`encrypt` for plaintext that arrives over a network."""
    encryptor = _Encryptor(key, context)
    async for chunk in chunks:
        for sealed in encryptor.update(chunk):
            yield sealed
    yield encryptor.finalize()


def decrypt(chunks: Iterable[Bytes], key: bytes, context: bytes) -> Iterator[bytes]:
    """The plaintext of a sealed blob that comes in `chunks` of any sizes; pieces of at most about 1 MiB.

    Every piece is authentic, but only the end of the iteration proves that the blob is whole: act on
    nothing before. Raises IntegrityError when the blob was changed, cut, or has another key or context.
    """
    decryptor = _Decryptor(key, context)
    for chunk in chunks:
        yield from decryptor.update(chunk)
    yield from decryptor.finalize()


async def decrypt_async(chunks: AsyncIterable[Bytes], key: bytes, context: bytes) -> AsyncIterator[bytes]:
    """`decrypt` for a sealed blob that arrives over a network."""
    decryptor = _Decryptor(key, context)
    async for chunk in chunks:
        for plaintext in decryptor.update(chunk):
            yield plaintext
    for plaintext in decryptor.finalize():
        yield plaintext


def plaintext_length(sealed_length: int) -> int:
    """The length of the plaintext of a sealed blob. Raises IntegrityError when no blob has that length."""
    full_chunks, last_chunk = divmod(sealed_length - HEADER_SIZE, _SEALED_CHUNK_SIZE)
    if sealed_length < HEADER_SIZE or last_chunk < _TAG_SIZE or full_chunks >= _MAXIMUM_CHUNKS:
        raise IntegrityError("A sealed blob was cut short.")
    return full_chunks * CHUNK_SIZE + last_chunk - _TAG_SIZE


def sealed_length(plaintext_length: int) -> int:
    """The length of the sealed blob of a plaintext."""
    chunks = plaintext_length // CHUNK_SIZE + 1
    return HEADER_SIZE + plaintext_length + chunks * _TAG_SIZE


class ChunkedReader(io.RawIOBase):
    """The plaintext of a sealed blob as a seekable file, decrypting only the chunks that are read.

    `read_range(offset, length)` returns exactly those bytes of the sealed blob, `sealed_length` is how many
    there are. Holds at most 1 MiB of plaintext: one chunk for scattered reads, more and more ahead for reads
    in sequence. Reads return as many bytes as were asked for, except at the end.

    What is read is authentic. That the blob ends where it seems to is checked before the end is told: on
    reading there, seeking from there, or asking for `length`. Raises IntegrityError for what fails.
    Not safe to share among threads.
    """

    def __init__(
        self, read_range: Callable[[int, int], Bytes], sealed_length: int, key: bytes, context: bytes
    ) -> None:
        super().__init__()
        self._read_range = read_range
        self._sealed_length = sealed_length
        self._length = plaintext_length(sealed_length)
        self._last_chunk = self._length // CHUNK_SIZE
        self._key = require_key(key, "a blob key")
        self._context = context
        self._cipher: _ChunkCipher | None = None
        self._position = 0
        self._window = memoryview(b"")
        self._window_start = 0
        self._window_chunks = 1
        self._end_is_authentic = False

    @property
    def length(self) -> int:
        """The length of the plaintext in bytes, authenticated."""
        self._authenticate_end()
        return self._length

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        if whence == os.SEEK_END:
            self._authenticate_end()
        origins = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._length}
        if whence not in origins:
            raise ValueError("whence must be SEEK_SET, SEEK_CUR or SEEK_END")
        position = origins[whence] + offset
        if position < 0:
            raise ValueError("cannot seek before the beginning")
        self._position = position
        return position

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        target = memoryview(buffer).cast("B")
        filled = 0
        while filled < len(target) and self._position < self._length:
            part = self._available(len(target) - filled)
            target[filled : filled + len(part)] = part
            filled += len(part)
            self._position += len(part)
        if filled < len(target):
            self._authenticate_end()
        return filled

    def readall(self) -> bytes:
        rest = bytearray(max(0, self._length - self._position))
        self.readinto(rest)
        self._authenticate_end()
        return bytes(rest)

    def _available(self, wanted: int) -> memoryview:
        """Plaintext at the position: at least one byte, at most `wanted`."""
        window_end = self._window_start + len(self._window)
        if not self._window_start <= self._position < window_end:
            first = self._position // CHUNK_SIZE
            in_sequence = self._position == window_end and len(self._window) > 0
            self._window_chunks = min(self._window_chunks * 2, _LONGEST_WINDOW) if in_sequence else 1
            needed = (self._position + wanted - 1) // CHUNK_SIZE + 1 - first
            count = min(max(needed, self._window_chunks), _LONGEST_WINDOW, self._last_chunk + 1 - first)
            self._window = memoryview(self._decrypt(first, count))
            self._window_start = first * CHUNK_SIZE
        start = self._position - self._window_start
        return self._window[start : start + wanted]

    def _authenticate_end(self) -> None:
        if not self._end_is_authentic:
            self._decrypt(self._last_chunk, 1)

    def _decrypt(self, first: int, count: int) -> bytearray:
        """The plaintext of `count` chunks from the chunk `first` on."""
        start = HEADER_SIZE + first * _SEALED_CHUNK_SIZE
        end = min(start + count * _SEALED_CHUNK_SIZE, self._sealed_length)
        if self._cipher is None and first == 0:
            # One request for a blob's beginning, which is all there is of most blobs.
            beginning = self._fetch(0, end)
            self._cipher = _ChunkCipher(self._key, self._context, beginning[:HEADER_SIZE])
            sealed = beginning[HEADER_SIZE:]
        else:
            if self._cipher is None:
                self._cipher = _ChunkCipher(self._key, self._context, self._fetch(0, HEADER_SIZE))
            sealed = self._fetch(start, end - start)
        plaintext = self._cipher.decrypt(sealed, first)
        if first + count > self._last_chunk:
            self._end_is_authentic = True
        return plaintext

    def _fetch(self, offset: int, length: int) -> memoryview:
        found = self._read_range(offset, length)
        if len(found) != length:
            raise IntegrityError("A sealed blob was cut short.")
        return memoryview(found)


class _ChunkCipher:
    """The key and nonces of one blob, derived from its header."""

    def __init__(self, key: bytes, context: bytes, header: memoryview) -> None:
        salt, commitment = bytes(header[:_SALT_SIZE]), bytes(header[_SALT_SIZE:])
        length = KEY_SIZE + _NONCE_SIZE + len(commitment)
        derived = HKDFExpand(algorithm=SHA512(), length=length, info=_INFO + salt + context).derive(key)
        nonce_end = KEY_SIZE + _NONCE_SIZE
        if not hmac.compare_digest(derived[nonce_end:], commitment):
            raise IntegrityError("A sealed blob was sealed with another key or for another place.")
        self._cipher = AESGCM(derived[:KEY_SIZE])
        self._base_nonce = int.from_bytes(derived[KEY_SIZE:nonce_end])

    def decrypt(self, sealed: memoryview, first: int) -> bytearray:
        """The plaintext of whole sealed chunks in sequence, the first of which has the number `first`."""
        count = -(-len(sealed) // _SEALED_CHUNK_SIZE)
        plaintext = bytearray(len(sealed) - count * _TAG_SIZE)
        target = memoryview(plaintext)
        try:
            for index in range(count):
                nonce = (self._base_nonce ^ (first + index)).to_bytes(_NONCE_SIZE)
                chunk = sealed[index * _SEALED_CHUNK_SIZE : (index + 1) * _SEALED_CHUNK_SIZE]
                here = target[index * CHUNK_SIZE : (index + 1) * CHUNK_SIZE]
                self._cipher.decrypt_into(nonce, chunk, None, here)
        except InvalidTag as error:
            raise _altered() from error
        return plaintext


class _Encryptor:
    """One blob on its way in, in bounded pieces."""

    def __init__(self, key: bytes, context: bytes) -> None:
        self._stream = Cobblestone256Encryptor(require_key(key, "a blob key"), context)

    def update(self, chunk: Bytes) -> Iterator[bytes]:
        for piece in _pieces(chunk):
            sealed = self._stream.update(piece)
            if sealed:
                yield sealed

    def finalize(self) -> bytes:
        return self._stream.finalize()


class _Decryptor:
    """One blob on its way out, in bounded pieces."""

    def __init__(self, key: bytes, context: bytes) -> None:
        self._stream = Cobblestone256Decryptor(require_key(key, "a blob key"), context)

    def update(self, chunk: Bytes) -> Iterator[bytes]:
        for piece in _pieces(chunk):
            try:
                plaintext = self._stream.update(piece)
            except InvalidTag as error:
                raise _altered() from error
            if plaintext:
                yield plaintext

    def finalize(self) -> Iterator[bytes]:
        try:
            plaintext = self._stream.finalize()
        except InvalidTag as error:
            raise _altered() from error
        if plaintext:
            yield plaintext


def _pieces(chunk: Bytes) -> Iterator[Bytes]:
    if len(chunk) <= _PIECE:
        yield chunk
    else:
        whole = memoryview(chunk)
        for start in range(0, len(whole), _PIECE):
            yield whole[start : start + _PIECE]


def _altered() -> IntegrityError:
    return IntegrityError(
        "A sealed blob was changed, cut short, or sealed with another key or for another place."
    )
