"""Where writers write: a target that counts and hashes what goes through it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import BinaryIO

from assay.formats.base import WrittenFile
from assay.formats.columns import ExportColumns


@dataclass(frozen=True, slots=True)
class WriteOptions:
    """`columns` is for CSV and Parquet; without it they are taken from the first rows that are written."""

    columns: ExportColumns | None = None


class HashingSink:
    """A writable file that keeps its length and SHA-256 as it grows, so that nothing is read twice."""

    def __init__(self, target: BinaryIO, name: str) -> None:
        self._target = target
        self._name = name
        self._digest = hashlib.sha256()
        self._bytes = 0
        self.rows = 0
        self.closed = False

    def write(self, block: bytes) -> int:
        self._target.write(block)
        self._digest.update(block)
        self._bytes += memoryview(block).nbytes
        return memoryview(block).nbytes

    def tell(self) -> int:
        return self._bytes

    def flush(self) -> None:
        self._target.flush()

    def close(self) -> None:
        """Only this view of the target: whoever opened the target closes it."""
        self.closed = True

    def finish(self) -> WrittenFile:
        self.flush()
        return WrittenFile(self._name, self._bytes, self._digest.hexdigest(), self.rows)
