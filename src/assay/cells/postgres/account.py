"""The operating system account that PostgreSQL runs under.

PostgreSQL refuses to run as root. When Assay runs as root, the postgres processes, and only they, run as an
unprivileged account: `assay` when the machine has one, else `nobody`; `ASSAY_POSTGRES_USER` names another.
As a normal user everything runs as that user.
"""

from __future__ import annotations

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from assay.errors import Unavailable

_PREFERRED_ACCOUNTS = ("assay", "nobody")


class ProcessIdentity(TypedDict, total=False):
    """The keyword arguments of `subprocess.Popen` that change the identity of a child."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True)
class Account:
    """A user and group id, and whether becoming it means dropping root."""

    uid: int
    gid: int
    drops_root: bool

    @property
    def identity(self) -> ProcessIdentity:
        if not self.drops_root:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Give `path` itself, not what is in it, to this account."""
        if self.drops_root:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def own_tree(self, directory: Path) -> None:
        """Give `directory` and everything below it to this account."""
        if not self.drops_root:
            return
        self.own(directory)
        for parent, directories, files in os.walk(directory):
            for name in (*directories, *files):
                self.own(Path(parent, name))

    def can_traverse(self, directory: Path) -> bool:
        """Whether this account may pass through `directory` and every directory above it.

        Directories that do not exist yet count as passable: whoever creates them chooses their mode.
        """
        return all(self._may_search(ancestor) for ancestor in (directory, *directory.parents))

    def _may_search(self, directory: Path) -> bool:
        try:
            status = directory.stat()
        except FileNotFoundError:
            return True
        except PermissionError:
            return False
        if status.st_uid == self.uid:
            return bool(status.st_mode & stat.S_IXUSR)
        if status.st_gid == self.gid:
            return bool(status.st_mode & stat.S_IXGRP)
        return bool(status.st_mode & stat.S_IXOTH)


def postgres_account(name: str | None = None) -> Account:
    """The account for the postgres processes; `name` (or `ASSAY_POSTGRES_USER`) matters only as root."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), drops_root=False)
    wanted = name or os.environ.get("ASSAY_POSTGRES_USER")
    for candidate in (wanted,) if wanted else _PREFERRED_ACCOUNTS:
        try:
            entry = pwd.getpwnam(candidate)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(entry.pw_uid, entry.pw_gid, drops_root=True)
    raise Unavailable(
        f"PostgreSQL cannot run as root and the account {wanted or 'nobody'!r} is not usable.",
        advice="Name an unprivileged account in ASSAY_POSTGRES_USER, or start Assay as a normal user.",
    )
