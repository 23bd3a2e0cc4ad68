"""What an edit means for the answers already given, and rename maps."""

from __future__ import annotations

from typing import Any

import pytest

from assay.errors import InvalidInput
from assay.interface import Interface

INPUTS: list[dict[str, Any]] = [
    {"name": "text", "type": "text", "source": "$.text"},
    {"name": "prompt", "type": "chat", "source": "$.messages", "optional": True},
]


def interface(*fields: dict[str, Any], inputs: Any = None) -> Interface:
    return Interface.parse({"inputs": inputs or INPUTS, "fields": list(fields)})


def choice(*values: str, **more: Any) -> dict[str, Any]:
    return {"name": "label", "type": "choice", "options": [{"value": value} for value in values], **more}


RATING = {"name": "stars", "type": "rating"}
NUMBER = {"name": "count", "type": "number", "min": 0, "max": 10}
TEXT = {"name": "why", "type": "text", "min_length": 2, "max_length": 10}
GROUP = {"name": "g", "type": "group", "fields": [RATING]}
RUBRIC = {"name": "g", "type": "group", "each": [{"value": "clear"}, {"value": "kind"}], "fields": [RATING]}
PAIR = {"name": "p", "type": "preference", "over": ["text", "prompt"]}


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ([choice("a", "b")], [choice("a", "b", title="Label", ui={"x": 1})], "same"),
        ([choice("a", "b")], [choice("a", "b", "c")], "compatible"),
        ([choice("a", "b")], [choice("b", "a")], "compatible"),
        ([choice("a", "b")], [choice("a", "c")], "breaking"),
        ([choice("a", "b")], [choice("a")], "breaking"),
        ([choice("a", "b", ordinal=True)], [choice("a", "c", "b", ordinal=True)], "compatible"),
        ([choice("a", "b", ordinal=True)], [choice("b", "a", ordinal=True)], "breaking"),
        ([choice("a", "b")], [choice("a", "b", ordinal=True)], "breaking"),
        ([choice("a", "b")], [choice("a", "b", multi=True)], "breaking"),
        ([choice("a", "b", multi=True)], [choice("a", "b", multi=True, min=0)], "compatible"),
        ([choice("a", "b", multi=True)], [choice("a", "b", multi=True, min=2)], "breaking"),
        ([choice("a", "b", multi=True, max=1)], [choice("a", "b", multi=True)], "compatible"),
        ([choice("a", "b", multi=True)], [choice("a", "b", multi=True, max=1)], "breaking"),
        ([choice("a", "b")], [choice("a", "b", required=False)], "compatible"),
        ([choice("a", "b", required=False)], [choice("a", "b")], "breaking"),
        ([choice("a", "b")], [choice("a", "b", indexed=True)], "compatible"),
        ([choice("a", "b")], [choice("a", "b"), RATING], "breaking"),
        ([choice("a", "b")], [choice("a", "b"), {**RATING, "required": False}], "compatible"),
        ([choice("a", "b"), RATING], [choice("a", "b")], "breaking"),
        ([choice("a", "b"), RATING], [RATING, choice("a", "b")], "compatible"),
        ([choice("a", "b")], [{"name": "label", "type": "text"}], "breaking"),
        ([RATING], [{**RATING, "max": 7}], "compatible"),
        ([RATING], [{**RATING, "max": 3}], "breaking"),
        ([RATING], [{**RATING, "min": 0}], "compatible"),
        ([NUMBER], [{**NUMBER, "max": 20}], "compatible"),
        ([NUMBER], [{"name": "count", "type": "number", "min": 0}], "compatible"),
        ([NUMBER], [{**NUMBER, "min": 1}], "breaking"),
        ([NUMBER], [{**NUMBER, "unit": "kg"}], "breaking"),
        ([NUMBER], [{**NUMBER, "integer": True}], "breaking"),
        ([{**NUMBER, "integer": True}], [NUMBER], "compatible"),
        ([TEXT], [{**TEXT, "max_length": 20, "min_length": 0}], "compatible"),
        ([TEXT], [{**TEXT, "max_length": 5}], "breaking"),
        ([TEXT], [{**TEXT, "pattern": "^a"}], "breaking"),
        ([{**TEXT, "pattern": "^a"}], [TEXT], "compatible"),
        ([TEXT], [{**TEXT, "format": "code"}], "breaking"),
        ([PAIR], [{**PAIR, "ties": True}], "compatible"),
        ([{**PAIR, "both_bad": True}], [PAIR], "breaking"),
        ([PAIR], [{**PAIR, "strength": 3}], "breaking"),
        ([GROUP], [{**GROUP, "fields": [{**RATING, "max": 7}]}], "compatible"),
        ([GROUP], [{**GROUP, "fields": [{**RATING, "max": 2}]}], "breaking"),
        ([GROUP], [{**GROUP, "each": "prompt"}], "breaking"),
        (
            [RUBRIC],
            [{**RUBRIC, "each": [{"value": "kind", "title": "Kind?"}, {"value": "clear"}]}],
            "compatible",
        ),
        ([RUBRIC], [{**RUBRIC, "each": [{"value": "kind"}]}], "breaking"),
        (
            [choice("a", "b"), {**TEXT, "when": [{"field": "label", "op": "eq", "value": "a"}]}],
            [choice("a", "b"), {**TEXT, "when": {"all": [{"field": "label", "op": "eq", "value": "a"}]}}],
            "same",
        ),
        (
            [choice("a", "b"), {**TEXT, "when": [{"field": "label", "op": "eq", "value": "a"}]}],
            [choice("a", "b"), {**TEXT, "when": [{"field": "label", "op": "eq", "value": "b"}]}],
            "breaking",
        ),
    ],
)
def test_kinds_of_edits(before: list[Any], after: list[Any], kind: str) -> None:
    edit = Interface.compare(interface(*before), interface(*after))
    assert edit.kind == kind, edit
    assert (edit.reasons == []) is (kind == "same")
    assert any(change.kind == "breaking" for change in edit.reasons) is (kind == "breaking")


