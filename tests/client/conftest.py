"""The running application behind a real socket, for clients that block and for programs."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any, Protocol
from uuid import UUID

import pytest
import uvicorn
from fastapi import FastAPI

from assay.server.consensus.service import settle_annotated
from assay.server.engine import Engine


class _Server(uvicorn.Server):
    """Leaves signals to the tests."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@pytest.fixture(scope="session")
async def address(application: FastAPI) -> AsyncIterator[str]:
    """The address of the running application. It is served by the event loop of the tests: what blocks has
    to run in a thread."""
    # Named by its protocol, or asyncio leaves the small packets of an answer to wait for each other.
    with socket.socket(proto=socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        server = _Server(uvicorn.Config(application, lifespan="off", log_config=None, access_log=False))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:  # noqa: ASYNC110 - it tells in no other way
            await asyncio.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        await serving


INTERFACE: dict[str, Any] = {
    "version": 1,
    "inputs": [{"name": "text", "type": "text", "source": "$.text"}],
    "fields": [
        {
            "name": "mood",
            "type": "choice",
            "options": [{"value": "good"}, {"value": "bad"}],
            "indexed": True,
        }
    ],
}


@pytest.fixture
def interface() -> dict[str, Any]:
    """A text, and a choice about it."""
    return deepcopy(INTERFACE)


class Keys(Protocol):
    """What these tests need of the `api` fixture."""

    tenant: UUID
    keys: dict[str, str]

    @property
    def engine(self) -> Engine: ...


Settle = Callable[[UUID], Awaitable[None]]


@pytest.fixture
def settle(api: Keys) -> Settle:
    """Brings a project's annotated tasks through consensus now, instead of when the background loop does."""

    async def bring(project: UUID) -> None:
        async with api.engine.open(api.engine.acting_in(api.tenant), "test") as workspace:
            for _ in range(100):
                if not await settle_annotated(workspace, project):
                    return
        raise AssertionError("there is always something more to settle")

    return bring
