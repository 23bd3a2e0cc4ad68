"""What people install: a wheel that has the web app in it, and a source distribution that makes the same."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STATIC = "assay/server/site/static"
MOST_BYTES = 15_000_000


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A source distribution and a wheel, made by the build backend from this checkout."""
    folder = tmp_path_factory.mktemp("dist")
    for command in ("sdist", "wheel"):
        subprocess.run(
            [sys.executable, "-m", "hatchling", "build", "-t", command, "-d", str(folder)],
            cwd=ROOT,
            check=True,
            capture_output=True,
        )
    return folder


def test_a_wheel_has_the_web_app_and_is_small(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    assert wheel.stat().st_size < MOST_BYTES
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert f"{STATIC}/index.html" in names
    assert any(name.startswith(f"{STATIC}/assets/") and name.endswith(".js") for name in names)
    assert not any(name.endswith(".map") or "node_modules" in name for name in names)


def test_a_source_distribution_makes_a_wheel_without_node(built: Path, tmp_path: Path) -> None:
    (source,) = built.glob("*.tar.gz")
    with tarfile.open(source) as archive:
        archive.extractall(tmp_path, filter="data")
    (tree,) = tmp_path.iterdir()
    assert (tree / "web" / "package-lock.json").is_file(), "the app can be built anew from it"
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "again")],
        cwd=tree,
        check=True,
        capture_output=True,
        env={"PATH": "/nowhere"},
    )
    (wheel,) = (tmp_path / "again").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        assert f"{STATIC}/index.html" in archive.namelist()
