"""The session cookie: nothing but an opaque token, out of reach of scripts and of other sites."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import Request, Response

from assay.control.sessions.models import NewSession
from assay.server.access import session_cookie
from assay.server.engine import Engine


def set_session(response: Response, engine: Engine, session: NewSession) -> None:
    """Lasts as long as the session can; whether it still lives is the server's knowledge."""
    remaining = session.session.expires_at - datetime.now(UTC)
    response.set_cookie(
        session_cookie(engine),
        session.token.get_secret_value(),
        max_age=int(remaining.total_seconds()),
        path="/",
        secure=engine.settings.secure,
        httponly=True,
        samesite="lax",
    )


def clear_session(response: Response, engine: Engine) -> None:
    response.delete_cookie(
        session_cookie(engine), path="/", secure=engine.settings.secure, httponly=True, samesite="lax"
    )


def client_address(request: Request) -> str:
    """Where the request comes from, as far as the server in front of us says."""
    return request.client.host if request.client is not None else "unknown"
