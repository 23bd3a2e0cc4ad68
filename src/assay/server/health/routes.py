"""HTTP of health and metrics. Neither says anything about tenants."""

from __future__ import annotations

from ipaddress import ip_address

from fastapi import APIRouter, Request, Response

from assay.control.access import Action, ResourceKind
from assay.server.access import EngineDependency, caller
from assay.server.health import service
from assay.server.health.metrics import exposition
from assay.server.health.models import Health, Readiness

router = APIRouter(tags=["health"])

_FORWARDED = ("forwarded", "x-forwarded-for")


@router.get("/healthz")
async def read_health() -> Health:
    """The process is alive."""
    return Health()


@router.get("/readyz", responses={503: {"model": Readiness, "description": "A part is missing"}})
async def read_readiness(engine: EngineDependency, response: Response) -> Readiness:
    """The process can serve. 503 while it cannot."""
    found = await service.readiness(engine)
    response.status_code = 200 if found.ready else 503
    return found


@router.get("/metrics", response_class=Response)
async def read_metrics(request: Request, engine: EngineDependency) -> Response:
    """Prometheus metrics: for a scraper on this machine, or one with an operator's API key."""
    if not _is_local(request):
        who = await caller(request, engine)
        who.require(Action.OPERATOR_HEALTH, ResourceKind.ENGINE)
    body = exposition(len(engine.cells.running()))
    return Response(body, media_type="text/plain; version=0.0.4; charset=utf-8")


def _is_local(request: Request) -> bool:
    """From this machine, and not handed on by a proxy that runs on it."""
    if request.client is None or any(name in request.headers for name in _FORWARDED):
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False
