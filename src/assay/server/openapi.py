"""Write the OpenAPI document to a file: `python -m assay.server.openapi FILE`."""

from __future__ import annotations

import sys
from pathlib import Path

import orjson

from assay.server.app import create_app
from assay.settings import Settings


def main(path: Path) -> None:
    specification = create_app(Settings()).openapi()
    path.write_bytes(orjson.dumps(specification, option=orjson.OPT_INDENT_2))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
