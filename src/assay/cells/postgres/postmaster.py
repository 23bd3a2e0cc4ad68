"""The main process of a cluster as seen from outside: is it there, is it ours, is it ready.

A process is recognised by its command line, never by its number alone: after a crash or in a new container
the number in `postmaster.pid` often belongs to something else, and PostgreSQL itself then refuses to start.
"""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

from assay.cells.postgres.account import Account
from assay.cells.postgres.binaries import PostgresBinaries
from assay.cells.postgres.template import program_environment

_PROCESSES = Path("/proc")
_STATUS_LINE = 7
_LOG_LIMIT = 4 * 1024 * 1024

_children: dict[int, subprocess.Popen[bytes]] = {}
"""The postmasters that this process has started and not seen the end of."""


def launch(binaries: PostgresBinaries, account: Account, data: Path, log: Path) -> int:
    """Start the postmaster in a session of its own, so that neither Ctrl-C nor our end takes it down.

    Answers its process id.
    """
    if log.exists() and log.stat().st_size > _LOG_LIMIT:
        log.replace(log.with_suffix(".previous"))
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    try:
        child = subprocess.Popen(  # noqa: S603 - a program of our own installation
            [binaries.program("postgres"), "-D", str(data)],
            stdin=subprocess.DEVNULL,
            stdout=descriptor,
            stderr=descriptor,
            cwd="/",
            env=program_environment(binaries),
            start_new_session=True,
            **account.identity,
        )
    finally:
        os.close(descriptor)
    _children[child.pid] = child
    return child.pid


def running_process(data: Path) -> int | None:
    """The process id of the postmaster that serves `data`, None when there is none."""
    lines = _lock_file_lines(data)
    if not lines or not lines[0].strip().isdigit():
        return None
    pid = int(lines[0])
    return pid if serves(pid, data) else None


def serves(pid: int, data: Path) -> bool:
    """Whether process `pid` lives and is the postmaster of `data`. Costs a few microseconds."""
    child = _children.get(pid)
    if child is not None:
        # Nobody else can have the number of our own child before we have looked at its end.
        if child.poll() is None:
            return True
        _children.pop(pid, None)
        return False
    arguments = _command_line(pid)
    return str(data) in arguments and "postgres" in Path(arguments[0]).name


def is_ready(data: Path) -> bool:
    """Whether the postmaster has said that it takes connections (what `pg_ctl --wait` looks at)."""
    lines = _lock_file_lines(data)
    return len(lines) > _STATUS_LINE and lines[_STATUS_LINE].strip() == "ready"


def clear_remains(data: Path) -> None:
    """Remove what a killed postmaster left: its lock file, and children that have not noticed yet.

    To be called only when `running_process` found none. A child that works on after its postmaster died
    keeps the shared memory in use, and the next postmaster would refuse to start.
    """
    for pid in _orphans(data):
        send(pid, signal.SIGKILL)
    (data / "postmaster.pid").unlink(missing_ok=True)


def send(pid: int, number: signal.Signals) -> None:
    """Signal a postmaster; one that is gone by now is no error."""
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def log_tail(log: Path, size: int = 2000) -> str:
    """The last characters of a server's log, for an error message."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - size))
            return file.read().decode(errors="replace")
    except FileNotFoundError:
        return ""


def _lock_file_lines(data: Path) -> list[str]:
    try:
        return (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []


def _command_line(pid: int) -> list[str]:
    """The arguments of a process; empty for one that is gone or a zombie."""
    if _PROCESSES.is_dir():
        try:
            arguments = (_PROCESSES / str(pid) / "cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            return [""]
        return arguments.decode(errors="replace").split("\0")
    answer = subprocess.run(  # noqa: S603
        ["/bin/ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return answer.stdout.strip().split(" ")


def _orphans(data: Path) -> list[int]:
    """Server processes that still have `data` as their working directory (known on Linux only)."""
    found = []
    for entry in _PROCESSES.glob("[0-9]*"):
        try:
            if (entry / "cwd").readlink() == data:
                found.append(int(entry.name))
        except OSError:
            continue
    return found
