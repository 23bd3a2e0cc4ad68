"""The regions field: values, agreement and merge of boxes, spans and tracks."""

from __future__ import annotations

import time
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from assay.interface.context import Context, Merging, Pair, Parsing
from assay.interface.fields.base import Renames, parse_field
from assay.interface.fields.regions import Regions
from assay.interface.inputs import ItemView, parse_input

CAR: dict[str, Any] = {
    "value": "car",
    "geometry": "box",
    "constraints": {"min_px": 4},
    "attributes": [
        {
            "name": "occlusion",
            "type": "choice",
            "ordinal": True,
            "options": [{"value": "none"}, {"value": "partial"}, {"value": "heavy"}],
        }
    ],
}
TRUCK = {"value": "truck", "geometry": "box"}
PERSON = {"value": "person", "geometry": "polygon"}
INPUTS = {
    "image": {"name": "image", "type": "image", "source": "$.image"},
    "text": {"name": "text", "type": "text", "source": "$.text"},
    "video": {"name": "video", "type": "video", "source": "$.video"},
}
DATA = {
    "image": {"url": "https://example.org/a.jpg", "width": 640, "height": 480},
    "text": "Ada Lovelace met Charles Babbage in London; Ada wrote to Babbage.",
    "video": {"url": "https://example.org/a.mp4", "width": 640, "height": 480, "frames": 200},
}


def inputs() -> dict[str, Any]:
    parsing = Parsing()
    return {name: parse_input(raw, "", parsing) for name, raw in INPUTS.items()}


ITEM = ItemView(inputs(), DATA)
PAIR = Pair(ITEM)


def compiled(**declared: Any) -> tuple[Regions | None, list[tuple[str, str]]]:
    parsing = Parsing(inputs())
    raw = {"name": "objects", "type": "regions", "on": "image", "classes": [CAR, TRUCK, PERSON], **declared}
    field = parse_field(raw, "", "/fields/0", 1, parsing)
    assert field is None or isinstance(field, Regions)
    return field, [(problem.path, problem.rule) for problem in parsing.problems]


def regions_field(**declared: Any) -> Regions:
    field, problems = compiled(**declared)
    assert problems == []
    assert field is not None
    return field


IMAGE = regions_field()
TEXT = regions_field(
    on="text", classes=[{"value": "person", "geometry": "span"}, {"value": "place", "geometry": "span"}]
)
VIDEO = regions_field(
    on="video",
    tracks=True,
    classes=[
        {
            **CAR,
            "attributes": [
                *CAR["attributes"],
                {
                    "name": "braking",
                    "type": "choice",
                    "dynamic": True,
                    "options": [{"value": "yes"}, {"value": "no"}],
                },
            ],
        },
        TRUCK,
    ],
)
EVERY_FIELD = pytest.mark.parametrize("field", [IMAGE, TEXT, VIDEO], ids=["image", "text", "video"])


def box(name: str, x: float, y: float, w: float = 40, h: float = 30, kind: str = "truck") -> dict[str, Any]:
    return {"id": name, "class": kind, "geometry": {"type": "box", "x": x, "y": y, "w": w, "h": h}}


def car(name: str, x: float, y: float, occlusion: str = "none") -> dict[str, Any]:
    return {**box(name, x, y, kind="car"), "attributes": {"occlusion": occlusion}}


def checked(field: Regions, value: Any) -> tuple[Any, list[tuple[str, str]]]:
    context = Context(ITEM)
    result = field.validate(value, "/objects", context)
    return result, [(problem.path, problem.rule) for problem in context.problems]


def merging(count: int) -> Merging:
    return Merging(ITEM, [{} for _ in range(count)], list(range(count)), count)


@pytest.mark.parametrize(
    ("declared", "path", "rule"),
    [
        ({"on": "nothing"}, "/fields/0/on", "unknown_input"),
        ({"classes": [{"value": "a", "geometry": "blob"}]},
         "/fields/0/classes/0/geometry", "unknown_geometry"),
        ({"classes": [{"value": "a", "geometry": "span"}]},
         "/fields/0/classes/0/geometry", "not_on_this_input"),
        ({"classes": [TRUCK, TRUCK]}, "/fields/0/classes/1/value", "duplicate"),
        ({"classes": [{**TRUCK, "constraints": {"min_px": -1}}]},
         "/fields/0/classes/0/constraints/min_px", "constraint"),
        ({"classes": [{**TRUCK, "attributes": [{"name": "a", "type": "wrong"}]}]},
         "/fields/0/classes/0/attributes/0/type", "unknown_type"),
        ({"classes": [{**CAR, "attributes": [{**CAR["attributes"][0], "dynamic": True}]}]},
         "/fields/0/classes/0/attributes/0/dynamic", "dynamic"),
        ({"min": 3, "max": 2}, "/fields/0/max", "range"),
    ],
)  # fmt: skip
def test_broken_declarations_are_named(declared: dict[str, Any], path: str, rule: str) -> None:
    assert (path, rule) in compiled(**declared)[1]


