"""`assay operator`: what only the machine itself can do, because whoever can read its key file is its owner.

These commands need no API key and no running engine: they act on the installation under ASSAY_HOME (or
ASSAY_DATABASE_URL) as the host, beside a running engine or without one, and stand in the control log as such.
They are how the first operator and the first key come to be, and the way back in when every key is lost.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from assay.cli.commands import group
from assay.cli.console import secret
from assay.cli.sign_in import sign_in_url
from assay.errors import NotFound

if TYPE_CHECKING:
    from pydantic import SecretStr

    from assay.control.plane import ControlPlane
    from assay.settings import Settings

T = TypeVar("T")

application = group("operator", "On this machine, without a key: operators, their keys, ways back in.")

Lifetime = Annotated[int, typer.Option(min=1, max=168, help="How long the link is good for, in hours.")]


@application.command("create-link")
def create_link(email: str, hours: Lifetime = 24) -> None:
    """Make an operator (or take one that exists) and print a link that signs them in once."""

    async def make(control: ControlPlane) -> SecretStr:
        _, link = await control.create_operator(email, timedelta(hours=hours))
        return link.token

    _print_link(make)


@application.command("sign-in-link")
def sign_in_link(email: str, hours: Lifetime = 1) -> None:
    """Print a link that signs in somebody who has an account, for who has lost every other way in."""

    async def make(control: ControlPlane) -> SecretStr:
        person = await control.people.get_by_email(email)
        link = await control.sign_in.create_link(control.host, person.id, timedelta(hours=hours))
        return link.token

    _print_link(make)


@application.command("create-key")
def create_key(
    name: str,
    days: Annotated[int | None, typer.Option(min=1, help="Ends after so many days; left out: never.")] = None,
) -> None:
    """Print a new operator's API key: it makes tenants and reads no content."""

    async def make(control: ControlPlane) -> str:
        from assay.control.access import Role

        lifetime = None if days is None else timedelta(days=days)
        made = await control.api_keys.create(control.host, None, name, Role.OPERATOR, lifetime=lifetime)
        return made.text.get_secret_value()

    secret("Operator's API key", as_host(make))


def _print_link(make: Callable[[ControlPlane], Awaitable[SecretStr]]) -> None:
    from assay.settings import Settings

    secret("Sign-in link", sign_in_url(Settings(), as_host(make)))


def as_host(act: Callable[[ControlPlane], Awaitable[T]]) -> T:
    """Do something as the host itself, whether an engine runs or not."""
    from assay.settings import Settings

    async def run() -> T:
        async with installation(Settings()) as control:
            return await act(control)

    return asyncio.run(run())


@asynccontextmanager
async def installation(settings: Settings) -> AsyncIterator[ControlPlane]:
    """The control plane of this machine's installation. Raises NotFound when there is none."""
    from assay.cells.hosts import control_database
    from assay.control.installation_keys import InstallationKeys
    from assay.control.plane import ControlPlane
    from assay.server.engine import cells_configuration

    key_file = settings.home / "keyring" / "installation.json"
    if not key_file.exists():
        raise NotFound(
            f"There is no installation in {settings.home}.", advice="`assay up` makes one; or set ASSAY_HOME."
        )
    keys = InstallationKeys.load_or_create(key_file)
    async with control_database(cells_configuration(settings)) as database:
        control = ControlPlane(database, keys)
        try:
            await control.migrate()
            yield control
        finally:
            control.close()
