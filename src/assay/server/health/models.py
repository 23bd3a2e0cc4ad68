"""Health as the API shows it."""

from __future__ import annotations

from typing import Literal

from assay.server.models import Output


class Health(Output):
    status: Literal["ok"] = "ok"


class Readiness(Output):
    """Each part on its own: `ready` when all of them are `ok`."""

    ready: bool
    control_database: Literal["ok", "unreachable"]
    keyring: Literal["ok", "unreadable"]
    disk: Literal["ok", "full"]
