from __future__ import annotations

import datetime
import decimal
import io
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.errors import InvalidInput
from assay.formats import ExportRow, Limits, ReadOptions, RejectedRow
from assay.formats.parquet import ParquetReader, ParquetWriter


def _file(table: Any, **options: Any) -> io.BytesIO:
    target = io.BytesIO()
    pq.write_table(table, target, **options)
    return target


def _read(table: Any, **options: Any) -> list[Any]:
    return list(ParquetReader().read(_file(table), ReadOptions(**options)))


def test_every_type_with_a_json_form() -> None:
    moment = datetime.datetime(2026, 1, 2, 3, 4, 5, 678901)
    columns = {
        "integer": pa.array([2**63], pa.uint64()),
        "half": pa.array([1.5], pa.float16()),
        "decimal": pa.array([decimal.Decimal("1.10")]),
        "date": pa.array([moment.date()]),
        "time": pa.array([moment.time()]),
        "naive": pa.array([moment]),
        "nanoseconds": pa.array([1_000_000_001], pa.timestamp("ns")),
        "zoned": pa.array([moment], pa.timestamp("us", "Europe/Berlin")),
        "nested": pa.array([[{"when": moment, "x": float("nan")}, None]]),
        "map": pa.array([[("k", 1.0)]], pa.map_(pa.string(), pa.float64())),
        "categories": pa.array(["c"]).dictionary_encode(),
        "large": pa.array(["l"], pa.large_string()),
        "fixed": pa.array([[1, 2]], pa.list_(pa.int8(), 2)),
        "nothing": pa.nulls(1),
        "gap": pa.array([float("nan")]),
    }
    (row,) = _read(pa.table(columns))
    assert row.data == {
        "integer": 2**63,
        "half": 1.5,
        "decimal": "1.10",
        "date": "2026-01-02",
        "time": "03:04:05.678901",
        "naive": "2026-01-02T03:04:05.678901",
        "nanoseconds": "1970-01-01T00:00:01.000000001",
        "zoned": "2026-01-02T03:04:05.678901Z",
        "nested": [{"when": "2026-01-02T03:04:05.678901", "x": None}, None],
        "map": {"k": 1.0},
        "categories": "c",
        "large": "l",
        "fixed": [1, 2],
    }


@pytest.mark.parametrize(
    ("array", "rule"),
    [
        (pa.array([b"x"]), "binary"),
        (pa.array([[{"bytes": b"x"}]]), "binary"),
        (pa.array([datetime.timedelta(1)]), "column_type"),
        (pa.array([[(1, 2)]], pa.map_(pa.int64(), pa.int64())), "map_key"),
    ],
)
def test_columns_without_a_json_form_refuse_the_file_or_are_left_out(array: Any, rule: str) -> None:
    table = pa.table({"text": ["a"], "bad": array})
    with pytest.raises(InvalidInput) as caught:
        _read(table)
    assert [(problem.path, problem.rule) for problem in caught.value.problems] == [("/columns/1", rule)]
    (row,) = _read(table, columns={"bad": ""})
    assert row.data == {"text": "a"}


def test_records_with_prelabels() -> None:
    records = [
        {"data": {"text": "a"}, "key": "k", "prelabels": [{"answer": {"mood": "x"}, "score": 0.5}]},
        {"data": {"text": "b"}, "key": None, "prelabels": [{"answer": {"mood": "x"}, "score": 5.0}]},
    ]
    good, bad = _read(pa.Table.from_pylist(records))
    assert (good.key, good.data, good.prelabels[0].score) == ("k", {"text": "a"}, 0.5)
    assert (bad.rule, bad.path, bad.number) == ("score", "/prelabels/0/score", 2)


def test_an_infinity_rejects_its_row_only() -> None:
    rows = _read(pa.table({"x": [1.0, float("inf"), 2.0]}))
    assert [getattr(row, "rule", None) for row in rows] == [None, "non_finite_number", None]


def test_a_damaged_row_group_is_named_and_the_next_one_follows() -> None:
    table = pa.table({"text": [f"text number {index}" for index in range(100)]})
    source = _file(table, row_group_size=50, compression="zstd", use_dictionary=False)
    first = pq.ParquetFile(source).metadata.row_group(0).column(0)
    content = bytearray(source.getvalue())
    middle = first.data_page_offset + first.total_compressed_size // 2
    content[middle : middle + 40] = b"\xff" * 40
    rows = list(ParquetReader().read(io.BytesIO(content)))
    assert isinstance(rows[0], RejectedRow)
    assert "1 to 50" in rows[0].reason
    assert [row.number for row in rows[1:]] == list(range(51, 101))


def test_repeated_text_stays_one_value_in_memory() -> None:
    big = "x" * (1 << 20)
    source = _file(
        pa.table({"text": pa.array([0] * 20_000, pa.int32())}).set_column(
            0, "text", pa.DictionaryArray.from_arrays(pa.array([0] * 20_000, pa.int32()), [big])
        )
    )
    before = pa.total_allocated_bytes()
    rows = 0
    for chunk in ParquetReader().read(source).chunks(1000, weight=8 << 20):
        assert len(chunk.rows) <= 8
        assert pa.total_allocated_bytes() - before < 64 << 20
        rows += len(chunk.rows)
        if rows > 5000:
            break


def test_a_file_that_unpacks_to_too_much_is_refused() -> None:
    source = _file(pa.table({"text": ["x" * 100_000 + str(i) for i in range(40)]}), use_dictionary=False)
    with pytest.raises(InvalidInput) as caught:
        ParquetReader().read(source, ReadOptions(limits=Limits(expansion=10, expansion_floor=1000)))
    assert caught.value.problems[0].rule == "expansion"


scalars = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text("ab=", max_size=3)
values = scalars | st.floats(allow_nan=False, allow_infinity=False) | st.lists(scalars, max_size=2)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.dictionaries(st.text("ab*.", max_size=2), values, max_size=4), min_size=1, max_size=4))
def test_any_data_survives_the_round_trip_but_for_nulls(batch: list[dict[str, Any]]) -> None:
    target = io.BytesIO()
    writer = ParquetWriter(target, "x")
    writer.write([ExportRow(str(index), data) for index, data in enumerate(batch)])
    writer.close()
    rows = list(ParquetReader().read(target))
    expected = [{name: value for name, value in data.items() if value is not None} for data in batch]
    assert [row.data for row in rows] == expected  # type: ignore[union-attr]
