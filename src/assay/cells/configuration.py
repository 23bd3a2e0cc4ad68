"""What the cells need to know to run: plain parameters, whoever provides them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from assay.cells.postgres.configuration import ClusterSettings


@dataclass(frozen=True, slots=True)
class CellsConfiguration:
    """`home` holds everything; `external` is the DSN of a server to use instead of embedded clusters.

    `blob_url` sends blobs to an object store (`s3://bucket/prefix`), else they lie below `home`;
    `postgres_binaries` swaps the programs of embedded clusters, `postgres_user` their account when Assay runs
    as root. A cell that nobody used for `idle_seconds` is stopped. `job_concurrency` counts jobs that run at
    the same time in one cell; 0 runs none here, because worker processes elsewhere do.
    """

    home: Path
    external: str | None = field(default=None, repr=False)
    blob_url: str | None = None
    postgres_binaries: Path | None = None
    postgres_user: str | None = None
    cluster: ClusterSettings = field(default_factory=ClusterSettings)
    idle_seconds: float = 900.0
    start_seconds: float = 60.0
    max_connections: int = 12
    connection_wait_seconds: float = 10.0
    job_concurrency: int = 2
    job_poll_seconds: float = 5.0
