from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any

import orjson
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import InvalidInput, Malformed
from assay.trust.log_action import LogAction
from assay.trust.log_entry import LogEntry, decode, leaf_hash

ENTRY = LogEntry(
    at=datetime(2026, 1, 31, 12, 0, 0, 5, tzinfo=UTC),
    action=LogAction.ANNOTATION_SUBMITTED,
    principal="4ad7e46b-1ca2-8e17-9c0e-77ea68fb7993",
    role="annotator",
    purpose="work",
    object_kind="annotation",
    object_id="019b0000-0000-7000-8000-000000000000",
    project="019b0000-0000-7000-8000-000000000001",
    commitment="ab" * 32,
    policy="policy@7",
    details={"revision": 2, "gold": False, "model": "none"},
)

TEXT = st.text(max_size=30)
LARGEST = 2**53 - 1
ENTRIES = st.builds(
    LogEntry,
    at=st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-5, minutes=-30))])).filter(
        lambda at: 1 < at.year < 9999
    ),
    action=st.sampled_from(LogAction),
    principal=TEXT,
    role=TEXT,
    purpose=TEXT,
    object_kind=TEXT,
    object_id=TEXT,
    project=st.none() | TEXT,
    commitment=st.none() | TEXT,
    policy=st.none() | TEXT,
    details=st.dictionaries(
        st.text(st.characters(max_codepoint=127), max_size=10),
        TEXT | st.integers(-LARGEST, LARGEST) | st.booleans(),
        max_size=5,
    ),
)


@given(ENTRIES)
def test_the_encoding_is_what_the_reference_implementation_of_rfc_8785_writes(entry: LogEntry) -> None:
    encoded = entry.encode()
    assert encoded == rfc8785.dumps(orjson.loads(encoded))


@given(ENTRIES)
def test_an_entry_survives_encoding(entry: LogEntry) -> None:
    decoded = decode(entry.encode())
    assert decoded == entry
    assert decoded.encode() == entry.encode()


def test_the_encoding_is_pinned() -> None:
    """These bytes are in logs that have been signed: they may never change for the same entry."""
    assert ENTRY.encode() == (
        b'{"action":"annotation.submitted","at":"2026-01-31T12:00:00.000005Z","commitment":"'
        + b"ab" * 32
        + b'",'
        b'"details":{"gold":false,"model":"none","revision":2},"object_id":"019b0000-0000-7000-8000-000000000000",'
        b'"object_kind":"annotation","policy":"policy@7","principal":"4ad7e46b-1ca2-8e17-9c0e-77ea68fb7993",'
        b'"project":"019b0000-0000-7000-8000-000000000001","purpose":"work","role":"annotator","v":1}'
    )


def test_the_same_moment_is_written_in_one_way() -> None:
    elsewhere = replace(ENTRY, at=ENTRY.at.astimezone(timezone(timedelta(hours=9))))
    assert elsewhere.encode() == ENTRY.encode()
    whole_second = replace(ENTRY, at=datetime(2026, 1, 31, tzinfo=UTC))
    assert b'"2026-01-31T00:00:00.000000Z"' in whole_second.encode()


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"at": datetime(2026, 1, 31)}, "/at"),
        ({"at": datetime.max.replace(tzinfo=timezone(timedelta(hours=-1)))}, "/at"),
        ({"action": "made.up"}, "/action"),
        ({"principal": None}, "/principal"),
        ({"policy": 3}, "/policy"),
        ({"details": {"ratio": 0.5}}, "/details"),
        ({"details": {"nothing": None}}, "/details"),
        ({"details": {"nested": {"a": 1}}}, "/details"),
        ({"details": {"é": 1}}, "/details"),
        ({"details": {"count": 2**53}}, ""),
        ({"details": {"count": -(2**53)}}, ""),
        ({"role": "\ud800"}, ""),
    ],
)
def test_what_has_no_canonical_form_is_refused(change: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        replace(ENTRY, **change).encode()
    assert [problem.path for problem in caught.value.problems] == [path]


def edited(**changes: Any) -> bytes:
    return orjson.dumps({**orjson.loads(ENTRY.encode()), **changes}, option=orjson.OPT_SORT_KEYS)


def without(name: str) -> bytes:
    document = orjson.loads(ENTRY.encode())
    del document[name]
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


@pytest.mark.parametrize(
    ("encoded", "path"),
    [
        (edited(v=2), "/v"),
        (edited(v=True), ""),
        (edited(v=1.0), ""),
        (edited(extra=1), "/extra"),
        (without("policy"), "/policy"),
        (edited(action="made.up"), "/action"),
        (edited(action=["lease.claimed"]), "/action"),
        (edited(at="yesterday"), "/at"),
        (edited(at=5), "/at"),
        (edited(at="2026-01-31T12:00:00.000005+00:00"), ""),
        (edited(at="2026-01-31T12:00:00Z"), ""),
        (edited(at="2026-01-31"), ""),
        (edited(principal=None), "/principal"),
        (edited(project=7), "/project"),
        (edited(details=[]), "/details"),
        (edited(details={"a": None}), "/details"),
        (edited(details={"a": 1.5}), "/details"),
        (ENTRY.encode() + b"\n", ""),
        (ENTRY.encode().replace(b'":"work"', b'": "work"'), ""),
        (ENTRY.encode().replace(b"work", b"w\\u006frk"), ""),
        (ENTRY.encode().replace(b'"v":1', b'"v":1,"v":1'), ""),
        (b"{" + ENTRY.encode()[1:-1].split(b",", 1)[1] + b',"action":"annotation.submitted"}', ""),
    ],
)
def test_anything_but_the_canonical_encoding_is_refused(encoded: bytes, path: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        decode(encoded)
    assert [problem.path for problem in caught.value.problems] == [path]


@pytest.mark.parametrize("encoded", [b"", b"{", b"[]", b"null", b"[" * 200_000, b'"\xff"'])
def test_what_is_no_json_object_is_malformed(encoded: bytes) -> None:
    with pytest.raises(Malformed):
        decode(encoded)


def test_leaf_hash_is_that_of_rfc_6962() -> None:
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert leaf_hash(ENTRY.encode()) == sha256(b"\x00" + ENTRY.encode()).digest()


def test_an_entry_cannot_be_changed() -> None:
    for entry_field in fields(ENTRY):
        with pytest.raises(AttributeError):
            setattr(ENTRY, entry_field.name, "other")


def test_action_names_are_uniform() -> None:
    for action in LogAction:
        assert re.fullmatch(r"[a-z_]+\.[a-z_]+", action)
        assert action.name == action.replace(".", "_").upper()
