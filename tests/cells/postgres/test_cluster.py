"""Embedded clusters as the operating system sees them: who can reach them, who runs them, what they write."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from assay.cells.postgres.account import Account
from assay.cells.postgres.binaries import PostgresBinaries
from assay.cells.postgres.cluster import EmbeddedCluster
from assay.cells.postgres.placement import Placement, place
from assay.errors import Conflict, NotFound, Unavailable


async def started(make_cluster: Callable[[], EmbeddedCluster]) -> EmbeddedCluster:
    cluster = make_cluster()
    await cluster.create()
    await cluster.start()
    return cluster


_BECOME_STRANGER = """
import os, pwd, sys
def become_stranger():
    account = pwd.getpwnam("daemon")
    os.setgroups([])
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)
"""


def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a program that calls `become_stranger()` itself: Python may lie where only root can reach it."""
    command = [sys.executable, "-c", _BECOME_STRANGER + program, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")


async def test_only_their_own_account_can_enter_data_and_sockets(
    make_cluster: Callable[[], EmbeddedCluster], account: Account
) -> None:
    cluster = await started(make_cluster)
    sockets = cluster.placement.socket_directory(cluster.name)
    for directory in (cluster.data, sockets):
        status = directory.stat()
        assert stat.S_IMODE(status.st_mode) == 0o700
        assert status.st_uid == account.uid
    secrets = cluster.placement.secrets(cluster.name)
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o600
    if os.geteuid() == 0:
        look = "become_stranger(); os.listdir(sys.argv[1])"
        connect = "import socket; become_stranger(); socket.socket(socket.AF_UNIX).connect(sys.argv[1])"
        assert "PermissionError" in run(look, str(cluster.data)).stderr
        assert "PermissionError" in run(connect, str(sockets / ".s.PGSQL.5432")).stderr


async def test_only_a_password_opens_and_only_the_roles_that_are_meant(
    make_cluster: Callable[[], EmbeddedCluster],
) -> None:
    cluster = await started(make_cluster)
    information = psycopg.conninfo.conninfo_to_dict(cluster.connection_info())
    for change in ({"password": "wrong"}, {"user": "postgres"}, {"dbname": "postgres"}):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(**{**information, **change})  # type: ignore[arg-type]
    with psycopg.connect(cluster.superuser_connection_info()) as connection:
        settings = {
            name: connection.execute("select current_setting(%s)", (name,)).fetchone()
            for name in (
                "data_checksums",
                "listen_addresses",
                "password_encryption",
                "jit",
                "synchronous_commit",
            )
        }
    assert [value for found in settings.values() if found for value in found] == [
        "on",
        "",
        "scram-sha-256",
        "off",
        "on",
    ]


async def test_no_statement_and_no_value_reaches_the_log(make_cluster: Callable[[], EmbeddedCluster]) -> None:
    cluster = await started(make_cluster)
    with psycopg.connect(cluster.connection_info(), autocommit=True) as connection:
        connection.execute("create table singer (name text primary key)")
        connection.execute("insert into singer values ('canary')")
        for statement in (
            "insert into singer values ('canary')",
            "select 'canary'::integer",
            "select canary",
            "do $$ begin raise warning 'canary'; end $$",
        ):
            try:
                connection.execute(statement)
            except psycopg.Error:
                continue
        connection.execute("select %s::text from singer", ("canary",))
    await cluster.stop()
    text = cluster.log.read_text()
    assert "ready to accept connections" in text
    assert "canary" not in text


async def test_a_cluster_is_created_once_and_must_be_there(
    make_cluster: Callable[[], EmbeddedCluster],
) -> None:
    cluster = make_cluster()
    with pytest.raises(NotFound):
        await cluster.start()
    await cluster.create()
    with pytest.raises(Conflict):
        await cluster.create()
    assert not cluster.is_running()
    await cluster.start()
    await cluster.start()
    assert cluster.is_running()
    await cluster.stop()
    await cluster.stop()
    assert not cluster.is_running()


async def test_a_server_that_cannot_start_says_where_to_look(
    make_cluster: Callable[[], EmbeddedCluster],
) -> None:
    cluster = make_cluster()
    await cluster.create()
    (cluster.data / "postgresql.local.conf").write_text("shared_buffers = 'nonsense'\n")
    with pytest.raises(Unavailable) as caught:
        await cluster.start()
    assert str(cluster.log) in str(caught.value.advice)
    (cluster.data / "postgresql.local.conf").unlink()
    await cluster.start()


def test_a_long_home_gets_short_socket_directories(account: Account) -> None:
    root = Path(tempfile.mkdtemp(prefix="assay-long-", dir="/tmp"))
    root.chmod(0o711)
    try:
        placement = place(root / ("deep" * 20) / "home", account)
        directory = placement.socket_directory("c" * 32)
        assert len(str(directory / ".s.PGSQL.5432")) <= 103
        assert stat.S_IMODE(directory.stat().st_mode) == 0o700
        assert placement.socket_directory("c" * 32) == directory
        shutil.rmtree(directory.parent)
    finally:
        shutil.rmtree(root)


def test_clusters_stay_where_they_were_put(account: Account) -> None:
    home = Path(tempfile.mkdtemp(prefix="assay-home-", dir="/tmp"))
    elsewhere = Path(tempfile.mkdtemp(prefix="assay-root-", dir="/tmp"))
    try:
        elsewhere.chmod(0o711)
        (elsewhere / "clusters").mkdir()
        (home / "clusters").symlink_to(elsewhere / "clusters")
        assert place(home, account) == Placement(home, elsewhere, account)
    finally:
        shutil.rmtree(home)
        shutil.rmtree(elsewhere)


_AS_A_NORMAL_USER = """
import asyncio, concurrent.futures.thread, encodings.idna
from pathlib import Path
import psycopg
from assay.cells.postgres.account import Account, postgres_account
from assay.cells.postgres.binaries import find_binaries
from assay.cells.postgres.cluster import EmbeddedCluster
from assay.cells.postgres.placement import place
home = Path(sys.argv[1])

async def main():
    placement = place(home, postgres_account())
    cluster = EmbeddedCluster("one", placement, find_binaries(placement))
    await cluster.create()
    await cluster.start()
    with psycopg.connect(cluster.connection_info()) as connection:
        print(os.geteuid(), connection.execute("select current_user").fetchone()[0])
    await cluster.drop()

if os.geteuid() == 0:
    # The installation may lie where only root can read it; a user's own would not.
    find_binaries(place(home, Account(os.geteuid(), os.getegid(), drops_root=False)))
    account = pwd.getpwnam("daemon")
    for parent, directories, files in os.walk(home):
        for name in (".", *directories, *files):
            os.chown(Path(parent, name), account.pw_uid, account.pw_gid, follow_symlinks=False)
    become_stranger()
asyncio.run(main())
"""


def test_it_runs_as_a_normal_user_too() -> None:
    home = Path(tempfile.mkdtemp(prefix="assay-user-", dir="/tmp"))
    expected = pwd.getpwnam("daemon").pw_uid if os.geteuid() == 0 else os.geteuid()
    try:
        done = run(_AS_A_NORMAL_USER, str(home))
        assert done.stdout.split() == [str(expected), "cell_owner"], done.stderr
    finally:
        shutil.rmtree(home)


def test_the_programs_are_a_copy_that_the_account_can_run(
    binaries: PostgresBinaries, account: Account
) -> None:
    assert binaries.major >= 15
    done = subprocess.run(
        [binaries.program("postgres"), "--version"],
        capture_output=True,
        check=False,
        cwd="/",
        **account.identity,
    )
    assert done.returncode == 0
