"""`assay interface`: task interfaces on disk, without an engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assay.cli.commands import group
from assay.cli.console import Json, err, out, show_list, write_json
from assay.errors import InvalidInput, Malformed

if TYPE_CHECKING:
    from assay.interface import Interface

application = group("interface", "Task interfaces on disk: check one, compare two. Needs no engine.")

InterfaceFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A JSON file.")]


@application.command("check")
def check(file: InterfaceFile, as_json: Json = False) -> None:
    """Say whether a task interface follows the rules; show its inputs, fields and keys."""
    interface = read_interface(file)
    hotkeys = interface.hotkeys()
    if as_json:
        write_json(
            {
                "version_hash": interface.version_hash,
                "interface": interface.declaration,
                "hotkeys": hotkeys,
            }
        )
        return
    out.print(f"[bold green]valid[/]  {interface.version_hash[:16]}")
    inputs = {"input": lambda one: one["name"], "type": lambda one: one["type"], "source": _source}
    show_list(interface.declaration["inputs"], inputs, as_json=False)
    out.print()
    columns = {
        "field": lambda one: one[0],
        "type": lambda one: one[1]["type"],
        "values": lambda one: _values(one[1]),
        "keys": lambda one: " ".join(
            sorted(key for key, target in hotkeys.items() if target["field"] == one[0])
        ),
    }
    show_list(_fields(interface.declaration["fields"], ""), columns, as_json=False)


@application.command("diff")
def diff(
    old: InterfaceFile,
    new: InterfaceFile,
    renames: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A JSON file with the rename map.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say what an edit means for answers that are there: same, compatible, migrating or breaking."""
    from assay.client.project_settings import declaration
    from assay.interface import Interface

    mapping = declaration(renames) if renames is not None else None
    edit = Interface.compare(read_interface(old), read_interface(new), mapping)
    reasons = [str(reason) for reason in edit.reasons]
    if as_json:
        write_json({"kind": edit.kind, "reasons": reasons})
        return
    out.print(f"[bold]{edit.kind}[/]")
    for reason in reasons:
        out.print(f"  {reason}", markup=False)


def read_interface(file: Path) -> Interface:
    """The compiled interface of a file. Raises InvalidInput with the file's name and each wrong place."""
    from assay.interface import Interface

    try:
        return Interface.parse(file.read_bytes())
    except (InvalidInput, Malformed) as error:
        err.print(f"{file}:", markup=False)
        raise error from None


def _source(declared: dict[str, Any]) -> str:
    return str(declared.get("source", ""))


def _values(field: dict[str, Any]) -> list[str]:
    return [str(option["value"]) for option in (*field.get("options", ()), *field.get("classes", ()))]


def _fields(fields: list[dict[str, Any]], prefix: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every field under its dotted path, fields of groups and attributes of classes included."""
    for field in fields:
        path = prefix + field["name"]
        yield path, field
        yield from _fields(field.get("fields", []), f"{path}.")
        for declared in field.get("classes", ()):
            yield from _fields(declared.get("attributes", []), f"{path}.{declared['value']}.")
