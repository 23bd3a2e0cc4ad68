"""Addresses of blobs, valid for a short time, of our own origin, and for one viewer only."""

from __future__ import annotations

import base64
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from secrets import token_bytes
from typing import Any
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from assay.control.access import not_found
from assay.server.workspace import Workspace

_BLOB_MARK = b'"blob":'
_LAYOUT = struct.Struct(">16s16s16s16s16sQ")
_NONCE_SIZE = 12
_NO_LEASE = UUID(int=0)
_LEASE_BOUND = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class MediaGrant:
    """Who may fetch which blob until when. Times are whole seconds since 1970 (UTC).

    With a `lease`, the grant is good for as long as the viewer holds that lease, which heartbeats may extend;
    without one, for as long as the viewer may read the project's items.
    """

    tenant: UUID
    project: UUID
    blob: UUID
    viewer: UUID
    expires_at: int
    lease: UUID | None = None


def media_links(
    workspace: Workspace, project: UUID, payload: bytes, expires_at: datetime, *, lease: UUID | None = None
) -> dict[str, str]:
    """An address for each blob that an item's data refers to, by blob id.

    Given a lease, `expires_at` does not matter: whether the lease is held is asked at each fetch.
    """
    if _BLOB_MARK not in payload:
        return {}
    until = expires_at if lease is None else datetime.now(UTC) + _LEASE_BOUND
    return {
        str(blob): link(workspace, project, blob, until, lease=lease)
        for blob in blobs_in(orjson.loads(payload))
    }


def link(
    workspace: Workspace, project: UUID, blob: UUID, expires_at: datetime, *, lease: UUID | None = None
) -> str:
    grant = MediaGrant(
        tenant=workspace.cell.tenant,
        project=project,
        blob=blob,
        viewer=workspace.principal.id,
        expires_at=int(expires_at.timestamp()),
        lease=lease,
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
            if isinstance(reference, str) and (blob := _as_id(reference)) is not None:
                found.append(blob)
            pending.extend(reversed(current.values()))
        elif isinstance(current, list):
            pending.extend(reversed(current))
    return list(dict.fromkeys(found))


def _as_id(reference: str) -> UUID | None:
    """The id, None for a member of that name which is something else of the customer's."""
    try:
        return UUID(reference)
    except ValueError:
        return None


def encode(secret: bytes, grant: MediaGrant) -> str:
    """The grant, encrypted and authenticated, so that an address tells nothing and cannot be made up."""
    nonce = token_bytes(_NONCE_SIZE)
    plain = _LAYOUT.pack(
        grant.tenant.bytes,
        grant.project.bytes,
        grant.blob.bytes,
        grant.viewer.bytes,
        (grant.lease or _NO_LEASE).bytes,
        grant.expires_at,
    )
    sealed = AESGCM(secret).encrypt(nonce, plain, b"assay media grant")
    return base64.urlsafe_b64encode(nonce + sealed).rstrip(b"=").decode("ascii")


def decode(secret: bytes, token: str, now: datetime | None = None) -> MediaGrant:
    """The grant of an address. Raises NotFound when it was not made here or has run out: the same as for
    somebody else's address."""
    try:
        raw = base64.urlsafe_b64decode(token.encode("ascii") + b"==")
        plain = AESGCM(secret).decrypt(raw[:_NONCE_SIZE], raw[_NONCE_SIZE:], b"assay media grant")
    except (ValueError, InvalidTag):
        raise not_found() from None
    *ids, expires_at = _LAYOUT.unpack(plain)
    if expires_at <= (now or datetime.now(UTC)).timestamp():
        raise not_found()
    tenant, project, blob, viewer, lease = (UUID(bytes=each) for each in ids)
    return MediaGrant(tenant, project, blob, viewer, expires_at, None if lease == _NO_LEASE else lease)
