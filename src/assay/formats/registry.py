"""The formats there are. A new one is its module and one line here; the contract tests run over all."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO

from assay.errors import InvalidInput, Problem
from assay.formats.base import Reader, Writer
from assay.formats.bundle import ZipReader
from assay.formats.csv import CsvReader, CsvWriter
from assay.formats.jsonl import JsonLinesReader, JsonLinesWriter
from assay.formats.parquet import ParquetReader, ParquetWriter
from assay.formats.sinks import WriteOptions

OpenWriter = Callable[[BinaryIO, str, WriteOptions | None], Writer]

READERS: dict[str, Reader] = {
    reader.name: reader for reader in (JsonLinesReader(), CsvReader(), ParquetReader(), ZipReader())
}
WRITERS: dict[str, OpenWriter] = {
    "jsonl": JsonLinesWriter,
    "csv": CsvWriter,
    "parquet": ParquetWriter,
}


def reader_for(name: str, first_bytes: bytes = b"") -> Reader:
    """The reader of a format name (`jsonl`); else by first bytes; else by file name (`Items.CSV.gz`).

    First bytes outweigh the name, so that a wrong suffix does not give a million rejected lines.
    """
    if (reader := READERS.get(name)) is not None:
        return reader
    by_bytes = next((r for r in READERS.values() if r.magic and first_bytes.startswith(r.magic)), None)
    by_name = next((r for r in READERS.values() if name.lower().endswith(r.suffixes)), None)
    chosen = by_bytes or by_name
    if chosen is None:
        known = ", ".join(suffix for reader in READERS.values() for suffix in reader.suffixes)
        problem = Problem("/name", "unknown_format", f"known are {known}")
        raise InvalidInput("The format of the file is not known.", problems=[problem])
    return chosen


def writer_for(name: str) -> OpenWriter:
    """The writer of a format name; call it with the open target, the file's name and its options."""
    if (writer := WRITERS.get(name)) is not None:
        return writer
    problem = Problem("/format", "unknown_format", f"known are {', '.join(WRITERS)}")
    raise InvalidInput("There is no export in this format.", problems=[problem])
