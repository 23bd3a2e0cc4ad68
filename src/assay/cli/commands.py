"""Groups of commands whose errors are told in one way: exit code 1, and 2 for a wrong usage."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from assay.cli.console import report
from assay.errors import AssayError


class Commands(TyperGroup):
    """Turns the typed errors of a command into words and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except AssayError as error:
            report(error)
            raise typer.Exit(1) from error


def group(name: str, help: str) -> typer.Typer:  # noqa: A002 - Typer's own word
    """A group of commands about one kind of thing."""
    return typer.Typer(name=name, help=help, no_args_is_help=True)
