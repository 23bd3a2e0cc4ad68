"""Instructions as the API shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from assay.server.models import Input, Output


class NewInstructions(Input):
    body: Annotated[str, Field(max_length=1_000_000, description="Markdown")]


class Instructions(Output):
    version: int
    body: str
    created_by: UUID
    created_at: datetime