def test_the_declaration_comes_back() -> None:
    for field in (IMAGE, TEXT, VIDEO):
        parsing = Parsing(inputs())
        again = parse_field(field.declaration(), "", "", 1, parsing)
        assert parsing.problems == []
        assert again is not None
        assert again.declaration() == field.declaration()
        assert list(again.compare(field)) == []


def test_valid_regions_pass_and_are_copied() -> None:
    value = [car("1", 1, 2), box("2", 100, 100)]
    result, problems = checked(IMAGE, value)
    assert problems == []
    assert result == value
    result[0]["geometry"]["x"] = 99
    assert value[0]["geometry"]["x"] == 1


@pytest.mark.parametrize(
    ("region", "path", "rule"),
    [
        (7, "/objects/1", "type"),
        ({**box("1", 5, 5)}, "/objects/1/id", "duplicate"),
        ({**box("2", 5, 5), "class": "bus"}, "/objects/1/class", "unknown_class"),
        (box("2", 630, 5), "/objects/1/geometry/x", "outside"),
        (box("2", 5, 5, w=0), "/objects/1/geometry/w", "positive"),
        ({**car("2", 5, 5), "attributes": {}}, "/objects/1/attributes/occlusion", "required"),
        ({**car("2", 5, 5, "no")}, "/objects/1/attributes/occlusion", "unknown_option"),
        ({**car("2", 5, 5), "geometry": {"type": "box", "x": 1, "y": 1, "w": 9, "h": 2}},
         "/objects/1/geometry/h", "min_px"),
        ({"id": "2", "class": "truck"}, "/objects/1/geometry", "required"),
        ({**box("2", 5, 5), "score": 1}, "/objects/1", "unknown_key"),
    ],
)  # fmt: skip
def test_broken_regions_are_named(region: Any, path: str, rule: str) -> None:
    assert checked(IMAGE, [box("1", 1, 1), region])[1] == [(path, rule)]


def test_counts() -> None:
    field = regions_field(min=1, max=2)
    assert checked(field, [])[1] == [("/objects", "count")]
    assert checked(field, [box(str(i), 1, 1) for i in range(3)])[1] == [("/objects", "count")]


def track(name: str, *frames: tuple[int, float], kind: str = "truck") -> dict[str, Any]:
    keyframes = [
        {"frame": frame, "geometry": {"type": "box", "x": x, "y": 10, "w": 40, "h": 30}}
        for frame, x in frames
    ]
    return {"id": name, "class": kind, "keyframes": keyframes}


def test_tracks_are_checked() -> None:
    good = track("1", (0, 10), (20, 210))
    assert checked(VIDEO, [good])[1] == []
    assert checked(VIDEO, [track("1", (20, 10), (20, 10))])[1] == [("/objects/0/keyframes/1/frame", "frame")]
    assert checked(VIDEO, [track("1", (200, 10))])[1] == [("/objects/0/keyframes/0/frame", "frame")]
    hidden = {"frame": 30, "outside": True}
    assert checked(VIDEO, [{**good, "keyframes": [*good["keyframes"], hidden]}])[1] == []
    assert ("/objects/0/keyframes/0/outside", "outside") in checked(VIDEO, [{**good, "keyframes": [hidden]}])[
        1
    ]
    dynamic = track("1", (0, 10), kind="car") | {"attributes": {"occlusion": "none"}}
    assert checked(VIDEO, [dynamic])[1] == [("/objects/0/keyframes/0/attributes/braking", "required")]


@EVERY_FIELD
def test_samples_schema_and_disturbed_values(field: Regions) -> None:
    validator = Draft202012Validator(field.json_schema())
    for seed in range(15):
        random = Random(seed)
        value = field.sample(random, Context(ITEM))
        assert checked(field, value) == (value, [])
        assert validator.is_valid(value)
        wrong = field.perturb(value, random, Context(ITEM))
        assert checked(field, wrong) == (wrong, [])
        assert wrong != value
        assert field.distance(value, value, PAIR) == 0.0
        distance = field.distance(value, wrong, PAIR)
        assert 0.0 < distance <= 1.0
        assert distance == pytest.approx(field.distance(wrong, value, PAIR), abs=1e-9)


