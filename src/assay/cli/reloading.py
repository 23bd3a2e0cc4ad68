"""`assay up --reload`: the engine in a child process, started anew when a source file has changed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType

from assay.cli.console import err

_SUFFIXES = frozenset({".py", ".sql", ".cedar", ".cedarschema", ".css", ".html", ".svg"})
_LOOK_SECONDS = 0.5
_STOP_SECONDS = 20.0
_PACKAGE = Path(__file__).resolve().parents[1]

Fingerprint = dict[str, tuple[int, int]]


def run_and_reload(arguments: Sequence[str], watched: Sequence[Path] = ()) -> int:
    """Run `assay ARGUMENTS` until Ctrl-C, again whenever a file of the package or a `watched` one changes."""
    stopping = False

    def stop(_: int, __: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    seen = fingerprint(watched)
    child = _start(arguments)
    while not stopping:
        time.sleep(_LOOK_SECONDS)
        now = fingerprint(watched)
        if now == seen:
            continue
        changed = sorted(name for name in now.keys() | seen.keys() if now.get(name) != seen.get(name))
        seen = now
        err.print(f"{Path(changed[0]).name} has changed; starting anew.", markup=False)
        _stop(child)
        child = _start(arguments)
    return _stop(child)


def fingerprint(watched: Sequence[Path] = ()) -> Fingerprint:
    """Size and time of change, in nanoseconds, of every source file."""
    return {str(path): (status.st_size, status.st_mtime_ns) for path, status in _sources(watched)}


def _sources(watched: Sequence[Path]) -> Iterator[tuple[Path, os.stat_result]]:
    for path in (*_PACKAGE.rglob("*"), *watched):
        if path.suffix in _SUFFIXES:
            try:
                yield path, path.stat()
            except FileNotFoundError:  # an editor is replacing it
                continue


def _start(arguments: Sequence[str]) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl-C reaches this process alone, which then stops the child in order.
    command = [sys.executable, "-m", "assay.cli", *arguments]
    return subprocess.Popen(command, start_new_session=True)  # noqa: S603 - our own program


def _stop(child: subprocess.Popen[bytes]) -> int:
    child.terminate()
    try:
        return child.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        return child.wait()
