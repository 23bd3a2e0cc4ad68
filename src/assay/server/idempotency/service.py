"""What happens when a create carries an Idempotency-Key.

The key is claimed in a transaction that then also holds everything the create writes to the cell, and the
response: the three are committed together. So a crash at any point leaves either all of it or nothing, and
a duplicate that comes meanwhile waits on the key's row. Errors are not kept: the same request may succeed
when it is sent again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Annotated, TypeVar

import orjson
from fastapi import Depends, Header, Request, Response
from psycopg.errors import LockNotAvailable
from pydantic import BaseModel

from assay.errors import Conflict, InvalidInput, Problem
from assay.server.idempotency import store
from assay.server.idempotency.joined import JoinedDatabase
from assay.server.workspace import Workspace

RETENTION_SECONDS = 24 * 3600
_WAIT_MILLISECONDS = 3000
_SWEEP_LIMIT = 1000
_SEPARATOR = b"\x00"

Created = TypeVar("Created", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class IdempotentCreate:
    """One request to create something, with the key that it carries, if any."""

    request: Request
    key: str | None
    status: int
    streamed: bool = False

    async def once(
        self, workspace: Workspace, create: Callable[[Workspace], Awaitable[Created]]
    ) -> Created | Response:
        """What `create` answers; or, when this request was answered before, that answer byte for byte.

        `create` must write to the cell through the workspace that it is handed. Raises Conflict when the key
        was used for another request, or when the same request is being worked on and takes too long.
        """
        if self.key is None:
            return await create(workspace)
        _check(self.key)
        key = workspace.cell_key.digest("idempotency key", self._scope(workspace))
        digest = workspace.cell_key.digest("idempotency request", await self._content())
        try:
            return await self._once(workspace, create, key, digest)
        except LockNotAvailable:
            raise Conflict(
                "The same request is being worked on.", advice="Send it again in a few seconds."
            ) from None

    async def _once(
        self,
        workspace: Workspace,
        create: Callable[[Workspace], Awaitable[Created]],
        key: bytes,
        request: bytes,
    ) -> Response:
        sealer = workspace.cell_sealer("idempotency_key", "response")
        async with workspace.cell.database.transaction() as connection:
            claimed = await store.claim(
                connection,
                key=key,
                request=request,
                retention_seconds=RETENTION_SECONDS,
                wait_milliseconds=_WAIT_MILLISECONDS,
            )
            if not claimed:
                stored = await store.find(connection, key)
                assert stored is not None, "a key that cannot be claimed is there"
                if stored.request_digest != request:
                    raise Conflict(
                        "This Idempotency-Key was used for another request.",
                        path="/header/idempotency-key",
                        advice="Make a new key for each thing that you create.",
                    )
                body = sealer.open(stored.response, store.row_of(key), stored.status)
                return _response(body, stored.status, replayed=True)
            database = JoinedDatabase(connection)
            joined = replace(workspace.cell, database=database, lookups=database)
            created = await create(replace(workspace, cell=joined))
            body = orjson.dumps(created.model_dump(mode="json"))
            sealed = sealer.seal(body, store.row_of(key), self.status)
            await store.answer(connection, key=key, status=self.status, response=sealed)
        return _response(body, self.status, replayed=False)

    def _scope(self, workspace: Workspace) -> bytes:
        """A key is its sender's own, for one address."""
        assert self.key is not None
        path = self.request.url.path.encode()
        return _SEPARATOR.join((workspace.actor.bytes, self.request.method.encode(), path, self.key.encode()))

    async def _content(self) -> bytes:
        """What must be the same when the request is sent again. Of a streamed body only what announces it."""
        query = self.request.url.query.encode()
        if not self.streamed:
            return _SEPARATOR.join((query, await self.request.body()))
        announced = [self.request.headers.get(name, "") for name in ("content-type", "content-length")]
        return _SEPARATOR.join((query, *(value.encode() for value in announced)))


def _check(key: str) -> None:
    if not 1 <= len(key) <= 255 or not key.isprintable():
        message = "An Idempotency-Key has 1 to 255 printable characters"
        raise InvalidInput(message, problems=[Problem("/header/idempotency-key", "idempotency_key", message)])


def _response(body: bytes, status: int, *, replayed: bool) -> Response:
    headers = {"idempotency-replayed": "true"} if replayed else {}
    return Response(body, status, headers, "application/json")


IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="Made by you, new for each thing to create; safe to send again with it for 24 hours",
    ),
]


def _created(request: Request, key: IdempotencyKey = None) -> IdempotentCreate:
    return IdempotentCreate(request, key, 201)


def _accepted(request: Request, key: IdempotencyKey = None) -> IdempotentCreate:
    return IdempotentCreate(request, key, 202)


def _accepted_stream(request: Request, key: IdempotencyKey = None) -> IdempotentCreate:
    return IdempotentCreate(request, key, 202, streamed=True)


Idempotent = Annotated[IdempotentCreate, Depends(_created)]
"""For routes that answer 201."""
IdempotentJob = Annotated[IdempotentCreate, Depends(_accepted)]
"""For routes that start a job and answer 202."""
IdempotentUpload = Annotated[IdempotentCreate, Depends(_accepted_stream)]
"""For routes that read their body as a stream and answer 202."""


async def sweep(workspace: Workspace) -> int:
    """Remove answers past their time; how many."""
    async with workspace.cell.database.transaction() as connection:
        return await store.sweep(connection, retention_seconds=RETENTION_SECONDS, limit=_SWEEP_LIMIT)


__all__ = ["Idempotent", "IdempotentJob", "IdempotentUpload", "sweep"]
