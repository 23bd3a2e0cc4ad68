"""Bodies made while they are sent, downloads that go on, and event streams, without an engine."""

from __future__ import annotations

import os
import tracemalloc
import zipfile
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import httpx
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

import assay
from assay.client.downloads import pieces
from assay.client.events import event_data, lines
from assay.client.progress import Progress, counted
from assay.client.transports import run_to_end
from assay.client.uploads import folder_source, import_source
from assay.errors import InvalidInput, TooLarge
from assay.formats import ReadOptions, reader_for


def _whole(source: object) -> bytes:
    return b"".join(import_source(source).upload.open())  # type: ignore[arg-type]


def test_a_folder_is_sent_as_an_archive_that_the_reader_understands(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.txt").write_text("first")
    (tmp_path / "sub" / "b.txt").write_text("second")
    (tmp_path / ".DS_Store").write_bytes(b"litter")
    (tmp_path / "link.txt").symlink_to("/etc/hostname")
    source = import_source(tmp_path)
    assert source.name == f"{tmp_path.name}.zip"
    assert source.unreadable == ("link.txt",)
    archive = b"".join(source.upload.open())
    assert archive == b"".join(source.upload.open()), "sent again, it is the same"
    reading = reader_for(source.name, archive[:16]).read(BytesIO(archive), ReadOptions())
    assert [row.data for row in reading] == [  # type: ignore[union-attr]
        {"text": "first", "name": "a.txt"},
        {"text": "second", "name": "sub/b.txt"},
    ]


def test_only_the_named_files_of_a_folder_are_sent(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).write_text(name)
    archive = b"".join(folder_source(tmp_path, frozenset({"a.txt", "c.txt"})).upload.open())
    assert zipfile.ZipFile(BytesIO(archive)).namelist() == ["a.txt", "c.txt"]


def test_memory_stays_flat_while_a_large_file_is_sent(tmp_path: Path) -> None:
    with (tmp_path / "large.bin").open("wb") as file:
        os.truncate(file.fileno(), 64 << 20)
    for source in (import_source(tmp_path / "large.bin"), import_source(tmp_path)):
        tracemalloc.start()
        sent = sum(len(block) for block in source.upload.open())
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert sent >= 64 << 20
        assert peak < 8 << 20


def test_rows_are_sent_as_json_lines_and_a_file_as_it_is(tmp_path: Path) -> None:
    rows = [{"data": {"text": str(number)}} for number in range(2500)]
    assert [orjson.loads(line) for line in _whole(rows).splitlines()] == rows
    assert _whole(iter(())) == b""
    file = tmp_path / "items.csv"
    file.write_bytes(b"text\nhello\n")
    source = import_source(str(file))
    assert (source.name, source.upload.size, b"".join(source.upload.open())) == (
        "items.csv",
        11,
        b"text\nhello\n",
    )
    with pytest.raises(InvalidInput):
        import_source(tmp_path / "missing")


def test_progress_counts_bytes() -> None:
    seen: list[Progress] = []
    assert list(counted(iter([b"ab", b"c"]), "upload", 3, seen.append)) == [b"ab", b"c"]
    assert [(one.done, one.total) for one in seen] == [(2, 3), (3, 3)]


# Streams ------------------------------------------------------------------------------------------


async def _cut(content: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


async def _list(entries: AsyncIterator[bytes]) -> list[bytes]:
    return [entry async for entry in entries]


@given(
    st.lists(st.binary(max_size=20).map(lambda line: line.translate(None, b"\r\n"))),
    st.integers(min_value=1, max_value=7),
)
def test_lines_do_not_depend_on_where_the_network_cuts(texts: list[bytes], size: int) -> None:
    content = b"".join(text + b"\n" for text in texts)
    assert run_to_end(_list(lines(_cut(content, size)))) == texts


def test_a_line_without_an_end_is_refused() -> None:
    with pytest.raises(TooLarge):
        run_to_end(_list(lines(_cut(b"x" * 1000, 10), longest=100)))


def test_events_of_a_stream() -> None:
    content = (
        b"retry: 2000\n\n: keep-alive\n\nevent: progress\nid: 1\ndata: {}\n\n"
        b"data: a\r\ndata:b\r\n\r\ndata: cut off"
    )
    assert run_to_end(_list(event_data(_cut(content, 3)))) == [b"{}", b"a\nb"]


class _Broken(httpx.SyncByteStream):
    """Some bytes, then nothing but an error."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def __iter__(self):  # type: ignore[no-untyped-def]
        yield self._content
        raise httpx.ReadError("broke off")


def test_a_download_goes_on_where_it_broke_off() -> None:
    content = bytes(range(256))
    ranges: list[str | None] = []

    def engine(request: httpx.Request) -> httpx.Response:
        ranges.append(request.headers.get("range"))
        start = int((ranges[-1] or "bytes=0-").removeprefix("bytes=").removesuffix("-"))
        status = 206 if start else 200
        if start < 200:
            return httpx.Response(status, stream=_Broken(content[start : start + 100]))
        return httpx.Response(status, content=content[start:])

    client = assay.connect("http://engine", "key", transport=httpx.MockTransport(engine))

    async def no_sleep(_: float) -> None:
        return

    client._session.transport.sleep = no_sleep  # type: ignore[method-assign, assignment]
    assert b"".join(run_to_end(_list(pieces(client._session, "/file")))) == content
    assert ranges == [None, "bytes=100-", "bytes=200-"]
