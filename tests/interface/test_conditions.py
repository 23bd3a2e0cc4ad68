"""The condition language: the shared vectors, the checks at parse, and JSON Schema's agreement with it."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from assay.interface.conditions import (
    MAX_CONDITION_DEPTH,
    Condition,
    Facet,
    compile_condition,
    evaluate,
    fields_of,
    parse_condition,
    rename_condition,
)
from assay.interface.context import Parsing

VECTORS = json.loads(files("assay.interface").joinpath("condition_vectors.json").read_bytes())

FACETS = {
    "weather": Facet("string", frozenset({"clear", "rain"})),
    "note": Facet("string"),
    "count": Facet("number"),
    "tags": Facet("strings", frozenset({"a", "b"})),
    "objects": Facet("opaque"),
    "overall.strength": Facet("number"),
}


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_vector(vector: dict[str, Any]) -> None:
    assert evaluate(vector["condition"], vector["answer"]) is vector["expected"]


def test_vectors_have_distinct_names_and_use_every_operator() -> None:
    names = [vector["name"] for vector in VECTORS]
    assert len(set(names)) == len(names)
    text = json.dumps([vector["condition"] for vector in VECTORS])
    for op in ("answered", "eq", "ne", "in", "not_in", "lt", "le", "gt", "ge", "contains"):
        assert f'"op": "{op}"' in text


# `all` and `any` of nothing cannot be declared, and have no JSON Schema.
DECLARABLE = [vector for vector in VECTORS if vector["condition"] not in ({"all": []}, {"any": []})]


@pytest.mark.parametrize("vector", DECLARABLE, ids=[vector["name"] for vector in DECLARABLE])
def test_json_schema_of_a_condition_accepts_what_it_holds_for(vector: dict[str, Any]) -> None:
    schema = Condition(vector["condition"], compile_condition(vector["condition"])).json_schema()
    Draft202012Validator.check_schema(schema)
    assert Draft202012Validator(schema).is_valid(vector["answer"]) is vector["expected"]


def problems_of(raw: Any) -> list[tuple[str, str]]:
    parsing = Parsing()
    parsed = parse_condition(raw, "/when", FACETS, parsing)
    assert (parsed is None) == bool(parsing.problems)
    return [(problem.path, problem.rule) for problem in parsing.problems]


@pytest.mark.parametrize(
    ("raw", "path", "rule"),
    [
        ({"field": "gone", "op": "eq", "value": 1}, "/when/field", "unknown_field"),
        ({"field": ["x"], "op": "eq", "value": 1}, "/when/field", "unknown_field"),
        ({"field": "weather", "op": "like", "value": "rain"}, "/when/op", "operator"),
        ({"field": "weather", "op": ["eq"], "value": "rain"}, "/when/op", "operator"),
        ({"field": "weather", "op": "lt", "value": 3}, "/when/op", "operator"),
        ({"field": "weather", "op": "contains", "value": "rain"}, "/when/op", "operator"),
        ({"field": "tags", "op": "eq", "value": "a"}, "/when/op", "operator"),
        ({"field": "objects", "op": "eq", "value": "a"}, "/when/op", "operator"),
        ({"field": "weather", "op": "eq", "value": "snow"}, "/when/value", "unknown_value"),
        ({"field": "weather", "op": "eq", "value": 3}, "/when/value", "type"),
        ({"field": "weather", "op": "eq"}, "/when/value", "type"),
        ({"field": "weather", "op": "in", "value": "rain"}, "/when/value", "type"),
        ({"field": "weather", "op": "in", "value": []}, "/when/value", "type"),
        ({"field": "weather", "op": "in", "value": ["rain", "snow"]}, "/when/value/1", "unknown_value"),
        ({"field": "count", "op": "gt", "value": True}, "/when/value", "type"),
        ({"field": "count", "op": "eq", "value": "3"}, "/when/value", "type"),
        ({"field": "overall.strength", "op": "eq", "value": "3"}, "/when/value", "type"),
        ({"field": "count", "op": "answered", "value": 1}, "/when/value", "unknown_key"),
        ({"field": "count", "op": "eq", "value": 1, "not": 2}, "/when", "unknown_key"),
        ({"all": []}, "/when/all", "condition"),
        ({"any": {}}, "/when/any", "condition"),
        ([], "/when", "condition"),
        ({}, "/when", "condition"),
        ("weather", "/when", "condition"),
        (7, "/when", "condition"),
        ({"all": [{"not": {"field": "gone", "op": "answered"}}]}, "/when/all/0/not/field", "unknown_field"),
    ],
)
def test_a_condition_that_cannot_be_is_refused_at_its_place(raw: Any, path: str, rule: str) -> None:
    assert problems_of(raw) == [(path, rule)]


def test_a_list_stands_for_all() -> None:
    leaf = {"field": "weather", "op": "eq", "value": "rain"}
    parsed = parse_condition([leaf], "/when", FACETS, Parsing())
    assert parsed is not None
    assert parsed.source == {"all": [leaf]}


def test_depth_and_size_are_bounded() -> None:
    deep: Any = {"field": "count", "op": "answered"}
    for _ in range(MAX_CONDITION_DEPTH - 1):
        deep = {"not": deep}
    assert problems_of(deep) == []
    assert problems_of({"not": deep})[0][1] == "too_large"
    wide = {"all": [{"field": "count", "op": "answered"}] * 199}
    assert problems_of(wide) == []
    assert problems_of({"all": [{"field": "count", "op": "answered"}] * 200})[0][1] == "too_large"


def test_fields_and_renaming() -> None:
    source = {
        "any": [{"field": "a", "op": "in", "value": ["x", "y"]}, {"not": {"field": "b.c", "op": "answered"}}]
    }
    assert list(fields_of(source)) == ["a", "b.c"]
    renamed = rename_condition(source, str.upper, lambda path, value: f"{path}-{value}")
    assert renamed == {
        "any": [
            {"field": "A", "op": "in", "value": ["a-x", "a-y"]},
            {"not": {"field": "B.C", "op": "answered"}},
        ]
    }


LEAVES = st.one_of(
    st.builds(lambda op, v: {"field": "weather", "op": op, "value": v}, st.sampled_from(["eq", "ne"]),
              st.sampled_from(["clear", "rain"])),
    st.builds(lambda op, v: {"field": "count", "op": op, "value": v},
              st.sampled_from(["eq", "ne", "lt", "le", "gt", "ge"]), st.integers(-2, 2)),
    st.builds(lambda v: {"field": "tags", "op": "contains", "value": v}, st.sampled_from(["a", "b"])),
    st.builds(lambda v: {"field": "note", "op": "contains", "value": v}, st.text("a.*[", max_size=2)),
    st.builds(lambda f: {"field": f, "op": "answered"}, st.sampled_from(list(FACETS))),
)  # fmt: skip
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda part: {"not": part}, inner),
    ),
    max_leaves=6,
)
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "weather": st.sampled_from(["clear", "rain"]),
        "count": st.integers(-2, 2) | st.sampled_from([0.5, -1.0]),
        "tags": st.lists(st.sampled_from(["a", "b"]), unique=True),
        "note": st.text("a.*[", max_size=4),
        "objects": st.just([]),
        "overall": st.fixed_dictionaries({}, optional={"strength": st.integers(1, 3)}),
    },
)


@given(CONDITIONS, ANSWERS)
def test_evaluation_json_schema_and_negation_agree(source: dict[str, Any], answer: dict[str, Any]) -> None:
    parsing = Parsing()
    parsed = parse_condition(source, "", FACETS, parsing)
    if parsed is None:  # hypothesis may nest deeper than allowed
        assert {problem.rule for problem in parsing.problems} == {"too_large"}
        return
    holds = parsed.test(answer)
    assert Draft202012Validator(parsed.json_schema()).is_valid(answer) is holds
    assert evaluate({"not": source}, answer) is not holds
