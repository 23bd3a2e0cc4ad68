"""The entries of a cell's transparency log and the one way to write each down.

An entry is canonical JSON (RFC 8785): the same entry is the same bytes for ever and in every language. It
holds no content: who (a pseudonym), what, on which object, under which policy, and at most a keyed commitment
to the content. Its leaf in the Merkle tree is the hash of these bytes (RFC 6962, section 2.1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

import orjson

from assay.errors import InvalidInput, Malformed, Problem
from assay.trust.log_action import LogAction

__all__ = ["DetailValue", "LogAction", "LogEntry", "decode", "leaf_hash"]

DetailValue = str | int | bool

_VERSION: Final = 1
_LEAF_PREFIX: Final = b"\x00"
_ACTIONS: Final = frozenset(LogAction)
_DETAIL_TYPES: Final = frozenset({str, int, bool})

# With ASCII keys and no floats, orjson's sorted output is RFC 8785's; integers stop at 53 bits as there.
_CANONICAL: Final = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER
_REQUIRED_TEXTS: Final = ("principal", "role", "purpose", "object_kind", "object_id")
_OPTIONAL_TEXTS: Final = ("project", "commitment", "policy")
_FIELDS: Final = frozenset({"v", "at", "action", "details", *_REQUIRED_TEXTS, *_OPTIONAL_TEXTS})


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One thing that happened in a cell.

    `at` is when, with a time zone, kept to the microsecond; `principal` is a pseudonym (`CellKey.pseudonym`)
    or the name of a part of the engine; `commitment` is `ProjectKey.commitment` of the content concerned;
    `policy` names the policy version that allowed it. `details` are codes, counts and ids, never content:
    ASCII names, and values that are text, whole numbers within +-(2**53 - 1), or true and false.
    """

    at: datetime
    action: str
    principal: str
    role: str
    purpose: str
    object_kind: str
    object_id: str
    project: str | None = None
    commitment: str | None = None
    policy: str | None = None
    details: Mapping[str, DetailValue] = field(default_factory=dict)

    def encode(self) -> bytes:
        """The canonical JSON of the entry. Raises InvalidInput when a value cannot be written canonically."""
        document = {
            "action": self.action,
            "at": _encode_time(self.at),
            "commitment": self.commitment,
            "details": self.details,
            "object_id": self.object_id,
            "object_kind": self.object_kind,
            "policy": self.policy,
            "principal": self.principal,
            "project": self.project,
            "purpose": self.purpose,
            "role": self.role,
            "v": _VERSION,
        }
        if self.action not in _ACTIONS:
            raise _invalid("/action", "known_action", "is not a known action")
        for name in _REQUIRED_TEXTS:
            if not isinstance(document[name], str):
                raise _invalid(f"/{name}", "type", "must be text")
        for name in _OPTIONAL_TEXTS:
            if not isinstance(document[name], str | None):
                raise _invalid(f"/{name}", "type", "must be text or null")
        for name, value in self.details.items():
            if type(value) not in _DETAIL_TYPES or not name.isascii():
                raise _invalid("/details", "detail", "must have ASCII names and text, integers or booleans")
        try:
            return orjson.dumps(document, option=_CANONICAL)
        except orjson.JSONEncodeError as error:
            raise _invalid("", "canonical", "holds a value that has no canonical form") from error


def decode(encoded: bytes) -> LogEntry:
    """The entry that was encoded as exactly these bytes.

    Raises Malformed when they are no JSON object, InvalidInput when they are anything but the canonical
    encoding of an entry: a missing or unknown field, a wrong type, other spacing or order.
    """
    try:
        document: Any = orjson.loads(encoded)
    except orjson.JSONDecodeError as error:
        raise Malformed("A log entry is not JSON.") from error
    if not isinstance(document, dict):
        raise Malformed("A log entry is not a JSON object.")
    _check_fields(document)
    entry = LogEntry(
        at=_decode_time(document["at"]),
        action=LogAction(document["action"]) if document["action"] in _ACTIONS else document["action"],
        details=document["details"],
        **{name: document[name] for name in (*_REQUIRED_TEXTS, *_OPTIONAL_TEXTS)},
    )
    if entry.encode() != encoded:
        raise _invalid("", "canonical", "is not in canonical form")
    return entry


def leaf_hash(encoded: bytes) -> bytes:
    """The leaf of an encoded entry in the Merkle tree: SHA-256(0x00 | entry), 32 bytes."""
    return sha256(_LEAF_PREFIX + encoded).digest()


def _check_fields(document: dict[str, Any]) -> None:
    problems = [
        Problem(f"/{name}", "fields", "is missing" if name in _FIELDS else "is not a field of a log entry")
        for name in sorted(_FIELDS.symmetric_difference(document))
        if name.isidentifier()
    ]
    if problems or document.keys() != _FIELDS:
        raise InvalidInput("A log entry has other fields than it should.", problems=problems)
    if document["v"] != _VERSION:
        raise _invalid("/v", "version", f"must be {_VERSION}")
    for name in ("at", "action"):
        if not isinstance(document[name], str):
            raise _invalid(f"/{name}", "type", "must be text")
    if not isinstance(document["details"], dict):
        raise _invalid("/details", "type", "must be an object")


def _encode_time(at: datetime) -> str:
    """UTC with exactly six decimals and Z: one way to write each moment (RFC 3339)."""
    if at.tzinfo is None:
        raise _invalid("/at", "time_zone", "must have a time zone")
    try:
        return at.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"
    except OverflowError as error:
        raise _invalid("/at", "time", "is outside of the years 1 to 9999") from error


def _decode_time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _invalid("/at", "time", "must be a time such as 2026-01-31T12:00:00.000000Z") from error


def _invalid(path: str, rule: str, message: str) -> InvalidInput:
    problem = Problem(path, rule, message)
    return InvalidInput(
        f"A log entry {message}." if not path else "A log entry breaks a rule.", problems=[problem]
    )
