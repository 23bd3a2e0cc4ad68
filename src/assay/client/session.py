"""A conversation with one engine: addresses, the key, retries, and errors, for both kinds of client."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx

from assay.client.calls import JSON_MEDIA_TYPE, Call, answer_as
from assay.client.problems import error_of, unreachable
from assay.client.transports import Reply, Request, Transport
from assay.errors import AssayError, InvalidInput, TooManyRequests, Unavailable

T = TypeVar("T")

ATTEMPTS = 5
LONGEST_PAUSE_SECONDS = 30.0
_FIRST_PAUSE_SECONDS = 0.25
_PREFIX = "/api/v1"


class Session:
    """Sends calls; a repeatable one again, with growing pauses, while the engine cannot be reached."""

    def __init__(self, url: str, key: str, tenant: str | None, transport: Transport) -> None:
        self.address = _checked(url)
        self.transport = transport
        self._headers = {"authorization": f"Bearer {key}", "accept": JSON_MEDIA_TYPE}
        self._tenant = tenant

    async def tenant(self) -> str:
        """The id of the tenant that the calls are about: the one given, else the one that the key acts in."""
        if self._tenant is None:
            who = await self.send(Call("GET", "/me", answer_as(dict[str, Any]), repeatable=True))
            self._tenant = _only_tenant(who)
        return self._tenant

    async def send(self, call: Call[T]) -> T:
        """The answer of a call. Raises the typed error of a problem document, Unavailable without one."""
        async with self.open(call) as reply:
            return call.answer(await _whole(reply))

    @asynccontextmanager
    async def open(self, call: Call[Any]) -> AsyncIterator[Reply]:
        """The answer of a call with its body still to be read. Raises as `send` does."""
        reply = await self._reply(call)
        try:
            yield reply
        except httpx.TransportError as error:
            raise unreachable(self.address, error) from error
        finally:
            await reply.close()

    async def _reply(self, call: Call[Any]) -> Reply:
        request = await self._request(call)
        attempt = 1
        while True:
            try:
                return await self._try(request)
            except (Unavailable, TooManyRequests) as error:
                if attempt == ATTEMPTS or not _may_be_repeated(call):
                    raise
                await self.transport.sleep(_pause(attempt, error))
                attempt += 1

    async def _try(self, request: Request) -> Reply:
        try:
            reply = await self.transport.open(request)
            if reply.status < 400:
                return reply
            try:
                error = error_of(reply.status, await _whole(reply))
            finally:
                await reply.close()
        except httpx.TransportError as failure:
            raise unreachable(self.address, failure) from failure
        if "retry-after" in reply.headers:
            error.extra["retry_after"] = reply.headers["retry-after"]
        raise error

    async def _request(self, call: Call[Any]) -> Request:
        path = call.path
        if "{tenant}" in path:
            path = path.replace("{tenant}", await self.tenant())
        headers = {**self._headers, **call.headers}
        if call.upload is not None:
            headers["content-type"] = call.upload.media_type
            if call.upload.size is not None:
                headers["content-length"] = str(call.upload.size)
        elif call.body is not None:
            headers["content-type"] = JSON_MEDIA_TYPE
        return Request(call.method, self._url(path), call.query(), headers, call.content(), call.upload)

    def _url(self, path: str) -> str:
        return f"{self.address}{path}" if path.startswith("/api/") else f"{self.address}{_PREFIX}{path}"


def _checked(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InvalidInput(
            "This is not the address of an engine.",
            path="/url",
            advice="It looks like http://127.0.0.1:8420.",
        )
    return url.rstrip("/")


async def _whole(reply: Reply) -> bytes:
    return b"".join([chunk async for chunk in reply.chunks()])


def _may_be_repeated(call: Call[Any]) -> bool:
    return call.repeatable and (call.upload is None or call.upload.replayable)


def _pause(attempt: int, error: AssayError) -> float:
    """What the engine asks for, or twice as long each time; never in step with other clients."""
    try:
        asked = float(error.extra.get("retry_after", ""))
    except ValueError:
        asked = 0.0
    backoff = _FIRST_PAUSE_SECONDS * 2 ** (attempt - 1)
    pause: float = max(asked, backoff * random.uniform(0.5, 1.0))
    return min(pause, LONGEST_PAUSE_SECONDS)


def _only_tenant(who: Mapping[str, Any]) -> str:
    tenants = [str(membership["tenant_id"]) for membership in who.get("memberships", ())]
    if len(tenants) == 1:
        return tenants[0]
    if not tenants:
        raise InvalidInput(
            "This key acts in no tenant.", path="/tenant", advice="Use a key that was made in the tenant."
        )
    raise InvalidInput(
        "This identity acts in several tenants.",
        path="/tenant",
        advice="Say which: `tenant=` or ASSAY_TENANT, with its id.",
    )
