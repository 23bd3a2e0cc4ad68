"""Fill a tenant with the demo: four projects of real data, worked on by simulated annotators.

    ASSAY_URL=http://127.0.0.1:8420 ASSAY_API_KEY=... python examples/demo.py

The key is an owner's. Projects are recognised by their metadata, so running it again changes nothing, and a
run that was cut off is continued. `make up` runs it for you.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

import assay
from assay.client import AsyncAssay
from assay.client.figures import ProjectFigures

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from examples.demo_projects import DEMO_PROJECTS, DemoProject
from examples.demo_projects.project import Simulation
from examples.simulated_annotators import annotate, review

Project = assay.Project[assay.Async]

VERSION_OF = "digits"
"""The project that a dataset version is made of."""

STAGES = ("created", "imported", "annotated", "reviewed", "finished")
"""How far a project is, in its metadata under `stage`."""


async def main(owner: AsyncAssay, *, items: int | None = None) -> None:
    """Build or continue every project of the demo, with at most so many `items` each."""
    for demo in DEMO_PROJECTS.values():
        project = await find_or_create(owner, demo)
        if reached(project, "finished"):
            print(f"{demo.name}: there already.")
            continue
        project = await import_data(project, demo, items)
        project = await simulate(owner, project, demo, items)
        await finish(project, demo)
    async for project in owner.projects.list():
        if "demo" in project.metadata:
            await report(project)


async def find_or_create(owner: AsyncAssay, demo: DemoProject) -> Project:
    """The project of an earlier run, else a new one."""
    async for project in owner.projects.list():
        if project.metadata.get("demo") == demo.slug and project.state != "archived":
            return project
    return await owner.projects.create(
        demo.name,
        demo.interface,
        instructions=demo.instructions,
        metadata={"demo": demo.slug, "stage": "created"},
        **demo.workflow,
    )


async def import_data(project: Project, demo: DemoProject, items: int | None) -> Project:
    """Import the items. Each has a key, so that one which is there already is not imported twice."""
    if reached(project, "imported"):
        return project
    rows = demo.rows(items)
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        job = await project.import_items(demo.source(Path(folder), rows))
    seconds = time.monotonic() - started
    print(f"{demo.name}: {job.done - job.rejected} of {len(rows)} items imported in {seconds:.1f} s.")
    return await mark(project, "imported")


async def simulate(owner: AsyncAssay, project: Project, demo: DemoProject, items: int | None) -> Project:
    """Let simulated people annotate and review, unless they have."""
    planned = scaled(demo, items)
    if not reached(project, "annotated"):
        started = time.monotonic()
        done = (await figures_since(project, project.updated_at)).annotations
        missing = max(0, planned.annotations - done)
        answered = await annotate(
            owner, project, annotators=planned.annotators, error_rate=planned.error_rate, limit=missing
        )
        seconds = time.monotonic() - started
        print(
            f"{demo.name}: {planned.annotators} simulated annotators answered {answered} tasks"
            f" in {seconds:.1f} s."
        )
        project = await mark(project, "annotated")
    if not reached(project, "reviewed"):
        await project.wait_for_consensus()
        judged = await review(owner, project, limit=planned.reviews)
        print(f"{demo.name}: a simulated reviewer judged {judged} tasks.")
        project = await mark(project, "reviewed")
    return project


async def finish(project: Project, demo: DemoProject) -> None:
    """Cut a dataset version where the demo has one."""
    versions = [version async for version in project.dataset_versions()]
    if demo.slug == VERSION_OF and not versions:
        version = await project.create_dataset_version("First labels")
        print(f"{demo.name}: dataset version {version.number} has {version.rows} labels.")
    await mark(project, "finished")


async def report(project: Project) -> None:
    """Say how a project stands."""
    figures = await figures_since(project, project.updated_at)
    print(
        f"{project.name}: {figures.settled} of {figures.total} tasks are done,"
        f" {figures.tasks['review']} wait for review, agreement {percent(figures.agreement.mean)},"
        f" gold accuracy {percent(figures.gold.mean)}."
    )


def scaled(demo: DemoProject, items: int | None) -> Simulation:
    """The plan of a project, made smaller for fewer items."""
    planned = demo.simulation
    share = 1.0 if items is None else min(1.0, items / len(demo.rows(None)))
    return Simulation(
        planned.annotators,
        planned.error_rate,
        annotations=max(planned.annotators, round(share * planned.annotations)),
        reviews=max(1, round(share * planned.reviews)),
    )


async def figures_since(project: Project, moment: datetime) -> ProjectFigures:
    """The figures as they are now: the engine computes them every two seconds, for all who ask."""
    while True:
        figures = await project.figures()
        if figures.project is not None and figures.computed_at >= moment:
            return figures.project
        await asyncio.sleep(0.25)


def reached(project: Project, stage: str) -> bool:
    return STAGES.index(str(project.metadata["stage"])) >= STAGES.index(stage)


async def mark(project: Project, stage: str) -> Project:
    """Note how far a project is, for a run that has to continue this one."""
    return await project.set(metadata={**project.metadata, "stage": stage})


def percent(share: float | None) -> str:
    return "unknown" if share is None else f"{share:.0%}"


async def _run() -> None:
    started = time.monotonic()
    async with assay.connect_async() as owner:
        await main(owner)
    print(f"The demo is ready ({time.monotonic() - started:.0f} s).")


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    try:
        asyncio.run(_run())
    except assay.errors.AssayError as error:
        sys.exit(f"The demo stopped: {error} {error.advice or 'Run it again to continue it.'}")
