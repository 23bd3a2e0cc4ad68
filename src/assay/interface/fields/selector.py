"""What a `group` with `each` goes through.

| `each`                           | one entry for                    | keys                    |
|----------------------------------|----------------------------------|-------------------------|
| `"inputs:a,b"`                   | each of the named inputs         | their names             |
| `[{"value": "correct"}, ...]`    | each criterion of a rubric       | their values            |
| `"prompt"`, `"trajectory.steps"` | each element of an input         | own ids, else positions |
| `"prompt[role=assistant]"`       | only elements with this property | as above, not renumbered |

Grammar: `"inputs:" name *("," name) / name ["." part] *("[" key "=" text "]")`.
Parts are the lists an input type has: messages (chat), steps (trajectory), rows (table), pages (document),
frames (pointcloud).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assay.interface.context import Parsing
from assay.interface.declaration import OptionDeclaration, report_declaration_errors, report_duplicates
from assay.interface.inputs import ItemView

MAX_KEYS = 500
MAX_SELECTOR_LENGTH = 1_000

_SELECTOR = re.compile(r"([a-z][a-z0-9_]*)(?:\.([a-z][a-z0-9_]*))?((?:\[[^\[\]=]+=[^\[\]]*\])*)")
_FILTER = re.compile(r"\[([^\[\]=]+)=([^\[\]]*)\]")


@dataclass(frozen=True, slots=True)
class Known:
    """Keys the declaration itself gives. `criteria`: their declarations, when it is a rubric."""

    keys: tuple[str, ...]
    criteria: tuple[OptionDeclaration, ...] = ()


@dataclass(frozen=True, slots=True)
class Elements:
    """Keys that depend on the item."""

    input: str
    part: str
    filters: tuple[tuple[str, str], ...] = ()

    def keys(self, item: ItemView) -> list[str]:
        """Keys of the selected elements, in the item's order."""
        return [
            key
            for key, properties in item.elements(self.input, self.part)
            if all(_matches(properties, name, text) for name, text in self.filters)
        ]


def parse_selector(raw: Any, pointer: str, parsing: Parsing) -> Known | Elements | None:
    """The selector an `each` stands for; None when it is absent or wrong (then reported)."""
    if raw is None:
        return None
    if isinstance(raw, list):
        return _parse_criteria(raw, pointer, parsing)
    if not isinstance(raw, str) or len(raw) > MAX_SELECTOR_LENGTH:
        parsing.fail(pointer, "type", "each is a selector or a list of criteria")
        return None
    if raw.startswith("inputs:"):
        return _parse_inputs(raw.removeprefix("inputs:").split(","), pointer, parsing)
    return _parse_elements(raw, pointer, parsing)


def _parse_criteria(raw: list[Any], pointer: str, parsing: Parsing) -> Known | None:
    if not 0 < len(raw) <= MAX_KEYS:
        parsing.fail(pointer, "count", f"a rubric has 1 to {MAX_KEYS} criteria")
        return None
    parsed = [
        report_declaration_errors(OptionDeclaration, each, f"{pointer}/{index}", parsing)
        for index, each in enumerate(raw)
    ]
    criteria = tuple(each for each in parsed if each is not None)
    if len(criteria) < len(raw):
        return None
    keys = [each.value for each in criteria]
    report_duplicates(keys, pointer, "value", parsing)
    return Known(tuple(dict.fromkeys(keys)), criteria)


def _parse_inputs(names: list[str], pointer: str, parsing: Parsing) -> Known | None:
    for name in names:
        if name not in parsing.inputs:
            parsing.fail(
                pointer, "unknown_input", "inputs: is followed by names of inputs, with commas between"
            )
            return None
    if len(set(names)) < len(names):
        parsing.fail(pointer, "duplicate", "an input is named twice")
    return Known(tuple(dict.fromkeys(names)))


def _parse_elements(raw: str, pointer: str, parsing: Parsing) -> Elements | None:
    match = _SELECTOR.fullmatch(raw)
    if match is None:
        parsing.fail(pointer, "selector", "a selector is INPUT or INPUT.PART, then any number of [key=value]")
        return None
    name, part, filters = match.groups()
    found = parsing.inputs.get(name)
    if found is None:
        parsing.fail(pointer, "unknown_input", "the selector does not start with the name of an input")
        return None
    if not found.parts or (part is not None and part not in found.parts):
        has = f"only {', '.join(found.parts)}" if found.parts else "nothing"
        parsing.fail(
            pointer, "unknown_part", f"of an input of type {found.type} a group can go through {has}"
        )
        return None
    return Elements(name, part or found.parts[0], tuple(_FILTER.findall(filters)))


def _matches(properties: Mapping[str, Any], name: str, text: str) -> bool:
    value = properties.get(name)
    if isinstance(value, bool):
        return text == ("true" if value else "false")
    return isinstance(value, (str, int, float)) and str(value) == text
