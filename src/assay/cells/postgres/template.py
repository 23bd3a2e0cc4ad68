"""The template that embedded clusters are copied from.

`initdb` takes seconds, a copy of its result a fraction of one. The template holds the roles and an empty
database; its passwords are thrown away, and every copy gets its own before it appears under its name, so
that a directory that exists is a cluster that is complete. Copies share the system identifier of the
template: tools that tell clusters apart by it need the directory's name instead.
"""

from __future__ import annotations

import errno
import shutil
import subprocess
import tempfile
from pathlib import Path

from assay.cells.postgres.account import Account
from assay.cells.postgres.binaries import PostgresBinaries
from assay.cells.postgres.configuration import DATABASE, OWNER, SUPERUSER
from assay.cells.postgres.files import FileLock, sync_file_system
from assay.cells.postgres.passwords import new_password, password_verifier
from assay.cells.postgres.placement import Placement
from assay.errors import StorageFull, Unavailable

_FORMAT = 1
"""Raised whenever what a template holds changes, so that an older one is not used."""

_PROGRAM_DEADLINE = 300


def create_data_directory(
    placement: Placement,
    binaries: PostgresBinaries,
    target: Path,
    superuser_password: str,
    owner_password: str,
) -> None:
    """Put a new cluster at `target`, complete or not at all. Blocks for about a second."""
    template = _template(placement, binaries)
    staging = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    data = staging / "data"
    try:
        shutil.copytree(template, data, symlinks=True)
        placement.account.own_tree(staging)
        commands = _password_statement(SUPERUSER, superuser_password) + _password_statement(
            OWNER, owner_password
        )
        _run_single_user(binaries, placement.account, data, commands)
        sync_file_system(data)
        data.rename(target)
        sync_file_system(target.parent)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise StorageFull("There is no room for a new cluster.") from error
        raise
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def program_environment(binaries: PostgresBinaries) -> dict[str, str]:
    """The whole environment of a postgres process: nothing of ours, no secret, is handed on."""
    return {"PATH": f"{binaries.directory}:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def _template(placement: Placement, binaries: PostgresBinaries) -> Path:
    """The template of this server version, made when there is none. One process at a time makes it."""
    major, minor = binaries.version
    template = placement.root / f"template-{major}.{minor}-{_FORMAT}"
    with FileLock(placement.root / "template.lock") as lock:
        lock.exclusive()
        if not template.is_dir():
            _make_template(placement, binaries, template)
    return template


def _make_template(placement: Placement, binaries: PostgresBinaries, template: Path) -> None:
    staging = Path(tempfile.mkdtemp(prefix=".template-", dir=placement.root))
    try:
        placement.account.own(staging)
        password_file = staging / "password"
        password_file.touch(mode=0o600)
        password_file.write_text(new_password())
        placement.account.own(password_file)
        data = staging / "data"
        _run(
            [binaries.program("initdb"), *_initdb_options(binaries, password_file), "-D", str(data)],
            binaries,
            placement.account,
        )
        roles = (
            f"CREATE ROLE {OWNER} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;\n"
            f"CREATE DATABASE {DATABASE} OWNER {OWNER};\n"
            f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC;\n"
        )
        _run_single_user(binaries, placement.account, data, roles)
        data.rename(template)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _initdb_options(binaries: PostgresBinaries, password_file: Path) -> list[str]:
    locale = (
        ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        if binaries.major >= 17
        else ["--locale=C.UTF-8"]
    )
    return [
        *locale,
        "--encoding=UTF8",
        "--auth=scram-sha-256",
        f"--pwfile={password_file}",
        f"--username={SUPERUSER}",
        "--data-checksums",
        "--no-sync",
        "--no-instructions",
    ]


def _run_single_user(binaries: PostgresBinaries, account: Account, data: Path, statements: str) -> None:
    """Run statements, one per line, in a server that nobody can connect to.

    `fsync` is off: the directory is of no use to anybody until it was synced and renamed as a whole.
    """
    command = [binaries.program("postgres"), "--single", "-D", str(data), "-c", "fsync=off", "-c"]
    _run([*command, "log_min_messages=error", "postgres"], binaries, account, statements)


def _run(command: list[str], binaries: PostgresBinaries, account: Account, standard_input: str = "") -> None:
    try:
        completed = subprocess.run(  # noqa: S603 - programs of our own installation, arguments of our own making
            command,
            input=standard_input.encode(),
            capture_output=True,
            timeout=_PROGRAM_DEADLINE,
            cwd="/",
            env=program_environment(binaries),
            check=False,
            **account.identity,
        )
    except subprocess.TimeoutExpired as error:
        raise Unavailable(f"{Path(command[0]).name} did not finish in time.") from error
    complaint = completed.stderr.decode(errors="replace").strip()
    # The single-user server goes on after an error, with status 0.
    if completed.returncode != 0 or "ERROR:" in complaint:
        if "No space left on device" in complaint:
            raise StorageFull("There is no room for a new cluster.")
        raise Unavailable(f"{Path(command[0]).name} failed: {complaint[-500:]}")


def _password_statement(role: str, password: str) -> str:
    return f"ALTER ROLE {role} PASSWORD '{password_verifier(password)}';\n"
