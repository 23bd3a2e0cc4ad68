"""What each plain field type accepts, and where it says what is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from assay.errors import InvalidInput
from assay.interface import Interface

INPUTS = [{"name": name, "type": "text", "source": f"$.{name}"} for name in ("a", "b", "c")] + [
    {"name": "chat", "type": "chat", "source": "$.chat", "optional": True}
]
TREE = [
    {"value": "animal", "options": [{"value": "cat"}, {"value": "dog", "options": [{"value": "collie"}]}]},
    {"value": "plant"},
]


def interface(**declared: Any) -> Interface:
    return Interface.parse({"inputs": INPUTS, "fields": [{"name": "x", **declared}]})


def choice(*values: str, **more: Any) -> Interface:
    return interface(type="choice", options=[{"value": value} for value in values], **more)


def problems(subject: Interface, value: Any, item: Any = None) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as caught:
        subject.validate({"x": value}, item)
    return [(problem.path, problem.rule) for problem in caught.value.problems]


def normal(subject: Interface, value: Any, item: Any = None) -> Any:
    return subject.validate({"x": value}, item)["x"]


class TestChoice:
    def test_single(self) -> None:
        assert normal(choice("red", "blue"), "red") == "red"
        assert problems(choice("red", "blue"), "green") == [("/x", "unknown_option")]
        assert problems(choice("red", "blue"), ["red"]) == [("/x", "type")]
        assert problems(choice("red", "blue"), None) == [("/x", "type")]

    def test_multi_is_put_in_the_order_of_declaration(self) -> None:
        assert normal(choice("a", "b", "c", multi=True), ["c", "a"]) == ["a", "c"]

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            ("a", [("/x", "type")]),
            ([], [("/x", "count")]),
            (["a", "b", "c"], [("/x", "count")]),
            (["a", "a"], [("/x/1", "duplicate")]),
            (["a", "z"], [("/x/1", "unknown_option")]),
            ([7, {}], [("/x/0", "type"), ("/x/1", "type")]),
        ],
    )
    def test_multi_faults(self, value: Any, expected: list[tuple[str, str]]) -> None:
        assert problems(choice("a", "b", "c", multi=True, max=2), value) == expected

    def test_any_node_of_a_taxonomy_or_only_leaves(self) -> None:
        assert normal(interface(type="choice", options=TREE), "dog") == "dog"
        leaves = interface(type="choice", options=TREE, leaves_only=True)
        assert normal(leaves, "collie") == "collie"
        assert problems(leaves, "dog") == [("/x", "not_a_leaf")]

    def test_language_models_are_told_the_titles(self) -> None:
        subject = interface(
            type="choice", options=[{"value": "a", "title": "Alpha"}], title="Which?", help="One."
        )
        schema = subject.llm_schema()["properties"]["x"]
        assert schema == {"type": "string", "enum": ["a"], "description": "Which? One. a = Alpha"}


class TestNumbers:
    def test_rating(self) -> None:
        subject = interface(type="rating")
        assert normal(subject, 3) == 3
        assert normal(subject, 3.0) == 3
        assert type(normal(subject, 3.0)) is int
        assert problems(subject, 3.5) == [("/x", "type")]
        assert problems(subject, True) == [("/x", "type")]
        assert problems(subject, "3") == [("/x", "type")]
        assert problems(subject, 0) == [("/x", "range")]
        assert problems(subject, 6) == [("/x", "range")]

    def test_number(self) -> None:
        subject = interface(type="number", min=0, max=1.5)
        assert normal(subject, 0.5) == 0.5
        assert normal(subject, 1) == 1
        for wrong in (float("nan"), float("inf"), True, "1", None, 10**400):
            assert problems(subject, wrong) == [("/x", "type")]
        assert problems(subject, 1.6) == [("/x", "range")]
        assert problems(subject, -0.1) == [("/x", "range")]

    def test_integers_stay_exact_in_every_reader(self) -> None:
        subject = interface(type="number", integer=True)
        assert normal(subject, 2**53 - 1) == 2**53 - 1
        assert problems(subject, 2**53) == [("/x", "type")]
        assert isinstance(normal(interface(type="number"), 2**60), float)


class TestText:
    def test_lengths_count_code_points(self) -> None:
        subject = interface(type="text", min_length=2, max_length=3)
        assert normal(subject, "😀😀😀") == "😀😀😀"
        assert problems(subject, "😀") == [("/x", "too_short")]
        assert problems(subject, "abcd") == [("/x", "too_long")]
        assert problems(subject, 7) == [("/x", "type")]

    def test_required_text_is_not_empty_unless_allowed(self) -> None:
        assert problems(interface(type="text"), "") == [("/x", "too_short")]
        assert normal(interface(type="text", min_length=0), "") == ""

    def test_pattern_is_found_anywhere_unless_anchored(self) -> None:
        assert normal(interface(type="text", pattern="[0-9]"), "ab1") == "ab1"
        assert problems(interface(type="text", pattern="^[0-9]+$"), "ab1") == [("/x", "pattern")]


class TestPreference:
    def test_best_of_two(self) -> None:
        subject = interface(type="preference", over=["a", "b"])
        assert normal(subject, {"preferred": "b"}) == {"preferred": "b"}
        assert problems(subject, {"preferred": "tie"}) == [("/x/preferred", "unknown_option")]
        assert problems(subject, {}) == [("/x/preferred", "required")]
        assert problems(subject, "a") == [("/x", "type")]
        assert problems(subject, {"preferred": "a", "strength": 1}) == [("/x/strength", "unknown_key")]

    def test_strength_belongs_to_clear_preferences(self) -> None:
        subject = interface(type="preference", over=["a", "b"], strength=3, ties=True, both_bad=True)
        assert normal(subject, {"preferred": "a", "strength": 3.0}) == {"preferred": "a", "strength": 3}
        assert normal(subject, {"preferred": "tie"}) == {"preferred": "tie"}
        assert normal(subject, {"preferred": "both_bad"}) == {"preferred": "both_bad"}
        assert problems(subject, {"preferred": "a"}) == [("/x/strength", "required")]
        assert problems(subject, {"preferred": "a", "strength": 4}) == [("/x/strength", "range")]
        assert problems(subject, {"preferred": "tie", "strength": 1}) == [("/x/strength", "hidden")]

    def test_ranking(self) -> None:
        subject = interface(type="preference", over=["a", "b", "c"], mode="rank", ties=True, both_bad=True)
        assert normal(subject, {"ranking": [["c"], ["b", "a"]]}) == {"ranking": [["c"], ["a", "b"]]}
        assert problems(subject, {"ranking": [["c"], ["a"]]}) == [("/x/ranking", "incomplete")]
        assert problems(subject, {"ranking": [["c"], ["a", "c"]]}) == [("/x/ranking/1/1", "duplicate")]
        assert problems(subject, {"ranking": [["z"]]}) == [("/x/ranking/0/0", "unknown_option")]
        assert problems(subject, {"ranking": [[]]}) == [("/x/ranking/0", "place")]
        assert problems(subject, {"ranking": "abc"}) == [("/x/ranking", "type")]
        all_ranked = {"ranking": [["a", "b", "c"]]}
        assert problems(subject, {**all_ranked, "both_bad": False}) == [("/x/both_bad", "type")]

    def test_a_strict_ranking_has_no_ties(self) -> None:
        subject = interface(type="preference", over=["a", "b"], mode="rank")
        assert problems(subject, {"ranking": [["a", "b"]]}) == [("/x/ranking/0", "place")]

    def test_what_a_strict_language_model_says_of_a_tie(self) -> None:
        subject = interface(type="preference", over=["a", "b"], strength=3, ties=True)
        assert subject.from_llm({"x": {"preferred": "tie", "strength": None}}) == {"x": {"preferred": "tie"}}
        assert subject.to_llm({"x": {"preferred": "tie"}}) == {"x": {"preferred": "tie", "strength": None}}


RATED = [{"name": "r", "type": "rating"}]
CHAT = {
    "chat": [{"role": "user"}, {"role": "assistant"}, {"role": "user"}, {"role": "assistant", "best": True}]
}


class TestGroup:
    def test_once(self) -> None:
        subject = interface(type="group", fields=RATED)
        assert normal(subject, {"r": 3}) == {"r": 3}
        assert problems(subject, {}) == [("/x/r", "required")]
        assert problems(subject, {"r": 9, "s": 1}) == [("/x/r", "range"), ("/x/s", "unknown_field")]

    def test_per_input_and_per_criterion_every_key_is_needed(self) -> None:
        for each in ("inputs:a,b", [{"value": "a"}, {"value": "b"}]):
            subject = interface(type="group", each=each, fields=RATED)
            assert normal(subject, {"b": {"r": 1}, "a": {"r": 2}}) == {"a": {"r": 2}, "b": {"r": 1}}
            assert problems(subject, {"a": {"r": 2}}) == [("/x/b", "required")]
            wrong = {"a": {"r": 2}, "b": {"r": 1}, "c": {"r": 1}}
            assert problems(subject, wrong) == [("/x/c", "unknown_element")]
            assert problems(subject, {"a": {"r": 0}, "b": 7}) == [("/x/a/r", "range"), ("/x/b", "type")]

    @pytest.mark.parametrize(
        ("selector", "keys"),
        [
            ("chat", ["0", "1", "2", "3"]),
            ("chat.messages", ["0", "1", "2", "3"]),
            ("chat[role=assistant]", ["1", "3"]),
            ("chat.messages[role=assistant][best=true]", ["3"]),
            ("chat[role=system]", []),
            ("chat[role=]", []),
        ],
    )
    def test_selected_elements_keep_their_positions(self, selector: str, keys: list[str]) -> None:
        subject = interface(type="group", each=selector, fields=RATED)
        value = {key: {"r": 2} for key in keys}
        assert normal(subject, value, CHAT) == value
        assert problems(subject, {**value, "9": {"r": 1}}, CHAT) == [("/x/9", "unknown_element")]
        if keys:
            assert problems(subject, {}, CHAT) == [(f"/x/{key}", "required") for key in keys]

    def test_keys_with_slashes_are_escaped_in_paths(self) -> None:
        subject = interface(type="group", each="chat", fields=RATED)
        item = {"chat": [{"role": "user", "id": "a/b~c"}]}
        assert problems(subject, {"a/b~c": {"r": 0}}, item) == [("/x/a~1b~0c/r", "range")]

    @pytest.mark.parametrize(
        ("each", "path", "rule"),
        [
            ("gone", "/fields/0/each", "unknown_input"),
            ("inputs:a,gone", "/fields/0/each", "unknown_input"),
            ("inputs:a,a", "/fields/0/each", "duplicate"),
            ("a", "/fields/0/each", "unknown_part"),
            ("chat.steps", "/fields/0/each", "unknown_part"),
            ("chat[role]", "/fields/0/each", "selector"),
            ("chat[role=x", "/fields/0/each", "selector"),
            ("", "/fields/0/each", "selector"),
            ([], "/fields/0/each", "count"),
            ([{"value": "x"}, {"value": "x"}], "/fields/0/each/1/value", "duplicate"),
            ([{"name": "x"}], "/fields/0/each/0/value", "required"),
        ],
    )
    def test_a_selector_that_cannot_be_is_refused(self, each: Any, path: str, rule: str) -> None:
        with pytest.raises(InvalidInput) as caught:
            interface(type="group", each=each, fields=RATED)
        assert (path, rule) in [(problem.path, problem.rule) for problem in caught.value.problems]

    def test_language_models_answer_with_a_list(self) -> None:
        subject = interface(type="group", each="chat[role=assistant]", fields=RATED)
        reply = {"x": [{"item": "3", "answer": {"r": 1}}, {"item": "1", "answer": {"r": 2}}]}
        assert subject.from_llm(reply, CHAT) == {"x": {"1": {"r": 2}, "3": {"r": 1}}}
        for wrong, path in (
            ([{"item": 3, "answer": {}}], "/x/0/item"),
            ([{"item": "1", "answer": {"r": 2}}] * 2, "/x/1/item"),
            ("1", "/x"),
            ([{"item": "1"}], "/x/0/answer"),
        ):
            with pytest.raises(InvalidInput) as caught:
                subject.from_llm({"x": wrong}, CHAT)
            assert path in [problem.path for problem in caught.value.problems]


def test_hidden_fields_are_absent_and_visible_ones_required() -> None:
    subject = Interface.parse(
        {
            "inputs": INPUTS,
            "fields": [
                {"name": "ok", "type": "choice", "options": [{"value": "yes"}, {"value": "no"}]},
                {"name": "why", "type": "text", "when": {"field": "ok", "op": "eq", "value": "no"}},
                {
                    "name": "more",
                    "type": "text",
                    "when": {"field": "why", "op": "answered"},
                    "required": False,
                },
            ],
        }
    )
    assert subject.validate({"ok": "yes"}) == {"ok": "yes"}
    assert subject.validate({"ok": "no", "why": "x"}) == {"ok": "no", "why": "x"}
    for answer, path, rule in (
        ({"ok": "yes", "why": "x"}, "/why", "hidden"),
        ({"ok": "no"}, "/why", "required"),
        ({"ok": "yes", "more": "x"}, "/more", "hidden"),
    ):
        with pytest.raises(InvalidInput) as caught:
            subject.validate(answer)
        assert [(problem.path, problem.rule) for problem in caught.value.problems] == [(path, rule)]
    # A model in strict mode writes into hidden keys, too; that is dropped.
    assert subject.from_llm({"ok": "yes", "why": "n/a", "more": None}) == {"ok": "yes"}
