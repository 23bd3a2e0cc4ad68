"""The control plane as the server sees it: its services over one database."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from assay.cells.database import Database
from assay.control import installation
from assay.control.access import Principal, PrincipalKind, Role, not_found
from assay.control.api_keys.service import ApiKeyService, RecentKeys
from assay.control.installation_keys import InstallationKeys
from assay.control.memberships.service import MembershipService, RecentPrincipals
from assay.control.people.models import Person, PersonState
from assay.control.people.service import PeopleService
from assay.control.recent import RECENT_SECONDS
from assay.control.sessions.attempts import AttemptLimit
from assay.control.sessions.models import NewSignInLink, SignedInPerson
from assay.control.sessions.passwords import Argon2Parameters, Passwords
from assay.control.sessions.service import RecentSessions, SessionLimits, SessionService
from assay.control.sessions.sign_in import LINK_LIFETIME, SignIn
from assay.control.tenants.directory import ControlCellDirectory, RecentLocations
from assay.control.tenants.service import TenantService


class ControlPlane:
    """Everything tenants share. `recent_seconds` bounds how old an answer of a hot look-up may be."""

    def __init__(
        self,
        database: Database,
        keys: InstallationKeys,
        *,
        limits: SessionLimits | None = None,
        password_parameters: Argon2Parameters | None = None,
        recent_seconds: float = RECENT_SECONDS,
    ) -> None:
        self._database = database
        self._recent_keys = RecentKeys(recent_seconds)
        self._recent_sessions = RecentSessions(recent_seconds)
        self._recent_principals = RecentPrincipals(recent_seconds)
        self._recent_locations = RecentLocations(recent_seconds)
        self.keys = keys
        self.host = installation.host_principal(keys)
        self.tenants = TenantService(database, self.forget)
        self.directory = ControlCellDirectory(database, keys, self._recent_locations, self.forget)
        self.people = PeopleService(database, self.forget)
        self.memberships = MembershipService(database, self._recent_principals, self.forget)
        self.api_keys = ApiKeyService(database, self._recent_keys, self.forget)
        self.sessions = SessionService(
            database, self._recent_sessions, self.forget, limits or SessionLimits()
        )
        self.sign_in = SignIn(
            database,
            self.sessions,
            Passwords(password_parameters),
            AttemptLimit(database, keys),
            self.forget,
        )

    async def migrate(self) -> None:
        """Bring the control database up to this release; to be done before anything else."""
        await installation.migrate_control(self._database)

    async def authenticate_api_key(self, text: str) -> Principal:
        """Raises Unauthenticated."""
        return await self.api_keys.authenticate(text)

    async def authenticate_session(self, token: str) -> SignedInPerson:
        """Raises Unauthenticated."""
        return await self.sessions.authenticate(token)

    async def principal_for(self, person: UUID, tenant: UUID) -> Principal:
        """The person acting in a tenant. Raises NotFound without an active membership of an active tenant."""
        return await self.memberships.principal_for(person, tenant)

    async def operator_principal(self, person: UUID) -> Principal:
        """The person running the engine. Raises NotFound for anybody who is no active operator."""
        found = await self.people.get(person)
        if not found.operator or found.state is not PersonState.ACTIVE:
            raise not_found()
        return Principal(person, PrincipalKind.PERSON, role=Role.OPERATOR, operator=True)

    async def create_operator(
        self, email: str, lifetime: timedelta = LINK_LIFETIME
    ) -> tuple[Person, NewSignInLink]:
        """See `assay.control.installation.create_operator`; done as the host itself."""
        return await installation.create_operator(self.host, self.people, self.sign_in, email, lifetime)

    def forget(self) -> None:
        """Ask the database anew from now on: something that was permitted may be no longer."""
        self._recent_keys.forget()
        self._recent_sessions.forget()
        self._recent_principals.forget()
        self._recent_locations.forget()

    def close(self) -> None:
        """Stop the threads that hash passwords. The database belongs to the caller."""
        self.sign_in.close()
