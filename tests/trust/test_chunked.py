from __future__ import annotations

import io
import os
import zipfile
import zlib
from collections.abc import AsyncIterator, Iterable, Iterator
from hashlib import sha512

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.errors import IntegrityError
from assay.trust.chunked import (
    CHUNK_SIZE,
    HEADER_SIZE,
    ChunkedReader,
    decrypt,
    decrypt_async,
    encrypt,
    encrypt_async,
    plaintext_length,
    sealed_length,
)

KEY = os.urandom(32)
CONTEXT = b"a place"
SEALED_CHUNK = CHUNK_SIZE + 16
BOUNDARIES = [
    0,
    1,
    15,
    16,
    17,
    CHUNK_SIZE - 1,
    CHUNK_SIZE,
    CHUNK_SIZE + 1,
    2 * CHUNK_SIZE,
    5 * CHUNK_SIZE + 77,
]
PLAINTEXT = os.urandom(6 * CHUNK_SIZE + 123)


class Store:
    """A sealed blob in a place that counts what is asked of it."""

    def __init__(self, sealed: bytes) -> None:
        self.sealed = sealed
        self.requests: list[tuple[int, int]] = []

    def read_range(self, offset: int, length: int) -> bytes:
        self.requests.append((offset, length))
        return self.sealed[offset : offset + length]

    def reader(self, key: bytes = KEY, context: bytes = CONTEXT) -> ChunkedReader:
        return ChunkedReader(self.read_range, len(self.sealed), key, context)


def seal(plaintext: bytes, key: bytes = KEY, context: bytes = CONTEXT) -> bytes:
    return b"".join(encrypt([plaintext], key, context))


def unseal(sealed: bytes, key: bytes = KEY, context: bytes = CONTEXT) -> bytes:
    return b"".join(decrypt([sealed], key, context))


# C2SP/wycheproof (Apache-2.0), testvectors_v1/c2sp_chunked_encryption_aes_256_gcm_test.json, numbers 1, 2, 3
# and 6: the sealed blob, zlib-compressed, the length of its plaintext and the beginning of its SHA-512.
VECTOR_KEY = b"YELLOW SUBMARINE YELLOW SUBMARIN"
VECTORS = [
    (
        "78da004800b7ff43a2e39431cbae0389d3fc86adf46f7c3a24de88d9311617e53f3164cc1d5dc738a66b97f0bf786565c31799"
        "c2f463d50a7e10046011dc6fc3c939e3a5db7affb6191551669554fb010000ffff4bc124df",
        0,
        "cf83e1357eefb8bdf1542850d66d8007",
    ),
    (
        "78da004f00b0ffa1a1b56f6db58cd1ede0c5c9db62aef20d3f96a6c594bb9252bb38122de91236502b42a1d7fcab820ffa2929"
        "40d2f86add212cfa42c38df19d3cc9139ee61a5990d3db57433514229beea49a8a72bd010000ffffdb4f2a44",
        7,
        "e85f32a85f1d4f7c9b2d36d20eca8435",
    ),
    (
        "78daecc0312b05010000e0ab33889449c9a0cb22b9ba89943f70a5fc02db1918582c6e757465a0db6eb11ad5a52e1383b2dca2"
        "6c66a4647b75f55ebdf733def27d4f7ff71fd7e9db7137b778b1558707cdd27cf270d4177b2f7751f738d80e376f9ed7aaaf7c"
        "793dfa0d47ef2797b3e57ed6bf360100000000000000000000000000000030750bc9613ffc6cafd232cb57ebd3b320de5d29ce"
        "dbf876a7da18ff7fffcc4c020000ffffea552abb",
        16385,
        "db9e441f318209d02c8eaedfa94be7a0",
    ),
    (
        "78daecc0ad4a0301000060c560f019c49faca0ed821ea2588c62100541cc2746413841835a7c018b20076a325dd4032d8eb585"
        "6361db2d6d6c8b2b838ded3156beeff3fce3e4eb20e9fcf5aaedb07ffb589b1f657190fee7f16f763d3bdcf9ce8aabe5d74a14"
        "5e5e1cdd6fad6c2c1ebead8d8b87c60c00000000000000000000000000000030759bfb7bc7ade6dcfa69ba5abf7bff79d92e3d"
        "07e585a7ddbcbb743648a29b49000000ffff4eef2f3b",
        16384,
        "d787e0bf39e0d2e9a707b94bc77329f6",
    ),
]


@pytest.mark.parametrize(("compressed", "length", "digest"), VECTORS)
def test_published_vectors_open_both_ways(compressed: str, length: int, digest: str) -> None:
    sealed = zlib.decompress(bytes.fromhex(compressed))
    streamed = unseal(sealed, VECTOR_KEY, b"")
    assert len(streamed) == length == plaintext_length(len(sealed))
    assert sha512(streamed).hexdigest().startswith(digest)
    assert Store(sealed).reader(VECTOR_KEY, b"").read() == streamed
    with pytest.raises(IntegrityError):
        unseal(sealed, VECTOR_KEY, b"other")


