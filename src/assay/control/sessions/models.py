from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, SecretStr


class SignedInPerson(BaseModel):
    """Who a session belongs to. What they may do in a tenant is `ControlPlane.principal_for`."""

    model_config = ConfigDict(frozen=True)

    person: UUID
    session: UUID
    email: str
    display_name: str
    operator: bool
    expires_at: datetime


class Session(BaseModel):
    """One signed-in browser, as its owner sees it in the list. `last_seen_at` is exact to 5 minutes."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    person: UUID
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime


class NewSession(BaseModel):
    """A session with its token: what goes into the cookie, shown once and kept as a digest only."""

    model_config = ConfigDict(frozen=True)

    session: Session
    token: SecretStr


class NewSignInLink(BaseModel):
    """A sign-in link with its token, shown once and kept as a digest only."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    person: UUID
    expires_at: datetime
    token: SecretStr
