"""Records as tables: which column holds which part, for CSV and Parquet, in both directions.

A table in **full form** has at least one column `data.<name>`. Its other columns may be

    key  priority  metadata.<name>  prelabel.<field>  prelabel_score  prelabel_model
    gold.<field>  gold_explanation  and what Assay exports: item_id  label.<field>  label_state ...

`data.*`, `metadata.*` and `label.*`, with the asterisk itself, hold a JSON object of everything that has no
column of its own. In any **flat** table the columns `key`, `priority`, `metadata.…`, `prelabel…` and `gold…`
mean the same and every other column is data.

A missing value and a null are one and the same in a table, and so are their exports.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import orjson

from assay.errors import InvalidInput, Problem
from assay.formats.base import ExportRow, JsonObject, Rejection
from assay.formats.records import EXPORTED_ONLY

REST = "*"
Part = Literal["data", "metadata", "label"]
PARTS: tuple[Part, ...] = ("data", "metadata", "label")
ColumnType = Literal["string", "integer", "number", "boolean", "json"]

_SINGLE = frozenset({"key", "priority", "prelabel_score", "prelabel_model", "gold_explanation"})
_PREFIXES = ("data.", "metadata.", "prelabel.", "gold.", "label.")
_PYTHON_TYPES: dict[type, ColumnType] = {str: "string", bool: "boolean", int: "integer", float: "number"}
_INT64 = 1 << 63


@dataclass(frozen=True, slots=True)
class Column:
    """One top-level entry of a part. Values not of `type` go to the rest column; `json` takes all."""

    part: Part
    field: str
    type: ColumnType

    @property
    def name(self) -> str:
        return f"{self.part}.{self.field}"

    def takes(self, value: Any) -> bool:
        if self.type == "json":
            return True
        if self.type == "integer" and type(value) is int:
            return -_INT64 <= value < _INT64
        return _PYTHON_TYPES.get(type(value)) == self.type


@dataclass(frozen=True, slots=True)
class ExportColumns:
    """The columns of an exported table, decided before the first row is written."""

    columns: tuple[Column, ...]
    annotations: bool = False

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        if len(set(names)) != len(names) or any(column.field == REST for column in self.columns):
            problem = Problem("/columns", "columns", "column names have to differ, and none may be *")
            raise InvalidInput("The export columns are not usable.", problems=[problem])

    @classmethod
    def infer(cls, rows: Iterable[ExportRow]) -> ExportColumns:
        """The columns that these rows need: entries in order of first sight, typed by all values seen."""
        seen: dict[tuple[Part, str], ColumnType | None] = {}
        annotations = False
        for row in rows:
            annotations = annotations or row.annotations is not None
            for part in PARTS:
                for field, value in part_of(row, part).items():
                    if field != REST:
                        seen[part, field] = _wider(seen.get((part, field)), value)
        ordered = sorted(seen.items(), key=lambda entry: PARTS.index(entry[0][0]))
        return cls(
            tuple(Column(part, field, kind or "string") for (part, field), kind in ordered), annotations
        )


def _wider(known: ColumnType | None, value: Any) -> ColumnType | None:
    if value is None:
        return known
    kind = _PYTHON_TYPES.get(type(value), "json")
    if kind == "integer" and not -_INT64 <= value < _INT64:
        kind = "json"
    return kind if known in (None, kind) else "json"


def part_of(row: ExportRow, part: Part) -> JsonObject:
    """A part of a row as an object, `{}` if there is none."""
    value = getattr(row, part)
    if isinstance(value, bytes):
        value = orjson.loads(value)
    return value or {}


def json_text(value: Any) -> str:
    return orjson.dumps(value).decode()


class Cells(NamedTuple):
    """The cells of one part of a row: one per column, in order, and the JSON text of the rest or None."""

    values: list[Any]
    rest: str | None


def cells_of(values: JsonObject, columns: Sequence[Column]) -> Cells:
    """Spread a part over its columns; nothing is lost, what fits nowhere is in the rest."""
    cells: list[Any] = []
    placed = 0
    for column in columns:
        value = values.get(column.field)
        if value is None or not column.takes(value):
            cells.append(None)
            continue
        cells.append(json_text(value) if column.type == "json" else value)
        placed += 1
    if placed == len(values):
        return Cells(cells, None)
    taken = {column.field: column for column in columns}
    rest = {
        field: value
        for field, value in values.items()
        if value is not None and not (field in taken and taken[field].takes(value))
    }
    return Cells(cells, json_text(rest) if rest else None)


class Target(NamedTuple):
    """What a column of an imported table means: `part` of a record, `field` within it."""

    part: str
    field: str


class TableLayout:
    """Understands the header of a table and assembles records from its rows."""

    def __init__(self, names: Sequence[str], renamed: Mapping[str, str]) -> None:
        names = [renamed.get(name, name or f"column_{index}") for index, name in enumerate(names, start=1)]
        self.names = tuple(names)
        self.full = any(name.startswith("data.") for name in names)
        self._refuse_duplicates()
        self.targets = tuple(self._target(index, name) for index, name in enumerate(names))
        self.exported = self.full and "item_id" in names
        self.flat_names = (
            None if any(part != "data" for part, _ in self.targets) else [f for _, f in self.targets]
        )

    def record(self, values: Sequence[Any]) -> JsonObject:
        """The record of one row; `values` are JSON values in column order, None where there is nothing."""
        if self.flat_names is not None and None not in values and REST not in self.flat_names:
            return {"data": dict(zip(self.flat_names, values, strict=True))}
        groups: dict[str, JsonObject] = {"data": {}}
        for (part, field), value in zip(self.targets, values, strict=True):
            if value is not None and part:
                groups.setdefault(part, {})[field] = value
        record: JsonObject = {}
        for part, group in groups.items():
            if part in ("single", "exported"):
                record.update(group)
            else:
                record[part] = _with_rest(part, group)
        return _with_nested(record)

    def _target(self, index: int, name: str) -> Target:
        if not name:
            return Target("", "")
        if name in _SINGLE:
            return Target("single", name)
        if name.startswith(_PREFIXES) and (self.full or not name.startswith("label.")):
            part, _, field = name.partition(".")
            return Target(part, field)
        if not self.full:
            return Target("data", name)
        if name in EXPORTED_ONLY:
            return Target("exported", name)
        problem = Problem(
            f"/columns/{index}", "unknown_column", "a table with data. columns cannot have this column"
        )
        raise InvalidInput(
            f"The column {name[:100]!r} is not understood.",
            advice="Call it data.…, metadata.… or rename it with the option columns.",
            problems=[problem],
        )

    def _refuse_duplicates(self) -> None:
        used: set[str] = set()
        for index, name in enumerate(self.names):
            if name and name in used:
                problem = Problem(
                    f"/columns/{index}", "duplicate_column", "an earlier column has the same name"
                )
                raise InvalidInput(f"Two columns are called {name[:100]!r}.", problems=[problem])
            used.add(name)


def _with_rest(part: str, group: JsonObject) -> JsonObject:
    """The group with the object of its rest column put in."""
    rest = group.pop(REST, None)
    if rest is None:
        return group
    if isinstance(rest, str):
        try:
            rest = orjson.loads(rest)
        except orjson.JSONDecodeError:
            rest = None
    if not isinstance(rest, dict):
        raise Rejection("rest_column", f"the cell of {part}.* is not a JSON object", path=f"/{part}.*")
    return {**group, **rest}


def _with_nested(record: JsonObject) -> JsonObject:
    """The record with its prelabel and gold columns in the places where a record has them."""
    answer = record.pop("prelabel", None)
    score, model = record.pop("prelabel_score", None), record.pop("prelabel_model", None)
    if answer:
        prelabel: JsonObject = {"answer": answer, "score": _number(score)}
        record["prelabels"] = [{**prelabel, "model": model} if model is not None else prelabel]
    explanation = record.pop("gold_explanation", None)
    if "gold" in record:
        record["gold"] = {"answer": record["gold"], "explanation": explanation}
    for name, convert in (("priority", _whole), ("confidence", _number)):
        if name in record:
            record[name] = convert(record[name])
    return record


def _number(cell: Any) -> Any:
    """A number out of a text cell; what is none stays as it is, for the record's own check to name it."""
    try:
        return float(cell) if isinstance(cell, str) else cell
    except ValueError:
        return cell


def _whole(cell: Any) -> Any:
    try:
        return int(cell) if isinstance(cell, str) else cell
    except ValueError:
        return cell
