"""Opaque secrets that are handed out once and kept as a digest only."""

from __future__ import annotations

import hashlib
import secrets

TOKEN_BYTES = 32
"""256 random bits: beyond guessing, so a fast hash is the right one (security reference, section 5)."""


def new_token() -> str:
    """43 URL-safe characters with 256 random bits."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_digest(token: str) -> bytes:
    """SHA-256, 32 bytes. Any text has one, so that a malformed token is simply not found."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
