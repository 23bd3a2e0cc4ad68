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
    """Of a server process and of every PostgreSQL process on this machine that it caused."""
    server_seconds, database_seconds = _seconds(server), 0.0
    server_memory, database_memory = _memory(server), 0.0
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != server and _is_postgres(entry):
            database_seconds += _seconds(int(entry.name))
            database_memory += _memory(int(entry.name))
    return Usage(server_seconds, database_seconds, server_memory, database_memory)


def _is_postgres(entry: Path) -> bool:
    try:
        return entry.joinpath("comm").read_text().startswith("postgres")
    except OSError:
        return False


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
