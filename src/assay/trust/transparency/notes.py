"""Signed notes (C2SP signed-note): a text, and signature lines below it that programs and people can read.

    example.com/log
    42
    ...

    — example.com/log Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDe...

A signature carries the first four bytes of its key's hash, so that a reader knows which key to try. Ed25519
signatures have the algorithm 1, cosignatures (tlog-cosignature) 4.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from assay.errors import Malformed
from assay.trust.transparency.base64_lines import decode, encode

ED25519: Final = 1
COSIGNATURE: Final = 4
MOST_SIGNATURES: Final = 100
LONGEST_NOTE: Final = 1_000_000
_KEY_NAME = re.compile(r"[^\s+]+")
_timestamp = struct.Struct(">Q")


@dataclass(frozen=True, slots=True)
class Signature:
    """One line: whose key, the first four bytes of its hash, and the bytes that the key's algorithm gives."""

    name: str
    key_id: bytes
    content: bytes

    @property
    def line(self) -> str:
        return f"— {self.name} {encode(self.key_id + self.content)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends in a line break, and its signatures, of which a reader believes what it can check."""

    text: str
    signatures: tuple[Signature, ...] = ()

    def encode(self) -> bytes:
        return (self.text + "\n" + "".join(each.line for each in self.signatures)).encode()

    def signed(self, *signatures: Signature) -> Note:
        return Note(self.text, (*self.signatures, *signatures))


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with its name: what a reader pins. `str()` gives `name+hash+base64`, as Go prints it."""

    name: str
    public: bytes
    algorithm: int = ED25519

    @property
    def key_id(self) -> bytes:
        """SHA-256(name, line break, algorithm, public key), the first four bytes."""
        return sha256(self.name.encode() + b"\n" + bytes([self.algorithm]) + self.public).digest()[:4]

    def __str__(self) -> str:
        material = encode(bytes([self.algorithm]) + self.public)
        return f"{self.name}+{self.key_id.hex()}+{material}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Raises Malformed when it is no such key or its hash is another's."""
        parts = text.strip().split("+", 2)
        if len(parts) != 3 or not _KEY_NAME.fullmatch(parts[0]):
            raise Malformed("A verifier key is name+hash+base64.")
        material = decode(parts[2])
        if len(material) != 33 or material[0] not in (ED25519, COSIGNATURE):
            raise Malformed("A verifier key holds an Ed25519 public key.")
        key = cls(parts[0], material[1:], material[0])
        if key.key_id.hex() != parts[1]:
            raise Malformed("The hash in the verifier key is not that of its key.")
        return key

    def verifies(self, note: Note) -> bool:
        """Whether the note carries this key's signature, and it is right."""
        return self.time_of(note) is not None

    def time_of(self, note: Note) -> int | None:
        """When this key signed, in seconds since 1970; 0 where its algorithm does not say; None: never."""
        mine = [each for each in note.signatures if (each.name, each.key_id) == (self.name, self.key_id)]
        if len(mine) != 1:
            return None
        content, time = mine[0].content, 0
        message = note.text.encode()
        if self.algorithm == COSIGNATURE:
            if len(content) != _timestamp.size + 64:
                return None
            (time,) = _timestamp.unpack_from(content)
            message, content = cosigned_message(note.text, time), content[_timestamp.size :]
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(content, message)
        except InvalidSignature:
            return None
        return time


class SigningKey:
    """A private key with its name. Neither appears in `repr`."""

    def __init__(self, name: str, private: Ed25519PrivateKey, algorithm: int = ED25519) -> None:
        if not _KEY_NAME.fullmatch(name):
            raise Malformed("The name of a key has neither white space nor a plus sign.")
        self._private = private
        self.verifier = VerifierKey(name, private.public_key().public_bytes_raw(), algorithm)

    def sign(self, text: str, time: int = 0) -> Signature:
        """The signature of a text; `time`, in seconds since 1970, is part of a cosignature."""
        if self.verifier.algorithm == COSIGNATURE:
            content = _timestamp.pack(time) + self._private.sign(cosigned_message(text, time))
        else:
            content = self._private.sign(text.encode())
        return Signature(self.verifier.name, self.verifier.key_id, content)


def cosigned_message(text: str, time: int) -> bytes:
    """What a witness signs: that it saw this checkpoint at this time, and none that contradicts it."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def parse_note(content: bytes) -> Note:
    """A note as it lies in a file. Raises Malformed; whether a signature is right is the keys' to say."""
    if len(content) > LONGEST_NOTE:
        raise Malformed("The note is too long.")
    try:
        whole = content.decode()
    except UnicodeDecodeError:
        raise Malformed("A note is text in UTF-8.") from None
    if any(ord(character) < 0x20 and character != "\n" for character in whole):
        raise Malformed("A note has no control characters but line breaks.")
    text, separator, below = whole.rpartition("\n\n")
    if not separator or not below.endswith("\n"):
        raise Malformed("A note has an empty line before its signatures, and ends in a line break.")
    signatures = tuple(_signatures(below[:-1].split("\n")))
    return Note(f"{text}\n", signatures)


def _signatures(lines: list[str]) -> Iterable[Signature]:
    if len(lines) > MOST_SIGNATURES:
        raise Malformed("The note has too many signatures.")
    for line in lines:
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "—" or not _KEY_NAME.fullmatch(parts[1]):
            raise Malformed("A signature line is: — name base64.")
        material = decode(parts[2])
        if len(material) < 5:
            raise Malformed("A signature is too short.")
        yield Signature(parts[1], material[:4], material[4:])
