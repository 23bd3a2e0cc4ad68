"""The examples import each other as a package; they talk to the running application over a real socket."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import pytest
import uvicorn
from fastapi import FastAPI

import assay

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))


class Keys(Protocol):
    """What a connection needs of the `api` fixture."""

    @property
    def keys(self) -> dict[str, str]: ...


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


@pytest.fixture
def client(address: str, api: Keys) -> Iterator[assay.Assay]:
    """An owner's connection that blocks: use it in a thread."""
    with assay.connect(address, api.keys["owner"]) as connected:
        yield connected


@pytest.fixture
async def owner(address: str, api: Keys) -> AsyncIterator[assay.AsyncAssay]:
    """An owner's connection."""
    async with assay.connect_async(address, api.keys["owner"]) as connected:
        yield connected


@pytest.fixture
def readme() -> str:
    return (ROOT / "examples" / "README.md").read_text(encoding="utf-8")
