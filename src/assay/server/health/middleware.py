"""Around every request: an id, a count, a time, and one line in the log that quotes nothing."""

from __future__ import annotations

import time
from typing import Any

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assay.identifiers import new_id
from assay.server.health.metrics import LATENCY, REQUESTS

_UNMATCHED = "unmatched"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
_logger = structlog.get_logger("assay.requests")


class Observer:
    """Pure ASGI, because a framework's middleware costs as much as a request. Adds about 15 microseconds.

    An address stands in metrics and log as its route's template: what a caller put into it may be content.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._counters: dict[tuple[str, str, int], Any] = {}
        self._clocks: dict[tuple[str, str], Any] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        request_id = str(new_id())
        header = (b"x-request-id", request_id.encode())
        status = 500

        async def observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), header]
            await send(message)

        try:
            await self._app(scope, receive, observed)
        finally:
            self._note(scope, status, time.perf_counter() - began, request_id)

    def _note(self, scope: Scope, status: int, seconds: float, request_id: str) -> None:
        route = getattr(scope.get("route"), "path", _UNMATCHED)
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        counter = self._counters.get((method, route, status))
        if counter is None:
            counter = self._counters[method, route, status] = REQUESTS.labels(method, route, str(status))
        clock = self._clocks.get((method, route))
        if clock is None:
            clock = self._clocks[method, route] = LATENCY.labels(method, route)
        counter.inc()
        clock.observe(seconds)
        if route not in _QUIET:
            # What went well is told at level debug only: at full speed a line costs as much as a query.
            write = _logger.error if status >= 500 else _logger.info if status >= 400 else _logger.debug
            write(
                "request",
                method=method,
                route=route,
                status=status,
                milliseconds=round(seconds * 1000, 1),
                request_id=request_id,
            )
