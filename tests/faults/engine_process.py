"""Starting, killing and starting again an engine in a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg
from psycopg.conninfo import make_conninfo

from assay.cells.postgres.postmaster import running_process

PROGRAM = Path(__file__).parent / "engine_program.py"
_START_SECONDS = 90.0


@dataclass(slots=True)
class EngineProcess:
    """An engine and where it lies. Its output goes to files in `directory`, beside its home."""

    directory: Path
    home: Path
    port: int
    process: asyncio.subprocess.Process | None = None
    starts: int = 0
    keys: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def base(self) -> str:
        return f"{self.url}/api/v1/tenants/{self.keys['tenant']}"

    def client(self, who: str, **options: Any) -> httpx.AsyncClient:
        headers = {"authorization": f"Bearer {self.keys[who]}"}
        return httpx.AsyncClient(base_url=self.base, headers=headers, timeout=30, **options)

    @asynccontextmanager
    async def clients(self) -> AsyncIterator[dict[str, httpx.AsyncClient]]:
        """A client for everybody, by name."""
        async with AsyncExitStack() as stack:
            yield {
                name: await stack.enter_async_context(self.client(name))
                for name in self.keys
                if name != "tenant"
            }

    async def start(self) -> None:
        """Start it and wait until it serves."""
        self.starts += 1
        errors = (self.directory / f"stderr-{self.starts}").open("wb")
        output = self.directory / f"stdout-{self.starts}"
        prepared = self.directory / "prepared.json"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("ASSAY_")}
        environment["TMPDIR"] = str(self.directory)
        with errors, output.open("wb") as out:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable,
                str(PROGRAM),
                str(self.home),
                str(self.port),
                str(prepared),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=out,
                stderr=errors,
                env=environment,
            )
        async with asyncio.timeout(_START_SECONDS):
            while b"serving" not in output.read_bytes():
                assert self.process.returncode is None, self.error_output()
                await asyncio.sleep(0.02)
        self.keys = json.loads(prepared.read_text())

    async def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Send it a signal and wait for its end."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                self.process.send_signal(how)
            async with asyncio.timeout(60):
                await self.process.wait()
            self.process = None

    def error_output(self) -> str:
        return (self.directory / f"stderr-{self.starts}").read_text()[-4000:]

    def data_directories(self) -> list[Path]:
        """The data directories of the clusters: of the control database, and of the cell."""
        return sorted((self.home / "clusters").glob("*/data"))

    def cell_data(self) -> Path:
        """The data directory of the only cell."""
        (data,) = [each for each in self.data_directories() if each.parent.name != "control"]
        return data

    def superuser(self, data: Path, database: str) -> str:
        """A connection string with all rights, for a test that looks behind the scenes."""
        return superuser(self.home, data, database)

    def kill_clusters(self) -> None:
        """End every postmaster of this home at once."""
        for data in self.data_directories():
            pid = running_process(data)
            if pid is not None:
                os.kill(pid, signal.SIGKILL)

    @asynccontextmanager
    async def behind_the_scenes(self) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
        """A connection to the cell's database that the engine knows nothing of."""
        async with await psycopg.AsyncConnection.connect(
            self.superuser(self.cell_data(), "cell"), autocommit=True
        ) as connection:
            yield connection


def superuser(home: Path, data: Path, database: str) -> str:
    """A connection string with all rights to an embedded cluster below `home`, as long as it runs."""
    passwords = json.loads((home / "postgres-secrets" / f"{data.parent.name}.json").read_text())
    socket_directory = (data / "postmaster.pid").read_text().splitlines()[4]
    return make_conninfo(
        host=socket_directory,
        port=5432,
        dbname=database,
        user="cluster_admin",
        password=passwords["superuser"],
    )


@asynccontextmanager
async def engine_process(home_parent: Path | None = None) -> AsyncIterator[EngineProcess]:
    """A running engine in a new directory; nothing of it is left afterwards."""
    directory = passable_directory()
    home = (home_parent or directory) / "home"
    engine = EngineProcess(directory, home, _free_port())
    try:
        await engine.start()
        yield engine
    finally:
        await engine.stop(signal.SIGKILL)
        engine.kill_clusters()
        shutil.rmtree(directory, ignore_errors=True)


def passable_directory() -> Path:
    """A new temporary directory that the account of the postgres processes can pass through.

    Not pytest's own, which are below directories that nobody else may enter.
    """
    directory = Path(tempfile.mkdtemp(prefix="assay-faults-", dir="/tmp"))
    directory.chmod(0o711)
    return directory


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
