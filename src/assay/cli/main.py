"""All commands of `assay`, by group."""

from __future__ import annotations

import typer

from assay.cli import (
    interfaces,
    login,
    operators,
    projects,
    quality,
    tenants,
    transfers,
    up,
    webhooks,
    work,
)
from assay.cli.commands import Commands

application = typer.Typer(
    name="assay",
    cls=Commands,
    help="An open, self-hosted, neutral data engine.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

application.command()(up.up)
application.command()(login.login)
application.command()(login.logout)
application.command("import")(transfers.import_)
application.command()(transfers.export)
application.command("verify-export")(transfers.verify_export)
application.command()(projects.progress)
application.command()(work.log)

for group in (
    projects.application,
    interfaces.application,
    work.tasks,
    work.jobs,
    transfers.versions,
    webhooks.application,
    tenants.members,
    tenants.keys,
    tenants.tenants,
    operators.application,
    quality.application,
):
    application.add_typer(group)


@application.callback()
def assay() -> None:
    """An open, self-hosted, neutral data engine."""


def main() -> None:
    """What the `assay` program runs."""
    application()
