"""Streaming importers and exporters.

    reader = reader_for("items.jsonl.gz", first_bytes)
    for chunk in reader.read(source, ReadOptions()).chunks(1000):
        ...  # commit chunk.rows, chunk.rejected and chunk.checkpoint together

    writer = writer_for("parquet")(target, "items.parquet")
    writer.write(rows)
    written = writer.close()

A format is one module with a reader, a writer or both, entered in `registry`.
"""

from assay.formats.base import (
    BadFile,
    Checkpoint,
    Chunk,
    ExportRow,
    FileReference,
    GoldAnswer,
    ImportedFile,
    ImportRow,
    Limits,
    Prelabel,
    Reader,
    Reading,
    ReadOptions,
    RejectedRow,
    Writer,
    WrittenFile,
    reject,
)
from assay.formats.bundle import replace_file_references
from assay.formats.columns import Column, ExportColumns
from assay.formats.folder import FolderReader
from assay.formats.manifest import Manifest
from assay.formats.merkle import MerkleTree, RowTree, canonical_json, row_digest
from assay.formats.registry import READERS, WRITERS, reader_for, writer_for
from assay.formats.sinks import WriteOptions

__all__ = [
    "READERS",
    "WRITERS",
    "BadFile",
    "Checkpoint",
    "Chunk",
    "Column",
    "ExportColumns",
    "ExportRow",
    "FileReference",
    "FolderReader",
    "GoldAnswer",
    "ImportRow",
    "ImportedFile",
    "Limits",
    "Manifest",
    "MerkleTree",
    "Prelabel",
    "ReadOptions",
    "Reader",
    "Reading",
    "RejectedRow",
    "RowTree",
    "WriteOptions",
    "Writer",
    "WrittenFile",
    "canonical_json",
    "reader_for",
    "reject",
    "replace_file_references",
    "row_digest",
    "writer_for",
]
