from __future__ import annotations

import gzip
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import InvalidInput
from assay.formats import (
    Column,
    ExportColumns,
    ExportRow,
    ImportRow,
    Limits,
    ReadOptions,
    RejectedRow,
    WriteOptions,
)
from assay.formats.csv import CsvReader, CsvWriter


def _read(content: bytes | str, **options: Any) -> list[Any]:
    encoded = content.encode() if isinstance(content, str) else content
    return list(CsvReader().read(io.BytesIO(encoded), ReadOptions(**options)))


def _rule(content: bytes | str, **options: Any) -> str:
    with pytest.raises(InvalidInput) as caught:
        _read(content, **options)
    return caught.value.problems[0].rule


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    rows = _read(delimiter.join("abc") + "\n" + delimiter.join(['"1,;\t|"', "2", "3"]) + "\n")
    assert rows == [ImportRow(2, {"a": "1,;\t|", "b": "2", "c": "3"}, None, {})]


def test_one_column_and_quoted_line_feeds() -> None:
    rows = _read('text\n"a ""b""\nc"\nd\n\ne')
    assert [(row.number, row.data["text"]) for row in rows] == [(2, 'a "b"\nc'), (4, "d"), (6, "e")]


def test_columns_that_are_not_data() -> None:
    header = (
        "text,key,priority,metadata.lang,prelabel.mood,prelabel.spans,prelabel_score,prelabel_model,gold.mood"
    )
    (row,) = _read(header + '\na,k,3,de,good,"[{""x"": 1}]",0.5,m,bad\n')
    assert (row.data, row.key, row.priority, row.metadata) == ({"text": "a"}, "k", 3, {"lang": "de"})
    assert row.prelabels == (({"mood": "good", "spans": [{"x": 1}]}, 0.5, "m"),)
    assert row.gold.answer == {"mood": "bad"}


def test_empty_cells_of_other_columns_mean_nothing_and_of_data_an_empty_text() -> None:
    (row,) = _read("text,key,priority,prelabel.mood,gold.mood\n,,,,\n")
    assert row == ImportRow(2, {"text": ""}, None, {})


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("a,1,0.5", "ragged"),
        ("a,1,0.5,m,n", "ragged"),
        ("a,1,0.5,m,n,", "ragged"),
        ("a,x,0.5,m", "priority"),
        ("a,1,1.5,m", "score"),
        ("a,1,x,m", "score"),
        ('a,1,0.5,"m"n', "csv"),
    ],
)
def test_bad_rows_are_named_by_line(line: str, rule: str) -> None:
    rows = _read(f"text,priority,prelabel_score,prelabel.f\na,1,0.5,m\n{line}\nb,2,0.5,m\n")
    assert [type(row) for row in rows] == [ImportRow, RejectedRow, ImportRow]
    assert (rows[1].number, rows[1].rule) == (3, rule)
    assert rows[1].value.startswith("a") or rows[1].value in ("x", "1.5", "1")


def test_a_quote_that_is_never_closed_ends_at_the_bound() -> None:
    rows = _read('a,b\n1,2\n"3,4\n' + "5,6\n" * 100, limits=Limits(row_bytes=100))
    assert rows[0].data == {"a": "1", "b": "2"}
    assert (rows[1].rule, rows[1].number) == ("too_long", 3)
    assert rows[-1].data == {"a": "5", "b": "6"}


def test_typed_cells() -> None:
    (row,) = _read('a,b,c,d,e,f,g\n1,-1.5e3,true,,"[1, {""x"": null}]",007,text\n', typed=True)
    assert row.data == {"a": 1, "b": -1500.0, "c": True, "e": [1, {"x": None}], "f": "007", "g": "text"}
    (deep,) = _read("a\n" + "[" * 1000 + "]" * 1000 + "\n", typed=True)
    assert deep.rule == "too_deep"


