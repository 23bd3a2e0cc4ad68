"""`assay login`: which engine the other commands talk to, and with which key."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import orjson
import typer

from assay.cli.console import err
from assay.errors import InvalidInput, Unauthenticated
from assay.trust.durable_files import write_private

if TYPE_CHECKING:
    from assay.client import Assay, Project


def login_file() -> Path:
    """Where address and key are kept, readable by their owner only."""
    home = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(home) / "assay" / "login.json"


def login(
    url: Annotated[str, typer.Argument(help="The engine's address, e.g. http://127.0.0.1:8420")],
    key: Annotated[
        str | None, typer.Option(help="The API key; asked for when left out, so that no shell keeps it.")
    ] = None,
) -> None:
    """Remember an engine and an API key. ASSAY_URL and ASSAY_API_KEY outweigh what is remembered."""
    from assay.client import connect

    given = key or typer.prompt("API key", hide_input=True, err=True)
    with connect(url, given) as client:
        me = client.me()
    file = login_file()
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(file, orjson.dumps({"url": url, "key": given}))
    where = ", ".join(f"{one.tenant_name} ({one.role})" for one in me.memberships)
    err.print(f"Logged in to {url} as {me.display_name}: {where or 'operator'}.")


def logout() -> None:
    """Forget the remembered key. The key itself stays valid; `assay key revoke` ends it."""
    login_file().unlink(missing_ok=True)


@contextmanager
def connected() -> Iterator[Assay]:
    """A client for the engine that the environment names, or else `assay login`."""
    from assay.client import connect

    url, key = os.environ.get("ASSAY_URL"), os.environ.get("ASSAY_API_KEY")
    if not url or not key:
        remembered = _remembered()
        url, key = url or remembered["url"], key or remembered["key"]
    with connect(url, key) as client:
        yield client


@contextmanager
def connected_project(project: str) -> Iterator[Project]:
    """A project, by its id or its name."""
    with connected() as client:
        yield find_project(client, project)


def find_project(client: Assay, named: str) -> Project:
    """The project with this id or, if there is only one, with this name."""
    from uuid import UUID

    try:
        return client.projects.get(UUID(named))
    except ValueError:
        found = [project for project in client.projects.list() if project.name == named]
    if not found:
        raise InvalidInput(
            "There is no project with this id or name.", advice="`assay project list` shows them."
        )
    if len(found) > 1:
        ids = ", ".join(str(project.id) for project in found)
        raise InvalidInput(f"{len(found)} projects have this name.", advice=f"Name one by its id: {ids}.")
    return found[0]


def _remembered() -> dict[str, str]:
    file = login_file()
    try:
        if stat.S_IMODE(file.stat().st_mode) & 0o077:
            raise Unauthenticated(f"Others can read {file}.", advice=f"chmod 600 {file}, and revoke the key.")
        document = orjson.loads(file.read_bytes())
        return {"url": str(document["url"]), "key": str(document["key"])}
    except (FileNotFoundError, ValueError, KeyError, TypeError) as error:
        raise Unauthenticated(
            "No engine and key are known.", advice="`assay login URL`, or set ASSAY_URL and ASSAY_API_KEY."
        ) from error
