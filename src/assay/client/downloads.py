"""Fetching the files of an export: in pieces, going on where a connection broke off, checked at the end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

from assay.client.calls import Call, no_answer, segment
from assay.client.progress import Progress, ProgressCallback
from assay.client.records import Record
from assay.client.session import ATTEMPTS, Session
from assay.errors import Conflict, IntegrityError, StorageFull, Unavailable
from assay.formats import Manifest


class ExportFile(Record):
    """A file of an export; `rows` is None for the manifest."""

    name: str
    bytes: int
    sha256: str
    rows: int | None


def empty_directory(path: str | Path) -> Path:
    """The directory, made if need be. Raises Conflict when something is in it: a manifest covers it whole."""
    directory = Path(path).expanduser()
    try:
        directory.mkdir(parents=True, exist_ok=True)
        occupied = any(directory.iterdir())
    except (FileExistsError, NotADirectoryError) as error:
        raise Conflict(f"{directory} is not a directory.") from error
    if occupied:
        raise Conflict(f"{directory} is not empty.", advice="Name a new directory, or empty this one.")
    return directory


async def download(
    session: Session, export: str, files: list[ExportFile], directory: Path, progress: ProgressCallback | None
) -> None:
    """Fetch every file, the manifest last, so that a directory with a manifest is complete."""
    total, done = sum(file.bytes for file in files), 0
    for file in sorted(files, key=lambda one: one.name == Manifest.name):
        if Path(file.name).name != file.name or file.name.startswith("."):
            raise IntegrityError("The export names a file that would not stay in the directory.")
        try:
            with (directory / file.name).open("wb") as target:
                async for piece in pieces(session, f"{export}/files/{segment(file.name)}"):
                    target.write(piece)
                    done += len(piece)
                    if progress is not None:
                        progress(Progress("download", done, total))
        except OSError as error:
            raise StorageFull(f"{directory / file.name} cannot be written: {error.strerror}.") from error


async def pieces(session: Session, path: str) -> AsyncIterator[bytes]:
    """A file in pieces. When the connection breaks off, from there on again."""
    offset, failures = 0, 0
    while True:
        headers = {"range": f"bytes={offset}-"} if offset else {}
        call = Call("GET", path, no_answer, headers={"accept": "*/*", **headers}, repeatable=True)
        try:
            async with session.open(call) as reply:
                if offset and reply.status != 206:
                    raise IntegrityError("The file cannot be fetched from where the connection broke off.")
                async for piece in reply.chunks():
                    offset, failures = offset + len(piece), 0
                    yield piece
                return
        except Unavailable:
            failures += 1
            if failures == ATTEMPTS:
                raise
            await session.transport.sleep(failures)


def checked(directory: Path) -> Manifest:
    """The manifest of a copy that agrees with it. Raises IntegrityError naming what does not."""
    manifest = Manifest.read(directory)
    problems = manifest.verify(directory)
    if problems:
        raise IntegrityError(
            "The files do not agree with their manifest.",
            advice="Do not use them; export again.",
            problems=problems,
        )
    return manifest
