"""Unique strings to plant in content, and the search for them in raw bytes, in every guise."""

from __future__ import annotations

import base64
import mmap
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path


def _base64_core(text: bytes, shift: int, altchars: bytes) -> bytes:
    """What base64 makes of a text that stands `shift` bytes after a multiple of three, whatever is around."""
    encoded = base64.b64encode(b"\0" * shift + text, altchars).rstrip(b"=")
    whole_groups = (shift + len(text)) // 3 * 4
    return encoded[(0, 2, 3)[shift] : whole_groups]


def guises(text: str) -> dict[str, bytes]:
    """The bytes that betray `text`, by what they are called. `text` is of small letters and digits."""
    plain = text.encode()
    return {
        "plain": plain,
        "upper case": text.upper().encode(),
        "hex": plain.hex().encode(),
        "HEX": plain.hex().upper().encode(),
        "UTF-16LE": text.encode("utf-16-le"),
        "UTF-16BE": text.encode("utf-16-be"),
        "percent": "".join(f"%{byte:02x}" for byte in plain).encode(),
        "PERCENT": "".join(f"%{byte:02X}" for byte in plain).encode(),
        "escaped": "".join(f"\\u{byte:04x}" for byte in plain).encode(),
        **{
            f"base64 {name} +{shift}": _base64_core(plain, shift, altchars)
            for shift in range(3)
            for name, altchars in (("standard", b"+/"), ("for addresses", b"-_"))
        },
    }


@dataclass(slots=True)
class Flock:
    """Canaries that share a random beginning, which is what is searched for."""

    mark: str = field(default_factory=lambda: "cnry" + secrets.token_hex(8))
    names: dict[str, str] = field(default_factory=dict)

    def plant(self, name: str) -> str:
        """The canary for one kind of content; always the same for a name."""
        return self.names.setdefault(name, f"{self.mark}x{len(self.names):02d}")

    def hits(self, content: bytes | mmap.mmap) -> Iterator[tuple[str, str]]:
        """The guises found in some bytes, each with the name of a canary where it can be told."""
        for guise, pattern in guises(self.mark).items():
            place = content.find(pattern)
            if place >= 0:
                around = bytes(content[place : place + 4 * len(pattern)])
                names = [name for name, text in self.names.items() if guises(text)[guise] in around]
                yield guise, ", ".join(names) or "one of them"

    def hits_in_files(self, directory: Path) -> list[str]:
        """Where canaries are in the files below a directory, and in their names."""
        found = []
        for path in _files(directory):
            found += [f"name of {path}: {hit}" for hit in self.hits(os.fsencode(path))]
            try:
                if path.stat().st_size == 0:
                    continue
                with path.open("rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as content:
                    found += [f"{path}: {hit}" for hit in self.hits(content)]
            except FileNotFoundError:
                continue  # A server that still runs recycles its files.
        return found


def _files(directory: Path) -> Iterator[Path]:
    for folder, _, names in os.walk(directory):
        for name in names:
            path = Path(folder, name)
            if path.is_file() and not path.is_symlink():
                yield path
