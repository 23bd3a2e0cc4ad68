"""Import and export of small text tasks: rows a second, CPU seconds, and memory at every size."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import orjson

from benchmarks.engine_client import BenchmarkEngine, running_engine
from benchmarks.loop import INTERFACE
from benchmarks.processor_time import Usage, usage


@dataclass(frozen=True, slots=True)
class BulkResult:
    what: str
    rows: int
    seconds: float
    rows_per_second: float
    server_cpu_us: float
    database_cpu_us: float
    server_peak_mib: float
    database_peak_mib: float


def measure(sizes: list[int]) -> list[BulkResult]:
    """An engine for each size: import, then export of the items as JSONL, with the download."""
    results: list[BulkResult] = []
    for rows in sizes:
        with running_engine() as engine:
            project = engine.create_project(INTERFACE)
            results.append(_watched("import", rows, engine, partial(engine.import_texts, project, rows)))
            engine.settle()
            results.append(_watched("export", rows, engine, partial(_export, engine, project, rows)))
    return results


def _export(engine: BenchmarkEngine, project: str, rows: int) -> None:
    url = engine.project_url(project)
    with engine.as_owner() as client:
        answer = client.post(f"{url}/exports", json={"format": "jsonl", "what": "items"})
        answer.raise_for_status()
        job = engine.wait_for(client, project, answer.json()["id"])
        files = client.get(f"{url}/exports/{job['id']}/files").json()["items"]
        lines = 0
        for file in files:
            if file["name"].endswith(".jsonl"):
                with client.stream("GET", f"{url}/exports/{job['id']}/files/{file['name']}") as response:
                    lines += sum(chunk.count(b"\n") for chunk in response.iter_raw(1 << 20))
    if lines != rows:
        raise RuntimeError(f"exported {lines} rows of {rows}: {orjson.dumps(job)!r}")


def _watched(what: str, rows: int, engine: BenchmarkEngine, work: Callable[[], None]) -> BulkResult:
    """Run `work`, watching memory meanwhile."""
    peaks: list[Usage] = []
    finished = threading.Event()

    def watch() -> None:
        while not finished.wait(0.25):
            peaks.append(usage(engine.process))

    watcher = threading.Thread(target=watch)
    watcher.start()
    before, started = usage(engine.process), time.perf_counter()
    try:
        work()
    finally:
        finished.set()
        watcher.join()
    seconds = time.perf_counter() - started
    spent = usage(engine.process).since(before)
    peaks.append(spent)
    return BulkResult(
        what=what,
        rows=rows,
        seconds=seconds,
        rows_per_second=rows / seconds,
        server_cpu_us=1e6 * spent.server_seconds / rows,
        database_cpu_us=1e6 * spent.database_seconds / rows,
        server_peak_mib=max(each.server_memory for each in peaks),
        database_peak_mib=max(each.database_memory for each in peaks),
    )
