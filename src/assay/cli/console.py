"""What the commands print: tables for people, JSON for programs, errors with what to do next."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from assay.errors import AssayError

_PIPED_WIDTH = 10_000

# What goes to a program or a file is not cut to the width of a window that is not there.
out = Console(highlight=False, width=None if sys.stdout.isatty() else _PIPED_WIDTH)
err = Console(stderr=True, highlight=False)

Json = Annotated[bool, typer.Option("--json", help="Print JSON: of a list, one object a line.")]
Columns = Mapping[str, Callable[[Any], object]]

_MOST_PROBLEMS = 20
_NEVER_CUT = frozenset({"id", "item"})


def report(error: AssayError) -> None:
    """Say what is wrong, where, and what to do about it, on standard error."""
    err.print(f"[bold red]Error:[/] {escape(error.detail)}", soft_wrap=True)
    said = [problem.message for problem in error.problems] == [error.detail]
    path = error.problems[0].path if said else error.path
    if path and (said or not error.problems):
        err.print(f"  at {escape(path)}", soft_wrap=True)
    for problem in () if said else error.problems[:_MOST_PROBLEMS]:
        place = f"[bold]{escape(problem.path)}[/] " if problem.path else ""
        err.print(f"  {place}{escape(problem.message)} [dim]({escape(problem.rule)})[/]", soft_wrap=True)
    if len(error.problems) > _MOST_PROBLEMS:
        err.print(f"  and {len(error.problems) - _MOST_PROBLEMS} more")
    for reason in error.extra.get("reasons", ())[:_MOST_PROBLEMS]:
        err.print(f"  {escape(str(reason))}", soft_wrap=True)
    if error.advice:
        err.print(escape(error.advice), soft_wrap=True)


def show_list(entries: Iterable[Any], columns: Columns, as_json: bool, empty: str = "None.") -> None:
    """Records as a table of chosen columns, or in full as JSON lines as they arrive."""
    if as_json:
        for entry in entries:
            write_json(entry)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in columns:
        # Ids are there to be copied: they are never shortened.
        table.add_column(name, overflow="fold", no_wrap=name in _NEVER_CUT)
    for entry in entries:
        table.add_row(*(escape(text(value(entry))) for value in columns.values()))
    if table.row_count:
        out.print(table)
    else:
        err.print(empty)


def show_one(entry: Any, members: Columns, as_json: bool) -> None:
    """One record, a member a line, or in full as JSON."""
    if as_json:
        write_json(entry)
        return
    table = Table.grid(padding=(0, 2))
    for name, value in members.items():
        table.add_row(f"[bold]{name}[/]", escape(text(value(entry))))
    out.print(table)


def write_json(value: Any) -> None:
    """One JSON document on a line of standard output."""
    dump = getattr(value, "model_dump", None)
    plain = dump(mode="json") if dump is not None else value
    sys.stdout.write(orjson.dumps(plain).decode() + "\n")


def text(value: object) -> str:
    """A value as a table shows it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone().strftime("%Y-%m-%d %H:%M")
    if isinstance(value, float):
        return f"{value:.3f}"
    if isinstance(value, dict):
        return orjson.dumps(value).decode()
    if isinstance(value, list | tuple | frozenset):
        return ", ".join(map(str, value))
    return str(value)


def secret(label: str, value: str) -> None:
    """What is shown this once: by itself on standard output, so that it can be piped."""
    err.print(f"{label} (shown this once):")
    sys.stdout.write(value + "\n")
