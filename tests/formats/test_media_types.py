from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.formats.media import SNIFFED_BYTES, sniff


@pytest.mark.parametrize(
    ("first_bytes", "name"),
    [
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"II*\0", "image/tiff"),
        (b"BM\x46\0\0\0\0\0\0\0", "image/bmp"),
        (b"\0\0\0\x1cftypavif", "image/avif"),
        (b"\0\0\0\x1cftypheic", "image/heic"),
        (b"\0\0\0\x1cftypisom", "video/mp4"),
        (b"\0\0\0\x1cftypqt  ", "video/quicktime"),
        (b"\0\0\0\x1cftypM4A ", "audio/mp4"),
        (b"\x1a\x45\xdf\xa3\x01\0\0\0\x42\x82\x84webm", "video/webm"),
        (b"ID3\x03", "audio/mpeg"),
        (b"\xff\xfb\x90\x64", "audio/mpeg"),
        (b"fLaC", "audio/flac"),
        (b"OggS", "audio/ogg"),
        (b"%PDF-1.4", "application/pdf"),
        (b'  {"a": 1}', "application/json"),
        (b"\n<HTML>", "text/html"),
        (b"plain", "text/plain"),
    ],
)
def test_known_types(first_bytes: bytes, name: str) -> None:
    found = sniff(first_bytes)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    "first_bytes",
    [b" <svg>", b"<?xml ?>", b"%!PS-Adobe", b"PK\x03\x04", b"MZ\x90\0", b"\xfe\xff\0a", b"\xff\xff"],
)
def test_everything_else_is_unknown(first_bytes: bytes) -> None:
    assert sniff(first_bytes) is None


@given(st.text(st.characters(min_codepoint=0x61, exclude_categories=["Cs", "Cc"]), min_size=2, max_size=20))
def test_a_character_divided_by_the_cut_does_not_matter(text: str) -> None:
    encoded = (text * SNIFFED_BYTES).encode()
    for end in range(SNIFFED_BYTES - 4, SNIFFED_BYTES):
        found = sniff(encoded[:end])
        assert found is not None
        assert found.name == "text/plain"
