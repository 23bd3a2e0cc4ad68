"""A filtered page of a list at a million tasks."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from benchmarks.engine_client import BenchmarkEngine, running_engine
from benchmarks.loop import INTERFACE
from benchmarks.processor_time import usage

FILTERS = {
    "first page": {},
    "by state": {"filter": "state = open"},
    "by state, none there": {"filter": "state = review"},
    "by priority": {"filter": "priority >= 0 and state = open"},
    "by metadata, one in a thousand": {"filter": "metadata.group = 17"},
    "by metadata, one": {"filter": "metadata.number = 500000"},
}


@dataclass(frozen=True, slots=True)
class PageResult:
    what: str
    tasks: int
    rows: int
    p50_ms: float
    p99_ms: float
    cpu_ms: float


def measure(tasks: int, repetitions: int = 100) -> list[PageResult]:
    with running_engine() as engine:
        project = engine.create_project(INTERFACE)
        engine.import_texts(project, tasks, with_metadata=True)
        engine.settle()
        return [
            _measure_one(engine, project, what, parameters, tasks, repetitions)
            for what, parameters in FILTERS.items()
        ]


def _measure_one(
    engine: BenchmarkEngine,
    project: str,
    what: str,
    parameters: dict[str, Any],
    tasks: int,
    repetitions: int,
) -> PageResult:
    with engine.as_owner() as client:
        url = f"{engine.project_url(project)}/tasks"
        found = client.get(url, params={**parameters, "limit": 50})
        found.raise_for_status()
        before, latencies = usage(engine.process), []
        for _ in range(repetitions):
            started = time.perf_counter()
            client.get(url, params={**parameters, "limit": 50}).raise_for_status()
            latencies.append(time.perf_counter() - started)
        spent = usage(engine.process).since(before)
    latencies.sort()
    return PageResult(
        what=what,
        tasks=tasks,
        rows=len(found.json()["items"]),
        p50_ms=1000 * latencies[len(latencies) // 2],
        p99_ms=1000 * latencies[int(len(latencies) * 0.99)],
        cpu_ms=1000 * spent.seconds / repetitions,
    )
