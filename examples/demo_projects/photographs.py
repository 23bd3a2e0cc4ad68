"""Photographs that ship with scikit-image, with boxes and outlines that were made by hand."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from functools import cache
from importlib import resources
from pathlib import Path

from examples.demo_projects.project import (
    INTERFACES,
    DemoProject,
    Json,
    Row,
    Simulation,
    read_data,
    reference_members,
)

INSTRUCTIONS = """\
# Objects and scenes

Outline every **person** and **animal** with a polygon; put a box round every **vehicle** and every **other
thing** that somebody could pick up or point at.

- Leave out what is smaller than 8 pixels, and what only decorates (patches, pictures on a wall).
- A box touches the outermost pixels of the thing, hidden parts left out.
- Then say where the photograph was taken.

Some tasks come with shapes already drawn. Look at each before you keep it.
"""


@cache
def _photographs() -> dict[str, Json]:
    """What is known of each photograph, by the name of its file."""
    return {photograph["file"]: photograph for photograph in read_data("photographs.json")}


def photograph_path(file: str) -> Path:
    """Where scikit-image has installed a photograph. Nothing is downloaded."""
    return Path(str(resources.files("skimage") / "data" / file))


def rows(count: int | None = None) -> Sequence[Row]:
    """One row for each photograph."""
    chosen = list(_photographs().values())[:count]
    return [
        {
            "key": photograph["file"],
            "data": {"photograph": photograph["file"]},
            "metadata": {"licence": photograph["licence"]},
            **reference_members(photograph["use"], photograph["answer"]),
        }
        for photograph in chosen
    ]


def write_files(folder: Path, chosen: Sequence[Row]) -> None:
    """Copy the photographs, so that the folder can be imported."""
    for row in chosen:
        shutil.copy(photograph_path(row["key"]), folder)


def truth(data: Json) -> Json:
    """The hand-made answer to an item that was imported."""
    answer: Json = _photographs()[data["photograph"]["name"]]["answer"]
    return answer


PROJECT = DemoProject(
    slug="photographs",
    name="Photographs",
    interface=INTERFACES / "photographs.json",
    instructions=INSTRUCTIONS,
    workflow={"overlap": 3, "gold_rate": 0.2, "review": {"below_agreement": 0.92}},
    rows=rows,
    truth=truth,
    write_files=write_files,
    simulation=Simulation(annotators=3, error_rate=0.15, annotations=16, reviews=1),
)
