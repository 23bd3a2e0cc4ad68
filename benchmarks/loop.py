"""The labeling loop: annotators who lease, submit and get the next task in one round trip."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from uuid import uuid4

import httpx
import orjson

from benchmarks.engine_client import BenchmarkEngine, running_engine
from benchmarks.processor_time import usage

INTERFACE = {
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


@dataclass(frozen=True, slots=True)
class LoopResult:
    annotators: int
    think_seconds: float
    submitted: int
    seconds: float
    server_cpu_ms: float
    database_cpu_ms: float
    client_cpu_ms: float
    p50_ms: float
    p99_ms: float


def measure(tasks: int, annotators: list[int], submits: int, think_seconds: float) -> list[LoopResult]:
    """One engine, one project of `tasks` open tasks, and for each number of annotators a run of its own."""
    with running_engine(annotators=max(annotators)) as engine:
        project = engine.create_project(INTERFACE, overlap=1, leases_ahead=5)
        engine.import_texts(project, tasks)
        engine.settle()
        return [asyncio.run(_run(engine, project, number, submits, think_seconds)) for number in annotators]


async def _run(
    engine: BenchmarkEngine, project: str, annotators: int, submits: int, think_seconds: float
) -> LoopResult:
    latencies: list[float] = []
    await asyncio.gather(
        *(_annotate(engine, project, number, 5, 0.0, []) for number in range(annotators))
    )  # warm-up: keys, connections, prepared statements
    before, own_before, started = usage(engine.process), time.process_time(), time.perf_counter()
    each = max(1, submits // annotators)
    await asyncio.gather(
        *(_annotate(engine, project, number, each, think_seconds, latencies) for number in range(annotators))
    )
    elapsed, own = time.perf_counter() - started, time.process_time() - own_before
    spent = usage(engine.process).since(before)
    latencies.sort()
    done = each * annotators
    return LoopResult(
        annotators=annotators,
        think_seconds=think_seconds,
        submitted=done,
        seconds=elapsed,
        server_cpu_ms=1000 * spent.server_seconds / done,
        database_cpu_ms=1000 * spent.database_seconds / done,
        client_cpu_ms=1000 * own / done,
        p50_ms=1000 * latencies[len(latencies) // 2],
        p99_ms=1000 * latencies[int(len(latencies) * 0.99)],
    )


async def _annotate(
    engine: BenchmarkEngine,
    project: str,
    number: int,
    submits: int,
    think_seconds: float,
    latencies: list[float],
) -> None:
    headers = {"authorization": f"Bearer {engine.annotators[number]}"}
    async with httpx.AsyncClient(base_url=engine.project_url(project), headers=headers) as client:
        if think_seconds:
            await asyncio.sleep(think_seconds * number / 32)
        answer = await client.post("/leases", json={"count": 1})
        leases = orjson.loads(answer.content)["leases"]
        for index in range(submits):
            lease = leases.pop(0)
            body = {
                "annotation_id": str(uuid4()),
                "lease_id": lease["id"],
                "token": lease["token"],
                "answer": {"mood": "good"},
                "active_ms": 1500,
                "lease_next": 1 if index + 1 < submits else 0,
            }
            started = time.perf_counter()
            answer = await client.post(
                "/annotations", content=orjson.dumps(body), headers={"content-type": "application/json"}
            )
            latencies.append(time.perf_counter() - started)
            if answer.status_code != 200:
                raise RuntimeError(answer.text)
            leases += orjson.loads(answer.content)["leases"]
            if think_seconds:
                await asyncio.sleep(think_seconds)
