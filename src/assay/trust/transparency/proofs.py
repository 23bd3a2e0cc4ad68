"""Proofs in a file (C2SP tlog-proof): that an entry is in a log, for ever and without a server.

c2sp.org/tlog-proof@v1
index 73894
gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=
...

example.com/log
109482
...
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from assay.errors import Malformed
from assay.trust.transparency.base64_lines import decode, encode
from assay.trust.transparency.checkpoints import Checkpoint, open_checkpoint
from assay.trust.transparency.hashing import HASH_SIZE
from assay.trust.transparency.notes import Note, VerifierKey, parse_note
from assay.trust.transparency.tree import root_of_inclusion

HEADER: Final = "c2sp.org/tlog-proof@v1"
MOST_HASHES: Final = 64
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class Proof:
    """index: of the entry. hashes: its inclusion proof. checkpoint: the signed note. extra: the caller's."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: Note
    extra: bytes | None = None

    def encode(self) -> bytes:
        extra = [] if self.extra is None else [f"extra {encode(self.extra)}"]
        hashes = [encode(each) for each in self.hashes]
        head = "\n".join((HEADER, *extra, f"index {self.index}", *hashes))
        return f"{head}\n\n".encode() + self.checkpoint.encode()

    @classmethod
    def decode(cls, content: bytes) -> Proof:
        """Raises Malformed."""
        head, separator, checkpoint = content.partition(b"\n\n")
        lines = head.decode(errors="replace").split("\n")
        if not separator or lines.pop(0) != HEADER:
            raise Malformed(f"A proof begins with {HEADER}.")
        extra = decode(lines.pop(0)[6:]) if lines and lines[0].startswith("extra ") else None
        index = _INDEX.fullmatch(lines.pop(0)) if lines else None
        if index is None or len(lines) > MOST_HASHES:
            raise Malformed("A proof names the index of its entry, then at most 64 hashes.")
        hashes = tuple(decode(line) for line in lines)
        if any(len(each) != HASH_SIZE for each in hashes):
            raise Malformed("A hash in the proof does not have 32 bytes.")
        return cls(int(index[1]), hashes, parse_note(checkpoint), extra)

    def verify(self, leaf: bytes, key: VerifierKey) -> Checkpoint:
        """The checkpoint under which the entry with this leaf hash is in the log. Raises Malformed."""
        checkpoint, _ = open_checkpoint(self.checkpoint.encode(), key)
        if root_of_inclusion(leaf, self.index, checkpoint.size, self.hashes) != checkpoint.root:
            raise Malformed(f"The proof does not lead from this entry to the root at {checkpoint.size}.")
        return checkpoint
