"""What a file is, by its first bytes and never by its name: a closed list of what may become an item."""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal["image", "audio", "video", "document", "text", "html", "json"]
SNIFFED_BYTES = 4096

_TEXT_KINDS: frozenset[Kind] = frozenset({"text", "html", "json"})


class MediaType(NamedTuple):
    """`name` as registered with IANA; `kind` is the name of the item's entry that holds the file."""

    name: str
    kind: Kind

    @property
    def is_text(self) -> bool:
        return self.kind in _TEXT_KINDS


_SIGNATURES: tuple[tuple[bytes, MediaType], ...] = (
    (b"\xff\xd8\xff", MediaType("image/jpeg", "image")),
    (b"\x89PNG\r\n\x1a\n", MediaType("image/png", "image")),
    (b"GIF87a", MediaType("image/gif", "image")),
    (b"GIF89a", MediaType("image/gif", "image")),
    (b"II*\x00", MediaType("image/tiff", "image")),
    (b"MM\x00*", MediaType("image/tiff", "image")),
    (b"fLaC", MediaType("audio/flac", "audio")),
    (b"OggS", MediaType("audio/ogg", "audio")),
    (b"ID3", MediaType("audio/mpeg", "audio")),
    (b"%PDF-", MediaType("application/pdf", "document")),
)
_RIFF_FORMS = {
    b"WEBP": MediaType("image/webp", "image"),
    b"WAVE": MediaType("audio/wav", "audio"),
    b"AVI ": MediaType("video/x-msvideo", "video"),
}
_ISO_BRANDS = {
    b"avif": MediaType("image/avif", "image"),
    b"avis": MediaType("image/avif", "image"),
    b"heic": MediaType("image/heic", "image"),
    b"heix": MediaType("image/heic", "image"),
    b"mif1": MediaType("image/heif", "image"),
    b"M4A ": MediaType("audio/mp4", "audio"),
    b"M4B ": MediaType("audio/mp4", "audio"),
    b"qt  ": MediaType("video/quicktime", "video"),
}
_MP4 = MediaType("video/mp4", "video")
_MPEG_AUDIO = MediaType("audio/mpeg", "audio")
_BITMAP = MediaType("image/bmp", "image")
_HTML_STARTS = (b"<!doctype html", b"<html")
_REFUSED_TEXT = (b"<?xml", b"<svg", b"<!doctype svg", b"%!ps", b"#!")
_TEXT_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r\f\x1b")


def sniff(first_bytes: bytes) -> MediaType | None:
    """The type of a file that begins so (`SNIFFED_BYTES` of it are enough), None if it is not on the list.

    Refused on purpose: SVG and other XML (script, external entities), PostScript, archives, programs.
    """
    for signature, media_type in _SIGNATURES:
        if first_bytes.startswith(signature):
            return media_type
    if first_bytes.startswith(b"RIFF"):
        return _RIFF_FORMS.get(first_bytes[8:12])
    if first_bytes[4:8] == b"ftyp":
        return _ISO_BRANDS.get(first_bytes[8:12], _MP4)
    if first_bytes.startswith(b"\x1a\x45\xdf\xa3"):
        return _matroska(first_bytes)
    if first_bytes.startswith(b"BM") and first_bytes[6:10] == b"\0\0\0\0":
        return _BITMAP
    if _is_mpeg_audio_frame(first_bytes):
        return _MPEG_AUDIO
    return _text(first_bytes)


def _matroska(first_bytes: bytes) -> MediaType:
    is_webm = b"webm" in first_bytes[:64]
    return MediaType("video/webm" if is_webm else "video/x-matroska", "video")


def _is_mpeg_audio_frame(first_bytes: bytes) -> bool:
    """The header of an MPEG audio frame of layer III: sync, a valid bitrate and sampling rate."""
    if len(first_bytes) < 4 or first_bytes[0] != 0xFF or first_bytes[1] & 0xE6 != 0xE2:
        return False
    return first_bytes[2] >> 4 not in (0, 15) and first_bytes[2] >> 2 & 3 != 3


def _text(first_bytes: bytes) -> MediaType | None:
    if first_bytes.translate(None, _TEXT_CONTROLS) != first_bytes or not _is_utf8(first_bytes):
        return None
    start = first_bytes.removeprefix(b"\xef\xbb\xbf").lstrip()[:32].lower()
    if start.startswith(_REFUSED_TEXT):
        return None
    if start.startswith(_HTML_STARTS):
        return MediaType("text/html", "html")
    if start.startswith(b"{"):
        return MediaType("application/json", "json")
    return MediaType("text/plain", "text")


def _is_utf8(first_bytes: bytes) -> bool:
    """Whether it is UTF-8, but for a last character that the cut may have divided."""
    try:
        first_bytes.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data" and len(first_bytes) - error.start < 4
    return True