def test_encodings() -> None:
    latin = "text,b\nStraße,x\n".encode("cp1252")
    (bad,) = _read(latin)
    assert bad.rule == "encoding"
    assert "encoding" in bad.reason
    assert _read(latin, encoding="cp1252")[0].data["text"] == "Straße"
    wide = "text,b\nStraße,x\nweg,y\n".encode("utf-16")
    assert _rule(wide) == "encoding"
    assert [row.data["text"] for row in _read(wide, encoding="utf-16")] == ["Straße", "weg"]
    assert _read(wide + b"\x00", encoding="utf-16")[-1].rule == "encoding"
    assert _read(b"\xef\xbb\xbfa,b\n1,2\n", encoding="utf-8-sig")[0].data == {"a": "1", "b": "2"}
    assert _rule("a\n1", encoding="zlib") == "encoding"
    assert _rule("a\n1", encoding="no-such") == "encoding"


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        ("", "no_header"),
        ("\n1,2\n", "no_header"),
        ("a,a\n1,2", "duplicate_column"),
        ("data.a,b\n1,2", "unknown_column"),
        ('"a\n1,2', "header"),
        ("a,b\r1,2\r", "line_ends"),
        (b"\xff\xfea\0", "encoding"),
        (gzip.compress(b"a,b\n1,2\n", mtime=0)[:12], "truncated"),
    ],
)
def test_bad_headers_refuse_the_file(content: bytes | str, rule: str) -> None:
    assert _rule(content) == rule


def test_a_break_after_the_header_keeps_the_rows_before_it() -> None:
    lines = b"a,b\n" + b"".join(b"%x,x\n" % index**9 for index in range(3000))
    content = gzip.compress(lines)
    *good, last = _read(content[: len(content) // 2])
    assert len(good) > 500
    assert last.rule == "truncated"


def test_columns_are_renamed_and_left_out() -> None:
    (row,) = _read("id,body,noise,\n7,hello,x,y\n", columns={"id": "key", "body": "text", "noise": ""})
    assert (row.key, row.data) == ("7", {"text": "hello", "column_4": "y"})


def test_gzip_goes_on_from_a_checkpoint() -> None:
    content = gzip.compress(b"a,b\n" + b"".join(b'"%d\n",x\n' % index for index in range(50)))
    reading = CsvReader().read(io.BytesIO(content))
    rows = iter(reading)
    for _ in range(20):
        next(rows)
    rest = list(CsvReader().read(io.BytesIO(content), ReadOptions(), reading.checkpoint()))
    assert rest == list(rows)
    assert len(rest) == 30


def _write(rows: list[ExportRow], columns: ExportColumns | None = None) -> bytes:
    target = io.BytesIO()
    writer = CsvWriter(target, "x", WriteOptions(columns))
    writer.write(rows)
    writer.close()
    return target.getvalue()


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "＝x", "'=x", "''=x"])
def test_formulas_are_guarded_and_come_back(text: str) -> None:
    content = _write([ExportRow("1", {"a": text})])
    cell = content.split(b"\r\n", 1)[1].split(b",")[6].strip(b'"').decode()
    assert cell.startswith("'")
    (row,) = _read(content)
    assert row.data == {"a": text}


def test_numbers_are_not_guarded() -> None:
    assert b",-1,-1.5," in _write([ExportRow("1", {"a": -1, "b": -1.5})])


@given(
    st.dictionaries(st.text("ab=", min_size=1), st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
)
def test_any_text_survives_the_round_trip(data: dict[str, str]) -> None:
    (row,) = _read(_write([ExportRow("1", data)]))
    assert row.data == data


def test_what_no_column_takes_goes_to_the_rest() -> None:
    columns = ExportColumns((Column("data", "a", "integer"), Column("data", "b", "string")))
    content = _write([ExportRow("1", {"a": "text", "b": "x", "c": [1], "*": 1})], columns)
    (row,) = _read(content)
    assert row.data == {"a": "text", "b": "x", "c": [1], "*": 1}


def test_columns_that_clash_are_refused() -> None:
    column = Column("data", "a", "json")
    with pytest.raises(InvalidInput):
        ExportColumns((column, column))
