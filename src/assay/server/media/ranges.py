"""Parts of a file over HTTP (RFC 9110, section 14): one range at a time, `bytes` only."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from assay.errors import AssayError
from assay.server.access import TenantAccess
from assay.server.media.stored_file import StoredFile
from assay.server.problems import problem_response

_RANGE = re.compile(r"bytes=(\d{0,19})-(\d{0,19})", re.ASCII)


class RangeNotSatisfiable(AssayError):
    code, status, title = "range_not_satisfiable", 416, "There is no such part of the file"


@dataclass(frozen=True, slots=True)
class Part:
    """`length` bytes from `start` on; `whole` when no part was asked for."""

    start: int
    length: int
    whole: bool


def part_of(header: str | None, size: int) -> Part:
    """The part that a Range header asks for; the whole for none, and for forms that need not be understood.

    Raises RangeNotSatisfiable for a part that begins after the end.
    """
    match = None if header is None else _RANGE.fullmatch(header.strip())
    if match is None or not any(match.groups()):
        return Part(0, size, whole=True)
    first, last = match.groups()
    if not first:
        start, end = max(0, size - int(last)), size - 1
        if int(last) == 0:
            start = size
    else:
        start, end = int(first), min(int(last), size - 1) if last else size - 1
        if last and int(last) < start:
            return Part(0, size, whole=True)
    if start >= size:
        raise RangeNotSatisfiable(f"The file has {size} bytes.")
    return Part(start, end - start + 1, whole=False)


def file_response(
    request: Request, access: TenantAccess, purpose: str, file: StoredFile, headers: Mapping[str, str]
) -> Response:
    """The file, or the part of it that the request asks for, decrypted while it is sent."""
    common = {"accept-ranges": "bytes", "etag": f'"{file.tag}"', **headers}
    if request.headers.get("if-none-match") == common["etag"]:
        return Response(status_code=304, headers=common)
    condition = request.headers.get("if-range")
    wanted = request.headers.get("range") if condition in (None, common["etag"]) else None
    try:
        part = part_of(wanted, file.size)
    except RangeNotSatisfiable as error:
        response = problem_response(error)
        response.headers["content-range"] = f"bytes */{file.size}"
        return response
    common["content-length"] = str(part.length)
    if not part.whole:
        common["content-range"] = f"bytes {part.start}-{part.start + part.length - 1}/{file.size}"
    return StreamingResponse(
        _pieces(access, purpose, file, part),
        status_code=200 if part.whole else 206,
        headers=common,
        media_type=file.media_type,
    )


async def _pieces(access: TenantAccess, purpose: str, file: StoredFile, part: Part) -> AsyncIterator[bytes]:
    # The cell is opened here again: this runs after the request's own visit has ended.
    async with access.open(purpose) as workspace:
        async for piece in workspace.cell.blobs.read(file.key, file.blob, part.start, part.length):
            yield piece
