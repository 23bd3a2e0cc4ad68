"""Which function does which kind of job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assay.cells.jobs import JobRegistry

if TYPE_CHECKING:
    from assay.server.engine import Engine


def register_all(registry: JobRegistry, engine: Engine) -> None:
    """Register every kind of job of this release."""
