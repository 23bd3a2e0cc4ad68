"""The condition language of `when`: small enough to be the same in Python and TypeScript.

A condition is JSON:

    {"all": [conditions]}   {"any": [conditions]}   {"not": condition}
    {"field": path, "op": operator, "value": value}

A list stands for `all`. `path` names a field declared before on the same level and, with dots, a key inside
its value: "weather", "overall.strength", "rubric.a.correct". What lies there may be absent.

| op               | true when                                                                     |
|------------------|-------------------------------------------------------------------------------|
| answered         | something lies there (no `value`)                                             |
| eq, ne           | equals; `ne` is exactly `not eq`, so it is true of what is absent             |
| in, not_in       | equals one of the list; `not_in` is exactly `not in`                          |
| lt, le, gt, ge   | a number lies there and compares so                                           |
| contains         | a list that has the value, or a string that has the substring                 |

Equality never crosses types: true is not 1, "1" is not 1; 1 and 1.0 are the same number. `all` of nothing is
true, `any` of nothing false. `condition_vectors.json` holds the shared test vectors.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from assay.interface.context import Parsing

MAX_CONDITION_DEPTH = 8
MAX_CONDITION_NODES = 200
MAX_CHOICES = 1_000

Test = Callable[[Mapping[str, Any]], bool]


@dataclass(frozen=True, slots=True)
class Facet:
    """A part of a field's value that a condition may look at, and what it may compare it with.

    kind: "string", "number", "strings" (a list of strings) or "opaque" (only `answered` applies).
    values: the only strings that can occur, or None when any can.
    field: dotted path of the declaration whose `values` renames apply.
    """

    kind: Literal["string", "number", "strings", "opaque"]
    values: frozenset[str] | None = None
    field: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition that was checked. `source` is its normalised JSON, `test` says whether it holds for the
    values of a level, `json_schema` accepts exactly the levels it holds for."""

    source: dict[str, Any]
    test: Test = field(compare=False)

    def json_schema(self) -> dict[str, Any]:
        return _schema(self.source)


def parse_condition(
    raw: Any, pointer: str, facets: Mapping[str, Facet], parsing: Parsing
) -> Condition | None:
    """Check a condition against what it may refer to; problems go to `parsing`."""
    before = len(parsing.problems)
    source = _Checker(facets, parsing).check(raw, pointer, 1)
    if source is None or len(parsing.problems) > before:
        return None
    return Condition(source, compile_condition(source))


def evaluate(condition: dict[str, Any], answer: Mapping[str, Any]) -> bool:
    """Whether a normalised condition holds for an answer."""
    return compile_condition(condition)(answer)


def compile_condition(source: Mapping[str, Any]) -> Test:
    """A function that says whether a normalised condition holds for the values of a level."""
    if "all" in source:
        every = [compile_condition(part) for part in source["all"]]
        return every[0] if len(every) == 1 else lambda answer: all(test(answer) for test in every)
    if "any" in source:
        some = [compile_condition(part) for part in source["any"]]
        return lambda answer: any(test(answer) for test in some)
    if "not" in source:
        inner = compile_condition(source["not"])
        return lambda answer: not inner(answer)
    return _compile_leaf(source["field"], source["op"], source.get("value"))


def fields_of(source: Mapping[str, Any]) -> Iterator[str]:
    """Paths a normalised condition refers to."""
    if "field" in source:
        yield source["field"]
    elif "not" in source:
        yield from fields_of(source["not"])
    else:
        for part in source.get("all", source.get("any", ())):
            yield from fields_of(part)


def rename_condition(
    source: Mapping[str, Any], path: Callable[[str], str], value: Callable[[str, Any], Any]
) -> dict[str, Any]:
    """A normalised condition with each path, and each value compared at a path, renamed."""
    if "not" in source:
        return {"not": rename_condition(source["not"], path, value)}
    for joint in ("all", "any"):
        if joint in source:
            return {joint: [rename_condition(part, path, value) for part in source[joint]]}
    renamed = {**source, "field": path(source["field"])}
    if isinstance(renamed.get("value"), list):
        renamed["value"] = [value(source["field"], each) for each in renamed["value"]]
    elif "value" in renamed:
        renamed["value"] = value(source["field"], renamed["value"])
    return renamed


