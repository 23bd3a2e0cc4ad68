"""The declarations of the documentation, each with an answer, as they are written there."""

from __future__ import annotations

import gc
import json
from random import Random
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from assay.errors import InvalidInput
from assay.interface import Interface

OCCLUSION = {
    "name": "occlusion",
    "type": "choice",
    "ordinal": True,
    "options": [{"value": "none"}, {"value": "partial"}, {"value": "heavy"}],
}
BOXES = {
    "version": 1,
    "inputs": [{"name": "image", "type": "image", "source": "$.image"}],
    "fields": [
        {
            "name": "objects",
            "type": "regions",
            "on": "image",
            "classes": [
                {
                    "value": "car",
                    "geometry": "box",
                    "hotkey": "1",
                    "constraints": {"min_px": 4},
                    "attributes": [
                        OCCLUSION,
                        {
                            "name": "plate",
                            "type": "text",
                            "when": [{"field": "occlusion", "op": "ne", "value": "heavy"}],
                        },
                    ],
                },
                {"value": "person", "geometry": "polygon", "hotkey": "2"},
            ],
        },
        {
            "name": "weather",
            "type": "choice",
            "options": [{"value": "clear"}, {"value": "rain"}],
            "indexed": True,
        },
    ],
}
BOXES_ANSWER: dict[str, Any] = {
    "objects": [
        {
            "id": "1",
            "class": "car",
            "geometry": {"type": "box", "x": 1, "y": 2, "w": 10, "h": 5},
            "attributes": {"occlusion": "none", "plate": "AB"},
        }
    ],
    "weather": "rain",
}
ENTITIES = {
    "inputs": [{"name": "text", "type": "text", "source": "$.text"}],
    "fields": [
        {
            "name": "entities",
            "type": "regions",
            "on": "text",
            "ui": {"snap": "word"},
            "classes": [
                {"value": "person", "geometry": "span", "hotkey": "p"},
                {"value": "org", "geometry": "span", "hotkey": "o"},
            ],
        },
        {"name": "rels", "type": "relations", "between": "entities", "types": [{"value": "works_for"}]},
    ],
}
PREFERENCE = {
    "inputs": [
        {"name": "prompt", "type": "chat", "source": "$.messages"},
        {"name": "a", "type": "chat", "source": "$.responses[0]"},
        {"name": "b", "type": "chat", "source": "$.responses[1]"},
    ],
    "fields": [
        {
            "name": "rubric",
            "type": "group",
            "each": "inputs:a,b",
            "fields": [
                {"name": "correct", "type": "rating", "min": 1, "max": 5, "help": "Are all claims true?"},
                {"name": "safe", "type": "choice", "options": [{"value": "yes"}, {"value": "no"}]},
            ],
        },
        {"name": "overall", "type": "preference", "over": ["a", "b"], "strength": 3, "ties": True},
        {"name": "why", "type": "text", "when": [{"field": "overall.strength", "op": "eq", "value": 3}]},
        {
            "name": "rewrite",
            "type": "text",
            "format": "markdown",
            "required": False,
            "ui": {"diff": True, "initial": "$winner"},
        },
    ],
}
PREFERENCE_ITEM = {
    "messages": [{"role": "user", "content": "?"}],
    "responses": [[{"role": "assistant", "content": "x"}], [{"role": "assistant", "content": "y"}]],
}
CUBOIDS = {
    "inputs": [
        {
            "name": "scene",
            "type": "pointcloud",
            "source": "$.frames",
            "cameras": "$.cameras",
            "frame": "world",
        }
    ],
    "fields": [
        {
            "name": "objects",
            "type": "regions",
            "on": "scene",
            "tracks": True,
            "classes": [
                {
                    "value": "car",
                    "geometry": "cuboid3d",
                    "hotkey": "1",
                    "attributes": [
                        {"name": "parked", "type": "choice", "options": [{"value": "yes"}, {"value": "no"}]}
                    ],
                }
            ],
        }
    ],
}
CUBOIDS_ANSWER = {
    "objects": [
        {
            "id": "t1",
            "class": "car",
            "keyframes": [
                {
                    "frame": 0,
                    "geometry": {
                        "type": "cuboid3d",
                        "center": [1, 2, 0],
                        "size": [4.6, 1.9, 1.7],
                        "quat": [1, 0, 0, 0],
                    },
                }
            ],
            "attributes": {"parked": "no"},
        }
    ]
}
TURNS = {
    "inputs": [{"name": "prompt", "type": "chat", "source": "$.messages"}],
    "fields": [
        {
            "name": "turns",
            "type": "group",
            "each": "prompt[role=assistant]",
            "fields": [{"name": "helpful", "type": "rating"}],
        }
    ],
}
STEPS = {
    "inputs": [{"name": "trajectory", "type": "trajectory", "source": "$.trace"}],
    "fields": [
        {
            "name": "steps",
            "type": "group",
            "each": "trajectory.steps",
            "fields": [
                {"name": "ok", "type": "choice", "options": [{"value": "yes"}, {"value": "no"}]},
                {"name": "fault", "type": "text", "when": {"field": "ok", "op": "eq", "value": "no"}},
            ],
        }
    ],
}
ALL = {
    "boxes": BOXES,
    "entities": ENTITIES,
    "preference": PREFERENCE,
    "cuboids": CUBOIDS,
    "turns": TURNS,
    "steps": STEPS,
}


@pytest.mark.parametrize("declared", ALL.values(), ids=list(ALL))
def test_it_parses_and_does_all_an_interface_does(declared: dict[str, Any]) -> None:
    interface = Interface.parse(declared)
    Draft202012Validator.check_schema(interface.json_schema())
    Draft202012Validator.check_schema(interface.llm_schema())
    random = Random(1)
    answers = [interface.sample(random) for _ in range(3)]
    for answer in answers:
        assert interface.validate(answer) == answer
    assert 0.0 <= interface.agreement(answers).score <= 1.0
    assert interface.merge(answers).answer.keys() <= {field["name"] for field in declared["fields"]}


