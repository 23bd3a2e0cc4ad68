"""The first run: the schema, the installation's keys, and the first operator. No credential exists before."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from assay.cells.database import Database
from assay.cells.migration import Step, migrate, read_steps
from assay.control.access import Principal, PrincipalKind
from assay.control.installation_keys import InstallationKeys
from assay.control.people.models import Person
from assay.control.people.service import PeopleService
from assay.control.sessions.models import NewSignInLink
from assay.control.sessions.sign_in import LINK_LIFETIME, SignIn
from assay.errors import Conflict, NotFound

MIGRATIONS = Path(__file__).parent / "migrations"


def host_principal(keys: InstallationKeys) -> Principal:
    """The command line on the machine itself, in no tenant. Only who can read the key file can act as it."""
    return Principal(keys.id, PrincipalKind.SYSTEM)


async def migrate_control(database: Database) -> list[Step]:
    """Bring the control database up to this release; answers the steps that were applied now."""
    return await migrate(database, read_steps(MIGRATIONS))


async def create_operator(
    actor: Principal,
    people: PeopleService,
    sign_in: SignIn,
    email: str,
    lifetime: timedelta = LINK_LIFETIME,
) -> tuple[Person, NewSignInLink]:
    """An operator and a link that signs them in once; for an operator who exists, a new link.

    Raises InvalidInput at /email, Conflict when the address belongs to somebody who is no operator: an
    identity that works in tenants never comes to run the engine.
    """
    try:
        operator = await people.get_by_email(email)
    except NotFound:
        operator = await people.create(actor, email, operator=True)
    if not operator.operator:
        raise Conflict("This person is no operator.", advice="Use an address of its own for the operator.")
    return operator, await sign_in.create_link(actor, operator.id, lifetime)
