from __future__ import annotations

import gzip
import io
import time
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.formats import ExportRow, ImportRow, Limits, ReadOptions, RejectedRow
from assay.formats.jsonl import JsonLinesReader, JsonLinesWriter


def _read(content: bytes, **options: Any) -> list[ImportRow | RejectedRow]:
    return list(JsonLinesReader().read(io.BytesIO(content), ReadOptions(**options)))


def _only(content: bytes, **options: Any) -> Any:
    (row,) = _read(content, **options)
    return row


def test_a_flat_object_is_the_data() -> None:
    row = _only(b'{"text": "a", "key": "not a key"}')
    assert row == ImportRow(1, {"text": "a", "key": "not a key"}, None, {})


def test_a_full_record() -> None:
    record = {
        "data": {"text": "a"},
        "key": "k",
        "metadata": {"lang": "de"},
        "priority": 3,
        "prelabels": [{"answer": {"mood": "good"}, "score": 0.93, "model": "m"}],
        "gold": {"answer": {"mood": "bad"}, "explanation": "because"},
    }
    row = _only(orjson.dumps(record))
    assert (row.data, row.key, row.metadata, row.priority) == ({"text": "a"}, "k", {"lang": "de"}, 3)
    assert row.prelabels == (({"mood": "good"}, 0.93, "m"),)
    assert row.gold == ({"mood": "bad"}, "because")


def test_marks_line_ends_and_blank_lines_are_fine_and_numbers_are_lines() -> None:
    rows = _read(b'\xef\xbb\xbf{"a": 1}\r\n\r\n  \n{"a": 2}\n\n{"a": 3}')
    assert [(row.number, row.data["a"]) for row in rows if isinstance(row, ImportRow)] == [
        (1, 1),
        (4, 2),
        (6, 3),
    ]
    assert len(rows) == 3


def test_of_two_equal_names_the_last_counts() -> None:
    assert _only(b'{"a": 1, "a": 2}').data == {"a": 2}


@pytest.mark.parametrize(
    ("line", "rule", "path"),
    [
        (b"[1]", "not_an_object", ""),
        (b"{", "json", ""),
        (b'{"a": NaN}', "non_finite_number", ""),
        (b'{"a": -Infinity}', "non_finite_number", ""),
        (b'{"a": 1e999}', "non_finite_number", ""),
        (b'{"a": "\xff"}', "encoding", ""),
        (b'{"data": {}, "prelabel": []}', "unknown_key", "/prelabel"),
        (b'{"data": {}, "key": ""}', "key", "/key"),
        (b'{"data": {}, "key": true}', "key", "/key"),
        (b'{"data": {}, "metadata": [1]}', "metadata", "/metadata"),
        (b'{"data": {}, "metadata": {"a": ["\\u0000"]}}', "metadata", "/metadata"),
        (b'{"data": {}, "priority": 1.5}', "priority", "/priority"),
        (b'{"data": {}, "priority": 4294967296}', "priority", "/priority"),
        (b'{"data": {}, "prelabels": {}}', "prelabels", "/prelabels"),
        (b'{"data": {}, "prelabels": [{"answer": {}, "score": 93}]}', "score", "/prelabels/0/score"),
        (b'{"data": {}, "prelabels": [{"answer": 1}]}', "answer", "/prelabels/0/answer"),
        (b'{"data": {}, "prelabels": [{"answer": {}, "scor": 1}]}', "prelabels", "/prelabels/0/scor"),
        (b'{"data": {}, "gold": {"answer": {}, "explanation": 1}}', "gold", "/gold/explanation"),
    ],
)
def test_what_is_wrong_is_named_and_the_next_row_follows(line: bytes, rule: str, path: str) -> None:
    bad, good = _read(line + b"\n" + b'{"a": 1}')
    assert isinstance(bad, RejectedRow)
    assert (bad.number, bad.rule, bad.path) == (1, rule, path)
    assert bad.reason
    assert isinstance(good, ImportRow)


def test_reasons_quote_no_content() -> None:
    row = _only(b'{"secret-canary": tru}')
    assert "canary" not in row.reason
    assert "canary" in row.value


def test_endless_nesting_is_rejected_at_once() -> None:
    deep = b'{"a": ' + b"[" * 200_000 + b"]" * 200_000 + b"}\n"
    started = time.process_time()
    rows = _read(deep + b'{"a":' * 200_000 + b'\n{"a": 1}\n')
    assert time.process_time() - started < 1
    assert [getattr(row, "rule", None) for row in rows] == ["too_deep", "too_deep", None]


@given(depth=st.integers(1, 80))
def test_the_bound_on_nesting_is_exact(depth: int) -> None:
    content = b'{"a": ' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}" if depth > 1 else b"{}"
    assert isinstance(_only(content, limits=Limits(depth=40)), RejectedRow) == (depth > 40)


