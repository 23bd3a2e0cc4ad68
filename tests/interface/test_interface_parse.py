"""Parsing declarations: the examples of the design, what is refused and where, versions' hashes."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
import rfc8785

from assay.errors import InvalidInput, Malformed, TooLarge
from assay.interface import Interface
from assay.interface.declaration import semantic

TEXT = {"name": "text", "type": "text", "source": "$.text"}
LABEL = {"name": "label", "type": "choice", "options": [{"value": "good"}, {"value": "bad"}]}


def declaration(*fields: dict[str, Any], inputs: Any = None) -> dict[str, Any]:
    return {"inputs": [TEXT] if inputs is None else inputs, "fields": list(fields or (LABEL,))}


def problems_of(raw: Any) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as caught:
        Interface.parse(raw)
    assert caught.value.problems
    return [(problem.path, problem.rule) for problem in caught.value.problems]


def group_nested(depth: int) -> dict[str, Any]:
    inner: dict[str, Any] = {"name": "leaf", "type": "rating"}
    for level in range(depth - 1):
        inner = {"name": f"level{level}", "type": "group", "fields": [inner]}
    return inner


def test_bytes_text_and_objects_give_the_same() -> None:
    raw = declaration()
    parsed = Interface.parse(raw)
    assert Interface.parse(json.dumps(raw)) == parsed
    assert Interface.parse(json.dumps(raw).encode()) == parsed
    assert hash(Interface.parse(json.dumps(raw))) == hash(parsed)


@pytest.mark.parametrize(
    ("raw", "path", "rule"),
    [
        ({"fields": [LABEL]}, "/inputs", "required"),
        ({"inputs": [TEXT]}, "/fields", "required"),
        ({"inputs": [TEXT], "fields": []}, "/fields", "count"),
        ({**declaration(), "version": 2}, "/version", "unknown_value"),
        ({**declaration(), "layout": {}}, "/layout", "unknown_key"),
        (declaration(inputs=[{**TEXT, "type": "smell"}]), "/inputs/0/type", "unknown_type"),
        (declaration(inputs=[{"name": "x", "source": "$.x"}]), "/inputs/0/type", "required"),
        (declaration(inputs=[{**TEXT, "name": "Text"}]), "/inputs/0/name", "invalid_value"),
        (declaration(inputs=[{**TEXT, "source": "text"}]), "/inputs/0/source", "invalid_value"),
        (declaration(inputs=[{**TEXT, "source": "$..text"}]), "/inputs/0/source", "invalid_value"),
        (declaration(inputs=[TEXT, TEXT]), "/inputs/1/name", "duplicate"),
        (declaration(inputs=["text"]), "/inputs/0", "type"),
        (declaration(LABEL, LABEL), "/fields/1/name", "duplicate"),
        (declaration({**LABEL, "name": "a.b"}), "/fields/0/name", "invalid_value"),
        (declaration({**LABEL, "name": "label\n"}), "/fields/0/name", "invalid_value"),
        (declaration({**LABEL, "type": "guess"}), "/fields/0/type", "unknown_type"),
        (declaration({**LABEL, "type": ["choice"]}), "/fields/0/type", "unknown_type"),
        (declaration({**LABEL, "require": True}), "/fields/0/require", "unknown_key"),
        (declaration({**LABEL, "required": "yes"}), "/fields/0/required", "type"),
        (declaration({**LABEL, "options": []}), "/fields/0/options", "count"),
        (declaration({**LABEL, "options": ["good"]}), "/fields/0/options/0", "type"),
        (
            declaration({**LABEL, "options": [{"value": "Good"}]}),
            "/fields/0/options/0/value",
            "invalid_value",
        ),
        (
            declaration({**LABEL, "options": [{"value": "x"}, {"value": "x"}]}),
            "/fields/0/options/1/value",
            "duplicate",
        ),
        (
            declaration({**LABEL, "options": [{"value": "x", "options": [{"value": "x"}]}]}),
            "/fields/0/options/0/options/0/value",
            "duplicate",
        ),
        (declaration({**LABEL, "ordinal": True, "multi": True}), "/fields/0/ordinal", "conflict"),
        (declaration({**LABEL, "min": 1}), "/fields/0/min", "conflict"),
        (declaration({**LABEL, "multi": True, "min": 3}), "/fields/0/max", "range"),
        (declaration({**LABEL, "leaves_only": True}), "/fields/0/leaves_only", "conflict"),
        (declaration({**LABEL, "multi": True, "indexed": True}), "/fields/0/indexed", "not_indexable"),
        (
            declaration({"name": "why", "type": "text", "indexed": True}),
            "/fields/0/indexed",
            "not_indexable",
        ),
        (
            declaration({"name": "g", "type": "group", "fields": [{**LABEL, "indexed": True}]}),
            "/fields/0/fields/0/indexed",
            "not_indexable",
        ),
        (declaration({"name": "r", "type": "rating", "min": 5, "max": 5}), "/fields/0/max", "range"),
        (declaration({"name": "n", "type": "number", "min": 2, "max": 1}), "/fields/0/max", "range"),
        (
            declaration({"name": "n", "type": "number", "integer": True, "min": 0.2, "max": 0.8}),
            "/fields/0/max",
            "range",
        ),
        (
            declaration({"name": "t", "type": "text", "min_length": 9, "max_length": 3}),
            "/fields/0/max_length",
            "range",
        ),
        (declaration({"name": "t", "type": "text", "pattern": "(a"}), "/fields/0/pattern", "invalid_value"),
        (
            declaration({"name": "t", "type": "text", "pattern": "(?=a)"}),
            "/fields/0/pattern",
            "invalid_value",
        ),
        (
            declaration({"name": "p", "type": "preference", "over": ["text", "gone"]}),
            "/fields/0/over/1",
            "unknown_input",
        ),
        (
            declaration({"name": "p", "type": "preference", "over": ["text", "text"]}),
            "/fields/0/over/1",
            "duplicate",
        ),
        (declaration({"name": "g", "type": "group", "fields": []}), "/fields/0/fields", "type"),
        (declaration({"name": "g", "type": "group", "fields": [7]}), "/fields/0/fields/0", "type"),
        (
            declaration({"name": "g", "type": "group", "fields": [{**LABEL, "oops": 1}]}),
            "/fields/0/fields/0/oops",
            "unknown_key",
        ),
        (declaration(group_nested(6)), "/fields/0" * 6, "too_deep"),
        (
            declaration(
                {"name": "why", "type": "text", "when": [{"field": "label", "op": "answered"}]}, LABEL
            ),
            "/fields/0/when/0/field",
            "unknown_field",
        ),
        (
            declaration(
                LABEL, {"name": "why", "type": "text", "when": {"field": "label", "op": "eq", "value": 1}}
            ),
            "/fields/1/when/value",
            "type",
        ),
        ([], "", "type"),
        (None, "", "type"),
        ("[]", "", "type"),
    ],
)
def test_a_broken_rule_is_named_at_its_place(raw: Any, path: str, rule: str) -> None:
    assert (path, rule) in problems_of(raw)


def test_several_problems_are_reported_at_once() -> None:
    raw = declaration(
        {**LABEL, "name": "A"}, {"name": "r", "type": "rating", "min": 9}, inputs=[{**TEXT, "x": 1}]
    )
    assert {path for path, _ in problems_of(raw)} == {"/inputs/0/x", "/fields/0/name", "/fields/1/max"}


def test_the_deepest_allowed_nesting_works() -> None:
    interface = Interface.parse(declaration(group_nested(5)))
    answer: Any = {"leaf": 3}
    for level in range(4):
        answer = {f"level{level}": answer}
    assert interface.validate(answer) == answer


class TestHostileInput:
    @pytest.mark.parametrize("opening", ["[", '{"a":', '{"inputs":['])
    def test_deep_json_text_is_malformed(self, opening: str) -> None:
        with pytest.raises(Malformed):
            Interface.parse(opening * 200_000)

    def test_deep_objects_are_refused_without_recursion(self) -> None:
        deep: Any = []
        for _ in range(200_000):
            deep = [deep]
        assert problems_of({**declaration(), "ui": {"a": deep}})[0][1] == "too_deep"
        assert problems_of(deep)[0][1] == "too_deep"
        assert problems_of(declaration({**LABEL, "options": deep}))[0][1] == "too_deep"
        while deep:  # taken apart by hand: freeing it recursively is the interpreter's weak spot
            deep = deep.pop()

    def test_deep_answers_are_refused_without_recursion(self) -> None:
        deep: Any = {}
        for _ in range(200_000):
            deep = {"label": deep}
        with pytest.raises(InvalidInput):
            Interface.parse(declaration()).validate(deep)
        while deep:
            deep = deep.pop("label")

    @pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe", b'{"a": NaN}', b"nul", "\ud800"])
    def test_no_json_is_malformed(self, raw: Any) -> None:
        with pytest.raises(Malformed):
            Interface.parse(raw)
        with pytest.raises(Malformed):
            Interface.parse(declaration()).validate_json(raw)

    def test_an_oversized_declaration_is_refused_before_it_is_parsed(self) -> None:
        with pytest.raises(TooLarge):
            Interface.parse(b"[" + b" " * (8 * 2**20) + b"]")

    def test_values_that_are_no_json_are_refused(self) -> None:
        assert problems_of({**declaration(), "ui": {"a": object()}}) == [("/ui/a", "type")]
        assert problems_of({**declaration(), "ui": {"a": float("nan")}}) == [("/ui/a", "type")]
        assert problems_of({**declaration(), "title": "\ud800"}) == [("/title", "type")]
        assert problems_of({**declaration(), "ui": {1: "a"}}) == [("/ui", "type")]

    def test_too_many_of_anything_is_refused(self) -> None:
        many = [{"name": f"f{index}", "type": "rating"} for index in range(201)]
        assert problems_of(declaration(*many)) == [("/fields", "too_many")]
        inputs = [{**TEXT, "name": f"i{index}"} for index in range(65)]
        assert problems_of(declaration(inputs=inputs)) == [("/inputs", "count")]
        values = [{"value": f"v{index}"} for index in range(50_001)]
        assert ("/fields/0/options", "too_many") in problems_of(declaration({**LABEL, "options": values}))

    def test_a_pattern_that_stops_backtracking_engines_is_quick(self) -> None:
        interface = Interface.parse(declaration({"name": "t", "type": "text", "pattern": "^(a+)+$"}))
        with pytest.raises(InvalidInput):
            interface.validate({"t": "a" * 50_000 + "!"})

    def test_lone_surrogates_and_huge_numbers_are_refused(self) -> None:
        interface = Interface.parse(
            declaration({"name": "t", "type": "text"}, {"name": "n", "type": "number"})
        )
        with pytest.raises(InvalidInput) as caught:
            interface.validate({"t": "half \ud83d", "n": 10**400})
        rules = {(problem.path, problem.rule) for problem in caught.value.problems}
        assert rules == {("/t", "unicode"), ("/n", "type")}

    def test_the_number_of_problems_is_bounded_and_content_is_not_quoted(self) -> None:
        interface = Interface.parse(declaration())
        with pytest.raises(InvalidInput) as caught:
            interface.validate(
                {**{f"k{index}": "the secret" for index in range(10_000)}, "label": "the secret"}
            )
        assert len(caught.value.problems) == 100
        assert all("secret" not in problem.message for problem in caught.value.problems)


class TestVersionHash:
    def test_it_is_the_sha256_of_canonical_json_of_the_meaning(self) -> None:
        interface = Interface.parse(
            declaration({**LABEL, "title": "Quality"}, {"name": "n", "type": "number", "min": 0, "max": 1.5})
        )
        meaning = semantic({key: interface.declaration[key] for key in ("inputs", "fields")})
        assert interface.version_hash == hashlib.sha256(rfc8785.dumps(meaning)).hexdigest()

    @pytest.mark.parametrize(
        "cosmetic",
        [
            {"title": "Quality"},
            {"help": "Is it good?"},
            {"ui": {"size": "large", "min": 3}},
            {"translations": {"de": {"title": "Güte"}}},
            {"required": True},
            {
                "options": [
                    {"value": "good", "title": "Good!", "hotkey": "q", "color": "#0f0"},
                    {"value": "bad"},
                ]
            },
        ],
    )
    def test_looks_and_defaults_do_not_change_it(self, cosmetic: dict[str, Any]) -> None:
        plain = Interface.parse(declaration())
        other = Interface.parse({**declaration({**LABEL, **cosmetic}), "title": "T", "ui": {"a": 1}})
        assert other.version_hash == plain.version_hash

    @pytest.mark.parametrize(
        "change",
        [{"multi": True}, {"required": False}, {"options": [{"value": "good"}]}, {"name": "other"}],
    )
    def test_meaning_does(self, change: dict[str, Any]) -> None:
        plain = Interface.parse(declaration())
        assert Interface.parse(declaration({**LABEL, **change})).version_hash != plain.version_hash

    def test_one_and_one_point_zero_are_the_same(self) -> None:
        one = Interface.parse(declaration({"name": "n", "type": "number", "min": 1}))
        same = Interface.parse(declaration({"name": "n", "type": "number", "min": 1.0}))
        assert one.version_hash == same.version_hash


def test_version_is_part_of_the_normalised_declaration_and_titles_are_kept() -> None:
    interface = Interface.parse(
        {**declaration({**LABEL, "title": "Quality"}), "title": "Review", "ui": {"x": 1}}
    )
    assert interface.declaration["version"] == 1
    assert interface.declaration["title"] == "Review"
    assert interface.declaration["ui"] == {"x": 1}
    assert interface.declaration["fields"][0]["title"] == "Quality"
    assert "required" not in interface.declaration["fields"][0]
