"""Where an input's value lies in the item's data: a subset of JSONPath (RFC 9535).

Grammar: `$`, then any number of `.name`, `['name']` and `[index]`. No wildcards, filters, slices or
negative indices: a source names exactly one value, and finding it costs what walking there costs.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

MAX_STEPS = 32

_STEP = re.compile(r"\.([A-Za-z_][A-Za-z0-9_-]*)|\['((?:[^'\\]|\\['\\])*)'\]|\[(0|[1-9][0-9]{0,8})\]")


class Missing:
    """The type of `MISSING`: there is no value at the source (which is not the same as null)."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = Missing()

Step = str | int


def parse_source(text: str) -> tuple[Step, ...]:
    """The steps of a source. Raises ValueError that says what is wrong."""
    if not text.startswith("$"):
        raise ValueError("a source starts with $")
    steps: list[Step] = []
    position = 1
    while position < len(text):
        match = _STEP.match(text, position)
        if match is None:
            raise ValueError(f"after character {position} a source goes on with .name, ['name'] or [index]")
        name, quoted, index = match.groups()
        if index is not None:
            steps.append(int(index))
        else:
            steps.append(name if name is not None else re.sub(r"\\(['\\])", r"\1", quoted))
        position = match.end()
    if len(steps) > MAX_STEPS:
        raise ValueError(f"a source has at most {MAX_STEPS} steps")
    return tuple(steps)


def compile_source(steps: tuple[Step, ...]) -> Callable[[Any], Any]:
    """A function from an item's data to the value there, or `MISSING`."""
    if len(steps) == 1 and isinstance(steps[0], str):
        only = steps[0]

        def member(data: Any) -> Any:
            return data.get(only, MISSING) if type(data) is dict else MISSING

        return member

    def walk(data: Any) -> Any:
        for step in steps:
            if isinstance(step, str):
                data = data.get(step, MISSING) if type(data) is dict else MISSING
            else:
                data = data[step] if type(data) is list and int(step) < len(data) else MISSING
        return data

    return walk
