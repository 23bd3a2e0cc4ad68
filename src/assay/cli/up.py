"""`assay up`: the engine in the foreground."""

from __future__ import annotations

import socket
import sys

import typer
from rich.console import Console

from assay.errors import AssayError, Conflict
from assay.server.engine import Engine
from assay.settings import Settings

console = Console(stderr=True)


def up() -> None:
    """Run the engine in the foreground until Ctrl-C. Settings come from the environment (ASSAY_HOME, ASSAY_PORT, ...)."""
    from assay.cli.serving import serve

    settings = Settings()

    async def announce(engine: Engine) -> None:
        console.print(f"Assay is ready at [link]{engine.settings.base_url}[/link]. Ctrl-C stops it.")

    try:
        require_free_port(settings)
        serve(settings, announce)
    except AssayError as error:
        console.print(f"[red]{error.detail}[/red]")
        if error.advice:
            console.print(error.advice)
        raise typer.Exit(1) from error
    except KeyboardInterrupt:
        sys.exit(130)


def require_free_port(settings: Settings) -> None:
    """Raises Conflict when something listens on the address already: said before anything is started."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise Conflict(
                f"Cannot listen on {settings.host}:{settings.port}: {error.strerror}.",
                advice="Stop what uses the port, or set ASSAY_PORT to another.",
            ) from error
