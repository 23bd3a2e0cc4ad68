from __future__ import annotations

import pytest

from assay.server.leases import patience
from assay.server.leases.patience import Patience


class Clock:
    now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(patience, "time", clock)
    return clock


def test_looks_in_vain_take_a_fiftieth_of_the_time(clock: Clock) -> None:
    patient = Patience()
    assert patient.may_look("somebody")
    patient.looked_in_vain("somebody", 0.1)
    assert not patient.may_look("somebody")
    assert patient.may_look("somebody else")
    clock.now += 4.9
    assert not patient.may_look("somebody")
    clock.now += 0.2
    assert patient.may_look("somebody")


def test_nobody_waits_for_long_after_one_slow_look(clock: Clock) -> None:
    patient = Patience()
    patient.looked_in_vain("somebody", 3600.0)
    clock.now += 31
    assert patient.may_look("somebody")


def test_it_remembers_a_bounded_number(clock: Clock) -> None:
    patient = Patience()
    for number in range(10_001):
        patient.looked_in_vain(number, 0.1)
    assert patient.may_look(0)
    assert not patient.may_look(1)
