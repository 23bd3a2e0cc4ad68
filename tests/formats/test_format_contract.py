"""What every registered reader and writer has to keep, whatever its format."""

from __future__ import annotations

import contextlib
import hashlib
import io
import tracemalloc
import zipfile
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assay.errors import InvalidInput
from assay.formats import (
    READERS,
    WRITERS,
    ExportRow,
    ImportRow,
    Limits,
    ReadOptions,
    RejectedRow,
    WriteOptions,
    reader_for,
    writer_for,
)
from assay.formats.columns import ExportColumns

ROWS = 60


def _jsonl(count: int) -> bytes:
    return b"".join(b'{"text": "row %d \xc3\xa9"}\n' % index for index in range(count))


def _csv(count: int) -> bytes:
    return b"text,other\r\n" + b"".join(b'"row %d,\n\xc3\xa9",x\r\n' % index for index in range(count))


def _parquet(count: int) -> bytes:
    target = io.BytesIO()
    table = pa.table({"text": [f"row {index}" for index in range(count)]})
    pq.write_table(table, target, row_group_size=max(1, count // 4))
    return target.getvalue()


def _zip(count: int) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for index in range(count):
            archive.writestr(f"folder/{index}.txt", f"row {index} " * 5)
    return target.getvalue()


SAMPLES: dict[str, Callable[[int], bytes]] = {"jsonl": _jsonl, "csv": _csv, "parquet": _parquet, "zip": _zip}
each_reader = pytest.mark.parametrize("name", sorted(READERS))
each_writer = pytest.mark.parametrize("name", sorted(WRITERS))


def _rows(name: str, content: bytes, options: ReadOptions | None = None) -> list[ImportRow | RejectedRow]:
    """All rows; none if the source as a whole is refused with a clear error."""
    try:
        return list(READERS[name].read(io.BytesIO(content), options or ReadOptions()))
    except InvalidInput as error:
        assert error.problems
        return []


def _content(row: ImportRow | RejectedRow) -> Any:
    return row._replace(files=()) if isinstance(row, ImportRow) else row


def _export_rows(count: int) -> list[ExportRow]:
    return [
        ExportRow(
            f"{index:08d}",
            {"text": f"=row {index}\r\n'é", "note": "x"},
            key=f"k{index}",
            metadata={"source": "a"},
            label={"mood": "good"},
            label_state="final",
            confidence=0.5,
            agreement=1.0,
            interface_version=3,
        )
        for index in range(count)
    ]


def _written(name: str, rows: list[ExportRow], step: int, options: WriteOptions | None = None) -> bytes:
    target = io.BytesIO()
    writer = writer_for(name)(target, f"items.{name}", options)
    for start in range(0, len(rows), step):
        writer.write(rows[start : start + step])
    written = writer.close()
    content = target.getvalue()
    assert written == (f"items.{name}", len(content), hashlib.sha256(content).hexdigest(), len(rows))
    return content


@each_reader
def test_every_reader_has_a_sample_and_reads_it_whole(name: str) -> None:
    rows = _rows(name, SAMPLES[name](ROWS))
    assert len(rows) == ROWS
    assert all(isinstance(row, ImportRow) and row.data["text"].startswith("row ") for row in rows)
    assert [row.number for row in rows] == sorted({row.number for row in rows})


@each_reader
def test_going_on_from_each_checkpoint_gives_exactly_the_remaining_rows(name: str) -> None:
    source = io.BytesIO(SAMPLES[name](ROWS))
    whole = [_content(row) for row in READERS[name].read(source)]
    reading = READERS[name].read(io.BytesIO(source.getvalue()))
    checkpoints = [reading.checkpoint()] + [reading.checkpoint() for _ in reading]
    for done in range(0, ROWS + 1, 7):
        rest = READERS[name].read(io.BytesIO(source.getvalue()), ReadOptions(), checkpoints[done])
        assert [_content(row) for row in rest] == whole[done:]
    assert list(READERS[name].read(source, ReadOptions(), checkpoints[ROWS])) == []


@each_reader
def test_chunks_hold_all_rows_and_end_by_weight(name: str) -> None:
    source = io.BytesIO(SAMPLES[name](ROWS))
    chunks = list(READERS[name].read(source).chunks(7))
    assert [len(chunk.rows) for chunk in chunks] == [7] * 8 + [4]
    assert len(list(READERS[name].read(source).chunks(7, weight=1))) == ROWS
    again = READERS[name].read(source, ReadOptions(), chunks[3].checkpoint)
    assert next(again.chunks(7)).rows[0].number == chunks[4].rows[0].number


@each_reader
def test_a_checkpoint_of_another_reader_is_refused(name: str) -> None:
    for checkpoint in ({"reader": "other", "number": 1, "offset": 1}, {"reader": name, "number": -1}, {}):
        with pytest.raises(InvalidInput):
            READERS[name].read(io.BytesIO(SAMPLES[name](1)), ReadOptions(), checkpoint)


@each_reader
def test_a_file_cut_anywhere_keeps_the_rows_before_the_cut(name: str) -> None:
    content = SAMPLES[name](12)
    whole = [_content(row) for row in _rows(name, content)]
    for cut in range(0, len(content), max(1, len(content) // 150)):
        rows = _rows(name, content[:cut])
        good = [_content(row) for row in rows if isinstance(row, ImportRow)]
        # A CSV file need not end in a line feed, so a last cell that was cut is a cell like any other.
        certain = good[:-1] if name == "csv" and not content[:cut].endswith(b"\n") else good
        assert certain == whole[: len(certain)]
        assert len(rows) - len(good) <= 1
        if name in ("jsonl", "csv"):
            finished = content[:cut].count(b"\n") if name == "jsonl" else content[:cut].count(b"x\r\n")
            assert len(good) >= finished


@each_reader
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(noise=st.binary(max_size=400))
def test_random_bytes_never_crash(name: str, noise: bytes) -> None:
    magic = READERS[name].magic[:1] or (b"",)
    for content in (noise, magic[0] + noise, SAMPLES[name](3) + noise, noise + SAMPLES[name](3)):
        assert all(isinstance(row, ImportRow | RejectedRow) for row in _rows(name, content))


@each_reader
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_changed_bytes_never_crash(name: str, data: st.DataObject) -> None:
    content = bytearray(SAMPLES[name](5))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    for row in _rows(name, bytes(content)):
        assert isinstance(row, ImportRow | RejectedRow)
        if isinstance(row, ImportRow):
            for file in row.files:
                with contextlib.suppress(InvalidInput), file.open() as stream:
                    assert len(stream.read()) == file.size


@each_reader
def test_reading_takes_bounded_memory(name: str) -> None:
    peaks = []
    for count in (10_000, 40_000) if name != "zip" else (500, 2_000):
        source = io.BytesIO(SAMPLES[name](count))
        tracemalloc.start()
        assert sum(len(chunk.rows) for chunk in READERS[name].read(source).chunks(100)) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 8 << 20
    assert peaks[1] < 2 * peaks[0] + (1 << 20)


@each_writer
def test_what_is_written_reads_back(name: str) -> None:
    rows = _export_rows(40)
    content = _written(name, rows, 40)
    read = _rows(name, content, ReadOptions(labels="prelabel"))
    assert len(read) == len(rows)
    for imported, exported in zip(read, rows, strict=True):
        assert isinstance(imported, ImportRow), imported
        assert imported.data == exported.data
        assert (imported.key, imported.metadata) == (exported.key, exported.metadata)
        assert imported.prelabels == (({"mood": "good"}, 0.5, ""),)


@each_writer
def test_the_same_rows_give_the_same_bytes_however_they_are_cut(name: str) -> None:
    rows = _export_rows(50)
    options = WriteOptions(ExportColumns.infer(rows))
    assert len({_written(name, rows, step, options) for step in (1, 7, 50)}) == 1


@each_writer
def test_parts_may_be_json_already(name: str) -> None:
    plain = [ExportRow("1", {"a": "x", "b": [1]}, metadata={"m": 1}, label={"l": None}, annotations=[{}])]
    encoded = [
        ExportRow("1", b'{"a":"x","b":[1]}', metadata=b'{"m":1}', label=b'{"l":null}', annotations=b"[{}]")
    ]
    assert _written(name, plain, 1) == _written(name, encoded, 1)


@each_writer
def test_no_rows_give_a_file_that_reads_as_none(name: str) -> None:
    assert _rows(name, _written(name, [], 1)) == []


@each_writer
def test_writing_takes_bounded_memory(name: str) -> None:
    class Nowhere(io.RawIOBase):
        def write(self, block: Any) -> int:
            return len(block)

    def write(batches: range) -> int:
        """Write 500 rows per batch; the peak of memory while doing so, in bytes."""
        tracemalloc.reset_peak()
        for batch in batches:
            writer.write([ExportRow(f"{batch:06d}{index:03d}", b'{"text":"abc"}') for index in range(500)])
        return tracemalloc.get_traced_memory()[1]

    tracemalloc.start()
    writer = writer_for(name)(Nowhere(), "x", None)  # type: ignore[arg-type]
    first, second = write(range(100)), write(range(100, 200))
    tracemalloc.stop()
    assert writer.close().rows == 100_000
    assert second < 1.2 * first + (1 << 20)


def test_formats_are_found_by_name_file_name_or_first_bytes() -> None:
    assert reader_for("jsonl").name == "jsonl"
    assert reader_for("Items.CSV.gz").name == "csv"
    assert reader_for("upload", _parquet(1)).name == "parquet"
    assert reader_for("wrong.csv", _zip(1)).name == "zip"
    with pytest.raises(InvalidInput) as caught:
        reader_for("items.docx", b"\xd0\xcf")
    assert ".jsonl" in caught.value.problems[0].message
    assert ".parquet" in caught.value.problems[0].message
    with pytest.raises(InvalidInput, match="no export"):
        writer_for("docx")


def test_limits_are_per_read() -> None:
    rows = _rows(
        "jsonl", b'{"text": "' + b"x" * 100 + b'"}\n{"a": 1}\n', ReadOptions(limits=Limits(row_bytes=50))
    )
    assert [type(row) for row in rows] == [RejectedRow, ImportRow]
