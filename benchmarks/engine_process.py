"""An engine in a process of its own, with a tenant and API keys, for the benchmarks to talk to.

Run as `python -m benchmarks.engine_process PORT ANNOTATORS`; prints one line of JSON when it is ready and
stops when its standard input is closed.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from assay.cli.serving import serve
from assay.control.access import Role
from assay.server.engine import Engine
from assay.settings import Settings


def main() -> None:
    port, annotators = int(sys.argv[1]), int(sys.argv[2])
    threading.Thread(target=_stop_when_abandoned, daemon=True).start()
    with TemporaryDirectory(prefix="assay-benchmark-") as home:
        settings = Settings(
            home=Path(os.environ.get("ASSAY_HOME", home)), port=port, postgres_shared_buffers_megabytes=128
        )

        async def announce(engine: Engine) -> None:
            print(json.dumps(await _prepare(engine, annotators)), flush=True)

        with suppress(KeyboardInterrupt):
            serve(settings, announce)


async def _prepare(engine: Engine, annotators: int) -> dict[str, object]:
    host = engine.control.host
    tenant = await engine.control.tenants.create(host, "Benchmark")
    await engine.control.directory.register(host, await engine.cells.create(tenant.id))

    async def key(name: str, role: Role) -> str:
        created = await engine.control.api_keys.create(host, tenant.id, name, role)
        return created.text.get_secret_value()

    return {
        "tenant": str(tenant.id),
        "owner": await key("owner", Role.OWNER),
        "annotators": [await key(f"annotator {number}", Role.ANNOTATOR) for number in range(annotators)],
        "process": os.getpid(),
    }


def _stop_when_abandoned() -> None:
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGINT)


if __name__ == "__main__":
    main()
