"""`python -m benchmarks` runs everything; `python -m benchmarks loop --help` one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from benchmarks import bulk as bulk_benchmark
from benchmarks import loop as loop_benchmark
from benchmarks import page as page_benchmark
from benchmarks import start as start_benchmark

application = typer.Typer(help="Benchmarks of the engine. Numbers of a shared machine are noisy: compare.")
console = Console(width=160)


@application.callback(invoke_without_command=True)
def everything(context: typer.Context) -> None:
    """Without a command: all of them, at the sizes of docs/performance.md."""
    if context.invoked_subcommand is None:
        start()
        loop()
        bulk()
        page()


@application.command()
def loop(
    tasks: Annotated[int, typer.Option(help="Open tasks in the project.")] = 100_000,
    annotators: Annotated[str, typer.Option(help="Numbers of annotators, with commas between.")] = "1,8,32",
    submits: Annotated[int, typer.Option(help="Annotations in each run.")] = 3000,
) -> None:
    """Lease and submit, as fast as the annotators can; then 32 annotators who think for a second each."""
    numbers = [int(number) for number in annotators.split(",")]
    show("Loop, without a pause", loop_benchmark.measure(tasks, numbers, submits, 0.0))
    show(
        "Loop, one second of thinking", loop_benchmark.measure(tasks, [max(numbers)], 20 * max(numbers), 1.0)
    )


@application.command()
def bulk(
    sizes: Annotated[str, typer.Option(help="Rows, with commas between.")] = "10000,100000,1000000",
) -> None:
    """Import and export of small text tasks."""
    show("Bulk", bulk_benchmark.measure([int(size) for size in sizes.split(",")]))


@application.command()
def page(tasks: Annotated[int, typer.Option(help="Tasks in the project.")] = 1_000_000) -> None:
    """A filtered page of the task list."""
    show("Pages", page_benchmark.measure(tasks))


@application.command()
def start() -> None:
    """Cold start and memory."""
    show("Start", start_benchmark.measure())


def show(title: str, results: Sequence[Any]) -> None:
    """A table with a column for each member of the results."""
    rows = [asdict(result) for result in results]
    table = Table(title=title)
    for name in rows[0]:
        table.add_column(name.replace("_", " "), justify="right")
    for row in rows:
        table.add_row(*(_text(value) for value in row.values()))
    console.print(table)


def _text(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if value >= 1000 else f"{value:.2f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


if __name__ == "__main__":
    application()
