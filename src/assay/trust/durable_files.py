"""Small private files that survive a crash: written whole or not at all, and gone when they are destroyed."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_bytes, token_hex


def write_private(path: Path, content: bytes) -> None:
    """Replace the file at `path` by `content`, mode 0600. A crash leaves the old file or the new one."""
    temporary = _write_temporary(path, content)
    temporary.replace(path)
    sync_directory(path.parent)


def create_private(path: Path, content: bytes) -> None:
    """Create the file at `path`, mode 0600, whole or not at all; FileExistsError when there is one."""
    temporary = _write_temporary(path, content)
    try:
        # A hard link, unlike a rename, never takes the place of a file that another process made meanwhile.
        path.hardlink_to(temporary)
    finally:
        temporary.unlink()
    sync_directory(path.parent)


def destroy_file(path: Path) -> None:
    """Overwrite the file with random bytes, remove it, and wait until both are on the disk.

    FileNotFoundError when there is none. A copy-on-write file system or a flash controller may keep the
    old blocks for a while: what must be unreadable at once also needs the key above it destroyed.
    """
    with path.open("r+b") as file:
        file.write(token_bytes(os.fstat(file.fileno()).st_size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
    sync_directory(path.parent)


def make_private_directory(path: Path) -> None:
    """Create `path` with mode 0700 when it is missing (parents too), and wait until it is on the disk."""
    if path.is_dir():
        return
    make_private_directory(path.parent)
    path.mkdir(mode=0o700, exist_ok=True)
    sync_directory(path.parent)


def sync_directory(path: Path) -> None:
    """Wait until the names in a directory (files created, renamed, removed) are on the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold the lock file at `path` alone among all processes and threads, for a read-change-write."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _write_temporary(path: Path, content: bytes) -> Path:
    temporary = path.with_name(f".{path.name}.{token_hex(8)}.new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary
