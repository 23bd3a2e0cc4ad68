"""The address that a sign-in link points to."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import SecretStr

    from assay.settings import Settings


def sign_in_url(settings: Settings, token: SecretStr) -> str:
    """Where the token is used up: a page that asks for one press of a button."""
    return f"{settings.base_url}/sign-in/{token.get_secret_value()}"
