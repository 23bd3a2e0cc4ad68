"""HTTP of the web app: one page for every address of a screen, and its files."""

from __future__ import annotations

import secrets
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter, Request, Response

from assay.errors import NotFound
from assay.server.bodies import BoundedRoute
from assay.server.site import sandbox
from assay.server.site.web_app import WebApp

router = APIRouter(include_in_schema=False, route_class=BoundedRoute)

_STATIC = Path(__file__).parent / "static"
_SECURITY = {
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_FOREVER = {"cache-control": "public, max-age=31536000, immutable", "x-content-type-options": "nosniff"}
_NOT_BUILT = """<!doctype html><html lang="en"><title>Assay</title>
<h1>The web app is not built</h1>
<p>Run <code>make web</code> in a checkout, or install a wheel, which has it. The API works without it.</p>
"""


def web_app() -> WebApp:
    """The build as it lies there now: a new one takes effect without a restart."""
    page = _STATIC / "index.html"
    return _read(page.stat().st_mtime_ns if page.is_file() else 0)


@lru_cache(maxsize=1)
def _read(_: int) -> WebApp:
    return WebApp(_STATIC)


@router.get("/")
@router.get("/sign-in")
@router.get("/sign-in/{token}")
@router.get("/account")
@router.get("/tenants/{path:path}")
@router.get("/operator/{path:path}")
async def show_screen() -> Response:
    """The web app, which asks the API for what the address means. Nothing of anybody's is in the page."""
    app = web_app()
    if not app.built:
        return Response(_NOT_BUILT, 503, _headers(None), "text/html; charset=utf-8")
    nonce = secrets.token_urlsafe(16)
    return Response(app.page(nonce), 200, _headers(nonce), "text/html; charset=utf-8")


@router.get("/assets/{name}")
async def read_asset(name: str, request: Request) -> Response:
    """A file of the build. Its name changes with its content, so a browser keeps it for good."""
    asset = web_app().asset(name)
    if asset is None:
        raise NotFound("There is nothing here under this address.")
    headers = {**_FOREVER, "vary": "accept-encoding"}
    if asset.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(asset.packed, 200, {**headers, "content-encoding": "gzip"}, asset.media_type)
    return Response(asset.content, 200, headers, asset.media_type)


@router.get("/mark.svg")
async def read_mark() -> Response:
    app = web_app()
    if not app.built:
        raise NotFound("There is nothing here under this address.")
    headers = {"cache-control": "public, max-age=86400", "x-content-type-options": "nosniff"}
    return Response(app.mark(), 200, headers, "image/svg+xml")


@router.get("/sandbox")
async def show_sandbox() -> Response:
    """The page that customers' HTML is shown in. It is the same for everybody, and empty."""
    return Response(sandbox.PAGE, 200, sandbox.HEADERS, "text/html; charset=utf-8")


def _headers(nonce: str | None) -> dict[str, str]:
    return {**_SECURITY, "cache-control": "no-store", "content-security-policy": _policy(nonce)}


def _policy(nonce: str | None) -> str:
    """Scripts only from files of ours, styles from files and from elements that carry the nonce."""
    styles = "'self'" if nonce is None else f"'self' 'nonce-{nonce}'"
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            f"style-src {styles}",
            "img-src 'self' blob: data:",
            "media-src 'self' blob:",
            "font-src 'self'",
            "connect-src 'self'",
            "worker-src 'self'",
            "frame-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )
