"""Simulated annotators: programs that answer tasks through the same API as people, and err at a known rate.

    python examples/simulated_annotators.py PROJECT_ID --annotators 5 --error-rate 0.1

They make something for consensus, review and the figures to show, and let you see whether a workflow would
find the errors. In a project of the demo they know the reference answers; anywhere else they share a made-up
truth, a random answer that is the same for all of them. Their API keys are called "simulated annotator 1"
and so on, so that nobody takes them for people, and are revoked when they are done.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import assay
from assay.client import AnnotationLease, AsyncAssay, ReviewLease
from assay.client.tenants import Role
from assay.interface import Interface
from assay.interface.geometries import GEOMETRIES, Extent, Setting

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from examples.demo_projects import DEMO_PROJECTS

Json = dict[str, Any]
Project = assay.Project[assay.Async]

SLIP_PIXELS = 0.01
"""How unsteady their hands are: standard deviation of a point, as a share of the shape's size."""

SKIP_RATE = 0.01
"""Share of tasks that they skip as unclear."""

LEASES_AHEAD = 3
_GOOD_ENOUGH = 0.95
_SEND_BACK_RATE = 0.25
_MEDIAN_SECONDS = 4.0
_PATIENCE_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the simulated people know of a project.

    `truth(item_id, data)` is the answer that they would give without an error.
    """

    interface: Interface
    truth: Callable[[UUID, Json], Json]


async def knowledge_of(project: Project) -> Knowledge:
    """Reference answers in a project of the demo, else a made-up truth."""
    interface = Interface.parse((await project.interface()).interface)
    demo = DEMO_PROJECTS.get(str(project.metadata.get("demo")))
    if demo is not None:
        return Knowledge(interface, lambda _, data: demo.truth(data))
    return Knowledge(interface, lambda item_id, data: interface.sample(Random(str(item_id)), data))


class SimulatedAnnotator:
    """Answers with the truth, except for errors: `error_rate` is the chance that a field is wrong."""

    def __init__(self, project: Project, knowledge: Knowledge, error_rate: float, random: Random) -> None:
        self._project = project
        self._knowledge = knowledge
        self._error_rate = error_rate
        self._random = random

    async def work(self, limit: int) -> int:
        """Answer up to `limit` tasks, as long as there are any for us; how many were answered."""
        answered = 0
        leases = await self._lease(min(LEASES_AHEAD, limit))
        while leases:
            lease = leases.pop(0)
            skipped = self._random.random() < SKIP_RATE
            answered += not skipped
            wanted = min(LEASES_AHEAD - len(leases), limit - answered - len(leases))
            if skipped:
                await lease.skip("unclear")
            else:
                answer = self.answer(lease.item_id, lease.data)
                submitted = await lease.submit(answer, active_ms=self.duration(), lease_next=wanted)
                leases += submitted.leases
            if not leases and wanted > 0:
                leases = await self._lease(wanted)
        return answered

    async def _lease(self, count: int) -> list[AnnotationLease[assay.Async]]:
        """The next tasks. An empty queue is asked twice: somebody may just be giving a task back."""
        leases = await self._project.lease_many(count)
        if not leases:
            await asyncio.sleep(_PATIENCE_SECONDS)
            leases = await self._project.lease_many(count)
        return leases

    def answer(self, item_id: UUID, data: Json) -> Json:
        """A valid answer to an item, as good as we are."""
        interface, truth = self._knowledge.interface, self._knowledge.truth(item_id, data)
        answer = interface.perturb(truth, self._random, self._error_rate, data)
        return unsteady(interface, answer, data, self._random)

    def duration(self) -> int:
        """A plausible active time in milliseconds; it is made up."""
        return round(1000 * self._random.lognormvariate(0.0, 0.5) * _MEDIAN_SECONDS)


def unsteady(interface: Interface, answer: Json, data: Json, random: Random) -> Json:
    """The answer as a hand draws it that is not quite steady: no two people draw the same box."""
    view = interface.view(data)
    result = dict(answer)
    for field in interface.declaration["fields"]:
        size = None if view is None or field["type"] != "regions" else view.size(field["on"])
        if size is None:
            continue
        constraints = {each["value"]: each.get("constraints", {}) for each in field["classes"]}
        extent = Extent(width=size[0], height=size[1])
        result[field["name"]] = [
            {**region, "geometry": _redrawn(region, Setting(extent, constraints[region["class"]]), random)}
            for region in answer.get(field["name"], [])
        ]
    return result


def _redrawn(region: Json, setting: Setting, random: Random) -> Json:
    shape = region["geometry"]
    return GEOMETRIES[shape["type"]].perturb(shape, random, SLIP_PIXELS, setting)


class SimulatedReviewer:
    """Accepts what is as good as the truth; has some of the rest done again, and fixes the others."""

    def __init__(self, project: Project, knowledge: Knowledge, random: Random) -> None:
        self._project = project
        self._knowledge = knowledge
        self._random = random

    async def work(self, limit: int) -> int:
        """Judge up to `limit` tasks; how many were judged."""
        return await self._project.review(self.judge, limit=limit)

    def judge(self, lease: ReviewLease[Any]) -> assay.Accept | assay.Fix | assay.SendBack:
        """The verdict on a proposed label."""
        truth = self._knowledge.truth(lease.item_id, lease.data)
        proposed = None if lease.label is None else lease.label.answer
        if proposed is not None:
            agreement = self._knowledge.interface.agreement([proposed, truth], lease.data)
            if agreement.score >= _GOOD_ENOUGH:
                return assay.Accept()
            if self._random.random() < _SEND_BACK_RATE:
                worst = min(agreement.fields, key=agreement.fields.__getitem__)
                return assay.SendBack("This is not right yet; please look at it again.", field=worst)
        return assay.Fix(truth)


@asynccontextmanager
async def temporary_key(owner: AsyncAssay, name: str, role: Role, project: Project) -> AsyncIterator[str]:
    """An API key that is revoked at the end. Keys of this name that were left over are revoked, too."""
    async for key in owner.api_keys.list():
        if key.name == name and key.projects == [project.id] and key.revoked_at is None:
            await owner.api_keys.revoke(key.id)
    created = await owner.api_keys.create(name, role, projects=[project.id])
    try:
        yield created.key
    finally:
        await owner.api_keys.revoke(created.id)


def error_rates(mean: float, count: int) -> Sequence[float]:
    """One rate for each annotator, spread from half the mean to half as much again: people are not alike."""
    if count == 1:
        return [mean]
    return [min(1.0, mean * (0.5 + index / (count - 1))) for index in range(count)]


async def annotate(
    owner: AsyncAssay, project: Project, *, annotators: int, error_rate: float, limit: int, seed: int = 0
) -> int:
    """Let simulated annotators answer about `limit` tasks together; how many they answered."""
    knowledge = await knowledge_of(project)
    rates = error_rates(error_rate, annotators)

    async def one(number: int) -> int:
        name = f"simulated annotator {number}"
        async with temporary_key(owner, name, "annotator", project) as key, _as(owner, key) as client:
            own = await client.projects.get(project.id)
            random = Random(f"{seed} {project.id} {name}")
            return await SimulatedAnnotator(own, knowledge, rates[number - 1], random).work(share)

    share = math.ceil(limit / annotators)
    return sum(await asyncio.gather(*(one(number) for number in range(1, annotators + 1))))


async def review(owner: AsyncAssay, project: Project, *, limit: int, seed: int = 0) -> int:
    """Let a simulated reviewer judge up to `limit` tasks; how many were judged."""
    knowledge = await knowledge_of(project)
    name = "simulated reviewer"
    async with temporary_key(owner, name, "reviewer", project) as key, _as(owner, key) as client:
        own = await client.projects.get(project.id)
        return await SimulatedReviewer(own, knowledge, Random(f"{seed} {project.id} {name}")).work(limit)


def _as(owner: AsyncAssay, key: str) -> AsyncAssay:
    return assay.connect_async(owner.address, key)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Let simulated annotators work on a project.")
    parser.add_argument("project", help="the id of the project")
    parser.add_argument("--annotators", type=int, default=5, metavar="N")
    parser.add_argument("--error-rate", type=float, default=0.1, metavar="RATE", help="on average, 0 to 1")
    parser.add_argument("--limit", type=int, default=1000, metavar="N", help="annotations, all together")
    parser.add_argument("--reviews", type=int, default=0, metavar="N", help="tasks to review afterwards")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


async def main(arguments: argparse.Namespace) -> None:
    async with assay.connect_async() as owner:
        project = await owner.projects.get(arguments.project)
        answered = await annotate(
            owner,
            project,
            annotators=arguments.annotators,
            error_rate=arguments.error_rate,
            limit=arguments.limit,
            seed=arguments.seed,
        )
        print(f"{arguments.annotators} simulated annotators answered {answered} tasks.")
        if arguments.reviews:
            await project.wait_for_consensus()
            judged = await review(owner, project, limit=arguments.reviews, seed=arguments.seed)
            print(f"A simulated reviewer judged {judged} tasks.")


if __name__ == "__main__":
    asyncio.run(main(_arguments()))
