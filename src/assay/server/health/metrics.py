"""What this process counts, for Prometheus. No label names a tenant, a project or a person."""

from __future__ import annotations

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

disable_created_metrics()  # type: ignore[no-untyped-call]
REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)

REQUESTS = Counter(
    "assay_http_requests", "Requests answered", ("method", "route", "status"), registry=REGISTRY
)
LATENCY = Histogram(
    "assay_http_request_seconds",
    "Time from the request's head to the end of the response",
    ("method", "route"),
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30),
    registry=REGISTRY,
)
CELLS_RUNNING = Gauge("assay_cells_running", "Cells that are open in this process", registry=REGISTRY)
LEASES = Counter("assay_leases", "Tasks handed out", ("stage",), registry=REGISTRY)
SUBMITS = Counter("assay_submits", "Annotations and reviews acknowledged", ("stage",), registry=REGISTRY)
JOBS = Counter("assay_jobs", "Jobs that ended", ("kind", "outcome"), registry=REGISTRY)
DUTIES = Counter("assay_duties", "Pieces of work done in the background", ("duty",), registry=REGISTRY)
DUTY_FAILURES = Counter("assay_duty_failures", "Background steps that failed", ("duty",), registry=REGISTRY)


def exposition(cells_running: int) -> bytes:
    """All metrics in Prometheus' text format."""
    CELLS_RUNNING.set(cells_running)
    return bytes(generate_latest(REGISTRY))
