"""Builds the web app into the package: a source distribution and a wheel carry it, and need no Node.

Skipped for an editable install (`make web` builds there) and when the build lies there already.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

STATIC = Path("src/assay/server/site/static")


class WebAppHook(BuildHookInterface):  # type: ignore[type-arg]
    """See the module's docstring."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        if version == "editable" or (root / STATIC / "index.html").is_file():
            return
        npm = shutil.which("npm")
        if npm is None:
            raise RuntimeError("The web app has to be built, and there is no npm: install Node 20 or later.")
        for command in (["ci", "--no-audit", "--no-fund"], ["run", "build"]):
            subprocess.run([npm, *command], cwd=root / "web", check=True)  # noqa: S603
        if not (root / STATIC / "index.html").is_file():
            raise RuntimeError(f"The build of the web app left nothing in {STATIC}.")
