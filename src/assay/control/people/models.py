from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class PersonState(StrEnum):
    ACTIVE = "active"
    DISABLED = "disabled"
    ERASED = "erased"


class Person(BaseModel):
    """Somebody who can sign in. `email` is None once the person was erased.

    `signed_in_at` is when they signed in last, to the sign-in; None when they never did.
    """

    model_config = ConfigDict(frozen=True)

    id: UUID
    email: str | None
    display_name: str
    operator: bool
    state: PersonState
    signed_in_at: datetime | None
    created_at: datetime
