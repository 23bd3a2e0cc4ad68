"""An engine in a process of its own, for tests that kill it. `engine_process` starts this file.

Run as `engine_program.py HOME PORT PREPARED`: the first start makes a tenant with keys for everybody and
writes them to the file PREPARED; later starts find it there. Prints one line when it serves.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from assay.cli.serving import serve
from assay.control.access import Role
from assay.server.engine import Engine
from assay.settings import Settings

ANNOTATORS = 8


def main() -> None:
    home, port, prepared = Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    settings = Settings(
        home=home,
        port=port,
        postgres_shared_buffers_megabytes=16,
        webhook_allow_private_addresses=True,
        max_body_bytes=4 * 1024 * 1024,
        log_level="debug",
    )

    is_new = not prepared.exists()

    async def announce(engine: Engine) -> None:
        if is_new:
            _write(prepared, json.dumps(await _prepare(engine)))
        print("serving", flush=True)

    serve(settings, announce)


def _write(path: Path, text: str) -> None:
    """All of it or nothing: we may be killed at any moment."""
    temporary = path.with_suffix(".new")
    temporary.write_text(text)
    temporary.replace(path)


async def _prepare(engine: Engine) -> dict[str, str]:
    host = engine.control.host
    tenant = await engine.control.tenants.create(host, "Northwind")
    await engine.control.directory.register(host, await engine.cells.create(tenant.id))
    people = [(role.value, role) for role in (Role.OWNER, Role.MANAGER, Role.REVIEWER, Role.VIEWER)]
    people += [(f"annotator {number}", Role.ANNOTATOR) for number in range(ANNOTATORS)]
    keys = {"tenant": str(tenant.id)}
    for name, role in people:
        created = await engine.control.api_keys.create(host, tenant.id, name, role)
        keys[name] = created.text.get_secret_value()
    return keys


if __name__ == "__main__":
    main()
