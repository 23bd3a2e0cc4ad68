"""`assay project` and `assay progress`: projects, and how far they are."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.live import Live
from rich.table import Table

from assay.cli.commands import group
from assay.cli.console import Columns, Json, err, out, show_list, show_one, text, write_json
from assay.cli.login import connected, connected_project

if TYPE_CHECKING:
    from assay.client.figures import Figures

application = group("project", "Projects of the tenant.")

ProjectName = Annotated[str, typer.Argument(metavar="PROJECT", help="The project's id or name.")]
Overlap = Annotated[int | None, typer.Option(min=1, max=100, help="Annotations wanted for each task.")]
ReviewSample = Annotated[
    float | None, typer.Option(min=0, max=1, help="Share of tasks that a reviewer looks at.")
]
GoldRate = Annotated[float | None, typer.Option(min=0, max=1, help="Share of leases that are gold tasks.")]

_MEMBERS: Columns = {
    "id": lambda one: one.id,
    "name": lambda one: one.name,
    "state": lambda one: one.state,
    "interface": lambda one: f"version {one.interface_version}",
    "overlap": lambda one: one.workflow["overlap"],
    "review": lambda one: one.workflow["review"],
    "gold rate": lambda one: one.workflow["gold_rate"],
    "since": lambda one: one.created_at,
}


@application.command("create")
def create_project(
    name: str,
    interface: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The task interface, JSON.")],
    instructions: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="What annotators read, Markdown.")
    ] = None,
    overlap: Overlap = None,
    review: ReviewSample = None,
    gold_rate: GoldRate = None,
    as_json: Json = False,
) -> None:
    """Make a project from an interface file."""
    body = None if instructions is None else instructions.read_text("utf-8")
    with connected() as client:
        project = client.projects.create(
            name, interface, instructions=body, **_workflow(overlap, review, gold_rate)
        )
    show_one(project, _MEMBERS, as_json)


@application.command("list")
def list_projects(as_json: Json = False) -> None:
    """The projects that you may see."""
    columns = {name: _MEMBERS[name] for name in ("id", "name", "state", "since")}
    with connected() as client:
        show_list(client.projects.list(), columns, as_json)


@application.command("show")
def show_project(project: ProjectName, as_json: Json = False) -> None:
    """One project and how it is worked on."""
    with connected_project(project) as found:
        show_one(found, _MEMBERS, as_json)


@application.command("set")
def set_project(
    project: ProjectName,
    name: Annotated[str | None, typer.Option(help="A new name.")] = None,
    state: Annotated[str | None, typer.Option(help="active, paused or archived.")] = None,
    overlap: Overlap = None,
    review: ReviewSample = None,
    gold_rate: GoldRate = None,
    as_json: Json = False,
) -> None:
    """Change what is given: name, state, workflow."""
    with connected_project(project) as found:
        changes: dict[str, Any] = {"name": name, "state": state, **_workflow(overlap, review, gold_rate)}
        given = {member: value for member, value in changes.items() if value is not None}
        show_one(found.set(**given) if given else found.refresh(), _MEMBERS, as_json)


@application.command("interface")
def change_interface(
    project: ProjectName,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The task interface, JSON.")],
    renames: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A JSON file with the rename map.")
    ] = None,
    allow_breaking: Annotated[bool, typer.Option(help="Old answers may become invalid under it.")] = False,
    as_json: Json = False,
) -> None:
    """Make a new version of what is asked. A breaking edit has to be allowed."""
    from assay.client.project_settings import declaration

    mapping = None if renames is None else declaration(renames)
    with connected_project(project) as found:
        made = found.change_interface(file, renames=mapping, allow_breaking=allow_breaking)
    members: Columns = {"version": lambda one: one.version, "edit": lambda one: one.edit}
    show_one(made, members, as_json)


@application.command("instructions")
def change_instructions(
    project: ProjectName,
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="What annotators read, Markdown.")
    ],
) -> None:
    """Make a new version of the instructions."""
    with connected_project(project) as found:
        version = found.change_instructions(file.read_text("utf-8")).version
    err.print(f"Instructions version {version}.")


def progress(
    project: ProjectName,
    watch: Annotated[bool, typer.Option("--watch", help="Show it anew every two seconds.")] = False,
    as_json: Json = False,
) -> None:
    """How far a project is, how fast, and how good so far."""
    with connected_project(project) as found:
        if as_json:
            write_json(found.figures())
        elif not watch:
            out.print(_figures_table(found.figures()))
        else:
            with Live(_figures_table(found.figures()), console=out) as live:
                while True:
                    time.sleep(2)
                    live.update(_figures_table(found.figures()))


def _workflow(overlap: int | None, review: float | None, gold_rate: float | None) -> dict[str, Any]:
    members = {
        "overlap": overlap,
        "review": None if review is None else {"sample": review},
        "gold_rate": gold_rate,
    }
    return {name: value for name, value in members.items() if value is not None}


def _figures_table(figures: Figures) -> Table:
    table = Table.grid(padding=(0, 2))
    whole = figures.project
    if whole is not None:
        share = f" ({whole.settled / whole.total:.0%})" if whole.total else ""
        rows = {
            "finished": f"{whole.settled} of {whole.total} tasks{share}",
            "tasks": ", ".join(f"{count} {state}" for state, count in whole.tasks.items() if count),
            "annotations": f"{whole.annotations}, {whole.remaining_annotations} to go",
            "reviews": str(whole.reviews),
            "last hour / day": f"{whole.throughput.last_hour} / {whole.throughput.last_day}",
            "seconds a task": _seconds(whole.median_ms_per_task),
            "agreement": _share(whole.agreement.mean, f"over {whole.agreement.tasks} tasks"),
            "gold": _share(whole.gold.mean, f"over {whole.gold.answers} answers"),
            "done by about": text(whole.finished_at),
        }
        for name, value in rows.items():
            table.add_row(f"[bold]{name}[/]", value)
    for one in figures.annotators:
        mean = one.gold.mean if one.gold is not None else None
        done = f"{one.submitted} ({one.stage}), {one.skipped} skipped, {one.active_ms / 60_000:.1f} min"
        table.add_row(str(one.annotator), done + (f", gold {mean:.2f}" if mean is not None else ""))
    return table


def _seconds(milliseconds: int | None) -> str:
    return "" if milliseconds is None else f"{milliseconds / 1000:.1f}"


def _share(mean: float | None, over: str) -> str:
    return "" if mean is None else f"{mean:.3f} {over}"
