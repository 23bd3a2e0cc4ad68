"""`assay job`, `assay task`, `assay log`: what is going on, and what has."""

from __future__ import annotations

from itertools import islice
from typing import Annotated, Any
from uuid import UUID

import typer

from assay.cli.bars import progress_bars
from assay.cli.commands import group
from assay.cli.console import Columns, Json, err, show_list, show_one
from assay.cli.login import connected, connected_project, find_project
from assay.cli.projects import ProjectName

jobs = group("job", "Long work: imports, exports, dataset versions.")
tasks = group("task", "Tasks of a project.")

Limit = Annotated[int, typer.Option(min=1, help="Show at most so many.")]
JobId = Annotated[UUID, typer.Argument(metavar="JOB")]

_JOB: Columns = {
    "id": lambda one: one.id,
    "kind": lambda one: one.kind,
    "state": lambda one: one.state,
    "done": lambda one: one.done,
    "total": lambda one: one.total,
    "rejected": lambda one: one.rejected,
    "since": lambda one: one.created_at,
}


@jobs.command("list")
def list_jobs(
    project: Annotated[str | None, typer.Option(help="Only jobs of this project.")] = None,
    filter_: Annotated[str | None, typer.Option("--filter", help="e.g. `kind = import`")] = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """Jobs, newest first."""
    with connected() as client:
        entries = client.jobs(filter_) if project is None else find_project(client, project).jobs(filter_)
        show_list(islice(entries, limit), _JOB, as_json)


@jobs.command("wait")
def wait(project: ProjectName, job: JobId, as_json: Json = False) -> None:
    """Show the progress of a job until it has ended; exit code 1 when it failed."""
    with connected_project(project) as found, progress_bars() as bars:
        ended = found.job(job).wait(bars)
    show_one(ended, _JOB, as_json)


@jobs.command("cancel")
def cancel(project: ProjectName, job: JobId) -> None:
    """Ask a job to stop. What it has done stays done."""
    with connected_project(project) as found:
        found.job(job).cancel()
    err.print("Asked to stop.")


@jobs.command("rejected")
def rejected(project: ProjectName, job: JobId, as_json: Json = False) -> None:
    """Every row that an import rejected: where, why, and how it began."""
    columns = {
        "row": lambda one: one.number,
        "rule": lambda one: one.rule,
        "reason": lambda one: one.reason,
        "value": lambda one: one.value,
    }
    with connected_project(project) as found:
        show_list(found.job(job).rejections(), columns, as_json)


@tasks.command("list")
def list_tasks(
    project: ProjectName,
    filter_: Annotated[
        str | None, typer.Option("--filter", help="e.g. `state = review and agreement < 0.5`")
    ] = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """Tasks in order of creation, without their content."""
    columns: Columns = {
        "id": lambda one: one.id,
        "state": lambda one: one.state,
        "annotations": lambda one: f"{one.submitted}/{one.overlap}",
        "round": lambda one: one.round,
        "agreement": lambda one: one.agreement,
        "confidence": lambda one: one.confidence,
        "priority": lambda one: one.priority,
    }
    with connected_project(project) as found:
        show_list(islice(found.tasks(filter_), limit), columns, as_json)


@tasks.command("show")
def show_task(project: ProjectName, task: UUID, as_json: Json = False) -> None:
    """One task and every revision of its label."""
    columns: Columns = {
        "revision": lambda one: one.revision,
        "source": lambda one: one.source,
        "agreement": lambda one: one.agreement,
        "answer": lambda one: one.answer,
        "since": lambda one: one.created_at,
    }
    with connected_project(project) as found:
        show_list(found.task(task).labels(), columns, as_json, empty="No label yet.")


def log(
    project: Annotated[str | None, typer.Option(help="Only about this project.")] = None,
    object_id: Annotated[UUID | None, typer.Option("--object", help="Only about this object.")] = None,
    action: Annotated[str | None, typer.Option(help="Only this action.")] = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """Who did and saw what, newest first."""
    columns: Columns = {
        "row": lambda one: one.number,
        "at": lambda one: one.at,
        "who": lambda one: one.principal,
        "as": lambda one: one.role,
        "action": lambda one: one.action,
        "object": _object,
    }
    with connected() as client:
        chosen = None if project is None else find_project(client, project).id
        rows = client.log(project_id=chosen, object_id=object_id, action=action)
        show_list(islice(rows, limit), columns, as_json)


def _object(row: Any) -> str:
    return f"{row.object_kind} {row.object_id}"
