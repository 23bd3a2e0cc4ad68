"""Agreement measures and merge rules with figures worked out by hand."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import InvalidInput
from assay.interface import Interface
from assay.interface.fields.voting import weighted_median

INPUTS = [{"name": name, "type": "text", "source": f"$.{name}"} for name in ("a", "b", "c")]
TREE = [
    {"value": "animal", "options": [{"value": "cat"}, {"value": "dog", "options": [{"value": "collie"}]}]},
    {"value": "plant"},
]


def interface(*fields: dict[str, Any]) -> Interface:
    return Interface.parse({"inputs": INPUTS, "fields": list(fields)})


def one(**declared: Any) -> Interface:
    return interface({"name": "x", **declared})


def choice(*values: str, **more: Any) -> dict[str, Any]:
    return {"name": "x", "type": "choice", "options": [{"value": value} for value in values], **more}


def merged(subject: Interface, *values: Any, weights: list[float] | None = None) -> Any:
    return subject.merge([{"x": value} for value in values], weights)


@pytest.mark.parametrize(
    ("declared", "left", "right", "distance"),
    [
        (choice("a", "b"), "a", "b", 1.0),
        (choice("a", "b", "c", ordinal=True), "a", "b", 0.5),
        (choice("a", "b", "c", ordinal=True), "a", "c", 1.0),
        (choice("a", "b", "c", multi=True), ["a", "b"], ["b", "c"], 1 - 1 / 3),
        (choice("a", "b", multi=True, min=0), [], ["a"], 1.0),
        ({"name": "x", "type": "choice", "options": TREE}, "cat", "dog", 0.5),
        ({"name": "x", "type": "choice", "options": TREE}, "dog", "collie", 1 - 4 / 5),
        ({"name": "x", "type": "choice", "options": TREE}, "cat", "plant", 1.0),
        ({"name": "x", "type": "rating"}, 2, 3, 0.25),
        ({"name": "x", "type": "number", "min": 0, "max": 10}, 2, 7, 0.5),
        ({"name": "x", "type": "number", "tolerance": 1}, 2, 3, 0.0),
        ({"name": "x", "type": "number"}, 1, 3, 0.5),
        ({"name": "x", "type": "number"}, -1, 1, 1.0),
        ({"name": "x", "type": "number"}, 1e308, -1e308, 1.0),
        ({"name": "x", "type": "text"}, "abcd", "abxd", 0.25),
        ({"name": "x", "type": "text"}, "a  b\n", "a b", 0.0),
        ({"name": "x", "type": "text"}, "e\u0301", "\u00e9", 0.0),
        ({"name": "x", "type": "text", "format": "code"}, "a  \nb", "a\nb\n", 0.0),
        ({"name": "x", "type": "text", "format": "code"}, " a", "a", 0.5),
        ({"name": "x", "type": "text", "format": "transcript"}, "Well, it is so.", "well it was so", 0.25),
        (
            {"name": "x", "type": "preference", "over": ["a", "b"]},
            {"preferred": "a"},
            {"preferred": "b"},
            1.0,
        ),
        (
            {"name": "x", "type": "preference", "over": ["a", "b"], "ties": True},
            {"preferred": "a"},
            {"preferred": "tie"},
            0.5,
        ),
        (
            {"name": "x", "type": "preference", "over": ["a", "b"], "strength": 3},
            {"preferred": "a", "strength": 1},
            {"preferred": "b", "strength": 1},
            1 / 3,
        ),
        (
            {"name": "x", "type": "preference", "over": ["a", "b"], "ties": True, "both_bad": True},
            {"preferred": "both_bad"},
            {"preferred": "tie"},
            0.5,
        ),
        (
            {"name": "x", "type": "preference", "over": ["a", "b"], "both_bad": True},
            {"preferred": "both_bad"},
            {"preferred": "a"},
            1.0,
        ),
        (
            {"name": "x", "type": "preference", "over": ["a", "b", "c"], "mode": "rank"},
            {"ranking": [["a"], ["b"], ["c"]]},
            {"ranking": [["b"], ["a"], ["c"]]},
            1 / 3,
        ),
        (
            {"name": "x", "type": "preference", "over": ["a", "b"], "mode": "rank", "ties": True},
            {"ranking": [["a"], ["b"]]},
            {"ranking": [["a", "b"]]},
            0.5,
        ),
        (
            {"name": "x", "type": "group", "each": "inputs:a,b", "fields": [{"name": "r", "type": "rating"}]},
            {"a": {"r": 1}, "b": {"r": 1}},
            {"a": {"r": 5}, "b": {"r": 1}},
            0.5,
        ),
    ],
)
def test_distances(declared: dict[str, Any], left: Any, right: Any, distance: float) -> None:
    subject = interface(declared)
    assert subject.distance("x", left, right) == pytest.approx(distance)
    assert subject.distance("x", right, left) == pytest.approx(distance)


def test_agreement_is_the_mean_over_pairs_and_fields() -> None:
    subject = interface(choice("a", "b"), {"name": "r", "type": "rating", "required": False})
    agreement = subject.agreement([{"x": "a", "r": 1}, {"x": "a", "r": 3}, {"x": "b"}])
    assert agreement.fields == pytest.approx({"x": 1 / 3, "r": 0.5 / 3})
    assert agreement.score == pytest.approx((1 / 3 + 0.5 / 3) / 2)


def test_agreement_of_fewer_than_two_answers_has_nothing_to_compare() -> None:
    subject = interface(choice("a", "b"))
    for answers in ([], [{"x": "a"}]):
        agreement = subject.agreement(answers)
        assert (agreement.score, agreement.fields) == (1.0, {})


@pytest.mark.parametrize(
    ("declared", "values", "weights", "value", "confidence", "disputed"),
    [
        (choice("a", "b"), ["b", "a", "b"], None, "b", 2 / 3, False),
        (choice("a", "b"), ["b", "a", "b"], [1, 3, 1], "a", 0.6, False),
        (choice("a", "b"), ["b", "a"], None, "a", 0.5, True),
        (choice("c", "b", "a"), ["a", "b"], None, "b", 0.5, True),
        (choice("a", "b"), ["b"], None, "b", 1.0, False),
        (choice("a", "b", "c", ordinal=True), ["a", "c", "c"], None, "c", 2 / 3, False),
        (choice("a", "b", "c", multi=True), [["a"], ["a", "b"], ["a", "c"]], None, ["a"], 2 / 3, False),
        (choice("a", "b", "c", multi=True), [["b"], ["c"]], None, ["b"], 0.5, True),
        ({"type": "choice", "options": TREE}, ["cat", "collie", "dog"], None, "dog",
         (0.5 + 0.8 + 1) / 3, False),
        ({"type": "choice", "options": TREE}, ["cat", "collie", "plant"], None, "animal",
         (2 / 3 + 0.5) / 3, True),
        ({"type": "choice", "options": TREE, "leaves_only": True}, ["cat", "plant", "collie"], None, "cat",
         (1 + 0.4) / 3, True),
        ({"type": "rating"}, [1, 4, 5], None, 4, (0.25 + 1 + 0.75) / 3, False),
        ({"type": "rating"}, [1, 5], None, 1, 0.5, True),
        ({"type": "number", "min": 0, "max": 10}, [1, 2, 9], [1, 1, 5], 9, (5 + 0.2 + 0.3) / 7, False),
        ({"type": "text"}, ["abcd", "abcx", "zzzz"], None, "abcd", (1 + 0.75) / 3, False),
        ({"type": "preference", "over": ["a", "b"], "strength": 3},
         [{"preferred": "b", "strength": 1}, {"preferred": "b", "strength": 3},
          {"preferred": "a", "strength": 1}],
         None, {"preferred": "b", "strength": 1}, (1 + 2 / 3 + 2 / 3) / 3, False),
        ({"type": "preference", "over": ["a", "b", "c"], "mode": "rank"},
         [{"ranking": [["a"], ["b"], ["c"]]}, {"ranking": [["a"], ["c"], ["b"]]},
          {"ranking": [["b"], ["a"], ["c"]]}],
         None, {"ranking": [["a"], ["b"], ["c"]]}, (1 + 2 / 3 + 2 / 3) / 3, False),
        ({"type": "preference", "over": ["a", "b"], "mode": "rank", "ties": True},
         [{"ranking": [["a"], ["b"]]}, {"ranking": [["b"], ["a"]]}],
         None, {"ranking": [["a", "b"]]}, 0.5, True),
    ],
)  # fmt: skip
def test_merge_rules(
    declared: dict[str, Any],
    values: list[Any],
    weights: list[float] | None,
    value: Any,
    confidence: float,
    disputed: bool,
) -> None:
    result = merged(one(**{**declared, "name": "x"}), *values, weights=weights)
    assert result.answer == {"x": value}
    assert result.confidence == pytest.approx(confidence)
    assert result.fields == {"x": pytest.approx(confidence)}
    assert result.disputed == (["x"] if disputed else [])


def test_bounds_on_how_many_hold_after_a_merge() -> None:
    subject = one(**choice("a", "b", "c", "d", multi=True, min=2, max=2))
    assert merged(subject, ["a", "b"], ["a", "c"], ["a", "d"]).answer == {"x": ["a", "b"]}
    assert merged(subject, ["a", "b"], ["b", "c"], ["a", "c"]).answer == {"x": ["a", "b"]}


def test_conditions_look_at_the_merged_values() -> None:
    subject = interface(
        choice("yes", "no"),
        {"name": "why", "type": "text", "when": {"field": "x", "op": "eq", "value": "no"}},
    )
    result = subject.merge([{"x": "yes"}, {"x": "no", "why": "late"}, {"x": "yes"}])
    assert result.answer == {"x": "yes"}
    result = subject.merge([{"x": "yes"}, {"x": "no", "why": "late"}, {"x": "no", "why": "late"}])
    assert result.answer == {"x": "no", "why": "late"}
    assert result.fields == pytest.approx({"x": 2 / 3, "why": 1.0})
    assert result.confidence == pytest.approx(2 / 3)


def test_a_combination_nobody_saw_is_disputed() -> None:
    both = {"all": [{"field": "x", "op": "eq", "value": "b"}, {"field": "y", "op": "eq", "value": "b"}]}
    subject = interface(
        choice("a", "b"), {**choice("a", "b"), "name": "y"}, {"name": "z", "type": "text", "when": both}
    )
    result = subject.merge([{"x": "b", "y": "a"}, {"x": "a", "y": "b"}], [1, 1])
    assert result.answer == {"x": "a", "y": "a"}
    answers = [{"x": "b", "y": "a"}] * 2 + [{"x": "a", "y": "b"}] * 2 + [{"x": "b", "y": "b", "z": "seen"}]
    assert subject.merge(answers).answer == {"x": "b", "y": "b", "z": "seen"}
    result = subject.merge(
        [{"x": "b", "y": "a"}, {"x": "a", "y": "b"}, {"x": "b", "y": "b", "z": "q"}], [1, 1, 0.5]
    )
    assert result.answer["z"] == "q"
    unseen = interface(
        {**choice("a", "b", "c"), "multi": True}, {**choice("p", "q"), "name": "y"},
        {"name": "z", "type": "text", "when": {"all": [{"field": "x", "op": "contains", "value": "a"},
                                                       {"field": "x", "op": "contains", "value": "b"},
                                                       {"field": "x", "op": "contains", "value": "c"}]}},
    )  # fmt: skip
    result = unseen.merge([{"x": x, "y": "p"} for x in (["a", "b"], ["b", "c"], ["a", "c"])])
    assert result.answer == {"x": ["a", "b", "c"], "y": "p"}
    assert result.disputed == ["z"]
    assert (result.fields["z"], result.confidence) == (0.0, 0.0)


def test_an_optional_field_is_kept_by_a_majority() -> None:
    subject = one(type="rating", required=False)
    assert subject.merge([{"x": 3}, {}, {}]).answer == {}
    result = subject.merge([{"x": 3}, {}])
    assert result.answer == {"x": 3}
    assert result.disputed == ["x"]
    result = subject.merge([{"x": 3}, {"x": 3}, {}])
    assert (result.answer, result.disputed) == ({"x": 3}, [])
    assert result.fields["x"] == pytest.approx(2 / 3)


def test_disputes_inside_groups_are_named_by_dotted_path() -> None:
    subject = one(type="group", each="inputs:a,b", fields=[choice("p", "q")])
    result = merged(subject, {"a": {"x": "p"}, "b": {"x": "p"}}, {"a": {"x": "p"}, "b": {"x": "q"}})
    assert result.answer == {"x": {"a": {"x": "p"}, "b": {"x": "p"}}}
    assert result.disputed == ["x.b.x"]
    assert result.confidence == pytest.approx(0.5)


def test_weights_of_zero_count_as_equal() -> None:
    assert merged(one(**choice("a", "b")), "b", "b", "a", weights=[0, 0, 0]).answer == {"x": "b"}


@pytest.mark.parametrize(
    ("answers", "weights"),
    [([], None), ([{"x": "a"}], [1, 2]), ([{"x": "a"}], [-1]), ([{"x": "a"}], [float("nan")])],
)
def test_a_merge_of_nothing_or_with_bad_weights_is_refused(answers: list[Any], weights: Any) -> None:
    with pytest.raises(InvalidInput):
        one(**choice("a", "b")).merge(answers, weights)


@given(st.lists(st.tuples(st.integers(-5, 5), st.floats(0.01, 10)), min_size=1, max_size=9), st.randoms())
def test_the_weighted_median_is_a_median_whatever_the_order(
    pairs: list[tuple[int, float]], random: Random
) -> None:
    values, weights = zip(*pairs, strict=True)
    median = weighted_median(values, weights)
    total = sum(weights)
    assert sum(weight for value, weight in pairs if value <= median) >= total / 2 - 1e-9
    assert sum(weight for value, weight in pairs if value < median) <= total / 2 + 1e-9
    shuffled = list(pairs)
    random.shuffle(shuffled)
    again, its_weights = zip(*shuffled, strict=True)
    assert weighted_median(again, its_weights) == median


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.floats(0, 5)), min_size=1, max_size=8), st.randoms())
def test_a_vote_is_the_heaviest_whatever_the_order(votes: list[tuple[str, float]], random: Random) -> None:
    subject = one(**choice(*"abcd"))
    shuffled = list(votes)
    random.shuffle(shuffled)
    results = [
        subject.merge([{"x": value} for value, _ in listed], [weight for _, weight in listed])
        for listed in (votes, shuffled)
    ]
    assert results[0] == results[1]


def test_a_long_text_is_compared_in_bounded_time() -> None:
    subject = one(type="text")
    left, right = "word " * 60_000, "word " * 59_000 + "other " * 1_000
    assert 0.0 < subject.distance("x", left, right) < 0.1
