"""Passwords of database roles, and the verifiers that stand for them in statements."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets

_ITERATIONS = 256
"""Passwords are 256 random bits: no number of iterations makes them harder to guess."""


def new_password() -> str:
    """256 random bits in 43 characters."""
    return secrets.token_urlsafe(32)


def password_verifier(password: str) -> str:
    """The SCRAM-SHA-256 verifier (RFC 5803) of a password: what PostgreSQL stores.

    Sent instead of the password, so that no statement, and no log of statements, ever holds the password.
    """
    salt = os.urandom(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, _ITERATIONS)
    stored_key = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server_key = hmac.digest(salted, b"Server Key", "sha256")
    salt64, stored64, server64 = (
        base64.b64encode(value).decode() for value in (salt, stored_key, server_key)
    )
    return f"SCRAM-SHA-256${_ITERATIONS}:{salt64}${stored64}:{server64}"
