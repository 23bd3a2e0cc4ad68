"""Cold start and resident memory: of an engine, and of each further open cell."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.engine_client import running_engine
from benchmarks.processor_time import usage


@dataclass(frozen=True, slots=True)
class StartResult:
    what: str
    seconds: float
    server_mib: float
    database_mib: float


def measure() -> list[StartResult]:
    """The first start makes clusters and keys; the second finds them."""
    results = []
    with TemporaryDirectory(prefix="assay-benchmark-") as home:
        Path(home).chmod(0o711)
        os.environ["ASSAY_HOME"] = home
        try:
            for what in ("first start, with a new tenant", "second start, with another new tenant"):
                started = time.perf_counter()
                with running_engine() as engine:
                    seconds = time.perf_counter() - started
                    with engine.as_owner() as client:
                        client.get(f"{engine.url}/healthz").raise_for_status()
                    now = usage(engine.process)
                results.append(StartResult(what, seconds, now.server_memory, now.database_memory))
        finally:
            del os.environ["ASSAY_HOME"]
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "assay.cli", "--help"], check=True, capture_output=True)
    results.append(StartResult("assay --help", time.perf_counter() - started, 0.0, 0.0))
    return results
