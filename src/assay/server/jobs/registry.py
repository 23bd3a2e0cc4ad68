"""Which work does which kind of job."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assay.cells.jobs import JobRegistry
from assay.server.dataset_versions.work import VersionWork
from assay.server.exports.work import ExportWork
from assay.server.imports.work import ImportWork
from assay.server.jobs.run import Work, handler_of

if TYPE_CHECKING:
    from assay.server.engine import Engine

# How often a job is tried again is decided by `jobs.run`, which knows crashes from failures.
_ATTEMPTS = 100

WORKS: Sequence[Work] = (ImportWork(), ExportWork(), VersionWork())


def register_all(registry: JobRegistry, engine: Engine) -> None:
    """Register every kind of job of this release."""
    for work in WORKS:
        registry.register(work.kind.value, handler_of(engine, work), _ATTEMPTS)
