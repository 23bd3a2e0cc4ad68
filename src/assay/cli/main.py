"""All commands of `assay`, by group."""

from __future__ import annotations

import typer

from assay.cli.up import up

application = typer.Typer(
    name="assay",
    help="An open, self-hosted, neutral data engine.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
application.command()(up)


@application.callback()
def assay() -> None:
    """An open, self-hosted, neutral data engine."""


def main() -> None:
    application()
