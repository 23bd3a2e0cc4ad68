"""What a project of the demo is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from assay.client.project_settings import Workflow

Json = dict[str, Any]
Row = Json
"""An item as it is imported: `data`, and perhaps `key`, `metadata`, `prelabels`, `gold`."""

EXAMPLES = Path(__file__).resolve().parents[1]
DATA = EXAMPLES / "data"
INTERFACES = EXAMPLES / "interfaces"
_BY_HAND = "Made by hand for the demo"


@dataclass(frozen=True, slots=True)
class Simulation:
    """How the simulated people work on a project.

    `annotations` and `reviews` are how many there shall be: fewer than the project wants, so that something
    is left for a real person.
    """

    annotators: int
    error_rate: float
    annotations: int
    reviews: int


@dataclass(frozen=True, slots=True)
class DemoProject:
    """A project of the demo.

    `rows(count)` are its items, at most `count` of them; values that name a file are written by
    `write_files(folder, rows)`. `truth(data)` is the reference answer to an item.
    """

    slug: str
    name: str
    interface: Path
    instructions: str
    workflow: Workflow
    rows: Callable[[int | None], Sequence[Row]]
    truth: Callable[[Json], Json]
    simulation: Simulation
    write_files: Callable[[Path, Sequence[Row]], None] | None = None

    def source(self, folder: Path, rows: Sequence[Row]) -> Path | Sequence[Row]:
        """What to give to `project.import_items`: the rows, or a folder with a listing and the files."""
        if self.write_files is None:
            return rows
        self.write_files(folder, rows)
        write_listing(folder, rows)
        return folder


def write_listing(folder: Path, rows: Iterable[Row]) -> None:
    """The rows as `items.jsonl`; where their data names a file of the folder, the import puts the file."""
    lines = (orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows)
    (folder / "items.jsonl").write_bytes(b"".join(lines))


def read_data(name: str) -> Any:
    """A JSON file of `examples/data`."""
    return orjson.loads((DATA / name).read_bytes())


def reference_members(use: str, answer: Json) -> Json:
    """The members of a row that carry its reference answer, by what the answer is used for."""
    if use == "gold":
        return {"gold": {"answer": answer, "explanation": f"{_BY_HAND}."}}
    if use == "prelabel":
        return {"prelabels": [{"answer": answer, "model": _BY_HAND}]}
    return {}
