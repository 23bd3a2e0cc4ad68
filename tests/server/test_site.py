"""The web app as the server hands it out: a closed list of files, and a strict policy around the page."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from assay.server.site import routes
from assay.server.site.web_app import WebApp

SCREENS = ("/", "/sign-in", "/sign-in/abc", "/account", "/tenants/1/projects/2/data", "/operator/tenants")


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small build in the place of the real one."""
    assets = tmp_path / "assets"
    assets.mkdir()
    (tmp_path / "index.html").write_text(
        '<meta name="csp-nonce" content="%NONCE%"><script src="/assets/a.js">'
    )
    (tmp_path / "mark.svg").write_text("<svg/>")
    (tmp_path / "secret.js").write_text("not an asset")
    (assets / "a.js").write_text("import './b.js'")
    (assets / "a.js.gz").write_bytes(gzip.compress(b"import './b.js'"))
    (assets / "notes.txt").write_text("no media type of ours")
    app = WebApp(tmp_path)
    monkeypatch.setattr(routes, "web_app", lambda: app)
    return tmp_path


async def get(api: Any, path: str, **headers: str) -> httpx.Response:
    transport = httpx.ASGITransport(app=api.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://assay.test") as client:
        return await client.get(path, headers={"accept-encoding": "identity", **headers})


@pytest.mark.usefixtures("build")
@pytest.mark.parametrize("screen", SCREENS)
async def test_every_screen_is_the_one_page_under_a_strict_policy(api: Any, screen: str) -> None:
    first, second = await get(api, screen), await get(api, screen)
    policies = [answer.headers["content-security-policy"] for answer in (first, second)]
    nonces = [re.findall(r"'nonce-([^']+)'", policy) for policy in policies]
    for answer, policy, (nonce,) in zip((first, second), policies, nonces, strict=True):
        assert answer.status_code == 200 and f'content="{nonce}"' in answer.text
        assert "default-src 'none'" in policy and "script-src 'self';" in policy
        assert "unsafe" not in policy and "frame-ancestors 'none'" in policy
        assert answer.headers["cache-control"] == "no-store"
    assert nonces[0] != nonces[1], "a nonce that is used twice is none"


@pytest.mark.usefixtures("build")
async def test_assets_are_a_closed_list(api: Any) -> None:
    plain = await get(api, "/assets/a.js")
    assert plain.text == "import './b.js'" and "immutable" in plain.headers["cache-control"]
    packed = await get(api, "/assets/a.js", **{"accept-encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip" and packed.text == plain.text
    for name in ("..%2fsecret.js", "..%2findex.html", "a.js.gz", "notes.txt", "a.js%00", ".", "%2e%2e"):
        assert (await get(api, f"/assets/{name}")).status_code == 404, name


async def test_without_a_build_the_page_says_what_to_do(
    api: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "web_app", lambda: WebApp(tmp_path))
    answer = await get(api, "/")
    assert answer.status_code == 503 and "make web" in answer.text
    assert (await get(api, "/mark.svg")).status_code == 404


async def test_the_page_for_customers_html_can_run_its_own_script_and_nothing_else(api: Any) -> None:
    answer = await get(api, "/sandbox")
    directives = dict(
        each.split(" ", 1) for each in answer.headers["content-security-policy"].split("; ") if " " in each
    )
    (script,) = re.findall(r"<script>(.*?)</script>", answer.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert directives["script-src"] == f"'sha256-{digest}'"
    assert directives["sandbox"] == "allow-scripts", "with allow-same-origin it would be a page of ours"
    assert directives["default-src"] == "'none'" and directives["img-src"] == "data: blob:"
    assert directives["form-action"] == directives["base-uri"] == "'none'"
    assert directives["frame-ancestors"] == "'self'"
    assert answer.headers["x-content-type-options"] == "nosniff" and "set-cookie" not in answer.headers
    assert not re.search(r"\son\w+=|https?:", answer.text), "no handler, and nothing from elsewhere"
