"""The handwritten digits that ship with scikit-learn. Every twentieth is gold, with its true label."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from sklearn.datasets import load_digits

from examples.demo_projects.project import INTERFACES, DemoProject, Json, Row, Simulation

PIXELS_PER_PIXEL = 4
GOLD_EVERY = 20
_BRIGHTEST = 16

INSTRUCTIONS = """\
# Handwritten digits

Which digit was written? The pictures are coarse: the originals were scanned and reduced to 8 by 8 pixels.

Press the digit's key (`z` for zero). When you cannot tell, skip the task with the reason *unclear*; do not
guess.
"""


@cache
def _digits() -> tuple[Any, Any]:
    """Pictures (1797, 8, 8) with values from 0 to 16, and the labels (1797,)."""
    digits = load_digits()
    return digits.images, digits.target


def file_name(index: int) -> str:
    return f"{index:04}.png"


def picture(index: int) -> Image.Image:
    """White on black, 32 by 32 pixels."""
    values = np.rint(_digits()[0][index] * (255 / _BRIGHTEST)).astype(np.uint8)
    return Image.fromarray(values.repeat(PIXELS_PER_PIXEL, axis=0).repeat(PIXELS_PER_PIXEL, axis=1))


def true_answer(index: int) -> Json:
    return {"digit": str(_digits()[1][index])}


def rows(count: int | None = None) -> Sequence[Row]:
    """One row for each picture."""
    return [_row(index) for index in range(len(_digits()[1]))[:count]]


def _row(index: int) -> Row:
    row: Row = {"key": str(index), "data": {"digit": file_name(index)}}
    if index % GOLD_EVERY == 0:
        row["gold"] = {"answer": true_answer(index), "explanation": "The label that came with the picture."}
    return row


def write_files(folder: Path, chosen: Sequence[Row]) -> None:
    """Draw the pictures, so that the folder can be imported."""
    for row in chosen:
        picture(int(row["key"])).save(folder / row["data"]["digit"])


def truth(data: Json) -> Json:
    """The true label of an item that was imported."""
    return true_answer(int(Path(data["digit"]["name"]).stem))


PROJECT = DemoProject(
    slug="digits",
    name="Digits",
    interface=INTERFACES / "digits.json",
    instructions=INSTRUCTIONS,
    workflow={"overlap": 3, "gold_rate": 0.1, "review": {"below_agreement": 0.5}},
    rows=rows,
    truth=truth,
    write_files=write_files,
    simulation=Simulation(annotators=5, error_rate=0.1, annotations=1500, reviews=60),
)
