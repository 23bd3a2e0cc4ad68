"""Passages of Jane Austen's Pride and Prejudice, with people, places and relations marked by hand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from assay.interface import Interface
from examples.demo_projects.project import (
    DATA,
    INTERFACES,
    DemoProject,
    Json,
    Row,
    Simulation,
    read_data,
    reference_members,
)

INSTRUCTIONS = """\
# People and places

Mark every **name** of a person and of a place.

- A title belongs to the name: *Mr. Bingley*, *Lady Lucas*. A possessive ending does not: *Jane*’s.
- No pronouns, no roles (*her mother*), no families (*the Bennets*).
- A house that has a name is a place: *Netherfield*, *Lucas Lodge*.

Then link the marks, but only by what the passage itself says or clearly implies.
"""

_CHAPTER = re.compile(r"CHAPTER [IVX]+\.\n\n")
_BREAK = "\n* * *\n"


@cache
def passages() -> list[tuple[str, str]]:
    """The chapter and the text of each passage."""
    chapter = ""
    found = []
    for part in (DATA / "pride_and_prejudice.txt").read_text(encoding="utf-8").split(_BREAK):
        heading = _CHAPTER.match(part.strip())
        if heading is not None:
            chapter = heading[0].split()[1].rstrip(".")
        found.append((chapter, _CHAPTER.sub("", part.strip(), count=1)))
    return found


@cache
def _answers() -> dict[str, Json]:
    """The hand-made answers by passage.

    They are written as a language model would give them, by quote and occurrence; `Interface.from_llm` finds
    the offsets, which count Unicode code points, and checks the whole.
    """
    interface = Interface.parse((INTERFACES / "passages.json").read_bytes())
    return {
        text: interface.from_llm(_reply(reference), {"text": text})
        for (_, text), reference in zip(passages(), read_data("passages.json"), strict=True)
    }


def _reply(reference: Json) -> Json:
    return {
        "mentions": [
            {"id": str(number), "class": kind, "geometry": {"quote": quote, "occurrence": occurrence}}
            for number, (kind, quote, occurrence) in enumerate(reference["mentions"], start=1)
        ],
        "relations": [
            {"type": kind, "from": str(start), "to": str(end)} for kind, start, end in reference["relations"]
        ],
    }


def rows(count: int | None = None) -> Sequence[Row]:
    """One row for each passage."""
    references = read_data("passages.json")
    return [
        {
            "key": f"passage {number}",
            "data": {"text": text},
            "metadata": {"chapter": chapter},
            **reference_members(references[number - 1]["use"], truth({"text": text})),
        }
        for number, (chapter, text) in enumerate(passages()[:count], start=1)
    ]


def truth(data: Json) -> Json:
    """The hand-made answer to an item."""
    return _answers()[data["text"]]


PROJECT = DemoProject(
    slug="passages",
    name="Passages",
    interface=INTERFACES / "passages.json",
    instructions=INSTRUCTIONS,
    workflow={"overlap": 2, "gold_rate": 0.2, "review": {"below_agreement": 0.9}},
    rows=rows,
    truth=truth,
    simulation=Simulation(annotators=4, error_rate=0.2, annotations=28, reviews=3),
)
