"""Looking after oneself."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path
from uuid import UUID

from assay.errors import AssayError
from assay.server.engine import Engine
from assay.server.health.models import Readiness
from assay.settings import Settings

_LEAST_FREE_BYTES = 256 * 1024 * 1024
_TIMEOUT_SECONDS = 3.0
_NOBODY = UUID(int=0)


async def readiness(engine: Engine) -> Readiness:
    """Whether this process can serve: asks the control database, reads the keyring, looks at the disk."""
    database = await _database_answers(engine)
    keyring, disk = await asyncio.to_thread(_files, engine.settings)
    return Readiness(
        ready=database and keyring and disk,
        control_database="ok" if database else "unreachable",
        keyring="ok" if keyring else "unreadable",
        disk="ok" if disk else "full",
    )


async def _database_answers(engine: Engine) -> bool:
    try:
        async with asyncio.timeout(_TIMEOUT_SECONDS):
            await engine.control.memberships.has_owner(_NOBODY)
    except (AssayError, TimeoutError):
        return False
    return True


def _files(settings: Settings) -> tuple[bool, bool]:
    keyring = settings.keyring or settings.home / "keyring" / "master.key"
    return _is_readable(keyring), shutil.disk_usage(settings.home).free >= _LEAST_FREE_BYTES


def _is_readable(path: Path) -> bool:
    return path.is_file() and os.access(path, os.R_OK)
