"""Where embedded clusters, binaries and sockets lie on the disk.

Everything is below ASSAY_HOME when the account of the postgres processes can reach it; as root, ASSAY_HOME
itself is made passable (0711: others may pass through, not list) for that, unless it is an account's home
directory. Where the way to it is closed, as to /root/.assay, it stays closed: then the clusters and binaries,
and only they, go to a directory with a random name in /var/lib/assay, each cluster 0700 all the same, and
ASSAY_HOME/clusters is a link that says where. Keys, blobs and passwords stay in ASSAY_HOME.

A unix socket's path is limited to 107 bytes on Linux and 103 on macOS. Where ASSAY_HOME is too long for
that, the socket directories go to a short private directory in /run, $XDG_RUNTIME_DIR or /tmp, whose name
is derived from ASSAY_HOME, so that a restarted server finds the sockets of clusters that still run.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from assay.cells.postgres.account import Account
from assay.errors import Unavailable

SOCKET_NAME = ".s.PGSQL.5432"
_SOCKET_PATH_LIMIT = 103
_REACHABLE_ROOT = Path("/var/lib/assay")
_PASSABLE = 0o711
_PRIVATE = 0o700


@dataclass(frozen=True, slots=True)
class Placement:
    """The directories of one ASSAY_HOME: `root` holds binaries and clusters, `home` everything else."""

    home: Path
    root: Path
    account: Account

    @property
    def clusters(self) -> Path:
        return self.root / "clusters"

    def cluster(self, name: str) -> Path:
        """The directory of the cluster called `name`."""
        return self.clusters / name

    def secrets(self, name: str) -> Path:
        """The file with a cluster's passwords: below ASSAY_HOME and out of the reach of its processes."""
        return self.home / "postgres-secrets" / f"{name}.json"

    def socket_directory(self, name: str) -> Path:
        """A directory, private to the account, whose socket path keeps within the system's limit."""
        preferred = self.root / "sockets"
        if _fits(preferred / name):
            make_passable(preferred)
            return make_private(preferred / name, self.account)
        parent = _short_parent() / f"assay-{_digest(self.home, 16)}"
        make_private_or_passable(parent, self.account)
        return make_private(parent / _digest(Path(name), 16), self.account)


def place(home: Path, account: Account) -> Placement:
    """Decide where the clusters of `home` live, and make the directories that lead there.

    Once decided it stays: where there are clusters already, their place is kept. Raises Unavailable when the
    account cannot reach it (any more).
    """
    home = home.absolute()
    if not home.exists():
        home.mkdir(parents=True, mode=_PASSABLE)
    home = home.resolve()
    clusters = home / "clusters"
    if not clusters.exists():
        _make_clusters(clusters, account)
    root = clusters.resolve().parent
    if not account.can_traverse(root):
        raise Unavailable(
            f"The account of the postgres processes (uid {account.uid}) cannot reach {root}.",
            advice="Make every directory on the way passable for it (0711), or choose another ASSAY_HOME.",
        )
    make_private(home / "postgres-secrets", None)
    return Placement(home, root, account)


def _make_clusters(clusters: Path, account: Account) -> None:
    """Make the directory of all clusters, in its place or as a link to one that can be reached."""
    home = clusters.parent
    closed = account.drops_root and not account.can_traverse(home)
    if closed and account.can_traverse(home.parent) and not _is_home_directory(home):
        home.chmod(home.stat().st_mode | _PASSABLE)
    if account.can_traverse(home):
        make_passable(clusters)
        return
    make_passable(_REACHABLE_ROOT)
    root = _REACHABLE_ROOT / secrets.token_hex(8)
    make_passable(root)
    make_passable(root / "clusters")
    clusters.unlink(missing_ok=True)
    clusters.symlink_to(root / "clusters")


def _is_home_directory(directory: Path) -> bool:
    return any(entry.pw_dir == str(directory) for entry in pwd.getpwall())


def make_passable(directory: Path) -> None:
    """Make a directory that others may pass through and not list; an existing one keeps its mode."""
    if not directory.exists():
        directory.mkdir(parents=True, exist_ok=True)
        directory.chmod(_PASSABLE)


def make_private(directory: Path, owner: Account | None) -> Path:
    """Make a directory of mode 0700 for `owner` (None: for ourselves); refuse one that is somebody else's."""
    directory.mkdir(mode=_PRIVATE, exist_ok=True)
    expected = os.geteuid() if owner is None else owner.uid
    status = directory.lstat()
    if stat.S_ISDIR(status.st_mode) and status.st_uid in (os.geteuid(), expected):
        directory.chmod(_PRIVATE)
        if owner is not None:
            owner.own(directory)
        return directory
    raise Unavailable(
        f"{directory} belongs to somebody else.", advice="Remove it or choose another ASSAY_HOME."
    )


def make_private_or_passable(directory: Path, account: Account) -> None:
    """A parent of socket directories: ours alone, and passable only where another account has to pass."""
    make_private(directory, None)
    if account.drops_root:
        directory.chmod(_PASSABLE)


def _short_parent() -> Path:
    if os.geteuid() == 0 and Path("/run").is_dir():
        return Path("/run")
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    if runtime and Path(runtime).is_dir() and len(runtime) < 40:
        return Path(runtime)
    return Path("/tmp")  # noqa: S108 - make_private refuses what somebody else has put there


def _fits(directory: Path) -> bool:
    return len(os.fsencode(directory / SOCKET_NAME)) <= _SOCKET_PATH_LIMIT


def _digest(path: Path, length: int) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:length]