# -- evaluation ---------------------------------------------------------------------------------------


class _Absent:
    pass


_ABSENT = _Absent()
_ORDERINGS: Mapping[str, Callable[[Any, Any], bool]] = {
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}


def _getter(path: str) -> Callable[[Mapping[str, Any]], Any]:
    steps = path.split(".")
    if len(steps) == 1:
        return lambda answer: answer.get(path, _ABSENT)

    def walk(answer: Any) -> Any:
        for step in steps:
            answer = answer.get(step, _ABSENT) if isinstance(answer, dict) else _ABSENT
        return answer

    return walk


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return bool(left == right)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _contains(found: Any, value: Any) -> bool:
    if isinstance(found, str):
        return isinstance(value, str) and value in found
    return isinstance(found, list) and any(_same(each, value) for each in found)


def _compile_leaf(path: str, op: str, value: Any) -> Test:
    get = _getter(path)
    if op == "answered":
        return lambda answer: get(answer) is not _ABSENT
    if op == "eq":
        return lambda answer: _same(get(answer), value)
    if op == "ne":
        return lambda answer: not _same(get(answer), value)
    if op == "in":
        return lambda answer: any(_same(get(answer), each) for each in value)
    if op == "not_in":
        return lambda answer: not any(_same(get(answer), each) for each in value)
    if op == "contains":
        return lambda answer: _contains(get(answer), value)
    compares = _ORDERINGS[op]

    def ordered(answer: Mapping[str, Any]) -> bool:
        found = get(answer)
        return _is_number(found) and compares(found, value)

    return ordered


# -- checking -----------------------------------------------------------------------------------------

_OPERATORS: Mapping[str, tuple[str, ...]] = {
    "string": ("answered", "eq", "ne", "in", "not_in", "contains"),
    "number": ("answered", "eq", "ne", "in", "not_in", "lt", "le", "gt", "ge"),
    "strings": ("answered", "contains"),
    "opaque": ("answered",),
}
_ALL_OPERATORS = ("answered", "eq", "ne", "in", "not_in", "lt", "le", "gt", "ge", "contains")


