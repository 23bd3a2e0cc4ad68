"""The relations field: links between regions that other annotators name differently."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from assay.interface.context import Context, Merging, Pair, Parsing
from assay.interface.fields.base import Outcome, Renames
from assay.interface.fields.regions import Regions
from assay.interface.fields.relations import Relations
from assay.interface.inputs import ItemView, parse_input
from assay.interface.record import Record, parse_record

TEXT = "Ada Lovelace worked with Charles Babbage at the Royal Society in London."
ENTITIES = {
    "name": "entities",
    "type": "regions",
    "on": "text",
    "classes": [{"value": "person", "geometry": "span"}, {"value": "org", "geometry": "span"}],
}
LINKS = {
    "name": "links",
    "type": "relations",
    "between": "entities",
    "types": [
        {"value": "works_for", "from": ["person"], "to": ["org"]},
        {"value": "founded", "from": ["person"], "to": ["org"]},
        {"value": "knows", "from": ["person"], "to": ["person"], "symmetric": True},
    ],
}


def parsed(*fields: dict[str, Any]) -> tuple[Record, Parsing]:
    parsing = Parsing()
    text = parse_input({"name": "text", "type": "text", "source": "$.text"}, "", parsing)
    assert text is not None
    parsing = Parsing({"text": text})
    return parse_record(list(fields), "", "/fields", 1, parsing), parsing


RECORD = parsed(ENTITIES, LINKS)[0]
ITEM = ItemView({"text": parse_input({"name": "text", "type": "text", "source": "$.text"}, "", Parsing())},  # type: ignore[dict-item]
                {"text": TEXT})  # fmt: skip
FIELD = RECORD["links"]
assert isinstance(FIELD, Relations)


def entity(name: str, quote: str, kind: str) -> dict[str, Any]:
    start = TEXT.index(quote)
    geometry = {"type": "span", "start": start, "end": start + len(quote), "quote": quote}
    return {"id": name, "class": kind, "geometry": geometry}


def answer(names: str, *links: tuple[str, int, int]) -> dict[str, Any]:
    """Three entities called by the letters of `names`, and links between them by position."""
    entities = [
        entity(names[0], "Ada Lovelace", "person"),
        entity(names[1], "Charles Babbage", "person"),
        entity(names[2], "Royal Society", "org"),
    ]
    relations = [
        {"id": str(index), "type": kind, "from": names[start], "to": names[end]}
        for index, (kind, start, end) in enumerate(links)
    ]
    return {"entities": entities, "links": relations}


def checked(value: dict[str, Any]) -> list[tuple[str, str]]:
    context = Context(ITEM)
    RECORD.validate(value, "", context)
    return [(problem.path, problem.rule) for problem in context.problems]


def test_valid_relations_pass() -> None:
    assert checked(answer("123", ("works_for", 0, 2), ("knows", 0, 1))) == []


@pytest.mark.parametrize(
    ("change", "path", "rule"),
    [
        ({"to": "9"}, "/links/0/to", "unknown_region"),
        ({"from": 4}, "/links/0/from", "unknown_region"),
        ({"type": "owns"}, "/links/0/type", "unknown_type"),
        ({"to": "2"}, "/links/0/to", "class"),
        ({"id": ""}, "/links/0/id", "id"),
        ({"type": "knows", "to": "1"}, "/links/0/to", "self_relation"),
        ({"weight": 1}, "/links/0", "unknown_key"),
    ],
)
def test_broken_relations_are_named(change: dict[str, Any], path: str, rule: str) -> None:
    value = answer("123", ("works_for", 0, 2))
    value["links"][0] |= change
    assert checked(value) == [(path, rule)]


def test_the_same_link_twice() -> None:
    assert checked(answer("123", ("knows", 0, 1), ("knows", 1, 0))) == [("/links/1", "duplicate")]


@pytest.mark.parametrize(
    ("change", "path", "rule"),
    [
        ({"between": "nothing"}, "/fields/1/between", "unknown_field"),
        ({"types": [{"value": "a", "from": ["cat"]}]}, "/fields/1/types/0/from/0", "unknown_class"),
        ({"types": [{"value": "a"}, {"value": "a"}]}, "/fields/1/types/1/value", "duplicate"),
        ({"types": [{"value": "a", "from": ["org"], "symmetric": True}]},
         "/fields/1/types/0/symmetric", "conflict"),
    ],
)  # fmt: skip
def test_broken_declarations_are_named(change: dict[str, Any], path: str, rule: str) -> None:
    _, parsing = parsed(ENTITIES, {**LINKS, **change})
    assert (path, rule) in [(problem.path, problem.rule) for problem in parsing.problems]


def distance(a: dict[str, Any], b: dict[str, Any]) -> float:
    return FIELD.distance(a["links"], b["links"], Pair(ITEM, a, b))


def test_agreement_survives_other_names() -> None:
    a = answer("123", ("works_for", 0, 2), ("knows", 0, 1))
    same = answer("xyz", ("knows", 1, 0), ("works_for", 0, 2))
    # The names of one answer occur in the other for other regions.
    misleading = answer("321", ("works_for", 0, 2), ("knows", 0, 1))
    assert distance(a, same) == distance(a, misleading) == 0.0
    assert distance(a, answer("xyz", ("works_for", 0, 2))) == pytest.approx(1 - 2 / 3)
    assert distance(answer("123", ("works_for", 0, 2)), answer("123", ("founded", 0, 2))) == 0.5
    assert distance(answer("123", ("works_for", 0, 2)), answer("123", ("works_for", 1, 2))) == 1.0
    assert distance(a, answer("xyz")) == 1.0
    assert distance(answer("123"), answer("xyz")) == 0.0


def merged(answers: list[dict[str, Any]], weights: list[float]) -> dict[str, Any]:
    return RECORD.merge(answers, weights, Merging(ITEM)).value


def test_merge_goes_through_the_merged_regions() -> None:
    answers = [
        answer("123", ("works_for", 0, 2), ("knows", 0, 1)),
        answer("abc", ("works_for", 0, 2)),
        answer("321", ("founded", 0, 2), ("knows", 1, 0), ("works_for", 1, 2)),
    ]
    value = merged(answers, [1, 1, 1])
    assert checked(value) == []
    quotes = {region["id"]: region["geometry"]["quote"] for region in value["entities"]}
    links = {(link["type"], *sorted((quotes[link["from"]], quotes[link["to"]]))) for link in value["links"]}
    assert links == {
        ("works_for", "Ada Lovelace", "Royal Society"),
        ("knows", "Ada Lovelace", "Charles Babbage"),
    }
    for order in ([2, 0, 1], [1, 2, 0]):
        assert merged([answers[i] for i in order], [1, 1, 1]) == value


def test_a_link_without_a_majority_for_a_type_takes_the_heaviest() -> None:
    answers = [answer("123", ("works_for", 0, 2)), answer("123", ("founded", 0, 2)), answer("123")]
    value = merged(answers, [1, 1.5, 1])
    assert [link["type"] for link in value["links"]] == ["founded"]


def test_samples_perturbations_and_language_model() -> None:
    schema = Draft202012Validator(FIELD.json_schema())
    changed = 0
    for seed in range(20):
        random = Random(seed)
        context = Context(ITEM)
        context.siblings = {"entities": answer("123")["entities"]}
        value = FIELD.sample(random, context)
        assert FIELD.validate(value, "", context) == value
        wrong = FIELD.perturb(value, random, context)
        changed += wrong != value
        FIELD.validate(wrong, "", context)
        assert context.problems == []
        assert schema.is_valid(value)
        back = FIELD.from_llm(FIELD.to_llm(value, context), "", context)
        assert FIELD.validate(back, "", context) == back
        assert distance({**answer("123"), "links": value}, {**answer("123"), "links": back}) == 0.0
    assert changed == 20


def test_two_regions_fields() -> None:
    other = {**ENTITIES, "name": "places", "classes": [{"value": "city", "geometry": "span"}]}
    links = {"name": "in", "type": "relations", "between": ["entities", "places"], "types": [{"value": "in"}]}
    record, parsing = parsed(ENTITIES, other, links)
    assert parsing.problems == []
    value = {
        "entities": [entity("1", "Royal Society", "org")],
        "places": [entity("1", "London", "city")],
        "in": [{"id": "r", "type": "in", "from": "1", "to": "1"}],
    }
    context = Context(ITEM)
    assert record.validate(value, "", context) == value
    assert context.problems == []
    assert record.distance(value, value, Pair(ITEM)) == 0.0


def test_versions_and_renames() -> None:
    fewer = parsed(ENTITIES, {**LINKS, "types": LINKS["types"][:2]})[0]["links"]
    assert [change.kind for change in fewer.compare(FIELD)] == ["breaking"]
    assert [change.kind for change in FIELD.compare(fewer)] == ["compatible"]
    renames = Renames(
        fields={"entities": "names"}, values={"links": {"knows": "met"}, "entities": {"org": "firm"}}
    )
    declaration = FIELD.rename_declaration(renames)
    assert declaration["between"] == "names"
    assert [each["value"] for each in declaration["types"]] == ["works_for", "founded", "met"]
    assert declaration["types"][0]["to"] == ["firm"]


def test_regions_that_were_not_kept_take_their_links_along() -> None:
    field = RECORD["entities"]
    assert isinstance(field, Regions)
    merging = Merging(
        ITEM, [{}, {}], [0, 1], 2, {"entities": Outcome([], 0.2, (), ({"1": "1", "2": "2"}, {}))}
    )
    value = [{"id": "1", "type": "knows", "from": "1", "to": "2"}]
    assert FIELD.consensus([value, value], [1.0, 0.5], merging) == value
    assert FIELD.consensus([value, value], [0.5, 1.0], merging) == []
