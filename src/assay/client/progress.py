"""Telling a caller how far long work is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

Stage = Literal["upload", "import", "export", "download", "dataset_version"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one stage is: bytes of an upload or download, rows of a job. `total` is None while unknown."""

    stage: str
    done: int
    total: int | None
    rejected: int = 0


ProgressCallback = Callable[[Progress], None]


def counted(
    chunks: Iterator[bytes], stage: Stage, total: int | None, progress: ProgressCallback | None
) -> Iterator[bytes]:
    """The same chunks; after each one the callback learns how many bytes there were."""
    done = 0
    for chunk in chunks:
        yield chunk
        done += len(chunk)
        if progress is not None:
            progress(Progress(stage, done, total))