class _Checker:
    def __init__(self, facets: Mapping[str, Facet], parsing: Parsing) -> None:
        self._facets = facets
        self._fail = parsing.fail
        self._nodes = 0

    def check(self, raw: Any, pointer: str, depth: int) -> dict[str, Any] | None:
        self._nodes += 1
        if depth > MAX_CONDITION_DEPTH or self._nodes > MAX_CONDITION_NODES:
            limits = f"{MAX_CONDITION_DEPTH} levels and {MAX_CONDITION_NODES} parts"
            self._fail(pointer, "too_large", f"a condition has at most {limits}")
            return None
        if isinstance(raw, list):
            return self._joint("all", raw, pointer, depth)
        if isinstance(raw, dict) and len(raw) == 1:
            [(key, inner)] = raw.items()
            if key in ("all", "any"):
                return self._joint(key, inner, f"{pointer}/{key}", depth)
            if key == "not":
                part = self.check(inner, f"{pointer}/not", depth + 1)
                return None if part is None else {"not": part}
        if isinstance(raw, dict) and "field" in raw:
            return self._leaf(raw, pointer)
        self._fail(pointer, "condition", "a condition is a list, or has all, any, not, or field and op")
        return None

    def _joint(self, joint: str, parts: Any, pointer: str, depth: int) -> dict[str, Any] | None:
        if not isinstance(parts, list) or not parts:
            self._fail(pointer, "condition", f"{joint} needs a list of at least one condition")
            return None
        if len(parts) > MAX_CONDITION_NODES:
            self._fail(pointer, "too_large", f"a condition has at most {MAX_CONDITION_NODES} parts")
            return None
        checked = [self.check(part, f"{pointer}/{index}", depth + 1) for index, part in enumerate(parts)]
        return {joint: [part for part in checked if part is not None]}

    def _leaf(self, raw: dict[str, Any], pointer: str) -> dict[str, Any] | None:
        for key in raw:
            if key not in ("field", "op", "value"):
                self._fail(pointer, "unknown_key", "a comparison has field, op and value only")
                return None
        path, op = raw["field"], raw.get("op")
        facet = self._facets.get(path) if isinstance(path, str) else None
        if facet is None:
            self._fail(
                f"{pointer}/field", "unknown_field", "not a field declared before this one on its level"
            )
            return None
        if op not in _ALL_OPERATORS:
            self._fail(f"{pointer}/op", "operator", f"op is one of: {', '.join(_ALL_OPERATORS)}")
            return None
        allowed = _OPERATORS[facet.kind]
        if op not in allowed or (op == "contains" and facet.kind == "string" and facet.values is not None):
            self._fail(f"{pointer}/op", "operator", f"this field can be compared by: {', '.join(allowed)}")
            return None
        if op == "answered":
            if "value" in raw:
                self._fail(f"{pointer}/value", "unknown_key", "answered takes no value")
            return {"field": path, "op": op}
        return self._compared(path, op, raw.get("value"), facet, f"{pointer}/value")

    def _compared(self, path: str, op: str, value: Any, facet: Facet, pointer: str) -> dict[str, Any] | None:
        if op in ("in", "not_in"):
            if not isinstance(value, list) or not 0 < len(value) <= MAX_CHOICES:
                self._fail(pointer, "type", f"{op} takes a list of 1 to {MAX_CHOICES} values")
                return None
            for index, each in enumerate(value):
                self._operand(each, facet, f"{pointer}/{index}")
        else:
            self._operand(value, facet, pointer)
        return {"field": path, "op": op, "value": value}

    def _operand(self, value: Any, facet: Facet, pointer: str) -> None:
        if facet.kind == "number":
            if not _is_number(value):
                self._fail(pointer, "type", "this field is compared with a number")
        elif not isinstance(value, str):
            self._fail(pointer, "type", "this field is compared with a string")
        elif facet.values is not None and value not in facet.values:
            self._fail(pointer, "unknown_value", "not a value that this field can have")


# -- JSON Schema --------------------------------------------------------------------------------------


def _schema(source: Mapping[str, Any]) -> dict[str, Any]:
    if "all" in source:
        return {"allOf": [_schema(part) for part in source["all"]]}
    if "any" in source:
        return {"anyOf": [_schema(part) for part in source["any"]]}
    if "not" in source:
        return {"not": _schema(source["not"])}
    op = source["op"]
    if op in ("ne", "not_in"):
        positive = "eq" if op == "ne" else "in"
        return {"not": _schema({**source, "op": positive})}
    schema = _leaf_schema(op, source.get("value"))
    for step in reversed(source["field"].split(".")):
        schema = {"type": "object", "required": [step], "properties": {step: schema}}
    return schema


_BOUNDS = {"lt": "exclusiveMaximum", "le": "maximum", "gt": "exclusiveMinimum", "ge": "minimum"}


def _leaf_schema(op: str, value: Any) -> dict[str, Any]:
    if op == "answered":
        return {}
    if op == "eq":
        return {"const": value}
    if op == "in":
        return {"enum": list(value)}
    if op in _BOUNDS:
        return {"type": "number", _BOUNDS[op]: value}
    in_list = {"type": "array", "contains": {"const": value}}
    if not isinstance(value, str):
        return in_list
    return {"anyOf": [in_list, {"type": "string", "pattern": escape_pattern(value)}]}


def escape_pattern(text: str) -> str:
    """A regular expression, the same in ECMAScript and Python, that finds `text`."""
    return "".join(f"\\{character}" if character in r"^$\.*+?()[]{}|/" else character for character in text)
