"""Prompts with two answers each, written for this demo; no model gave them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from examples.demo_projects.project import INTERFACES, DemoProject, Json, Row, Simulation, read_data

INSTRUCTIONS = """\
# Which answer is better?

Judge each answer by itself first: is it true, and does it do what was asked? Then say which one is better,
and by how much. *Tie* is a good answer when you would be happy with either, *both bad* when with neither.

When you prefer one strongly, say in a sentence what decides it.
"""


@cache
def _pairs() -> list[Json]:
    pairs: list[Json] = read_data("preference_pairs.json")
    return pairs


def rows(count: int | None = None) -> Sequence[Row]:
    """One row for each pair."""
    return [
        {
            "key": f"pair {number}",
            "data": {
                "prompt": [{"role": "user", "content": pair["prompt"]}],
                "responses": [[{"role": "assistant", "content": text}] for text in pair["responses"]],
            },
        }
        for number, pair in enumerate(_pairs()[:count], start=1)
    ]


def truth(data: Json) -> Json:
    """Our own judgement of a pair."""
    prompt = data["prompt"][0]["content"]
    answer: Json = next(pair["answer"] for pair in _pairs() if pair["prompt"] == prompt)
    return answer


PROJECT = DemoProject(
    slug="preference-pairs",
    name="Preference pairs",
    interface=INTERFACES / "preference_pairs.json",
    instructions=INSTRUCTIONS,
    workflow={"overlap": 3, "review": {"below_agreement": 0.6, "sample": 0.2}},
    rows=rows,
    truth=truth,
    simulation=Simulation(annotators=4, error_rate=0.25, annotations=30, reviews=2),
)
