"""One PostgreSQL for all tests of the control plane; each test makes tenants and people of its own."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable
from itertools import count
from pathlib import Path

import pytest

from assay.cells.database import Database
from assay.cells.postgres.account import postgres_account
from assay.cells.postgres.binaries import find_binaries
from assay.cells.postgres.cluster import EmbeddedCluster
from assay.cells.postgres.placement import place
from assay.control.access import Principal
from assay.control.installation_keys import InstallationKeys
from assay.control.plane import ControlPlane
from assay.control.sessions.passwords import Argon2Parameters

CHEAP = Argon2Parameters(memory_kibibytes=8, passes=1, lanes=1)


def _passable_directory() -> Path:
    """Not one of pytest's own, which the account of the postgres processes could not enter."""
    home = Path(tempfile.mkdtemp(prefix="assay-control-"))
    home.chmod(0o711)
    return home


@pytest.fixture(scope="session")
async def control_database() -> AsyncIterator[Database]:
    home = _passable_directory()
    placement = place(home, postgres_account())
    cluster = EmbeddedCluster("control", placement, find_binaries(placement))
    await cluster.create()
    await cluster.start()
    database = Database(cluster.connection_info())
    try:
        yield database
    finally:
        await database.close()
        await cluster.stop()
        for directory in {placement.root, home}:
            shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="session")
def installation_keys(tmp_path_factory: pytest.TempPathFactory) -> InstallationKeys:
    return InstallationKeys.load_or_create(tmp_path_factory.mktemp("installation") / "installation.json")


@pytest.fixture(scope="session")
async def plane(
    control_database: Database, installation_keys: InstallationKeys
) -> AsyncIterator[ControlPlane]:
    control = ControlPlane(control_database, installation_keys, password_parameters=CHEAP)
    await control.migrate()
    yield control
    control.close()


@pytest.fixture
async def other_process(
    plane: ControlPlane, control_database: Database, installation_keys: InstallationKeys
) -> AsyncIterator[ControlPlane]:
    """A second server on the same database, with caches of its own."""
    control = ControlPlane(control_database, installation_keys, password_parameters=CHEAP, recent_seconds=0)
    yield control
    control.close()


@pytest.fixture
def host(plane: ControlPlane) -> Principal:
    return plane.host


_numbers = count()


@pytest.fixture
def email() -> Callable[[str], str]:
    """An address that no other test uses."""
    return lambda name: f"{name}-{os.getpid()}-{next(_numbers)}@example.org"