def test_agreement_by_hand() -> None:
    a = [car("1", 0, 0), box("2", 100, 100)]
    assert IMAGE.distance(a, [box("x", 100, 100), car("y", 0, 0)], PAIR) == 0.0
    assert IMAGE.distance(a, a[:1], PAIR) == pytest.approx(1 - 2 / 3)
    assert IMAGE.distance(a, [], PAIR) == 1.0
    assert IMAGE.distance([], [], PAIR) == 0.0
    assert IMAGE.distance([box("1", 0, 0)], [car("1", 0, 0)], PAIR) == pytest.approx(0.5)
    # Attributes one step of two apart: distance 1/2, of which half counts.
    assert IMAGE.distance([car("1", 0, 0)], [car("1", 0, 0, "partial")], PAIR) == pytest.approx(0.25)
    assert IMAGE.distance([box("1", 0, 0)], [box("1", 20, 0)], PAIR) == pytest.approx(1 - 20 / 60)


def test_merge_by_vote() -> None:
    answers = [
        [car("a", 0, 0), box("b", 100, 100), box("only", 300, 300)],
        [car("x", 2, 0, "partial"), box("y", 100, 104)],
        [car("q", 4, 0, "partial"), car("r", 100, 102)],
    ]
    outcome = IMAGE.merge(answers, [1, 1, 1], merging(3))
    by_class = {region["class"]: region for region in outcome.value}
    assert set(by_class) == {"car", "truck"}
    assert by_class["car"]["geometry"]["x"] == 2
    assert by_class["car"]["attributes"] == {"occlusion": "partial"}
    assert by_class["truck"]["geometry"]["y"] == 102
    assert checked(IMAGE, outcome.value)[1] == []
    truck, first = by_class["truck"]["id"], by_class["car"]["id"]
    assert outcome.identities == (
        {"a": first, "b": truck},
        {"x": first, "y": truck},
        {"q": first, "r": truck},
    )
    assert 0.5 < outcome.confidence < 1
    merged = IMAGE.merge_regions(answers, [1, 1, 1], merging(3))
    assert {each.region["class"]: round(each.support, 6) for each in merged} == {"car": 1.0, "truck": 1.0}
    assert all(0 < each.confidence < 1 for each in merged)


@EVERY_FIELD
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_merge_forgets_the_order_and_stays_valid(field: Regions, seed: int) -> None:
    random = Random(seed)
    truth = field.sample(random, Context(ITEM))
    answers = [field.perturb(truth, random, Context(ITEM)) for _ in range(4)]
    weights = [random.choice((0.5, 1.0, 2.0)) for _ in answers]
    merged = field.merge(answers, weights, merging(4))
    assert checked(field, merged.value)[1] == []
    order = random.sample(range(4), 4)
    again = field.merge([answers[i] for i in order], [weights[i] for i in order], merging(4))
    assert again.value == merged.value
    assert again.confidence == pytest.approx(merged.confidence)
    assert list(again.identities) == [merged.identities[i] for i in order]
    for answer, names in zip(answers, merged.identities, strict=True):
        assert set(names) <= {region["id"] for region in answer}
        assert set(names.values()) <= {region["id"] for region in merged.value}


