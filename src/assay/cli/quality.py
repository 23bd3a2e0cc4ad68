"""`assay quality`: measuring the methods that measure quality."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from assay.cli.commands import group
from assay.cli.console import Json, write_json

application = group("quality", "Truth inference on sets with known truth. Needs no engine.")

Folders = Annotated[
    list[Path],
    typer.Argument(exists=True, file_okay=False, help="Folders with answers.csv and truth.csv."),
]


@application.command("bench")
def bench(folders: Folders, as_json: Json = False) -> None:
    """Accuracy, CPU seconds and calibration error of every method on every folder."""
    from assay.quality import benchmark

    rows = benchmark.bench(folders)
    if as_json:
        for row in rows:
            write_json(asdict(row))
    else:
        typer.echo(benchmark.table(rows))


@application.callback()
def quality() -> None:
    """Measure the methods that measure quality."""
