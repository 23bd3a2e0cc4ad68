"""Checkpoints (C2SP tlog-checkpoint): how large the log is and what its root is, in three signed lines."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assay.errors import Malformed
from assay.trust.transparency.base64_lines import decode, encode
from assay.trust.transparency.hashing import EMPTY_ROOT, HASH_SIZE
from assay.trust.transparency.notes import Note, SigningKey, VerifierKey, parse_note

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """origin: the log's name. size: its entries. root: 32 bytes."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{encode(self.root)}\n"

    def sign(self, key: SigningKey) -> Note:
        return Note(self.text).signed(key.sign(self.text))

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """The checkpoint that a note's text is. Raises Malformed; lines after the third are extensions."""
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
            raise Malformed("A checkpoint is its origin, size and root, a line each.")
        if not _SIZE.fullmatch(lines[1]):
            raise Malformed("The second line of a checkpoint is the size of the log.")
        root = decode(lines[2])
        if len(root) != HASH_SIZE:
            raise Malformed("The third line of a checkpoint is the root hash in base64.")
        size = int(lines[1])
        if size == 0 and root != EMPTY_ROOT:
            raise Malformed("An empty log has the root of the empty tree.")
        return cls(lines[0], size, root)


def open_checkpoint(content: bytes, key: VerifierKey) -> tuple[Checkpoint, Note]:
    """A checkpoint that the log's own key has signed. Raises Malformed when it is none, or of another log."""
    note = parse_note(content)
    checkpoint = Checkpoint.parse(note.text)
    if checkpoint.origin != key.name:
        raise Malformed(f"The checkpoint is of {checkpoint.origin}, not of {key.name}.")
    if not key.verifies(note):
        raise Malformed(f"The checkpoint does not carry a right signature of {key.name}.")
    return checkpoint, note
