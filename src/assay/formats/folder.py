"""A local folder of files, for whoever imports from their own machine: names sorted, links never followed."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from assay.errors import InvalidInput, Problem
from assay.formats.base import BadFile, Checkpoint, Limits, Position, Reading, ReadOptions, Rejection
from assay.formats.bundle import read_bundle
from assay.formats.members import Member, MemberEntry, check_name


class FolderReader:
    """Reads a folder as `ZipReader` reads an archive."""

    name = "folder"

    def __init__(self, path: Path) -> None:
        if not path.is_dir():
            problem = Problem("", "folder", "there is no folder of this name")
            raise InvalidInput("The folder cannot be read.", problems=[problem])
        self._path = path

    def read(self, options: ReadOptions | None = None, checkpoint: Checkpoint | None = None) -> Reading:
        options = options or ReadOptions()
        position = Position.after(self.name, checkpoint)
        return read_bundle(Folder(self._path, options.limits), options, position)


class Folder:
    """The files below a folder (a `Bundle`), in order of their names, one directory at a time in memory."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path = path
        self._limits = limits

    def entries(self) -> Iterator[MemberEntry]:
        return self._below("", self._limits.depth)

    def find(self, name: str) -> Member | None:
        try:
            check_name(name)
            if any(self._is_link(parent) for parent in _parents(name)):
                return None
            return self._member(name)
        except (Rejection, OSError):
            return None

    def _below(self, prefix: str, depth: int) -> Iterator[MemberEntry]:
        with os.scandir(self._path / prefix) as listing:
            children = sorted((child.name, child.is_dir(follow_symlinks=False)) for child in listing)
        for child, is_folder in children:
            name = prefix + child
            if is_folder and depth:
                yield from self._below(f"{name}/", depth - 1)
                continue
            try:
                yield self._member(name)
            except Rejection as rejection:
                yield rejection
            except OSError:
                yield Rejection("unreadable", "the file cannot be read", value=name)

    def _member(self, name: str) -> Member:
        check_name(name)
        path = self._path / name
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode):
            raise Rejection("symlink", "it is a link, a special file or nested too deeply", value=name)
        if status.st_size > self._limits.member_bytes:
            reason = f"the file is larger than {self._limits.member_bytes} bytes"
            raise Rejection("too_large", reason, value=name)
        return Member(name, status.st_size, lambda: _open_regular(path))

    def _is_link(self, name: str) -> bool:
        return (self._path / name).is_symlink()


def _parents(name: str) -> Iterator[str]:
    parts = name.split("/")
    return ("/".join(parts[:count]) for count in range(1, len(parts)))


def _open_regular(path: Path) -> BinaryIO:
    """Opened so that a link put there in the meantime is not followed, and a pipe does not block."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        raise BadFile("unreadable", "the file cannot be read") from None
    return os.fdopen(descriptor, "rb")
