"""Sign-in as the API shows it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, SecretStr

from assay.server.models import Input, Output


class PasswordSignIn(Input):
    email: Annotated[str, Field(min_length=1, max_length=320)]
    password: SecretStr


class LinkSignIn(Input):
    token: Annotated[SecretStr, Field(max_length=200)]


class SignedIn(Output):
    """The cookie is in the response's headers."""

    session_id: UUID
    person_id: UUID
    expires_at: datetime