def test_a_line_that_is_too_long_is_skipped_without_being_kept() -> None:
    class Endless(io.RawIOBase):
        """A line of a gigabyte, then a good one."""

        left = 1 << 30

        def seekable(self) -> bool:
            return False

        def read(self, size: int = -1, /) -> bytes:
            if self.left > 0:
                self.left -= size
                return b"x" * size
            self.left, done = -1, self.left == -1
            return b"" if done else b'\n{"a": 1}\n'

    bad, good = JsonLinesReader().read(Endless(), ReadOptions())  # type: ignore[arg-type]
    assert isinstance(bad, RejectedRow)
    assert bad.rule == "too_long"
    assert len(bad.value) == 200
    assert isinstance(good, ImportRow)


@given(st.lists(st.text("ab\n", max_size=9), max_size=12), st.integers(1, 9))
def test_lines_are_what_splitting_gives(texts: list[str], block: int) -> None:
    from assay.formats import streams

    content = "".join(texts).encode()
    before, streams.BLOCK_BYTES = streams.BLOCK_BYTES, block
    try:
        lines = list(streams.read_lines(io.BytesIO(content), 0, 5))
    finally:
        streams.BLOCK_BYTES = before
    expected = content.split(b"\n")
    if not expected[-1]:
        expected.pop()
    assert [overlong for _, _, overlong in lines] == [len(line) > 5 for line in expected]
    for (line, _, overlong), whole in zip(lines, expected, strict=True):
        assert whole.startswith(line) if overlong else whole == line
    ends = [end for _, end, _ in lines]
    assert all(content[end - 1 : end] == b"\n" for end in ends[:-1])
    assert not ends or ends[-1] == len(content)


def test_gzip_of_several_members_is_read_and_gone_on_with() -> None:
    content = gzip.compress(b'{"a": 1}\n{"a"') + gzip.compress(b': 2}\n{"a": 3}\n') + b"\0" * 20
    rows = _read(content)
    assert [row.data["a"] for row in rows if isinstance(row, ImportRow)] == [1, 2, 3]
    checkpoint = {"reader": "jsonl", "number": 2, "offset": 18}
    (rest,) = JsonLinesReader().read(io.BytesIO(content), ReadOptions(), checkpoint)
    assert rest.number == 3


def test_gzip_cut_short_keeps_what_came_before() -> None:
    lines = b"".join(b'{"a": "%x"}\n' % (index**9) for index in range(5000))
    content = gzip.compress(lines)
    reading = JsonLinesReader().read(io.BytesIO(content[: len(content) // 2]))
    *good, last = reading
    assert len(good) > 1000
    assert isinstance(last, RejectedRow)
    assert (last.rule, last.number) == ("truncated", len(good) + 1)
    assert list(JsonLinesReader().read(io.BytesIO(content), ReadOptions(), reading.checkpoint())) == []


def test_a_damaged_gzip_is_named() -> None:
    content = bytearray(gzip.compress(b'{"a": 1}\n' * 100))
    content[-6] ^= 0xFF
    assert _read(bytes(content))[-1].rule == "compression"  # type: ignore[union-attr]


def test_a_gzip_bomb_stops_at_the_bound() -> None:
    bomb = gzip.compress(b"\n" * (4 << 20))
    limits = Limits(expansion=20, expansion_floor=1 << 20)
    row = _only(bomb, limits=limits)
    assert row.rule == "expansion"


def test_labels_of_an_export_become_what_is_asked_for() -> None:
    line = b'{"item_id": "1", "data": {"a": 1}, "label": {"x": 1}, "confidence": 0.5, "label_state": "final"}'
    assert _only(line).prelabels == ()
    assert _only(line, labels="prelabel").prelabels == (({"x": 1}, 0.5, ""),)
    assert _only(line, labels="gold").gold == ({"x": 1}, None)


def test_line_feeds_inside_spliced_json_do_not_break_lines() -> None:
    rows = [ExportRow("1", b'{"a":\n 1.50}'), ExportRow("2", b'{"a":1.50}')]
    outputs = set()
    for step in (1, 2):
        target = io.BytesIO()
        writer = JsonLinesWriter(target, "x")
        for start in range(0, 2, step):
            writer.write(rows[start : start + step])
        writer.close()
        outputs.add(target.getvalue())
    (output,) = outputs
    assert output.count(b"\n") == 2
    assert b'{"a":1.50}' in output


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc.*", max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(
    st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=4), json_values, max_size=4)
)
def test_any_data_survives_the_round_trip(data: dict[str, Any]) -> None:
    target = io.BytesIO()
    writer = JsonLinesWriter(target, "x")
    writer.write([ExportRow("1", data, label=data)])
    writer.close()
    row = _only(target.getvalue(), labels="prelabel")
    assert row.data == data
    assert row.prelabels[0].answer == data
