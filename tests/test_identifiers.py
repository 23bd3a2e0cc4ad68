"""Identifiers: version 7, unique and in order, from any number of threads, whatever the clock does."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from assay.identifiers import new_id, new_ids


def test_they_are_version_7_of_the_rfc_and_tell_the_time() -> None:
    before = time.time_ns() // 1_000_000
    made = new_id()
    assert made.version == 7
    assert made.variant == "specified in RFC 4122"
    assert before <= made.int >> 80 <= time.time_ns() // 1_000_000 + 1


def test_they_are_in_order() -> None:
    made = [new_id() for _ in range(10_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_threads_never_make_the_same_one() -> None:
    def many(_: int) -> list[UUID]:
        return [new_id() for _ in range(5_000)]

    with ThreadPoolExecutor(8) as pool:
        made = [each for batch in pool.map(many, range(8)) for each in batch]
    assert len(set(made)) == len(made)


def test_a_clock_that_jumps_back_keeps_the_order(monkeypatch: pytest.MonkeyPatch) -> None:
    first = new_id()
    monkeypatch.setattr(time, "time_ns", lambda: 1_000_000_000)
    assert first < new_id() < new_id()


def test_many_at_once_are_like_those_one_by_one() -> None:
    before, several, after = new_id(), [UUID(bytes=one) for one in new_ids(5000)], new_id()
    assert [before, *several, after] == sorted({before, *several, after})
    assert all(one.version == 7 and one.variant == before.variant for one in several)
    assert new_ids(0) == []
