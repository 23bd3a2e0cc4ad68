"""The program that decodes one picture: `python -m assay.server.media.picture_process BYTES`.

Decoders are large C libraries, and what they read is made by strangers. So they run in a process that can do
nothing but compute: it gets the file on its standard input, gives `Record`s on its standard output, and has
no other file or socket and cannot open one, no keys, no environment, bounded memory and time. When it was
started as root it becomes nobody first.
"""

from __future__ import annotations

import io
import os
import resource
import sys
from contextlib import suppress
from typing import BinaryIO

# Every decoder that may be needed is loaded here: once the limits hold, no file can be opened.
from PIL import (
    Image,
    MpoImagePlugin,  # noqa: F401
    TiffImagePlugin,  # noqa: F401
    WebPImagePlugin,  # noqa: F401
)

from assay.server.media.picture_records import MOST_PIXELS, MOST_SIDE, Record, RecordKind
from assay.server.media.pyramid import Pyramid

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP")
_NOBODY = 65534
_ADDRESS_SPACE = 4 << 30
_CPU_SECONDS = 40
_LIMITS = {
    "RLIMIT_AS": _ADDRESS_SPACE,
    "RLIMIT_CPU": _CPU_SECONDS,
    # A core dump would put what nobody but the viewer may see on the disk.
    "RLIMIT_CORE": 0,
    "RLIMIT_FSIZE": 0,
    "RLIMIT_NOFILE": 3,
    "RLIMIT_NPROC": 0,
}


class _TooLarge(Exception):
    pass


def main() -> None:
    Image.preinit()
    confine()
    out = sys.stdout.buffer
    try:
        picture = _decoded(_received(sys.stdin.buffer, int(sys.argv[1])))
        for record in Pyramid(picture).records():
            out.write(record.encoded())
            out.flush()
    except (_TooLarge, MemoryError, Image.DecompressionBombError):
        _refuse(out, RecordKind.TOO_LARGE)
    except BrokenPipeError:
        os._exit(1)
    except Exception:
        _refuse(out, RecordKind.UNREADABLE)


def confine() -> None:
    """Give up everything that computing does not need, for good."""
    os.nice(5)
    if os.geteuid() == 0:
        # A container may have taken even this from root; the limits hold all the same.
        with suppress(PermissionError):
            os.setgroups([])
            os.setgid(_NOBODY)
            os.setuid(_NOBODY)
    # Linux has all of these limits, other systems only some.
    tolerated = () if sys.platform == "linux" else (ValueError, AttributeError)
    for name, limit in _LIMITS.items():
        with suppress(*tolerated):
            resource.setrlimit(getattr(resource, name), (limit, limit))


def _received(source: BinaryIO, length: int) -> io.BytesIO:
    content = io.BytesIO(bytes(length))
    view = content.getbuffer()
    received = 0
    while received < length:
        count = source.readinto(view[received:])  # type: ignore[attr-defined]
        if not count:
            break
        received += count
    view.release()
    return content


def _decoded(file: io.BytesIO) -> Image.Image:
    """The first frame. Its size is looked at before anything is decoded."""
    # Twice as many would be an error of Pillow's own; what it makes of sizes inside of a file stays bounded.
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    picture = Image.open(file, formats=_FORMATS)
    if picture.width * picture.height > MOST_PIXELS or max(picture.size) > MOST_SIDE:
        raise _TooLarge
    picture.load()
    return picture


def _refuse(out: BinaryIO, kind: RecordKind) -> None:
    with suppress(BrokenPipeError):
        out.write(Record(kind).encoded())
        out.flush()


if __name__ == "__main__":
    main()
