"""The filter language: closed, and clear about what is wrong where."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import InvalidInput
from assay.server.filters import NO_FILTER, FilterName, ValueKind, parse_filter

NAMES = {
    "state": FilterName("t.state", ValueKind.WORD, frozenset({"open", "done"})),
    "count": FilterName("t.count", ValueKind.NUMBER),
    "batch": FilterName("t.batch", ValueKind.ID),
    "made": FilterName("t.made", ValueKind.TIME),
    "metadata": FilterName("i.metadata", ValueKind.MEMBER),
}


def test_conditions_become_parameters() -> None:
    parsed = parse_filter('state = open AND count >= 2.5 and metadata.site = "north \\"4\\""', NAMES)
    assert parsed.sql == (
        " and t.state = %(filter_0)s and t.count >= %(filter_1)s"
        " and (i.metadata <> '{}' and i.metadata @> %(filter_2)s)"
    )
    assert parsed.parameters["filter_0"] == "open" and parsed.parameters["filter_1"] == 2.5
    assert parsed.parameters["filter_2"].obj == {"site": 'north "4"'}


@pytest.mark.parametrize(
    ("text", "value"), [("7", 7), ("7.5", 7.5), ("true", True), ("seven", "seven"), ('"7"', "7")]
)
def test_members_are_read_as_json_would(text: str, value: object) -> None:
    assert parse_filter(f"metadata.x = {text}", NAMES).parameters["filter_0"].obj == {"x": value}


@pytest.mark.parametrize("text", [None, "", "   "])
def test_nothing_filters_nothing(text: str | None) -> None:
    assert parse_filter(text, NAMES) is NO_FILTER


@pytest.mark.parametrize(
    ("text", "rule", "character"),
    [
        ("secret = 1", "unknown_name", 1),
        ("state.x = 1", "unknown_name", 1),
        ("metadata = 1", "unknown_name", 1),
        ("state = closed", "word", 9),
        ("state < open", "operator", 7),
        ("metadata.a < 1", "operator", 12),
        ("count = many", "number", 9),
        ("batch = 7", "id", 9),
        ("made > tomorrow", "time", 8),
        ("state", "condition", 1),
        ("state =", "condition", 1),
        ("state = open or state = done", "and", 14),
        ("state = open and", "condition", 17),
        ('state = "open', "character", 9),
        ("count = 1" + " and count = 1" * 20, "too_many", 277),
        ("x" * 2001, "too_long", 1),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, rule: str, character: int) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_filter(text, NAMES)
    (problem,) = refused.value.problems
    assert (problem.path, problem.rule) == ("/query/filter", rule)
    assert f"at character {character} " in problem.message


@given(st.text(max_size=60))
def test_any_text_is_a_filter_or_an_error(text: str) -> None:
    try:
        parsed = parse_filter(text, NAMES)
    except InvalidInput:
        return
    assert set(parsed.parameters) == {f"filter_{number}" for number in range(len(parsed.conditions))}


@given(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])))
def test_a_quoted_value_comes_back_as_it_was(value: str) -> None:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    if len(escaped) < 1900:
        parsed = parse_filter(f'metadata.a = "{escaped}"', NAMES)
        assert parsed.parameters["filter_0"].obj == {"a": value}
