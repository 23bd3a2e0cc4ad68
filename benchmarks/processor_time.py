"""CPU seconds and memory of a process and everything below it, from /proc."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Usage:
    """CPU seconds (user and system) and proportional memory in MiB."""

    server_seconds: float
    database_seconds: float
    server_memory: float
    database_memory: float

    @property
    def seconds(self) -> float:
        return self.server_seconds + self.database_seconds

    def since(self, before: Usage) -> Usage:
        return Usage(
            self.server_seconds - before.server_seconds,
            self.database_seconds - before.database_seconds,
            self.server_memory,
            self.database_memory,
        )


def usage(server: int) -> Usage:
    """Of a server process, and of the PostgreSQL processes that descend from it."""
    below = _descendants(server)
    return Usage(
        _seconds(server),
        sum(_seconds(process) for process in below),
        _memory(server),
        sum(_memory(process) for process in below),
    )


def _descendants(process: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            children.setdefault(_parent(int(entry.name)), []).append(int(entry.name))
    found: list[int] = []
    pending = [process]
    while pending:
        below = children.get(pending.pop(), [])
        found += below
        pending += below
    return found


def _parent(process: int) -> int:
    try:
        return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _seconds(process: int) -> float:
    """Own time and that of children who have ended."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(int(value) for value in fields[11:15]) / _TICKS


def _memory(process: int) -> float:
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    for line in text.splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0
