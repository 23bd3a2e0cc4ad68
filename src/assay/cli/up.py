"""`assay up`: the engine in the foreground."""

from __future__ import annotations

import errno
import os
import socket
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assay.cli.console import err, report
from assay.errors import AssayError, Conflict, InvalidInput, Problem
from assay.trust.durable_files import make_private_directory

if TYPE_CHECKING:
    from assay.server.engine import Engine
    from assay.settings import Settings

Script = Annotated[
    Path | None,
    typer.Option(
        exists=True,
        dir_okay=False,
        metavar="SCRIPT",
        help="Make sure that there is a demo tenant, print a sign-in link for its owner, and run this Python "
        "script with ASSAY_URL, ASSAY_TENANT and ASSAY_API_KEY set.",
    ),
]


def up(
    seed: Script = None,
    reload: Annotated[bool, typer.Option("--reload", help="Start anew when a source file changes.")] = False,
) -> None:
    """Run the engine until Ctrl-C. Settings come from the environment: ASSAY_HOME, ASSAY_PORT, ...

    What is acknowledged is durable: neither Ctrl-C nor kill -9 loses it.
    """
    if reload:
        from assay.cli.reloading import run_and_reload

        scripts = [] if seed is None else [seed.resolve()]
        raise typer.Exit(max(0, run_and_reload(["up", *(f"--seed={one}" for one in scripts)], scripts)))
    _serve(read_settings(), seed)


def _serve(settings: Settings, script: Path | None) -> None:
    from assay.cli.serving import serve

    require_free_port(settings)
    require_writable_home(settings)

    async def when_ready(engine: Engine) -> None:
        err.print(f"Assay is ready at [bold]{settings.base_url}[/]. Ctrl-C stops it.")
        if script is None:
            return
        from assay.cli.seeding import seed

        try:
            await seed(engine, script)
        except AssayError as error:
            report(error)
        except Exception as error:
            # Nobody waits for this function: what is not said here is never said.
            report(AssayError(f"The seed failed: {type(error).__name__}: {error}"))

    with suppress(KeyboardInterrupt):
        serve(settings, when_ready)


def read_settings() -> Settings:
    """The settings of the environment. Raises InvalidInput naming the variables that are wrong."""
    from pydantic import ValidationError

    from assay.settings import Settings

    try:
        return Settings()
    except ValidationError as error:
        problems = [
            Problem(f"ASSAY_{'_'.join(map(str, one['loc'])).upper()}", one["type"], one["msg"])
            for one in error.errors()
        ]
        raise InvalidInput("The environment holds settings that are wrong.", problems=problems) from None


def require_free_port(settings: Settings) -> None:
    """Raises Conflict when the address cannot be listened on: said before anything is started."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise Conflict(
                f"Cannot listen on {settings.host}:{settings.port}: {error.strerror or error}.",
                advice="Stop what uses the port, or set ASSAY_PORT to another.",
            ) from error


def require_writable_home(settings: Settings) -> None:
    """Raises InvalidInput when ASSAY_HOME cannot be made or written: said before anything is started."""
    try:
        make_private_directory(settings.home)
        reason = None if os.access(settings.home, os.W_OK | os.X_OK) else os.strerror(errno.EACCES)
    except OSError as error:
        reason = error.strerror
    if reason is not None:
        raise InvalidInput(
            f"Cannot keep data in {settings.home}: {reason}.",
            advice="Set ASSAY_HOME to a directory that this account may write to.",
        )