def test_merge_recovers_the_truth_from_unsteady_hands() -> None:
    random = Random(4)
    truth = [box(str(i), 30 + 100 * (i % 5), 30 + 100 * (i // 5)) for i in range(15)]
    geometry = IMAGE.classes["truck"].geometry
    answers = [
        [
            {**r, "geometry": geometry.perturb(r["geometry"], random, 0.06)}
            for r in truth
            if random.random() < 0.9
        ]
        for _ in range(7)
    ]
    merged = IMAGE.merge(answers, [1.0] * 7, merging(7)).value
    single = min(IMAGE.distance(truth, answer, PAIR) for answer in answers)
    assert len(merged) == len(truth)
    assert IMAGE.distance(truth, merged, PAIR) < single


def test_spans_are_merged_by_their_text() -> None:
    text = str(DATA["text"])

    def span(name: str, start: int, end: int, kind: str = "person") -> dict[str, Any]:
        quote = text[start:end]
        return {
            "id": name,
            "class": kind,
            "geometry": {"type": "span", "start": start, "end": end, "quote": quote},
        }

    answers = [[span("1", 0, 12), span("2", 36, 42, "place")], [span("1", 0, 12)], [span("1", 0, 3)]]
    merged = TEXT.merge(answers, [1, 1, 1], merging(3)).value
    assert [region["geometry"]["quote"] for region in merged] == ["Ada Lovelace"]
    broken = [{**span("1", 0, 3), "geometry": {**span("1", 0, 3)["geometry"], "quote": "Bob"}}]
    assert checked(TEXT, broken)[1] == [("/objects/0/geometry/quote", "quote")]


def test_tracks_agree_where_they_run_together() -> None:
    whole = track("1", (0, 10), (99, 406))
    with_middle = track("9", (0, 10), (33, 142), (99, 406))
    assert VIDEO.distance([whole], [with_middle], PAIR) == pytest.approx(0.0, abs=1e-9)
    half = track("1", (0, 10), (49, 206))
    assert VIDEO.distance([whole], [half], PAIR) == pytest.approx(0.5, abs=0.03)
    # Two tracks that one annotator swapped half way: each keeps one partner, half of the frames agree.
    left, right = track("1", (0, 10), (99, 10)), track("2", (0, 500), (99, 500))
    swapped = [
        track("1", (0, 10), (49, 10), (50, 500), (99, 500)),
        track("2", (0, 500), (49, 500), (50, 10), (99, 10)),
    ]
    assert VIDEO.distance([left, right], swapped, PAIR) == pytest.approx(0.5, abs=0.05)


def test_tracks_are_merged_frame_by_frame() -> None:
    answers = [
        [track("1", (0, 10), (50, 110))],
        [track("1", (0, 14), (50, 114))],
        [track("1", (0, 12), (45, 102))],
    ]
    (merged,) = VIDEO.merge(answers, [1, 1, 1], merging(3)).value
    courses = [(keyframe["frame"], keyframe["geometry"]["x"]) for keyframe in merged["keyframes"]]
    assert courses == [(0, 12), (45, 102), (50, 112)]


@EVERY_FIELD
def test_language_model_round_trip(field: Regions) -> None:
    schema = field.llm_schema()
    if field.tracks:
        assert schema is None
        return
    assert schema is not None
    for seed in range(8):
        value = field.sample(Random(seed), Context(ITEM))
        said = field.to_llm(value, Context(ITEM))
        assert Draft202012Validator(schema).is_valid(said)
        back = field.from_llm(said, "", Context(ITEM))
        assert field.distance(value, back, PAIR) < 0.15
    context = Context(ITEM)
    field.from_llm([{"class": "person", "geometry": {"quote": "nobody", "occurrence": 1}}, 4], "/r", context)
    assert {problem.path.rsplit("/", 1)[0] for problem in context.problems} >= {"/r/1"}
    assert all("nobody" not in problem.message for problem in context.problems)


@EVERY_FIELD
@settings(max_examples=40, deadline=None)
@given(value=st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats()
    | st.sampled_from(["truck", "1", "box", "person"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["id", "class", "geometry", "attributes", "keyframes", "frame", "outside", "type"]),
        inner),
    max_leaves=15,
))  # fmt: skip
def test_any_json_gives_problems_not_crashes(field: Regions, value: Any) -> None:
    for tried in (value, [value]):
        _, problems = checked(field, tried)
        assert problems or tried == []
        field.from_llm(tried, "", Context(ITEM))


def test_versions_and_renames() -> None:
    fewer = regions_field(classes=[CAR, PERSON])
    assert [change.kind for change in fewer.compare(IMAGE)] == ["breaking"]
    assert [change.kind for change in IMAGE.compare(fewer)] == ["compatible"]
    other = regions_field(classes=[CAR, {**TRUCK, "geometry": "rotated_box"}, PERSON])
    assert [change.kind for change in other.compare(IMAGE)] == ["breaking"]
    renames = Renames(values={"objects": {"truck": "lorry"}})
    renamed, problems = compiled(**IMAGE.rename_declaration(renames))
    assert problems == []
    assert renamed is not None
    value = IMAGE.rename([car("1", 0, 0), box("2", 9, 9)], renames)
    assert [region["class"] for region in value] == ["car", "lorry"]
    assert checked(renamed, value)[1] == []


def test_keys_are_asked_for_in_order() -> None:
    requests = list(IMAGE.keys())
    assert [request.value for request in requests][:2] == ["car", "none"]


def test_a_thousand_boxes_match_quickly() -> None:
    random = Random(0)
    geometry = IMAGE.classes["truck"].geometry
    many = [box(str(i), random.uniform(0, 5000), random.uniform(0, 5000)) for i in range(1000)]
    moved = [{**r, "geometry": geometry.perturb(r["geometry"], random, 0.05)} for r in many]
    start = time.process_time()
    distance = IMAGE.distance(many, moved, PAIR)
    assert time.process_time() - start < 2.0
    assert 0.0 < distance < 0.3
