"""The examples run to their end against a real engine, and leave what they say."""

from __future__ import annotations

import asyncio
from pathlib import Path
from random import Random
from typing import Any, cast
from uuid import UUID

import pytest
from examples.demo_projects import DEMO_PROJECTS
from examples.demo_projects.project import Json

import assay
from assay.interface import Interface
from examples import dataset_versions, demo, prelabels, quickstart, review, simulated_annotators

FEW = 6
MANY = 60
"""So many that each kind of verdict comes up, whatever the luck."""


async def _projects(owner: assay.AsyncAssay) -> dict[str, assay.Project[assay.Async]]:
    found = {}
    async for project in owner.projects.list():
        if "demo" in project.metadata:
            assert project.metadata["demo"] not in found, "a second project was made"
            found[str(project.metadata["demo"])] = project
    return found


async def test_the_demo_is_continued_where_it_was_cut_off_and_built_once(
    owner: assay.AsyncAssay, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def cut_off(*_: Any, **__: Any) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(demo, "review", cut_off)
        with pytest.raises(KeyboardInterrupt):
            await demo.main(owner, items=FEW)
    begun = await _projects(owner)
    assert [each.metadata["stage"] for each in begun.values()] == ["annotated"]

    await demo.main(owner, items=FEW)
    built = await _projects(owner)
    assert set(built) == set(DEMO_PROJECTS)
    assert "there already" not in capsys.readouterr().out
    for slug, project in built.items():
        assert project.metadata["stage"] == "finished"
        tasks = [task async for task in project.tasks()]
        assert len(tasks) == len(DEMO_PROJECTS[slug].rows(FEW))
        assert sum(task.submitted for task in tasks) >= FEW / 2
    versions = [version async for version in built["digits"].dataset_versions()]
    assert [version.state for version in versions] == ["ready"]

    await demo.main(owner, items=FEW)
    assert capsys.readouterr().out.count("there already") == len(DEMO_PROJECTS)
    assert await _projects(owner) == built


async def test_keys_of_simulated_people_say_so_and_are_revoked(owner: assay.AsyncAssay) -> None:
    project = await owner.projects.create("Made up", quickstart.INTERFACE, overlap=2)
    await project.import_items([{"text": f"ticket {number}"} for number in range(4)])
    answered = await simulated_annotators.annotate(owner, project, annotators=2, error_rate=0.0, limit=8)
    assert answered >= 6  # one in a hundred tasks is skipped
    await project.wait_for_consensus()
    done = [task async for task in project.tasks("state = done")]
    assert {task.agreement for task in done} == {1.0}, "without errors all know the same truth"
    keys = [key async for key in owner.api_keys.list() if key.projects == [project.id]]
    assert sorted(key.name for key in keys) == ["simulated annotator 1", "simulated annotator 2"]
    assert all(key.revoked_at is not None for key in keys)


async def test_a_simulated_reviewer_leaves_nothing_wrong_that_it_judged(owner: assay.AsyncAssay) -> None:
    project = await owner.projects.create("Made up", quickstart.INTERFACE, review={"sample": 1.0})
    await project.import_items([{"text": f"ticket {number}"} for number in range(MANY)])
    await simulated_annotators.annotate(owner, project, annotators=1, error_rate=0.6, limit=MANY)
    await project.wait_for_consensus()
    knowledge = await simulated_annotators.knowledge_of(project)
    judged = await simulated_annotators.review(owner, project, limit=MANY)
    assert judged >= 0.8 * MANY  # one in a hundred tasks is skipped
    verdicts = set()
    async for task in project.tasks():
        verdicts |= {each.verdict for each in await task.reviews()}
        if task.state == "done":
            label = (await task.labels())[0]
            item = await project.item(task.item_id)
            truth = knowledge.truth(item.id, item.data)
            assert knowledge.interface.agreement([label.answer, truth]).score > 0.9
    assert verdicts == {"accept", "fix", "send_back"}


def test_simulated_annotators_err_as_often_as_they_are_told() -> None:
    interface = Interface.parse(DEMO_PROJECTS["digits"].interface.read_bytes())
    truth: Json = {"digit": "7"}
    knowledge = simulated_annotators.Knowledge(interface, lambda *_: truth)
    data = {"digit": {"blob": str(UUID(int=1))}}
    project = cast(simulated_annotators.Project, None)
    annotator = simulated_annotators.SimulatedAnnotator(project, knowledge, 0.3, Random(1))
    wrong = sum(annotator.answer(UUID(int=2), data) != truth for _ in range(2000))
    assert 0.27 < wrong / 2000 < 0.33  # three standard deviations
    assert all(0 < annotator.duration() < 120_000 for _ in range(100))


async def test_quickstart(client: assay.Assay, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    await asyncio.to_thread(quickstart.main, client, tmp_path / "export")
    said = capsys.readouterr().out
    assert "row 4 rejected" in said
    assert "ticket-2: {'topic': 'delivery', 'urgency': 2}" in said
    assert "3 rows exported" in said
    assert "problems found: []" in said


async def test_review(client: assay.Assay, capsys: pytest.CaptureFixture[str]) -> None:
    await asyncio.to_thread(review.main, client)
    said = capsys.readouterr().out
    assert said.count("is under review") == 3
    assert "3 tasks judged" in said
    assert "Does it say anything about the product?" in said
    assert "label {'mood': 'bad'}, revision 2, from review" in said


async def test_prelabels(client: assay.Assay, capsys: pytest.CaptureFixture[str]) -> None:
    await asyncio.to_thread(prelabels.main, client)
    kept, corrected = (int(word) for word in capsys.readouterr().out.split() if word.isdigit())
    assert kept + corrected == len(prelabels.LABELED)
    assert kept > corrected > 0


async def test_dataset_versions(
    client: assay.Assay, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await asyncio.to_thread(dataset_versions.main, client, tmp_path)
    said = capsys.readouterr().out
    assert "version 2: 2 added, 0 changed" in said
    assert "version 1: 3 rows in" in said
    assert "version 2: 5 rows in" in said
