"""`assay up --seed`: a demo tenant, a way in for its owner, and a script that fills it through the API."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from types import FrameType
from uuid import UUID

from rich.markup import escape

from assay.cli.console import err
from assay.cli.sign_in import sign_in_url
from assay.control.access import Role
from assay.control.people.models import Person
from assay.control.tenants.models import TenantState
from assay.errors import AssayError, NotFound
from assay.server.engine import Engine
from assay.server.tenants import service as tenants
from assay.server.tenants.models import NewTenant

TENANT = "Demo"
OWNER = "owner@demo.example"
_KEY_NAME = "seed script"
_KEY_LIFETIME = timedelta(hours=2)
_STOP_SECONDS = 5.0


async def seed(engine: Engine, script: Path) -> None:
    """Make sure that the tenant is there, print a link for its owner, and run the script to its end."""
    tenant, owner = await _demo_tenant(engine)
    link = await engine.control.sign_in.create_link(engine.control.host, owner.id)
    url = sign_in_url(engine.settings, link.token)
    err.print(f"Sign in to the {TENANT} tenant, once, with this link:\n  {url}", soft_wrap=True)
    await _revoke_left_over_keys(engine, tenant)
    key = await engine.control.api_keys.create(
        engine.control.host, tenant, _KEY_NAME, Role.OWNER, lifetime=_KEY_LIFETIME
    )
    try:
        await _run(engine, tenant, key.text.get_secret_value(), script)
    finally:
        # A stopped engine has closed its database: the key then ends by its lifetime, or at the next start.
        with suppress(AssayError):
            await engine.control.api_keys.revoke(engine.control.host, tenant, key.key.id)


async def _demo_tenant(engine: Engine) -> tuple[UUID, Person]:
    """The tenant with its cell, and the person who owns it; both made when they are not there."""
    host, control = engine.control.host, engine.control
    tenant = await _tenant_named(engine, TENANT)
    if tenant is None:
        tenant = (await tenants.create(engine, host, NewTenant(name=TENANT))).id
    await tenants.provision(engine, host, tenant)
    if not await control.memberships.has_owner(tenant):
        await control.memberships.invite(host, tenant, OWNER, Role.OWNER)
    return tenant, await _owner(engine, tenant)


async def _owner(engine: Engine, tenant: UUID) -> Person:
    with suppress(NotFound):
        person = await engine.control.people.get_by_email(OWNER)
        await engine.control.memberships.get(tenant, person.id)
        return person
    members = await engine.control.memberships.list(tenant)
    owner = next(member for member in members.items if member.role is Role.OWNER)
    return await engine.control.people.get(owner.person)


async def _tenant_named(engine: Engine, name: str) -> UUID | None:
    after: UUID | None = None
    while True:
        page = await engine.control.tenants.list(after)
        for tenant in page.items:
            if tenant.name == name and tenant.state is TenantState.ACTIVE:
                return tenant.id
        after = page.next_cursor
        if after is None:
            return None


async def _revoke_left_over_keys(engine: Engine, tenant: UUID) -> None:
    """Keys of earlier starts that were killed before they could revoke theirs."""
    after: UUID | None = None
    while True:
        page = await engine.control.api_keys.list(tenant, after)
        for key in page.items:
            if key.name == _KEY_NAME and key.revoked_at is None:
                await engine.control.api_keys.revoke(engine.control.host, tenant, key.id)
        after = page.next_cursor
        if after is None:
            return


async def _run(engine: Engine, tenant: UUID, key: str, script: Path) -> None:
    """Run the script with the engine's address and the key; what it prints is printed."""
    address = f"http://{engine.settings.host}:{engine.settings.port}"
    environment = {**os.environ, "ASSAY_URL": address, "ASSAY_TENANT": str(tenant), "ASSAY_API_KEY": key}
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(script), env=environment, stdin=asyncio.subprocess.DEVNULL, start_new_session=True
    )
    try:
        with _stopped_with_us(process):
            code = await process.wait()
    except asyncio.CancelledError:
        await _stop(process)
        raise
    if code > 0:
        name = escape(script.name)
        err.print(f"[red]{name} ended with exit code {code}.[/] The engine goes on.", soft_wrap=True)


@contextmanager
def _stopped_with_us(process: asyncio.subprocess.Process) -> Iterator[None]:
    """Ctrl-C stops the script first, so that it does not complain about an engine that goes away."""
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.getsignal(number) for number in numbers}

    def stop(number: int, frame: FrameType | None) -> None:
        with suppress(ProcessLookupError):
            process.terminate()
        handler = before[signal.Signals(number)]
        if callable(handler):
            handler(number, frame)

    for number in numbers:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            if signal.getsignal(number) is stop:
                signal.signal(number, handler)


async def _stop(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), _STOP_SECONDS)
        except TimeoutError:
            process.kill()
