"""A progress bar for each stage of long work, on standard error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from assay.cli.console import err

if TYPE_CHECKING:
    from assay.client.progress import Progress, ProgressCallback

_NAMES = {"upload": "sending", "download": "fetching", "dataset_version": "cutting the version"}
_KIBIBYTES = frozenset({"upload", "download"})


@contextmanager
def progress_bars() -> Iterator[ProgressCallback]:
    """A callback that shows what it is told. Nothing is drawn where nobody looks at a terminal."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[unit]}"),
        TimeRemainingColumn(),
    )
    bars = Bars(*columns, console=err, transient=True, disable=not err.is_terminal)
    stages: dict[str, TaskID] = {}

    def show(progress: Progress) -> None:
        scale = 1024 if progress.stage in _KIBIBYTES else 1
        if progress.stage not in stages:
            name = _NAMES.get(progress.stage, progress.stage)
            unit = "KiB" if scale > 1 else "rows"
            stages[progress.stage] = bars.add_task(name, total=None, unit=unit)
        total = None if progress.total is None else -(-progress.total // scale)
        bars.update(stages[progress.stage], completed=-(-progress.done // scale), total=total)

    with bars:
        yield show