@pytest.mark.parametrize("size", BOUNDARIES)
def test_every_boundary_size_opens_both_ways(size: int) -> None:
    """Streams are decrypted by the library, random access by this package: two implementations agree."""
    plaintext = PLAINTEXT[:size]
    sealed = seal(plaintext)
    assert len(sealed) == sealed_length(size)
    assert plaintext_length(len(sealed)) == size
    assert unseal(sealed) == plaintext
    reader = Store(sealed).reader()
    assert reader.read() == plaintext
    assert reader.length == size
    assert reader.read() == b""


@settings(max_examples=30)
@given(st.lists(st.integers(0, 40_000), max_size=8), st.integers(1, 30_000))
def test_how_a_stream_is_cut_into_pieces_does_not_matter(sizes: list[int], piece: int) -> None:
    parts, position = [], 0
    for size in sizes:
        parts.append(PLAINTEXT[position : position + size])
        position += size
    sealed = b"".join(encrypt(parts, KEY, CONTEXT))
    pieces = (sealed[start : start + piece] for start in range(0, len(sealed), piece))
    assert b"".join(decrypt(pieces, KEY, CONTEXT)) == b"".join(parts)


def test_streams_hold_a_bounded_piece_whatever_they_are_given() -> None:
    huge = bytes(5 << 20)
    sealed = list(encrypt([huge], KEY, CONTEXT))
    assert max(len(piece) for piece in sealed) < (1 << 20) + (1 << 16)
    assert max(len(piece) for piece in decrypt([b"".join(sealed)], KEY, CONTEXT)) < (1 << 20) + (1 << 16)


async def test_asynchronous_streams_are_the_same_format() -> None:
    async def arriving(whole: bytes) -> AsyncIterator[bytes]:
        for start in range(0, len(whole), 10_000):
            yield whole[start : start + 10_000]

    sealed = b"".join([piece async for piece in encrypt_async(arriving(PLAINTEXT), KEY, CONTEXT)])
    assert unseal(sealed) == PLAINTEXT
    opened = [piece async for piece in decrypt_async(arriving(SEALED_SAMPLE), KEY, CONTEXT)]
    assert b"".join(opened) == PLAINTEXT
    with pytest.raises(IntegrityError):
        async for _ in decrypt_async(arriving(SEALED_SAMPLE[:-1]), KEY, CONTEXT):
            pass


def test_encryption_is_lazy() -> None:
    taken = 0

    def source() -> Iterator[bytes]:
        nonlocal taken
        for _ in range(10):
            taken += 1
            yield bytes(CHUNK_SIZE)

    stream = encrypt(source(), KEY, CONTEXT)
    next(stream)
    assert taken == 1


SEALED_SAMPLE = seal(PLAINTEXT)


def altered() -> Iterable[tuple[str, bytes]]:
    header, body = SEALED_SAMPLE[:HEADER_SIZE], SEALED_SAMPLE[HEADER_SIZE:]
    chunks = [body[start : start + SEALED_CHUNK] for start in range(0, len(body), SEALED_CHUNK)]
    swapped = [chunks[1], chunks[0], *chunks[2:]]
    other = seal(PLAINTEXT)
    yield "chunks swapped", header + b"".join(swapped)
    yield "chunk repeated", header + chunks[0] + body
    yield "chunk missing", header + b"".join(chunks[1:])
    yield "last chunk missing", header + b"".join(chunks[:-1])
    yield "last full chunk missing", header + b"".join(chunks[:-2]) + chunks[-1]
    yield (
        "chunk of another blob",
        header + other[HEADER_SIZE : HEADER_SIZE + SEALED_CHUNK] + b"".join(chunks[1:]),
    )
    yield "header of another blob", other[:HEADER_SIZE] + body
    yield "salt of another blob", other[:24] + SEALED_SAMPLE[24:]
    yield "a byte appended", SEALED_SAMPLE + b"\x00"
    yield "a chunk appended", SEALED_SAMPLE + chunks[-1]
    for length in (0, 1, 55, 56, 57, 71, 72, HEADER_SIZE + SEALED_CHUNK, HEADER_SIZE + SEALED_CHUNK + 15):
        yield f"cut to {length}", SEALED_SAMPLE[:length]
    yield "a byte cut off", SEALED_SAMPLE[:-1]
    yield "short chunk after the first", header + chunks[0] + chunks[-1]


