"""Sending, the one thing in which the blocking and the asynchronous client differ."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Coroutine, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import httpx

from assay.client.calls import Upload

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Request:
    """What goes over the wire."""

    method: str
    url: str
    parameters: Mapping[str, str | list[str]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None
    upload: Upload | None = None


class Reply(Protocol):
    """An answer whose body is still to be read. It must be closed."""

    @property
    def status(self) -> int: ...

    @property
    def headers(self) -> Mapping[str, str]: ...

    def chunks(self) -> AsyncIterator[bytes]:
        """The body in pieces, as they arrive."""
        ...

    async def close(self) -> None: ...


class Transport(Protocol):
    """Sends requests. Its coroutines may raise `httpx.TransportError`."""

    async def open(self, request: Request) -> Reply: ...

    async def sleep(self, seconds: float) -> None: ...

    async def close(self) -> None: ...

    def run(self, coroutine: Coroutine[Any, Any, T]) -> Any:
        """What a caller of the public method gets: the result, or something to await."""
        ...

    def iterate(self, entries: AsyncIterator[T]) -> Any:
        """What a caller of a public method that gives many entries gets."""
        ...


# Blocking ----------------------------------------------------------------------------------------


class BlockingReply:
    def __init__(self, response: httpx.Response) -> None:
        self._response = response

    @property
    def status(self) -> int:
        return self._response.status_code

    @property
    def headers(self) -> Mapping[str, str]:
        return self._response.headers

    async def chunks(self) -> AsyncIterator[bytes]:
        for chunk in self._response.iter_bytes():
            yield chunk

    async def close(self) -> None:
        self._response.close()


class BlockingTransport:
    """Its coroutines block instead of suspending, so they can be run to their end without an event loop."""

    def __init__(
        self, timeout: httpx.Timeout, verify: ssl.SSLContext | bool, transport: httpx.BaseTransport | None
    ) -> None:
        self._client = httpx.Client(timeout=timeout, verify=verify, transport=transport)

    async def open(self, request: Request) -> BlockingReply:
        content = request.upload.open() if request.upload is not None else request.content
        built = self._client.build_request(
            request.method, request.url, params=request.parameters, headers=request.headers, content=content
        )
        return BlockingReply(self._client.send(built, stream=True))

    async def sleep(self, seconds: float) -> None:
        time.sleep(seconds)  # noqa: ASYNC251 - blocking is what this transport is for

    async def close(self) -> None:
        self._client.close()

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return run_to_end(coroutine)

    def iterate(self, entries: AsyncIterator[T]) -> Iterator[T]:
        return _blocking_iterator(entries)


def run_to_end(coroutine: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine that never suspends. Raises RuntimeError if it does."""
    try:
        coroutine.send(None)
    except StopIteration as finished:
        result: T = finished.value
        return result
    coroutine.close()
    raise RuntimeError(
        "a function that was given to the blocking client awaited something; use connect_async"
    )


def _blocking_iterator(entries: AsyncIterator[T]) -> Generator[T, None, None]:
    try:
        while True:
            try:
                entry = run_to_end(_next(entries))
            except StopAsyncIteration:
                return
            yield entry
    finally:
        close = getattr(entries, "aclose", None)
        if close is not None:
            run_to_end(close())


async def _next(entries: AsyncIterator[T]) -> T:
    return await entries.__anext__()


# Asynchronous ------------------------------------------------------------------------------------


class AsyncReply:
    def __init__(self, response: httpx.Response) -> None:
        self._response = response

    @property
    def status(self) -> int:
        return self._response.status_code

    @property
    def headers(self) -> Mapping[str, str]:
        return self._response.headers

    def chunks(self) -> AsyncIterator[bytes]:
        return self._response.aiter_bytes()

    async def close(self) -> None:
        await self._response.aclose()


class AsyncTransport:
    """For asyncio. Uploads are read in threads, so that a slow disk does not hold up the event loop."""

    def __init__(
        self,
        timeout: httpx.Timeout,
        verify: ssl.SSLContext | bool,
        transport: httpx.AsyncBaseTransport | None,
    ) -> None:
        self._client = httpx.AsyncClient(timeout=timeout, verify=verify, transport=transport)

    async def open(self, request: Request) -> AsyncReply:
        content = _read_in_threads(request.upload.open()) if request.upload is not None else request.content
        built = self._client.build_request(
            request.method, request.url, params=request.parameters, headers=request.headers, content=content
        )
        return AsyncReply(await self._client.send(built, stream=True))

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def close(self) -> None:
        await self._client.aclose()

    def run(self, coroutine: Coroutine[Any, Any, T]) -> Coroutine[Any, Any, T]:
        return coroutine

    def iterate(self, entries: AsyncIterator[T]) -> AsyncIterator[T]:
        return entries


async def _read_in_threads(chunks: Iterator[bytes]) -> AsyncIterator[bytes]:
    while (chunk := await asyncio.to_thread(next, chunks, None)) is not None:
        yield chunk
