"""Addresses of blobs, valid for a short time, of our own origin, and for one viewer only."""

from __future__ import annotations

import base64
import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from secrets import token_bytes
from typing import Any
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from assay.errors import NotFound
from assay.server.workspace import Workspace

_BLOB_MARK = b'"blob":'
_LAYOUT = struct.Struct(">16s16s16s16sQ")
_NONCE_SIZE = 12


@dataclass(frozen=True, slots=True)
class MediaGrant:
    """Who may fetch which blob until when. Times are whole seconds since 1970 (UTC)."""

    tenant: UUID
    project: UUID
    blob: UUID
    viewer: UUID
    expires_at: int


def media_links(
    workspace: Workspace, project: UUID, payload: bytes, expires_at: datetime
) -> dict[str, str]:
    """An address for each blob that an item's data refers to, by blob id."""
    if _BLOB_MARK not in payload:
        return {}
    return {
        str(blob): link(workspace, project, blob, expires_at) for blob in blobs_in(orjson.loads(payload))
    }


def link(workspace: Workspace, project: UUID, blob: UUID, expires_at: datetime) -> str:
    grant = MediaGrant(
        tenant=workspace.cell.tenant,
        project=project,
        blob=blob,
        viewer=workspace.principal.id,
        expires_at=int(expires_at.timestamp()),
    )
    return f"/api/v1/media/{encode(workspace.media_secret, grant)}"


def blobs_in(value: Any) -> list[UUID]:
    """The blob ids in an item's data: every object with a member `blob`, in order of appearance."""
    found: list[UUID] = []
    pending = [value]
    while pending:
        current = pending.pop()
        if isinstance(current, dict):
            reference = current.get("blob")
            if isinstance(reference, str):
                found.append(UUID(reference))
            pending.extend(reversed(current.values()))
        elif isinstance(current, list):
            pending.extend(reversed(current))
    return list(dict.fromkeys(found))


def encode(secret: bytes, grant: MediaGrant) -> str:
    """The grant, encrypted and authenticated, so that an address tells nothing and cannot be made up."""
    nonce = token_bytes(_NONCE_SIZE)
    plain = _LAYOUT.pack(
        grant.tenant.bytes, grant.project.bytes, grant.blob.bytes, grant.viewer.bytes, grant.expires_at
    )
    sealed = AESGCM(secret).encrypt(nonce, plain, b"assay media grant")
    return base64.urlsafe_b64encode(nonce + sealed).rstrip(b"=").decode("ascii")


def decode(secret: bytes, token: str, now: datetime | None = None) -> MediaGrant:
    """The grant of an address. Raises NotFound when it was not made here or has run out."""
    unknown = NotFound("There is no such file, or its address has run out.")
    try:
        raw = base64.urlsafe_b64decode(token.encode("ascii") + b"==")
        plain = AESGCM(secret).decrypt(raw[:_NONCE_SIZE], raw[_NONCE_SIZE:], b"assay media grant")
    except (ValueError, InvalidTag):
        raise unknown from None
    tenant, project, blob, viewer, expires_at = _LAYOUT.unpack(plain)
    if expires_at <= (now or datetime.now(UTC)).timestamp():
        raise unknown
    return MediaGrant(UUID(bytes=tenant), UUID(bytes=project), UUID(bytes=blob), UUID(bytes=viewer), expires_at)
