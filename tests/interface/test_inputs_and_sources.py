"""Sources, the twelve input types, the elements groups go through, and check_item."""

from __future__ import annotations

from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.interface import INPUT_TYPES, Interface
from assay.interface.context import Parsing
from assay.interface.inputs import parse_input
from assay.interface.source import MISSING, compile_source, parse_source

DATA = {"a": {"b": [10, {"c d": "x", "it's": "y"}]}, "": "empty"}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("$", DATA),
        ("$.a.b[0]", 10),
        ("$.a.b[1]['c d']", "x"),
        ("$.a['b'][1]['it\\'s']", "y"),
        ("$['']", "empty"),
        ("$.a.b[2]", MISSING),
        ("$.a.b.c", MISSING),
        ("$.a[0]", MISSING),
        ("$.z", MISSING),
        ("$.a.b[0].c", MISSING),
    ],
)
def test_a_source_leads_to_one_value(source: str, expected: Any) -> None:
    assert compile_source(parse_source(source))(DATA) == expected


@pytest.mark.parametrize(
    "source",
    [
        *("", "a", "$.", "$..a", "$.a[*]", "$.a[-1]", "$.a[01]", "$.a[1:2]", "$[?(@.a)]", "$.a ", '$["a"]'),
        *("$['a]", "$.a[999999999999]", "$" + ".a" * 33),
    ],
)
def test_what_is_no_source_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match="source"):
        parse_source(source)


@given(st.lists(st.text(max_size=5) | st.integers(0, 10**8), max_size=6))
def test_any_path_of_keys_and_indices_can_be_written(steps: list[str | int]) -> None:
    def quoted(step: str) -> str:
        return "['" + step.replace("\\", "\\\\").replace("'", "\\'") + "']"

    text = "$" + "".join(f"[{step}]" if isinstance(step, int) else quoted(step) for step in steps)
    assert parse_source(text) == tuple(steps)


MEDIA_GOOD = ["a.bin", {"url": "https://example.org/a"}, {"blob": "b1", "width": 3}]
MEDIA_BAD = ["", 7, [], {}, {"url": ""}, {"url": 7}]
VALUES: dict[str, tuple[list[Any], list[Any]]] = {
    "text": (["", "x"], [7, [], {}]),
    "html": (["<p>x</p>"], [7]),
    "code": (["x = 1"], [{"code": "x"}]),
    "image": (MEDIA_GOOD, MEDIA_BAD),
    "video": (MEDIA_GOOD, MEDIA_BAD),
    "audio": (MEDIA_GOOD, MEDIA_BAD),
    "document": (MEDIA_GOOD, MEDIA_BAD),
    "pointcloud": (
        [*MEDIA_GOOD, ["0.pcd", {"url": "1.pcd"}], {"frames": ["0.pcd"]}],
        [7, [], {}, [""], {"frames": []}, {"frames": [7]}],
    ),
    "chat": (
        [
            [],
            [{"role": "user", "content": "x"}],
            {"messages": [{"role": "user", "content": [{"text": "x"}]}]},
        ],
        ["x", [7], [{"content": "x"}], [{"role": "user", "content": 7}], {"messages": 7}],
    ),
    "trajectory": ([[], [{"action": "x"}], {"steps": [{}]}], ["x", ["x"], {"steps": "x"}]),
    "timeseries": (
        [[[0, 1]], "a.csv", {"url": "a.csv"}, {"t": [0, 1], "v": [3, 4]}],
        [[], "", {}, 7, {"t": [0], "v": [1, 2]}, {"t": 7}],
    ),
    "table": ([[], {}, 7, "x", [{"a": 1}]], []),
}


def compiled(kind: str, **more: Any) -> Any:
    parsing = Parsing()
    result = parse_input({"name": "x", "type": kind, "source": "$.x", **more}, "", parsing)
    assert parsing.problems == []
    return result


def test_every_input_type_is_tried() -> None:
    assert set(VALUES) == set(INPUT_TYPES)
    assert len(INPUT_TYPES) == 12


@pytest.mark.parametrize("kind", sorted(VALUES))
def test_values_of_each_input_type(kind: str) -> None:
    good, bad = VALUES[kind]
    each = compiled(kind)
    for value in good:
        assert each.check({"x": value}) is None, value
    for value in bad:
        problem = each.check({"x": value})
        assert problem is not None, value
        assert problem.rule == f"not_{kind}"
        assert problem.path.startswith("/x")
    assert each.check({}).rule == "required"
    assert each.check({"x": None}).rule == "required"
    optional = compiled(kind, optional=True)
    assert optional.check({}) is None
    assert optional.check({"x": None}) is None


