"""`assay import`, `assay export`, `assay version`, `assay verify-export`: data in, datasets out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assay.cli.bars import progress_bars
from assay.cli.commands import group
from assay.cli.console import Columns, Json, err, out, show_list, show_one, write_json
from assay.cli.login import connected_project
from assay.cli.projects import ProjectName
from assay.errors import InvalidInput

if TYPE_CHECKING:
    from assay.client import Job, Project
    from assay.client.project_datasets import DatasetVersion
    from assay.client.uploads import ImportSource
    from assay.formats import Manifest

versions = group("version", "Dataset versions: labels as they were at one moment.")

FilterText = Annotated[
    str | None, typer.Option("--filter", help="e.g. `state = done and metadata.site = north`")
]
VersionName = Annotated[str | None, typer.Option("--version", help="A dataset version: number, name or id.")]

_REJECTED_SHOWN = 10
_VERSION: Columns = {
    "number": lambda one: one.number,
    "name": lambda one: one.name,
    "state": lambda one: one.state,
    "rows": lambda one: one.rows,
    "root": lambda one: one.root and one.root[:16],
    "id": lambda one: one.id,
    "since": lambda one: one.created_at,
}


def import_(
    project: ProjectName,
    paths: Annotated[list[Path], typer.Argument(exists=True, help="Files, a zip, or folders of files.")],
    format_: Annotated[str | None, typer.Option("--format", help="jsonl, csv, parquet or zip.")] = None,
    batch: Annotated[str | None, typer.Option(help="Name of the batch; made when there is none.")] = None,
    renames: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="FROM=TO", help="Rename a column: id=key, body=data.text"),
    ] = None,
    labels: Annotated[
        str | None, typer.Option(help="Labels in an exported file become: ignore, prelabel or gold.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Import data: JSON Lines, CSV, Parquet, a zip, a folder, or single files, which go as one archive."""
    columns = dict(_rename(one) for one in renames or ())
    given: dict[str, Any] = {"columns": columns or None, "labels": labels}
    options = {name: value for name, value in given.items() if value is not None}
    with connected_project(project) as found:
        into = _batch(found, batch) if batch is not None else None
        for source in _sources(paths, format_):
            with progress_bars() as bars:
                job = found.import_items(source, format=format_, batch=into, progress=bars, **options)
            _tell_import(job, as_json)


def export(
    project: ProjectName,
    directory: Annotated[Path, typer.Argument(help="A new or empty directory.")],
    format_: Annotated[str, typer.Option("--format", help="jsonl, csv or parquet.")] = "jsonl",
    what: Annotated[
        str, typer.Option(help="labels; annotations: each annotator's answers too; items: labeled or not.")
    ] = "labels",
    version: VersionName = None,
    filter_: FilterText = None,
    as_json: Json = False,
) -> None:
    """Export into a directory, and check every file against the manifest."""
    with connected_project(project) as found, progress_bars() as bars:
        chosen = None if version is None else _version(found, version)
        # The engine knows the words, and says so when one is wrong.
        words: Any = {"format": format_, "what": what}
        manifest = found.export(directory, version=chosen, filter=filter_, progress=bars, **words)
    _tell_manifest(manifest, as_json)


def verify_export(
    directory: Annotated[Path, typer.Argument(exists=True, file_okay=False)], as_json: Json = False
) -> None:
    """Check an exported directory against its manifest. Needs no engine."""
    from assay.client.downloads import checked

    _tell_manifest(checked(directory), as_json)


@versions.command("create")
def create_version(
    project: ProjectName, name: str, filter_: FilterText = None, as_json: Json = False
) -> None:
    """Freeze the finished labels as they are now."""
    with connected_project(project) as found, progress_bars() as bars:
        made = found.create_dataset_version(name, filter=filter_, progress=bars)
    show_one(made, _VERSION, as_json)


@versions.command("list")
def list_versions(project: ProjectName, as_json: Json = False) -> None:
    """Dataset versions, newest first."""
    with connected_project(project) as found:
        show_list(found.dataset_versions(), _VERSION, as_json)


@versions.command("diff")
def diff_versions(
    project: ProjectName,
    old: str,
    new: str,
    items: Annotated[bool, typer.Option("--items", help="Name every item that is not the same.")] = False,
    as_json: Json = False,
) -> None:
    """What is different in the second version (number, name or id)."""
    with connected_project(project) as found:
        before, after = _version(found, old), _version(found, new)
        difference = before.diff(after)
        if as_json:
            write_json(difference)
        else:
            counts = ("added", "removed", "changed", "unchanged")
            out.print(", ".join(f"{getattr(difference, name)} {name}" for name in counts))
        if items:
            columns = {
                "item": lambda one: one.item_id,
                "change": lambda one: one.change,
                "revision before": lambda one: one.revision_before,
                "after": lambda one: one.revision_after,
            }
            show_list(before.changes(after), columns, as_json)


def _rename(given: str) -> tuple[str, str]:
    name, equals, meaning = given.partition("=")
    if not equals or not name:
        raise typer.BadParameter(f"{given!r} is not FROM=TO.", param_hint="--map")
    return name, meaning


def _sources(paths: list[Path], format_: str | None) -> Iterator[Path | ImportSource]:
    """Files of rows and folders one by one; other files of one directory together, as an archive."""
    from assay.client.uploads import folder_source
    from assay.formats import reader_for

    loose: dict[Path, set[str]] = {}
    for path in paths:
        try:
            if path.is_file() and format_ is None:
                reader_for(path.name)
            yield path
        except InvalidInput:
            loose.setdefault(path.parent, set()).add(path.name)
    for directory, names in loose.items():
        yield folder_source(directory, frozenset(names))


def _batch(project: Project, name: str) -> Any:
    return next((one for one in project.batches() if one.name == name), None) or project.create_batch(name)


def _version(project: Project, named: str) -> DatasetVersion:
    """By number, name or id."""
    found = [
        version
        for version in project.dataset_versions()
        if named in (str(version.number), version.name, str(version.id))
    ]
    if not found:
        raise InvalidInput("There is no such dataset version.", advice="`assay version list` shows them.")
    if len(found) > 1:
        numbers = ", ".join(str(version.number) for version in found)
        raise InvalidInput(
            f"{len(found)} dataset versions have this name.", advice=f"Say which by its number: {numbers}."
        )
    return found[0]


def _tell_import(job: Job, as_json: bool) -> None:
    if as_json:
        write_json(job)
    else:
        items = (job.result or {}).get("items", 0)
        out.print(f"[bold]{items}[/] items imported, {job.rejected} rejected.")
    for name in job.unreadable:
        err.print(f"not sent, cannot be read: {name}", markup=False, soft_wrap=True)
    if job.rejected == 0:
        return
    for row in islice(job.rejections(), _REJECTED_SHOWN):
        err.print(f"  {row.number}: {row.reason} ({row.rule})", markup=False, soft_wrap=True)
    if job.rejected > _REJECTED_SHOWN:
        err.print(f"  and {job.rejected - _REJECTED_SHOWN} more")
    err.print(f"All of them: assay job rejected {job.project_id} {job.id}", markup=False, soft_wrap=True)


def _tell_manifest(manifest: Manifest, as_json: bool) -> None:
    if as_json:
        write_json({"rows": manifest.rows, "root": manifest.root, "files": list(_files(manifest))})
        return
    out.print(
        f"[bold green]verified[/]  {manifest.rows} rows in {len(manifest.files)} files, root {manifest.root}",
        soft_wrap=True,
    )


def _files(manifest: Manifest) -> Iterator[dict[str, Any]]:
    for file in manifest.files:
        yield file._asdict()
