"""Cells for tests: one home for the session, embedded clusters in it, Debian's server as the external one."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from assay.cells.configuration import CellsConfiguration
from assay.cells.door import Cells
from assay.cells.location import CellLocation
from assay.cells.postgres.account import Account, postgres_account
from assay.cells.postgres.binaries import PostgresBinaries, find_binaries
from assay.cells.postgres.cluster import EmbeddedCluster
from assay.cells.postgres.placement import Placement, place
from assay.cells.postgres.postmaster import running_process
from assay.errors import NotFound
from assay.trust.file_keyring import FileKeyring
from assay.trust.key_slots import KeySlots

MODES = ("embedded", "external")


class MemoryDirectory:
    """A registry of tenants that forgets."""

    def __init__(self) -> None:
        self.locations: dict[UUID, CellLocation] = {}

    async def locate(self, tenant: UUID) -> CellLocation:
        if tenant not in self.locations:
            raise NotFound("There is no such tenant.")
        return self.locations[tenant]


class Engine:
    """Makes `Cells` over one home and one registry, as one process after another would."""

    def __init__(self, home: Path, external: str | None) -> None:
        self.home = home
        self.external = external
        self.directory = MemoryDirectory()
        self.backend = FileKeyring.open_or_create(home / "keyring" / "master.json")
        self.slots = KeySlots(home / "keys")
        self.started: list[Cells] = []

    def cells(self, **options: Any) -> Cells:
        names = CellsConfiguration.__dataclass_fields__
        settings = {name: options.pop(name) for name in list(options) if name in names}
        configuration = CellsConfiguration(self.home, external=self.external, **settings)
        made = Cells(configuration, self.directory, self.backend, self.slots, **options)
        self.started.append(made)
        return made

    async def create(self, cells: Cells) -> UUID:
        tenant = uuid4()
        self.directory.locations[tenant] = await cells.create(tenant)
        return tenant

    def data_directory(self, tenant: UUID) -> Path:
        """The data directory of an embedded cell."""
        return (self.home / "clusters").resolve() / self.directory.locations[tenant].database / "data"

    def kill_postmaster(self, tenant: UUID) -> None:
        """kill -9, as the machine's memory guard would do it."""
        pid = running_process(self.data_directory(tenant))
        assert pid is not None
        os.kill(pid, signal.SIGKILL)


@pytest.fixture(scope="session")
def home() -> Iterator[Path]:
    # Not pytest's own: the account of the postgres processes has to pass through all directories above.
    directory = Path(tempfile.mkdtemp(prefix="assay-test-", dir="/tmp"))
    directory.chmod(0o711)
    yield directory
    for data in directory.glob("clusters/*/data"):
        pid = running_process(data)
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="session")
def account() -> Account:
    return postgres_account()


@pytest.fixture(scope="session")
def placement(home: Path, account: Account) -> Placement:
    return place(home, account)


@pytest.fixture(scope="session")
def binaries(placement: Placement) -> PostgresBinaries:
    return find_binaries(placement)


@pytest.fixture
async def make_cluster(
    placement: Placement, binaries: PostgresBinaries
) -> AsyncIterator[Callable[[], EmbeddedCluster]]:
    made: list[EmbeddedCluster] = []

    def make() -> EmbeddedCluster:
        made.append(EmbeddedCluster(uuid4().hex, placement, binaries))
        return made[-1]

    yield make
    for cluster in made:
        await cluster.drop()


@pytest.fixture(scope="session")
def external_server(account: Account) -> Iterator[str]:
    """The DSN of a role that may create databases and roles, and is no superuser, on Debian's PostgreSQL."""
    programs = debian_programs()
    directory = Path(tempfile.mkdtemp(prefix="assay-external-", dir="/tmp"))
    account.own(directory)
    data = directory / "data"

    def run(command: Sequence[str | Path]) -> None:
        subprocess.run(
            command, check=True, capture_output=True, cwd="/", env={"LC_ALL": "C"}, **account.identity
        )

    run([programs / "initdb", "-D", data, "--auth=trust", "--username=admin", "--no-sync"])
    options = f"-c listen_addresses='' -c unix_socket_directories={directory} -c fsync=off -c port=5432"
    run([programs / "pg_ctl", "start", "-w", "-D", data, "-l", directory / "log", "-o", options])
    try:
        with psycopg.connect(
            make_conninfo(host=str(directory), dbname="postgres", user="admin"), autocommit=True
        ) as connection:
            connection.execute("create role assay login createdb createrole password 'for this test'")
        (data / "pg_hba.conf").write_text("local all admin trust\nlocal all all scram-sha-256\n")
        run([programs / "pg_ctl", "reload", "-D", data])
        yield make_conninfo(host=str(directory), dbname="postgres", user="assay", password="for this test")
    finally:
        run([programs / "pg_ctl", "stop", "-m", "immediate", "-D", data])
        shutil.rmtree(directory, ignore_errors=True)


def debian_programs() -> Path:
    """The newest of Debian's PostgreSQL installations; the test command installs the package."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    assert found, "apt-get install postgresql"
    return found[-1]


@pytest.fixture
async def embedded(home: Path) -> AsyncIterator[Engine]:
    async for engine in _engine(Engine(home, None)):
        yield engine


@pytest.fixture(params=MODES)
async def engine(request: pytest.FixtureRequest, home: Path) -> AsyncIterator[Engine]:
    external = request.getfixturevalue("external_server") if request.param == "external" else None
    async for engine in _engine(Engine(home, external)):
        yield engine


async def _engine(engine: Engine) -> AsyncIterator[Engine]:
    yield engine
    for cells in engine.started:
        await cells.close()
    last = engine.cells()
    for tenant in engine.directory.locations:
        await last.drop(tenant)
    await last.close()
