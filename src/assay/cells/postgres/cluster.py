"""A PostgreSQL cluster of our own: created from a template, started lazily, adopted, healed, stopped.

On the disk:

    clusters/<name>/data         the data directory, 0700, of the account of the postgres processes
    clusters/<name>/server.log   what the server says; never a statement or a value (see `configuration`)
    clusters/<name>/start.lock   held while the cluster is started or stopped
    clusters/<name>/users.lock   shared by every process that uses the cluster; who stops it needs it alone
    postgres-secrets/<name>.json the passwords, 0600, below ASSAY_HOME (see `placement`)

The postmaster outlives an application that is killed; the next start finds it by its lock file and goes on
with it. What a killed postmaster left behind is cleared before the next one is started.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import signal
import time
from pathlib import Path

from psycopg.conninfo import make_conninfo

from assay.cells.postgres import postmaster
from assay.cells.postgres.binaries import PostgresBinaries
from assay.cells.postgres.configuration import (
    DATABASE,
    LOCAL_SETTINGS,
    OWNER,
    SUPERUSER,
    ClusterSettings,
    host_based_authentication,
    server_configuration,
)
from assay.cells.postgres.files import FileLock
from assay.cells.postgres.passwords import new_password
from assay.cells.postgres.placement import Placement, make_passable
from assay.cells.postgres.template import create_data_directory
from assay.errors import Conflict, NotFound, StorageFull, Unavailable
from assay.trust.durable_files import write_private

_POLL_SECONDS = 0.01
_FAST_SHUTDOWN_SECONDS = 60.0
_IMMEDIATE_SHUTDOWN_SECONDS = 15.0


class EmbeddedCluster:
    """One PostgreSQL cluster with one database. What takes long is a coroutine and blocks no event loop."""

    def __init__(
        self,
        name: str,
        placement: Placement,
        binaries: PostgresBinaries,
        settings: ClusterSettings | None = None,
        start_seconds: float = 60.0,
    ) -> None:
        self.name = name
        self.placement = placement
        self.binaries = binaries
        self.settings = settings or ClusterSettings()
        self.directory = placement.cluster(name)
        self.data = self.directory / "data"
        self.log = self.directory / "server.log"
        self._start_seconds = start_seconds
        self._pid: int | None = None
        self._users: FileLock | None = None
        self._transition = asyncio.Lock()

    def exists(self) -> bool:
        """Whether the cluster was created, completely."""
        return self.data.is_dir()

    def is_running(self) -> bool:
        """Whether the postmaster that this object started or adopted lives. Costs a few microseconds."""
        return self._pid is not None and postmaster.serves(self._pid, self.data)

    def connection_info(self) -> str:
        """How the application connects: as the owner of the one database, who is no superuser."""
        return self._connection_info(DATABASE, OWNER, "owner")

    def superuser_connection_info(self) -> str:
        """How maintenance connects. Never handed to anything that serves requests."""
        return self._connection_info("postgres", SUPERUSER, "superuser")

    async def create(self) -> None:
        """Create the cluster. Raises Conflict when it exists, StorageFull when there is no room."""
        async with self._transition:
            await asyncio.to_thread(self._create)

    async def start(self) -> bool:
        """Start the cluster, or adopt it if it runs already; return when it takes connections.

        Answers whether no other process uses the cluster, so that what workers left undone is nobody's.
        Raises NotFound when it was never created, Unavailable when it does not come up in time.
        """
        async with self._transition:
            if not self.exists():
                raise NotFound("This cluster does not exist.")
            start_lock = await asyncio.to_thread(self._hold_start_lock)
            try:
                return await self._start_locked()
            finally:
                start_lock.close()

    async def stop(self) -> None:
        """Shut down fast: sessions end, everything is written. Left running while other processes use it."""
        async with self._transition:
            if not self.directory.is_dir():
                return
            start_lock = await asyncio.to_thread(self._hold_start_lock)
            try:
                await self._stop_locked()
            finally:
                start_lock.close()

    async def drop(self) -> None:
        """Stop the cluster and remove it. Raises Conflict when another process uses it."""
        await self.stop()
        if postmaster.running_process(self.data) is not None:
            raise Conflict("Another process uses this cluster.")
        await asyncio.to_thread(self._remove)

    def _create(self) -> None:
        if self.exists():
            raise Conflict("This cluster exists already.")
        make_passable(self.directory)
        passwords = {"superuser": new_password(), "owner": new_password()}
        write_private(self.placement.secrets(self.name), json.dumps(passwords).encode())
        create_data_directory(
            self.placement, self.binaries, self.data, passwords["superuser"], passwords["owner"]
        )

    def _hold_start_lock(self) -> FileLock:
        lock = FileLock(self.directory / "start.lock")
        lock.exclusive()
        return lock

    async def _start_locked(self) -> bool:
        alone = self._join_users()
        deadline = time.monotonic() + self._start_seconds
        while True:
            self._pid = await asyncio.to_thread(self._adopt_or_launch)
            while self.is_running():
                if postmaster.is_ready(self.data):
                    return alone
                if time.monotonic() > deadline:
                    raise Unavailable("The database did not start in time.", advice=f"See {self.log}.")
                await asyncio.sleep(_POLL_SECONDS)
            # A postmaster that gave up at once met remains of its predecessor; they are cleared now.
            if time.monotonic() > deadline or not self._may_try_again():
                raise self._start_failure()
            await asyncio.sleep(0.2)

    def _join_users(self) -> bool:
        """Become one of the users of the cluster; answer whether we are the only one."""
        if self._users is None:
            self._users = FileLock(self.directory / "users.lock")
        alone = self._users.try_exclusive()
        self._users.share()
        return alone

    def _adopt_or_launch(self) -> int:
        adopted = postmaster.running_process(self.data)
        if adopted is not None:
            return adopted
        self._check_version()
        postmaster.clear_remains(self.data)
        self._write_configuration()
        return postmaster.launch(self.binaries, self.placement.account, self.data, self.log)

    def _check_version(self) -> None:
        created_by = (self.data / "PG_VERSION").read_text().strip()
        if created_by != str(self.binaries.major):
            raise Unavailable(
                f"The cluster is of PostgreSQL {created_by}, the programs are of {self.binaries.major}.",
                advice=f"Set ASSAY_PG_BIN to programs of PostgreSQL {created_by}, or run pg_upgrade.",
            )

    def _write_configuration(self) -> None:
        sockets = self.placement.socket_directory(self.name)
        files = {
            "postgresql.conf": server_configuration(
                self.settings, sockets, self.binaries.major, self._has_local_settings()
            ),
            "pg_hba.conf": host_based_authentication(),
            "pg_ident.conf": "# Written by Assay: no name stands for another.\n",
        }
        for name, text in files.items():
            path = self.data / name
            temporary = self.data / f".{name}.new"
            temporary.unlink(missing_ok=True)
            temporary.touch(mode=0o600)
            temporary.write_text(text)
            self.placement.account.own(temporary)
            temporary.replace(path)

    def _has_local_settings(self) -> bool:
        return (self.data / LOCAL_SETTINGS).exists()

    def _may_try_again(self) -> bool:
        return "pre-existing shared memory block" in postmaster.log_tail(self.log)

    def _start_failure(self) -> Exception:
        if "No space left on device" in postmaster.log_tail(self.log):
            return StorageFull("The database cannot start: the disk is full.")
        return Unavailable("The database does not start.", advice=f"See {self.log}.")

    async def _stop_locked(self) -> None:
        if self._users is not None:
            self._users.close()
            self._users = None
        pid = postmaster.running_process(self.data)
        with FileLock(self.directory / "users.lock") as users:
            if pid is not None and users.try_exclusive():
                await self._shut_down(pid)
        self._pid = None

    async def _shut_down(self, pid: int) -> None:
        for how, seconds in (
            (signal.SIGINT, _FAST_SHUTDOWN_SECONDS),
            (signal.SIGQUIT, _IMMEDIATE_SHUTDOWN_SECONDS),
        ):
            postmaster.send(pid, how)
            deadline = time.monotonic() + seconds
            while time.monotonic() < deadline:
                if not postmaster.serves(pid, self.data):
                    return
                await asyncio.sleep(_POLL_SECONDS)
        raise Unavailable("The database does not stop.", advice=f"See {self.log}.")

    def _remove(self) -> None:
        doomed = self.directory.with_name(f".{self.name}-dropped")
        if self.directory.exists():
            self.directory.rename(doomed)
        shutil.rmtree(doomed, ignore_errors=True)
        shutil.rmtree(self.placement.socket_directory(self.name), ignore_errors=True)
        self.placement.secrets(self.name).unlink(missing_ok=True)

    def _connection_info(self, database: str, role: str, password: str) -> str:
        passwords = json.loads(self.placement.secrets(self.name).read_text())
        socket: Path = self.placement.socket_directory(self.name)
        return make_conninfo(
            host=str(socket),
            port=5432,
            dbname=database,
            user=role,
            password=passwords[password],
            gssencmode="disable",
        )