@pytest.mark.parametrize(
    ("inputs", "kind"),
    [
        ([INPUTS[0]], "breaking"),
        ([{**INPUTS[0], "source": "$.other"}, INPUTS[1]], "breaking"),
        ([INPUTS[0], {**INPUTS[1], "optional": False}], "breaking"),
        ([{**INPUTS[0], "optional": True}, INPUTS[1]], "compatible"),
        ([*INPUTS, {"name": "more", "type": "text", "source": "$.more"}], "breaking"),
        ([*INPUTS, {"name": "more", "type": "text", "source": "$.more", "optional": True}], "compatible"),
        ([{**INPUTS[0], "title": "The text"}, INPUTS[1]], "same"),
    ],
)
def test_edits_of_inputs(inputs: list[Any], kind: str) -> None:
    assert Interface.compare(interface(RATING), interface(RATING, inputs=inputs)).kind == kind


def test_a_rename_map_makes_an_edit_migrating() -> None:
    why = {**TEXT, "when": [{"field": "label", "op": "in", "value": ["a", "b"]}]}
    old = interface(choice("a", "b", "c"), why)
    new = interface(
        {**choice("a", "c"), "name": "verdict"},
        {**why, "when": [{"field": "verdict", "op": "in", "value": ["a", "a"]}]},
    )
    renames = {"fields": {"label": "verdict"}, "values": {"label": {"b": "a"}}}
    assert Interface.compare(old, new).kind == "breaking"
    assert Interface.compare(old, new, renames).kind == "migrating"
    migrated = old.migrate({"label": "b", "why": "because"}, renames)
    assert migrated == {"verdict": "a", "why": "because"}
    assert new.validate(migrated) == migrated


def test_nested_renames_follow_the_dotted_path() -> None:
    group = {"name": "g", "type": "group", "each": "prompt", "fields": [choice("a", "b"), RATING]}
    old = interface(group)
    new = interface({**group, "fields": [choice("z", "b"), {**RATING, "name": "points"}]})
    renames = {"fields": {"g.stars": "points"}, "values": {"g.label": {"a": "z"}}}
    assert Interface.compare(old, new, renames).kind == "migrating"
    answer = {"g": {"0": {"label": "a", "stars": 2}, "1": {"label": "b", "stars": 3}}}
    migrated = {"g": {"0": {"label": "z", "points": 2}, "1": {"label": "b", "points": 3}}}
    assert old.migrate(answer, renames) == migrated


def test_conditions_on_parts_of_groups_follow_renames() -> None:
    when = [{"field": "g.clear.stars", "op": "lt", "value": 3}]
    old = interface(RUBRIC, {**TEXT, "when": when})
    rubric = {
        **RUBRIC,
        "each": [{"value": "lucid"}, {"value": "kind"}],
        "fields": [{**RATING, "name": "points"}],
    }
    new = interface(rubric, {**TEXT, "when": [{"field": "g.lucid.points", "op": "lt", "value": 3}]})
    renames = {"fields": {"g.stars": "points"}, "values": {"g": {"clear": "lucid"}}}
    assert Interface.compare(old, new, renames).kind == "migrating"
    answer = {"g": {"clear": {"stars": 1}, "kind": {"stars": 5}}, "why": "because"}
    assert new.validate(old.migrate(answer, renames))


def test_a_field_can_be_dropped_on_purpose() -> None:
    old, new = interface(choice("a"), RATING), interface(choice("a"))
    assert Interface.compare(old, new).kind == "breaking"
    assert Interface.compare(old, new, {"fields": {"stars": None}}).kind == "migrating"
    assert old.migrate({"label": "a", "stars": 3}, {"fields": {"stars": None}}) == {"label": "a"}


def test_a_rename_map_does_not_excuse_other_breaks() -> None:
    old, new = (
        interface(choice("a"), RATING),
        interface({**choice("a"), "name": "other"}, {**RATING, "max": 3}),
    )
    edit = Interface.compare(old, new, {"fields": {"label": "other"}})
    assert edit.kind == "breaking"
    assert [change.field for change in edit.reasons if change.kind == "breaking"] == ["stars"]


def test_a_rename_map_that_gives_two_fields_one_name_breaks() -> None:
    old = interface(choice("a"), RATING)
    assert Interface.compare(old, old, {"fields": {"label": "stars"}}).kind == "breaking"


@pytest.mark.parametrize(
    ("renames", "path"),
    [
        ([], ""),
        ({"field": {}}, "/field"),
        ({"fields": []}, "/fields"),
        ({"fields": {"gone": "x"}}, "/fields/gone"),
        ({"fields": {"label": "Not A Name"}}, "/fields/label"),
        ({"fields": {"label": 7}}, "/fields/label"),
        ({"values": {"label": ["a"]}}, "/values/label"),
        ({"values": {"label": {"a": "A!"}}}, "/values/label/a"),
        ({"values": {"gone": {"a": "b"}}}, "/values/gone"),
    ],
)
def test_a_broken_rename_map_is_refused_at_its_place(renames: Any, path: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        interface(choice("a", "b")).migrate({"label": "a"}, renames)
    assert [problem.path for problem in caught.value.problems] == [path]
