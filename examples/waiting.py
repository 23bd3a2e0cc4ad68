"""Waiting for what the engine does by itself."""

from __future__ import annotations

import time

import assay


def wait_for_consensus(project: assay.Project) -> None:
    """Answers become labels a moment after they are in: wait until all have."""
    while any(project.tasks("state = annotated")):
        time.sleep(0.05)
