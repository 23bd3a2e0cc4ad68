"""The command line, run in a thread against the running application."""

from __future__ import annotations

import asyncio
import importlib.util
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from typer.testing import CliRunner, Result

from assay.cli.main import application as commands

_CLIENT = Path(__file__).parents[1] / "client" / "conftest.py"
_specification = importlib.util.spec_from_file_location("client_fixtures", _CLIENT)
assert _specification is not None
assert _specification.loader is not None
_client = importlib.util.module_from_spec(_specification)
_specification.loader.exec_module(_client)
address, interface, settle = _client.address, _client.interface, _client.settle

Run = Callable[..., Awaitable[Result]]


def invoke(*arguments: str | Path, code: int = 0, **environment: str) -> Result:
    """Run a command in this thread; it must end with `code`."""
    result = CliRunner().invoke(
        commands, [str(one) for one in arguments], env={"COLUMNS": "200", **environment}
    )
    assert result.exit_code == code, f"{result.output}\n{result.exception!r}"
    return result


@pytest.fixture
def offline() -> Callable[..., Result]:
    """Runs a command that needs no engine."""
    return invoke


@pytest.fixture
def run(address: str, api: Any) -> Run:
    """Runs a command as somebody of the tenant (`by`, the owner); it must end with `code` (0)."""

    async def command(*arguments: str | Path, by: str = "owner", **options: Any) -> Result:
        given = {"ASSAY_URL": address, "ASSAY_API_KEY": api.keys[by], **options}
        return await asyncio.to_thread(invoke, *arguments, **given)

    return command


@pytest.fixture
def interface_file(interface: dict[str, Any], tmp_path: Path) -> Path:
    """The interface as a file."""
    file = tmp_path / "interface.json"
    file.write_bytes(orjson.dumps(interface))
    return file
