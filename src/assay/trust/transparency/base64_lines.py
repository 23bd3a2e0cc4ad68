"""Base64 as these formats have it: standard alphabet, padded, and only one way to write the same bytes."""

from __future__ import annotations

import base64

from assay.errors import Malformed


def encode(content: bytes) -> str:
    return base64.b64encode(content).decode()


def decode(text: str) -> bytes:
    """Raises Malformed, also for a second way to write the same bytes: else proofs could be altered."""
    try:
        content = base64.b64decode(text, validate=True)
    except ValueError:
        raise Malformed("This is not base64.") from None
    if encode(content) != text:
        raise Malformed("This is not base64 as it is written here.")
    return content
