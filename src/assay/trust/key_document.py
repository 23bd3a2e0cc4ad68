"""The JSON of a key file or key slot: every version of one key, and which of them is current.

{"format": 1, "current": 2, "versions": {"1": base64, "2": base64}}
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from typing import Any, Final

import orjson

from assay.trust.secret import MAXIMUM_KEY_VERSION

_FORMAT: Final = 1


def encode_key_document(versions: Mapping[int, bytes], current: int) -> bytes:
    encoded = {str(version): b64encode(key).decode() for version, key in versions.items()}
    document = {"format": _FORMAT, "current": current, "versions": encoded}
    return orjson.dumps(document, option=orjson.OPT_INDENT_2)


def decode_key_document(content: bytes) -> tuple[dict[int, bytes], int]:
    """The versions and the current one among them. Raises ValueError, without quoting, when it is damaged."""
    try:
        document: Any = orjson.loads(content)
        form, current = document["format"], int(document["current"])
        versions = {int(name): b64decode(key, validate=True) for name, key in document["versions"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        # Not chained: the cause would carry the content of a key file into tracebacks.
        raise ValueError("not a key document") from None
    if form != _FORMAT or current not in versions or not _are_versions(versions):
        raise ValueError("not a key document")
    return versions, current


def _are_versions(numbers: Iterable[int]) -> bool:
    return all(0 < number <= MAXIMUM_KEY_VERSION for number in numbers)