def test_a_fault_inside_a_list_is_named_there() -> None:
    problem = compiled("chat").check({"x": {"messages": [{"role": "user"}, {"role": 7}]}})
    assert problem.path == "/x/messages/1/role"
    assert compiled("pointcloud").check({"x": ["0.pcd", {"url": ""}]}).path == "/x/1/url"


@pytest.mark.parametrize(
    ("kind", "value", "keys"),
    [
        ("chat", [{"role": "user"}, {"role": "assistant"}], ["0", "1"]),
        ("chat", [{"role": "user", "id": "u"}, {"role": "assistant", "id": 7}], ["u", "7"]),
        ("chat", [{"role": "user", "id": "u"}, {"role": "assistant"}], ["0", "1"]),
        ("chat", [{"role": "user", "id": "u"}, {"role": "assistant", "id": "u"}], ["0", "1"]),
        ("trajectory", {"steps": [{"id": "s"}]}, ["s"]),
        ("table", [1, 2], ["0", "1"]),
        ("table", {"rows": [{}]}, ["0"]),
        ("document", {"url": "a.pdf", "pages": 2}, ["0", "1"]),
        ("document", {"url": "a.pdf", "pages": 10**9}, []),
        ("document", "a.pdf", []),
        ("pointcloud", ["0.pcd", "1.pcd"], ["0", "1"]),
        ("text", "x", []),
    ],
)
def test_elements_have_stable_keys(kind: str, value: Any, keys: list[str]) -> None:
    each = compiled(kind)
    part = each.parts[0] if each.parts else ""
    assert [key for key, _ in each.elements(value, part)] == keys


def test_a_view_says_what_the_item_tells() -> None:
    interface = Interface.parse(
        {
            "inputs": [
                {"name": "text", "type": "text", "source": "$.t"},
                {"name": "video", "type": "video", "source": "$.v"},
                {"name": "scene", "type": "pointcloud", "source": "$.s"},
                {"name": "paper", "type": "document", "source": "$.d"},
            ],
            "fields": [{"name": "r", "type": "rating"}],
        }
    )
    data = {
        "t": "hello",
        "v": {"url": "v.mp4", "width": 640, "height": 480, "duration": 2.5, "frames": 60},
        "s": ["0.pcd", "1.pcd"],
        "d": {"url": "d.pdf", "pages": 3},
    }
    view = interface.view(data)
    assert view is not None
    assert view.text("text") == "hello"
    assert view.size("video") == (640, 480)
    assert view.duration("video") == 2.5
    assert view.frames("video") == 60
    assert view.frames("scene") == 2
    assert view.pages("paper") == 3
    empty = interface.view({"v": {"width": True, "height": -1, "frames": "many"}})
    assert empty is not None
    assert (empty.text("text"), empty.size("video"), empty.frames("video"), empty.value("gone")) == (
        None,
    ) * 4
    assert interface.view(None) is None


def test_checking_an_item_names_each_missing_input() -> None:
    interface = Interface.parse(
        {
            "inputs": [
                {"name": "text", "type": "text", "source": "$.doc.text"},
                {"name": "image", "type": "image", "source": "$.images[0]"},
            ],
            "fields": [{"name": "r", "type": "rating"}],
        }
    )
    assert interface.check_item({"doc": {"text": "x"}, "images": ["a.jpg"]}) == []
    problems = interface.check_item({"doc": {"text": 7}})
    assert [(problem.path, problem.rule) for problem in problems] == [
        ("/doc/text", "not_text"),
        ("/images/0", "required"),
    ]
    junks: list[Any] = [None, [], "x", 7]
    for junk in junks:
        assert interface.check_item(junk)[0].rule == "type"


def test_small_work_costs_microseconds() -> None:
    interface = Interface.parse(
        {
            "inputs": [{"name": "text", "type": "text", "source": "$.text"}],
            "fields": [
                {"name": "label", "type": "choice", "options": [{"value": "a"}, {"value": "b"}]},
                {"name": "why", "type": "text", "when": [{"field": "label", "op": "eq", "value": "a"}]},
            ],
        }
    )
    item, answer = {"text": "hello"}, {"label": "a", "why": "because"}

    def best(work: Any) -> float:
        times = []
        for _ in range(5):
            start = process_time()
            for _ in range(2_000):
                work()
            times.append((process_time() - start) / 2_000)
        return min(times)

    assert best(lambda: interface.check_item(item)) < 5e-6
    assert best(lambda: interface.validate(answer, item)) < 20e-6
