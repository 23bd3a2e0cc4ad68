"""Starting the engine of a benchmark, and talking to it."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx


@dataclass(frozen=True, slots=True)
class BenchmarkEngine:
    """A running engine: its address, its process, and keys for everybody."""

    url: str
    tenant: str
    owner: str
    annotators: list[str]
    process: int

    def project_url(self, project: str) -> str:
        return f"{self.url}/api/v1/tenants/{self.tenant}/projects/{project}"

    def as_owner(self) -> httpx.Client:
        return httpx.Client(headers={"authorization": f"Bearer {self.owner}"}, timeout=3600)

    def create_project(self, interface: dict[str, Any], **workflow: Any) -> str:
        with self.as_owner() as client:
            answer = client.post(
                f"{self.url}/api/v1/tenants/{self.tenant}/projects",
                json={"name": "Benchmark", "interface": interface, "workflow": workflow},
            )
            answer.raise_for_status()
            return str(answer.json()["id"])

    def import_texts(self, project: str, rows: int, with_metadata: bool = False) -> None:
        """Small text items, through the import route; waits until the job is done."""

        def lines() -> Iterator[bytes]:
            for start in range(0, rows, 1000):
                yield b"".join(
                    text_line(number, with_metadata) for number in range(start, min(start + 1000, rows))
                )

        with self.as_owner() as client:
            answer = client.post(
                f"{self.project_url(project)}/imports", params={"format": "jsonl"}, content=lines()
            )
            answer.raise_for_status()
            self.wait_for(client, project, answer.json()["id"])

    def wait_for(self, client: httpx.Client, project: str, job: str) -> dict[str, Any]:
        while True:
            answer = client.get(f"{self.project_url(project)}/jobs/{job}")
            answer.raise_for_status()
            state: dict[str, Any] = answer.json()
            if state["state"] in ("failed", "cancelled"):
                raise RuntimeError(json.dumps(state))
            if state["state"] == "done":
                return state
            time.sleep(0.1)

    def settle(self) -> None:
        """Let the database finish what an import leaves behind (statistics, visibility)."""
        time.sleep(5)


def text_line(number: int, with_metadata: bool) -> bytes:
    """One JSONL line of about 150 bytes."""
    text = f"Passage {number}: the quick brown fox jumps over the lazy dog, again and again and once more."
    row: dict[str, Any] = {"data": {"text": text}, "key": f"key-{number}"}
    if with_metadata:
        row["metadata"] = {"number": number, "group": number % 1000}
    return json.dumps(row).encode() + b"\n"


@contextmanager
def running_engine(annotators: int = 1) -> Iterator[BenchmarkEngine]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.engine_process", str(port), str(annotators)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None and process.stdin is not None
    try:
        ready = json.loads(process.stdout.readline())
        yield BenchmarkEngine(
            url=f"http://127.0.0.1:{port}",
            tenant=ready["tenant"],
            owner=ready["owner"],
            annotators=ready["annotators"],
            process=ready["process"],
        )
    finally:
        process.stdin.close()
        process.wait(timeout=60)
