"""What folders and archives have in common: members with safe names that can be opened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO, NamedTuple, Protocol

from assay.formats.base import Rejection

_NAME_CHARACTERS = 1024
_LITTER = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
_LITTER_FOLDER = "__MACOSX/"


class Member(NamedTuple):
    """A file in a bundle: its relative name with `/` between the parts, its size in bytes as declared."""

    name: str
    size: int
    open: Callable[[], BinaryIO]


MemberEntry = Member | Rejection


class Bundle(Protocol):
    """Files that come together. The order of `entries` is the same each time."""

    def entries(self) -> Iterator[MemberEntry]:
        """Every file; a `Rejection` stands where one may not be imported."""
        ...

    def find(self, name: str) -> Member | None:
        """The file of that name, None if there is none or it may not be imported."""
        ...


def check_name(name: str) -> str:
    """The name if it stays inside its bundle on every system, else a `Rejection`."""
    parts = name.split("/")
    unsafe = (
        not name
        or "\\" in name
        or name[1:2] == ":"
        or any(part in ("", ".", "..") for part in parts)
        or not name.isprintable()
    )
    if unsafe or len(name) > _NAME_CHARACTERS:
        reason = "the name is not a plain relative path of printable characters"
        raise Rejection("unsafe_name", reason, value=name)
    return name


def is_litter(name: str) -> bool:
    """Whether a file is what operating systems leave behind in folders, and nobody's data."""
    base = name.rpartition("/")[2]
    return name.startswith(_LITTER_FOLDER) or base in _LITTER or base.startswith("._")
