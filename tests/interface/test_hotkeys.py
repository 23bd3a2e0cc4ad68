"""Keys: allocated once, in a stated order, conflicts refused."""

from __future__ import annotations

from typing import Any

import pytest

from assay.errors import InvalidInput
from assay.interface import Interface
from assay.interface.hotkeys import AUTOMATIC, RESERVED

INPUTS = [{"name": "a", "type": "text", "source": "$.a"}, {"name": "b", "type": "text", "source": "$.b"}]


def interface(*fields: dict[str, Any]) -> Interface:
    return Interface.parse({"inputs": INPUTS, "fields": list(fields)})


def choice(name: str, *options: Any) -> dict[str, Any]:
    listed = [each if isinstance(each, dict) else {"value": each} for each in options]
    return {"name": name, "type": "choice", "options": listed}


def test_digits_then_letters_then_sequences() -> None:
    keys = interface(choice("many", *(f"v{index}" for index in range(60)))).hotkeys()
    expected = [*"123456789", *(letter for letter in "abcdefghijklmnopqrstuvwxyz" if letter not in RESERVED)]
    assert list(keys)[: len(expected)] == expected
    assert list(keys)[len(expected)] == "g a"
    assert [target["value"] for target in keys.values()] == [f"v{index}" for index in range(60)]


def test_reserved_keys_are_never_given_out() -> None:
    assert not RESERVED & set(AUTOMATIC)
    keys = interface(choice("many", *(f"v{index}" for index in range(500)))).hotkeys()
    assert set(keys) == set(AUTOMATIC)


def test_explicit_keys_come_first_and_are_not_given_twice() -> None:
    keys = interface(
        choice("one", "x", {"value": "y", "hotkey": "1"}), choice("two", {"value": "x", "hotkey": "g c"}, "z")
    ).hotkeys()
    assert keys == {
        "1": {"field": "one", "value": "y"},
        "g c": {"field": "two", "value": "x"},
        "2": {"field": "one", "value": "x"},
        "3": {"field": "two", "value": "z"},
    }


@pytest.mark.parametrize(
    ("options", "path", "rule"),
    [
        (
            [{"value": "x", "hotkey": "q"}, {"value": "y", "hotkey": "q"}],
            "/fields/0/options/1/hotkey",
            "hotkey_conflict",
        ),
        ([{"value": "x", "hotkey": "g"}], "/fields/0/options/0/hotkey", "hotkey_reserved"),
        ([{"value": "x", "hotkey": "Q"}], "/fields/0/options/0/hotkey", "hotkey"),
        ([{"value": "x", "hotkey": "ctrl+s"}], "/fields/0/options/0/hotkey", "hotkey"),
        ([{"value": "x", "hotkey": "1\n"}], "/fields/0/options/0/hotkey", "hotkey"),
    ],
)
def test_a_bad_key_is_refused_at_its_place(options: list[Any], path: str, rule: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        interface(choice("label", *options))
    assert [(problem.path, problem.rule) for problem in caught.value.problems] == [(path, rule)]


def test_every_type_asks_for_its_keys() -> None:
    keys = interface(
        {"name": "stars", "type": "rating", "max": 3},
        {"name": "better", "type": "preference", "over": ["a", "b"], "ties": True},
        {"name": "each", "type": "group", "each": "inputs:a,b", "fields": [choice("safe", "yes", "no")]},
        {"name": "wide", "type": "rating", "max": 100},
        {"name": "why", "type": "text"},
        {"name": "kind", "type": "choice", "options": [
            {"value": "animal", "options": [{"value": "cat", "hotkey": "c"}]}]},
    ).hotkeys()  # fmt: skip
    targets = {f"{target['field']}={target['value']}": key for key, target in keys.items()}
    assert targets == {
        "kind=cat": "c",
        "stars=1": "1",
        "stars=2": "2",
        "stars=3": "3",
        "better=a": "4",
        "better=b": "5",
        "better=tie": "6",
        "each.safe=yes": "7",
        "each.safe=no": "8",
    }


def test_the_answer_is_the_callers_own() -> None:
    subject = interface(choice("label", "x"))
    subject.hotkeys()["1"]["value"] = "changed"
    assert subject.hotkeys() == {"1": {"field": "label", "value": "x"}}
