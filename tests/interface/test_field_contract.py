"""What every registered field type must fulfil. A new type adds its cases to `CASES`; one without fails."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise, permutations
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from assay.errors import InvalidInput
from assay.interface import FIELD_TYPES, Interface

INPUTS = [
    {"name": "prompt", "type": "chat", "source": "$.messages"},
    {"name": "a", "type": "text", "source": "$.responses[0]"},
    {"name": "b", "type": "text", "source": "$.responses[1]"},
    {"name": "c", "type": "text", "source": "$.responses[2]", "optional": True},
    {"name": "image", "type": "image", "source": "$.image"},
    {"name": "video", "type": "video", "source": "$.video"},
]
ITEM = {
    "messages": [
        {"role": "user", "content": "Who struck the first hallmark?"},
        {"role": "assistant", "content": "The assay office."},
        {"role": "user", "content": "When?"},
        {"role": "assistant", "content": "In 1300."},
    ],
    "responses": ["Alice works for the assay office in London.", "Bob works there, too."],
    "image": {"url": "https://example.org/a.jpg", "width": 640, "height": 480},
    "video": {"url": "https://example.org/a.mp4", "width": 640, "height": 480, "frames": 50, "duration": 2.0},
}


@dataclass(frozen=True)
class Case:
    """A field type in one of its forms.

    exact_schema: JSON Schema says all that `validate` says without an item.
    lossless: a language model's view has all of the value. asked: a language model is asked at all.
    values: option renames to try, by dotted path. before: fields that have to stand before.
    """

    name: str
    declaration: dict[str, Any]
    exact_schema: bool = True
    lossless: bool = True
    asked: bool = True
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    before: list[dict[str, Any]] = field(default_factory=list)

    def interface(self) -> Interface:
        return Interface.parse({"inputs": INPUTS, "fields": [*self.before, self.target()]})

    def target(self) -> dict[str, Any]:
        return {"name": "target", **self.declaration}


def options(*values: str) -> list[dict[str, Any]]:
    return [{"value": value} for value in values]


TREE = [
    {
        "value": "animal",
        "options": [{"value": "cat"}, {"value": "dog", "options": options("spitz", "collie")}],
    },
    {"value": "plant", "options": options("fern", "oak")},
]
PARTS = [
    {"name": "correct", "type": "rating"},
    {"name": "safe", "type": "choice", "options": options("yes", "no")},
    {
        "name": "why",
        "type": "text",
        "when": {
            "any": [
                {"field": "correct", "op": "le", "value": 2},
                {"field": "safe", "op": "eq", "value": "no"},
            ]
        },
    },
    {"name": "note", "type": "text", "required": False},
]
BOXES = {
    "name": "boxes",
    "type": "regions",
    "on": "image",
    "classes": [{"value": "car", "geometry": "box"}, {"value": "person", "geometry": "box"}],
}
OCCLUSION = {
    "name": "occlusion",
    "type": "choice",
    "ordinal": True,
    "options": options("none", "half", "most"),
}

CASES = [
    Case("choice", {"type": "choice", "options": options("red", "green", "blue")},
         values={"target": {"red": "crimson"}}),
    Case("choice ordinal",
         {"type": "choice", "ordinal": True, "options": options("low", "mid", "high", "top")},
         values={"target": {"low": "least"}}),
    Case("choice multi", {"type": "choice", "multi": True, "options": options("a", "b", "c", "d")},
         values={"target": {"a": "z", "b": "y"}}),
    Case("choice multi bounded",
         {"type": "choice", "multi": True, "min": 2, "max": 3, "options": options("a", "b", "c", "d")}),
    Case("choice multi none", {"type": "choice", "multi": True, "min": 0, "options": options("a", "b")}),
    Case("choice taxonomy", {"type": "choice", "options": TREE}, values={"target": {"dog": "hound"}}),
    Case("choice taxonomy leaves", {"type": "choice", "leaves_only": True, "options": TREE}),
    Case("choice taxonomy multi", {"type": "choice", "multi": True, "options": TREE}),
    Case("rating", {"type": "rating"}),
    Case("rating range", {"type": "rating", "min": -3, "max": 3, "labels": {"0": "neither"}}),
    Case("number", {"type": "number"}),
    Case("number bounded", {"type": "number", "min": 0, "max": 1, "tolerance": 0.05, "unit": "kg"}),
    Case("number integer", {"type": "number", "integer": True, "min": 0}),
    Case("text", {"type": "text"}),
    Case("text markdown", {"type": "text", "format": "markdown", "min_length": 0, "max_length": 40}),
    Case("text code", {"type": "text", "format": "code", "language": "python"}),
    Case("text transcript", {"type": "text", "format": "transcript"}),
    Case("text pattern", {"type": "text", "pattern": "^[a-c]{2,6}[0-9]?$", "max_length": 7}),
    Case("preference", {"type": "preference", "over": ["a", "b"]}),
    Case("preference seven", {"type": "preference", "over": ["a", "b"], "strength": 3, "ties": True,
                              "both_bad": True}),
    Case("preference strength", {"type": "preference", "over": ["a", "b"], "strength": 2}),
    Case("preference of three", {"type": "preference", "over": ["a", "b", "c"], "ties": True, "strength": 2}),
    Case("preference rank", {"type": "preference", "over": ["a", "b", "c"], "mode": "rank"}),
    Case("preference rank ties",
         {"type": "preference", "over": ["a", "b", "c"], "mode": "rank", "ties": True, "both_bad": True}),
    Case("group", {"type": "group", "fields": PARTS}, values={"target.safe": {"yes": "safe"}}),
    Case("group inputs", {"type": "group", "each": "inputs:a,b", "fields": PARTS}),
    Case("group criteria",
         {"type": "group", "each": options("clear", "kind"), "fields": [{"name": "met", "type": "rating"}]},
         values={"target": {"clear": "lucid"}}),
    Case("group turns", {"type": "group", "each": "prompt[role=assistant]", "fields": PARTS}),
    Case("group nested", {"type": "group", "fields": [{"name": "inner", "type": "group", "fields": PARTS}]}),
    Case("regions", {**BOXES, "name": "target"}, exact_schema=False, lossless=False,
         values={"target": {"car": "vehicle"}}),
    Case("regions attributes",
         {"type": "regions", "on": "image", "classes": [
             {"value": "car", "geometry": "box", "attributes": [
                 OCCLUSION,
                 {"name": "plate", "type": "text",
                  "when": [{"field": "occlusion", "op": "ne", "value": "most"}]}]},
             {"value": "person", "geometry": "polygon"}]},
         exact_schema=False, lossless=False, values={"target.car.occlusion": {"none": "free"}}),
    Case("regions spans",
         {"type": "regions", "on": "a", "classes": [{"value": "person", "geometry": "span"},
                                                    {"value": "org", "geometry": "span"}]},
         exact_schema=False, lossless=False),
    Case("regions tracks",
         {"type": "regions", "on": "video", "tracks": True, "classes": [
             {"value": "car", "geometry": "box", "attributes": [{**OCCLUSION, "dynamic": True}]}]},
         exact_schema=False, asked=False),
    Case("regions masks",
         {"type": "regions", "on": "image", "classes": [{"value": "sky", "geometry": "mask"}]},
         exact_schema=False, asked=False),
    Case("relations", {"type": "relations", "between": "boxes", "types": options("next_to", "behind")},
         exact_schema=False, lossless=False, before=[BOXES], values={"target": {"behind": "hidden_by"}}),
]  # fmt: skip

each_case = pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
seeds = st.integers(0, 2**32)


def samples(case: Case, count: int, seed: int = 7) -> list[dict[str, Any]]:
    interface = case.interface()
    random = Random(seed)
    return [interface.sample(random, ITEM) for _ in range(count)]


def test_every_registered_type_has_a_case() -> None:
    assert {case.declaration["type"] for case in CASES} == set(FIELD_TYPES)


@each_case
def test_the_normalised_declaration_is_a_fixed_point(case: Case) -> None:
    interface = case.interface()
    again = Interface.parse(json.loads(json.dumps(interface.declaration)))
    assert again.declaration == interface.declaration
    assert again.version_hash == interface.version_hash
    assert Interface.compare(interface, again).kind == "same"


@each_case
def test_a_sample_is_valid_and_already_normal(case: Case) -> None:
    interface = case.interface()
    for answer in samples(case, 20):
        assert interface.validate(json.loads(json.dumps(answer)), ITEM) == answer
        assert interface.validate(answer) == answer


@each_case
def test_a_sample_without_an_item_is_valid_without_one(case: Case) -> None:
    interface, random = case.interface(), Random(3)
    for _ in range(10):
        answer = interface.sample(random)
        assert interface.validate(answer) == answer


@each_case
def test_a_perturbed_answer_is_valid_and_another(case: Case) -> None:
    interface, random = case.interface(), Random(5)
    changed = 0
    answers = samples(case, 20)
    for answer in answers:
        wrong = interface.perturb(answer, random, 1.0, ITEM)
        assert interface.validate(wrong, ITEM) == wrong
        changed += wrong != answer
    assert changed >= len(answers) * 0.8
    assert interface.perturb(answers[0], random, 0.0, ITEM) == answers[0]


@each_case
def test_json_schema_is_valid_without_references_and_accepts_samples(case: Case) -> None:
    schema = case.interface().json_schema()
    Draft202012Validator.check_schema(schema)
    assert "$ref" not in json.dumps(schema)
    validator = Draft202012Validator(schema)
    for answer in samples(case, 20):
        assert validator.is_valid(answer), list(validator.iter_errors(answer))


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield from places(part, (*path, key))


JUNK: list[Any] = [
    *(None, True, False, 0, 1, -1, 3.0, 0.5, 1e308, 2**70, "", "a", "nothing like it", "yes", "tie"),
    *([], ["a"], [[]], [1, 2, 3], {}, {"a": 1}, {"preferred": "a"}, {"type": "box"}),
]


def mutated(answer: dict[str, Any], random: Random) -> Any:
    """The answer with one part replaced, removed, doubled or added."""
    result = copy.deepcopy(answer)
    path = random.choice([path for path in places(result) if path])
    parent = result
    for step in path[:-1]:
        parent = parent[step]
    move = random.choice(("replace", "replace", "remove", "double", "add"))
    if move == "replace":
        parent[path[-1]] = random.choice(JUNK)
    elif move == "remove":
        del parent[path[-1]]
    elif isinstance(parent, list):
        parent.append(copy.deepcopy(parent[path[-1]]) if move == "double" else random.choice(JUNK))
    else:
        parent["extra"] = random.choice(JUNK)
    return result


def accepts(interface: Interface, answer: Any, item: Any = None) -> bool:
    try:
        interface.validate(answer, item)
    except InvalidInput as error:
        assert error.problems
        assert all(problem.path == "" or problem.path.startswith("/") for problem in error.problems)
        return False
    return True


@each_case
def test_json_schema_and_validation_agree_on_mutations(case: Case) -> None:
    interface, random = case.interface(), Random(11)
    validator = Draft202012Validator(interface.json_schema())
    seen = set()
    for answer in samples(case, 60):
        wrong = mutated(answer, random)
        accepted = accepts(interface, wrong)
        seen.add(accepted)
        if accepted or case.exact_schema:
            assert validator.is_valid(wrong) is accepted, wrong
    assert False in seen


@each_case
def test_any_json_gets_an_answer_or_a_problem(case: Case) -> None:
    interface = case.interface()
    for junk in JUNK:
        accepts(interface, junk, ITEM)
        for answer in ({"target": junk}, {"target": [junk]}, {"target": {"a": junk, "0": junk}}):
            accepts(interface, answer, ITEM)
            try:
                interface.from_llm(answer, ITEM)
            except InvalidInput as error:
                assert error.problems


@each_case
def test_agreement_is_one_with_itself_and_symmetric(case: Case) -> None:
    interface = case.interface()
    answers = samples(case, 8)
    for answer in answers:
        agreement = interface.agreement([answer, copy.deepcopy(answer)], ITEM)
        assert agreement.score == pytest.approx(1.0)
    for left, right in pairwise(answers):
        there, back = interface.agreement([left, right], ITEM), interface.agreement([right, left], ITEM)
        assert there.fields == pytest.approx(back.fields)
        assert all(0.0 <= value <= 1.0 for value in there.fields.values())


@each_case
def test_merging_identical_answers_gives_the_answer(case: Case) -> None:
    interface = case.interface()
    for answer in samples(case, 8):
        merged = interface.merge([copy.deepcopy(answer) for _ in range(3)], [0.2, 1.7, 0.4], ITEM)
        assert merged.answer == answer
        assert merged.confidence == pytest.approx(1.0)
        assert merged.disputed == []


@each_case
def test_a_merge_is_valid_and_independent_of_order(case: Case) -> None:
    interface, random = case.interface(), Random(13)
    for truth in samples(case, 5):
        answers = [truth, *(interface.perturb(truth, random, 0.7, ITEM) for _ in range(2)),
                   interface.sample(random, ITEM)]  # fmt: skip
        weights = [1.0, 0.3, 0.7, 1.1]
        merged = interface.merge(answers, weights, ITEM)
        assert 0.0 <= merged.confidence <= 1.0
        if not merged.disputed:
            assert interface.validate(merged.answer, ITEM) == merged.answer
        for order in random.sample(list(permutations(range(4))), 5):
            again = interface.merge([answers[i] for i in order], [weights[i] for i in order], ITEM)
            assert again == merged


@each_case
def test_equal_weights_are_independent_of_order_too(case: Case) -> None:
    interface, random = case.interface(), Random(17)
    answers = [interface.sample(random, ITEM) for _ in range(3)]
    merged = interface.merge(answers, None, ITEM)
    for order in permutations(range(3)):
        assert interface.merge([answers[i] for i in order], None, ITEM) == merged


def assert_strict(schema: Any) -> None:
    """Strict modes: closed objects with all required, anyOf only, no references, no other keyword."""
    allowed = {
        "type",
        "enum",
        "items",
        "anyOf",
        "properties",
        "required",
        "additionalProperties",
        "description",
    }
    assert set(schema) <= allowed, schema
    if schema.get("type") == "object":
        assert schema["additionalProperties"] is False
        assert schema["required"] == list(schema["properties"])
    for part in [*schema.get("properties", {}).values(), *schema.get("anyOf", ())]:
        assert_strict(part)
    if "items" in schema:
        assert_strict(schema["items"])


@each_case
def test_language_model_schema_is_strict_and_accepts_what_is_said(case: Case) -> None:
    interface = case.interface()
    schema = interface.llm_schema()
    assert_strict(schema)
    assert ("target" in schema["properties"]) is case.asked
    for answer in samples(case, 10):
        said = interface.to_llm(answer, ITEM)
        Draft202012Validator(schema).validate(json.loads(json.dumps(said)))


@each_case
def test_language_model_round_trip(case: Case) -> None:
    interface = case.interface()
    for answer in samples(case, 10):
        back = interface.from_llm(json.loads(json.dumps(interface.to_llm(answer, ITEM))), ITEM)
        if case.asked and case.lossless:
            assert back == answer
        assert ("target" in back) is (case.asked and "target" in answer)


@each_case
def test_a_renamed_field_and_renamed_values_keep_answers_valid(case: Case) -> None:
    old = case.interface()
    declared = json.loads(json.dumps(old.declaration))
    declared["fields"][-1]["name"] = "renamed"
    new = Interface.parse(declared)
    renames = {"fields": {"target": "renamed"}}
    assert Interface.compare(old, new).kind == "breaking"
    assert Interface.compare(old, new, renames).kind == "migrating"
    for answer in samples(case, 10):
        migrated = old.migrate(answer, renames)
        assert new.validate(migrated, ITEM) == migrated
        assert migrated.get("renamed") == answer.get("target")


@pytest.mark.parametrize("case", [case for case in CASES if case.values],
                         ids=[case.name for case in CASES if case.values])  # fmt: skip
def test_renamed_values_keep_answers_valid(case: Case) -> None:
    old = case.interface()
    [(path, mapping)] = case.values.items()
    text = json.dumps(old.declaration)
    for was, now in mapping.items():
        text = text.replace(f'"value": "{was}"', f'"value": "{now}"')
    new = Interface.parse(text)
    renames = {"values": {path: mapping}}
    assert Interface.compare(old, new).kind == "breaking"
    edit = Interface.compare(old, new, renames)
    # Other fields of the case may have values of the same name; only those of the path are renamed.
    assert edit.kind == "migrating", edit
    for answer in samples(case, 10):
        migrated = old.migrate(answer, renames)
        new.validate(migrated, ITEM)


@each_case
def test_nothing_a_method_is_given_is_changed(case: Case) -> None:
    interface, random = case.interface(), Random(19)
    answers = samples(case, 3)
    before = copy.deepcopy((answers, ITEM))
    for answer in answers:
        interface.validate(answer, ITEM)
        interface.perturb(answer, random, 1.0, ITEM)
        interface.to_llm(answer, ITEM)
        interface.indexed(answer)
        interface.migrate(answer, {"fields": {"target": "other"}})
    interface.merge(answers, None, ITEM)
    interface.agreement(answers, ITEM)
    assert (answers, ITEM) == before


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(CASES), seeds)
def test_distance_is_a_dissimilarity(case: Case, seed: int) -> None:
    interface = case.interface()
    random = Random(seed)
    left, right = interface.sample(random, ITEM), interface.sample(random, ITEM)
    if "target" in left and "target" in right and not case.before:
        forth = interface.distance("target", left["target"], right["target"], ITEM)
        back = interface.distance("target", right["target"], left["target"], ITEM)
        assert 0.0 <= forth <= 1.0
        assert forth == pytest.approx(back)
        assert interface.distance("target", left["target"], left["target"], ITEM) == 0.0
