"""The order in which preferences show their inputs: drawn per lease, and for ever derivable from it."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID, uuid4

from assay.interface import Interface


def interface(**members: Any) -> Interface:
    return Interface.parse(
        {
            "version": 1,
            "inputs": [
                {"name": name, "type": "text", "source": f"$.{name}"} for name in ("first", "second", "third")
            ],
            "fields": [
                {"name": "better", "type": "preference", "over": ["first", "second", "third"], **members},
                {
                    "name": "style",
                    "type": "group",
                    "fields": [{"name": "nicer", "type": "preference", "over": ["first", "second"]}],
                },
            ],
        }
    )


def test_the_order_of_a_lease_never_changes() -> None:
    """These vectors are what makes old annotations readable: they must never be edited."""
    lease = UUID("01a207da-6366-7df5-8580-7efdd18a5a59")
    other = UUID("00000000-0000-7000-8000-000000000002")
    assert [interface().shown_order(each) for each in (lease, other)] == VECTORS


def test_every_order_comes_up_about_as_often() -> None:
    compiled = interface()
    orders = Counter(tuple(compiled.shown_order(uuid4())["better"]) for _ in range(6000))
    assert len(orders) == 6 and all(850 < count < 1150 for count in orders.values())


def test_an_interface_can_ask_for_the_declared_order() -> None:
    assert interface(ui={"shuffle": False}).shown_order(uuid4()).keys() == {"style.nicer"}


VECTORS = [
    {"better": ["first", "second", "third"], "style.nicer": ["first", "second"]},
    {"better": ["second", "first", "third"], "style.nicer": ["first", "second"]},
]