def test_image_boxes() -> None:
    interface = Interface.parse(BOXES)
    item = {"image": "a.jpg"}
    assert interface.check_item(item) == []
    answer = interface.validate(BOXES_ANSWER, item)
    assert answer["objects"][0]["attributes"] == {"occlusion": "none", "plate": "AB"}
    assert interface.indexed(answer) == {"weather": "rain"}
    assert interface.hotkeys()["1"] == {"field": "objects", "value": "car"}
    assert interface.hotkeys()["2"] == {"field": "objects", "value": "person"}


def test_a_wrong_box_is_named_exactly() -> None:
    interface = Interface.parse(BOXES)
    broken: Any = {
        "objects": [
            {**BOXES_ANSWER["objects"][0], "attributes": {"occlusion": "heavy", "plate": "AB"}},
            {"id": "2", "class": "tram", "geometry": {"type": "box", "x": 1, "y": 2, "w": 10, "h": 5}},
            {"id": "3", "class": "car", "geometry": {"type": "box", "x": 1, "y": 2, "w": "10", "h": 5},
             "attributes": {"occlusion": "none", "plate": "AB"}},
        ],
        "weather": "snow",
    }  # fmt: skip
    with pytest.raises(InvalidInput) as caught:
        interface.validate(broken)
    assert {problem.path for problem in caught.value.problems} == {
        "/objects/0/attributes/plate",
        "/objects/1/class",
        "/objects/2/geometry/w",
        "/weather",
    }


def test_entities_from_a_language_model() -> None:
    interface = Interface.parse(ENTITIES)
    item = {"text": "Ann works for Mint. Ann left."}
    reply: dict[str, Any] = {
        "entities": [
            {"id": "x", "class": "person", "geometry": {"quote": "Ann", "occurrence": 2}},
            {"id": "y", "class": "org", "geometry": {"quote": "Mint", "occurrence": 1}},
        ],
        "rels": [{"type": "works_for", "from": "x", "to": "y"}],
    }
    answer = interface.from_llm(reply, item)
    person, org = answer["entities"]
    assert (person["geometry"]["start"], person["geometry"]["end"]) == (20, 23)
    assert (org["geometry"]["start"], org["geometry"]["end"]) == (14, 18)
    assert answer["rels"][0]["from"] == person["id"]
    reply["entities"][0]["geometry"] = {"quote": "Bob", "occurrence": 1}
    with pytest.raises(InvalidInput) as caught:
        interface.from_llm(reply, item)
    assert caught.value.problems[0].path.startswith("/entities/0/geometry")


def test_preference_with_rubric() -> None:
    interface = Interface.parse(PREFERENCE)
    assert interface.check_item(PREFERENCE_ITEM) == []
    entry = {"correct": 4, "safe": "yes"}
    answer = {"rubric": {"a": entry, "b": entry}, "overall": {"preferred": "a", "strength": 2}}
    assert interface.validate(answer, PREFERENCE_ITEM) == answer
    with pytest.raises(InvalidInput) as caught:
        interface.validate({**answer, "overall": {"preferred": "a", "strength": 3}}, PREFERENCE_ITEM)
    assert [(problem.path, problem.rule) for problem in caught.value.problems] == [("/why", "required")]
    with pytest.raises(InvalidInput) as caught:
        interface.validate({**answer, "why": "so"}, PREFERENCE_ITEM)
    assert [(problem.path, problem.rule) for problem in caught.value.problems] == [("/why", "hidden")]


def test_cuboid_tracks() -> None:
    interface = Interface.parse(CUBOIDS)
    item = {"frames": [{"url": "0.pcd"}, {"url": "1.pcd"}], "cameras": []}
    assert interface.check_item(item) == []
    assert interface.validate(CUBOIDS_ANSWER, item)["objects"][0]["attributes"] == {"parked": "no"}
    assert interface.llm_schema()["properties"] == {}
    assert interface.from_llm({}, item) == {}


def test_steps_are_keyed_by_their_own_ids() -> None:
    interface = Interface.parse(STEPS)
    item = {"trace": [{"id": "s1"}, {"id": "s2"}]}
    answer = {"steps": {"s1": {"ok": "yes"}, "s2": {"ok": "no", "fault": "wrong tool"}}}
    assert interface.validate(answer, item) == answer
    assert interface.to_llm(answer, item)["steps"][1] == {
        "item": "s2",
        "answer": {"ok": "no", "fault": "wrong tool"},
    }
    assert interface.from_llm(interface.to_llm(answer, item), item) == answer


def test_a_large_answer_is_validated_and_the_collector_runs_again() -> None:
    interface = Interface.parse(BOXES)
    boxes = [
        {
            "id": str(index),
            "class": "person",
            "geometry": {"type": "polygon", "points": [[0, 0], [9, 0], [9, 9]]},
        }
        for index in range(4_000)
    ]
    answer = {"objects": boxes, "weather": "rain"}
    raw = json.dumps(answer).encode()
    assert len(raw) > 256 * 1024
    assert len(interface.validate(answer)["objects"]) == 4_000
    assert interface.validate_json(raw) == interface.validate(answer)
    assert gc.isenabled()
    boxes[3_999]["class"] = "tram"
    with pytest.raises(InvalidInput) as caught:
        interface.validate_json(json.dumps(answer).encode())
    assert [problem.path for problem in caught.value.problems] == ["/objects/3999/class"]
    assert gc.isenabled()
