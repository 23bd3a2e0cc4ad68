"""Running the HTTP server in this process."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Awaitable, Callable

import uvicorn
import uvloop

from assay.errors import AssayError
from assay.server.app import create_app
from assay.server.engine import Engine
from assay.settings import Settings

WhenReady = Callable[[Engine], Awaitable[None]]


def serve(settings: Settings, when_ready: WhenReady) -> None:
    """Serve until a signal says to stop; `when_ready` runs beside it, once requests are answered."""
    require_safe_address(settings)
    uvloop.run(_serve(settings, when_ready))


async def _serve(settings: Settings, when_ready: WhenReady) -> None:
    app = create_app(settings)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            http="httptools",
            lifespan="off",
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=10,
            server_header=False,
        )
    )
    # The engine is started here and not by the server, which would tell why it cannot start by a traceback.
    # A signal that comes meanwhile takes its usual course at the end, when the engine has stopped cleanly.
    with server.capture_signals():
        async with app.router.lifespan_context(app):
            _prepare_for_bulk_work()
            beside = asyncio.create_task(_run_when_ready(server, app.state.engine, when_ready))
            try:
                await server.serve()
            finally:
                beside.cancel()
                await asyncio.gather(beside, return_exceptions=True)


def _prepare_for_bulk_work() -> None:
    """Keep imports and exports from slowing everybody down, and from being slowed.

    What was made at start lives as long as the process: the collector of cycles need not walk it again and
    again. A request's turn comes after 1 ms of a thread that seals a chunk, not after the usual 5.
    """
    gc.collect()
    gc.freeze()
    sys.setswitchinterval(0.001)


async def _run_when_ready(server: uvicorn.Server, engine: Engine, when_ready: WhenReady) -> None:
    while not server.started:  # noqa: ASYNC110  # the server offers a flag to look at, and no event
        await asyncio.sleep(0.02)
    await when_ready(engine)


def require_safe_address(settings: Settings) -> None:
    """A public address needs TLS in front: passwords and keys would travel in clear."""
    loopback = settings.host in ("127.0.0.1", "::1", "localhost")
    if not loopback and not settings.secure:
        raise AssayError(
            f"{settings.host} is not a loopback address and ASSAY_PUBLIC_URL is not https.",
            advice="Put a TLS proxy in front and set ASSAY_PUBLIC_URL, or listen on 127.0.0.1.",
        )