@pytest.mark.parametrize(
    ("name", "sealed"), altered(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_alterations_are_rejected(name: str, sealed: bytes) -> None:
    with pytest.raises(IntegrityError):
        unseal(sealed)
    with pytest.raises(IntegrityError):
        Store(sealed).reader().read()


@settings(max_examples=60)
@given(st.integers(0, len(SEALED_SAMPLE) * 8 - 1))
def test_any_flipped_bit_is_rejected(bit: int) -> None:
    changed = bytearray(SEALED_SAMPLE)
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(IntegrityError):
        unseal(bytes(changed))
    with pytest.raises(IntegrityError):
        Store(bytes(changed)).reader().read()


@pytest.mark.parametrize(
    ("key", "context"),
    [(os.urandom(32), CONTEXT), (KEY, b""), (KEY, CONTEXT + b"\x00")],
    ids=["another key", "no context", "a longer context"],
)
def test_a_wrong_key_or_context_is_rejected_before_anything_is_given(key: bytes, context: bytes) -> None:
    with pytest.raises(IntegrityError):
        next(iter(decrypt([SEALED_SAMPLE], key, context)))
    with pytest.raises(IntegrityError):
        Store(SEALED_SAMPLE).reader(key, context).read(1)


def test_a_key_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        next(encrypt([], b"short", b""))
    with pytest.raises(ValueError, match="32 bytes"):
        next(decrypt([], b"short", b""))
    with pytest.raises(ValueError, match="32 bytes"):
        Store(SEALED_SAMPLE).reader(b"short")


OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("seek"), st.integers(0, len(PLAINTEXT) + 100)),
        st.tuples(st.just("from end"), st.integers(-len(PLAINTEXT), 50)),
        st.tuples(st.just("read"), st.integers(0, 50_000)),
    ),
    max_size=12,
)


@settings(max_examples=80)
@given(OPERATIONS)
def test_the_reader_behaves_as_a_file_of_the_plaintext(operations: list[tuple[str, int]]) -> None:
    reader, reference = Store(SEALED_SAMPLE).reader(), io.BytesIO(PLAINTEXT)
    for operation, number in operations:
        if operation == "seek":
            assert reader.seek(number) == reference.seek(number)
        elif operation == "from end":
            assert reader.seek(number, os.SEEK_END) == reference.seek(number, os.SEEK_END)
        else:
            assert reader.read(number) == reference.read(number)
        assert reader.tell() == reference.tell()


def test_only_the_chunks_that_are_read_are_fetched() -> None:
    store = Store(SEALED_SAMPLE)
    reader = store.reader()
    reader.seek(3 * CHUNK_SIZE + 5)
    assert reader.read(10) == PLAINTEXT[3 * CHUNK_SIZE + 5 :][:10]
    assert store.requests == [(0, HEADER_SIZE), (HEADER_SIZE + 3 * SEALED_CHUNK, SEALED_CHUNK)]
    assert reader.read(10) == PLAINTEXT[3 * CHUNK_SIZE + 15 :][:10]
    assert len(store.requests) == 2


def test_a_small_blob_is_one_request() -> None:
    store = Store(seal(b"small"))
    assert store.reader().read() == b"small"
    assert store.requests == [(0, len(store.sealed))]


def test_reading_in_sequence_reads_ahead() -> None:
    plaintext = bytes(200 * CHUNK_SIZE)
    store = Store(seal(plaintext))
    reader = store.reader()
    while reader.read(1000):
        pass
    # 1 + 2 + 4 + ... + 64 chunks, then 64 at a time.
    assert len(store.requests) == 9
    assert max(length for _, length in store.requests) == 64 * SEALED_CHUNK


def test_a_missing_end_is_noticed_by_whoever_asks_for_the_end() -> None:
    cut = SEALED_SAMPLE[: HEADER_SIZE + 2 * SEALED_CHUNK + 500]
    reader = Store(cut).reader()
    assert reader.read(CHUNK_SIZE) == PLAINTEXT[:CHUNK_SIZE]
    with pytest.raises(IntegrityError):
        reader.seek(0, os.SEEK_END)
    with pytest.raises(IntegrityError):
        _ = reader.length
    reader.seek(len(PLAINTEXT))
    with pytest.raises(IntegrityError):
        reader.read(1)


def test_a_store_that_returns_too_little_is_noticed() -> None:
    reader = ChunkedReader(
        lambda offset, length: SEALED_SAMPLE[offset : offset + length - 1], 500, KEY, CONTEXT
    )
    with pytest.raises(IntegrityError, match="cut short"):
        reader.read(1)


def test_a_reader_serves_libraries_that_expect_a_file() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", "alpha" * 10_000)
        archive.writestr("b.txt", "beta")
    with zipfile.ZipFile(io.BufferedReader(Store(seal(buffer.getvalue())).reader())) as archive:
        assert archive.read("a.txt") == b"alpha" * 10_000
        assert archive.namelist() == ["a.txt", "b.txt"]


def test_seeking_to_nowhere_is_refused() -> None:
    reader = Store(SEALED_SAMPLE).reader()
    with pytest.raises(ValueError, match="beginning"):
        reader.seek(-1)
    with pytest.raises(ValueError, match="whence"):
        reader.seek(0, 9)
