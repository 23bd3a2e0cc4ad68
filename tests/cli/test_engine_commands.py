"""`assay up`, its seed and its reloading, and the commands of the machine itself."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import Result

import assay
from assay.cli import reloading
from assay.cli.seeding import TENANT, seed
from assay.cli.up import read_settings, require_free_port, require_writable_home
from assay.errors import Conflict, InvalidInput, Unauthenticated
from assay.server.engine import Engine
from assay.settings import Settings

SCRIPT = """
import os, pathlib, assay
with assay.connect() as client:
    name = client.me().memberships[0].tenant_name
pathlib.Path(__file__).with_name("said").write_text(name + " " + os.environ["ASSAY_API_KEY"])
print("seeded", flush=True)
"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    file = tmp_path / "seed.py"
    file.write_text(SCRIPT)
    return file


# The seed -----------------------------------------------------------------------------------------


async def test_the_seed_has_a_tenant_an_owner_and_a_key_for_as_long_as_it_runs(
    running: Engine, address: str, script: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    port = int(address.rpartition(":")[2])
    engine = replace(running, settings=running.settings.model_copy(update={"port": port}))
    await seed(engine, script)
    tenant, _, key = script.with_name("said").read_text().partition(" ")
    assert tenant == TENANT
    async with assay.connect_async(address, key) as client:
        with pytest.raises(Unauthenticated):
            await client.me()
    await seed(engine, script)
    tenants = [one.name for one in (await engine.control.tenants.list()).items]
    assert tenants.count(TENANT) == 1
    links = [line.strip() for line in capsys.readouterr().err.splitlines() if "/sign-in/" in line]
    assert len(set(links)) == 2
    for link in links:
        async with httpx.AsyncClient(headers={"origin": engine.settings.base_url}) as browser:
            answer = await browser.post(
                f"{address}/api/v1/sessions/link", json={"token": link.rpartition("/")[2]}
            )
        assert answer.status_code == 201, answer.text


async def test_a_script_that_fails_is_told_and_the_engine_goes_on(
    running: Engine, address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = tmp_path / "fails.py"
    script.write_text("raise SystemExit(3)")
    await seed(running, script)
    assert "fails.py ended with exit code 3" in capsys.readouterr().err


# The whole program --------------------------------------------------------------------------------


@pytest.fixture
def home() -> Iterator[Path]:
    # Not pytest's own: the account of the postgres processes has to pass through all directories above.
    directory = Path(tempfile.mkdtemp(prefix="assay-up-", dir="/tmp"))
    directory.chmod(0o711)
    yield directory
    shutil.rmtree(directory, ignore_errors=True)


@pytest.mark.parametrize(
    ("stop", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, -signal.SIGTERM)], ids=["ctrl-c", "terminate"]
)
def test_up_serves_until_it_is_stopped(home: Path, script: Path, stop: signal.Signals, code: int) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    environment = {**os.environ, "ASSAY_HOME": str(home), "ASSAY_PORT": port}
    command = [sys.executable, "-m", "assay.cli", "up", "--seed", str(script)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as engine:
        assert engine.stdout is not None
        assert engine.stdout.readline() == "seeded\n"
        second = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert second.returncode == 1
        assert f"Cannot listen on 127.0.0.1:{port}" in second.stderr
        assert "ASSAY_PORT" in second.stderr
        assert len(list(home.glob("clusters/*/data/postmaster.pid"))) == 2
        engine.send_signal(stop)
        assert engine.wait(timeout=60) == code
    assert list(home.glob("clusters/*/data/postmaster.pid")) == [], "the databases stop with the engine"


def test_wrong_settings_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSAY_PORT", "many")
    with pytest.raises(InvalidInput) as refused:
        read_settings()
    assert [problem.path for problem in refused.value.problems] == ["ASSAY_PORT"]


def test_a_port_in_use_is_said_before_anything_starts() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(Conflict):
            require_free_port(Settings(port=other.getsockname()[1]))


def test_a_home_that_cannot_be_written_is_said_before_anything_starts(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for home in (tmp_path / "file", tmp_path / "file" / "below", Path("/proc/nowhere")):
        with pytest.raises(InvalidInput) as refused:
            require_writable_home(Settings(home=home))
        assert "ASSAY_HOME" in str(refused.value.advice)
    require_writable_home(Settings(home=tmp_path / "new"))


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("ASSAY_DATABASE_URL", "mysql://somewhere", "not the address of a PostgreSQL"),
        ("ASSAY_DATABASE_URL", "postgresql://somebody@127.0.0.1:1/none", "refused"),
        ("ASSAY_LOG_LEVEL", "loud", "ASSAY_LOG_LEVEL"),
    ],
)
def test_an_engine_that_cannot_start_says_why_in_a_few_lines(
    tmp_path: Path, variable: str, value: str, said: str
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    environment = {**os.environ, "ASSAY_HOME": str(tmp_path), "ASSAY_PORT": port, variable: value}
    ended = subprocess.run(
        [sys.executable, "-m", "assay.cli", "up"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert said in ended.stderr and "Traceback" not in ended.stderr
    assert len(ended.stderr.splitlines()) < 5


# Reloading ----------------------------------------------------------------------------------------


def test_a_change_starts_the_engine_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    watched = tmp_path / "seed.py"
    watched.write_text("1")
    started: list[subprocess.Popen[bytes]] = []

    def start(_: object) -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen(["sleep", "600"]))
        return started[-1]

    events: Iterator[Callable[[], object]] = iter(
        [
            lambda: watched.write_text("12"),
            lambda: None,
            lambda: signal.raise_signal(signal.SIGTERM),
        ]
    )

    class Clock:
        @staticmethod
        def sleep(_: float) -> None:
            next(events)()

    monkeypatch.setattr(reloading, "_start", start)
    monkeypatch.setattr(reloading, "time", Clock)
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        assert reloading.run_and_reload(["up"], [watched]) == -signal.SIGTERM
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert len(started) == 2
    assert all(child.poll() is not None for child in started)


# The machine itself -------------------------------------------------------------------------------


async def test_the_machine_makes_operators_and_keys_beside_a_running_engine(
    run: Any, address: str, installation_home: Path
) -> None:
    here = {"ASSAY_HOME": str(installation_home), "ASSAY_PUBLIC_URL": "http://assay.test"}
    link = (await run("operator", "create-link", "ops@example.org", **here)).stdout
    assert link.startswith("http://assay.test/sign-in/")
    again = (await run("operator", "sign-in-link", "ops@example.org", **here)).stdout
    assert again != link
    key = (await run("operator", "create-key", "bootstrap", "--days", "1", **here)).stdout.strip()
    as_operator = {"ASSAY_API_KEY": key}
    made = await run("tenant", "create", "Fabrikam", "--owner", "boss@example.org", **as_operator)
    assert "/sign-in/" in made.stdout
    assert "Fabrikam" in (await run("tenant", "list", **as_operator)).stdout
    assert (await run("project", "list", code=1, **as_operator)).stderr
    assert (await run("project", "list")).exit_code == 0, "the engine still runs"


def test_there_has_to_be_an_installation(offline: Callable[..., Result], tmp_path: Path) -> None:
    refused = offline("operator", "create-key", "x", code=1, ASSAY_HOME=str(tmp_path))
    assert "no installation" in refused.stderr
    assert not any(tmp_path.iterdir())
