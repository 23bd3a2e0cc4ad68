"""The log against a tree computed the plain way: whatever was appended in whatever portions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import AssayError, InvalidInput, Malformed, NotFound
from assay.trust.transparency.checkpoints import Checkpoint, open_checkpoint
from assay.trust.transparency.hashing import EMPTY_ROOT, leaf_hash, node_hash
from assay.trust.transparency.notes import COSIGNATURE, SigningKey, VerifierKey, parse_note
from assay.trust.transparency.proofs import Proof
from assay.trust.transparency.tiles import ENTRIES, Tile, decode_entries, encode_entries, new_tiles, tiles_of
from assay.trust.transparency.tree import TileTree, is_consistent, root_of_inclusion
from assay.trust.transparency.writer import CHECKPOINT, LogWriter

ORIGIN = "assay.example/cell/7f"


class Files:
    """Tiles in memory. A path that is written twice has to get the same bytes, but for the checkpoint."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def read(self, path: str) -> bytes:
        if path not in self.files:
            raise NotFound(path)
        return self.files[path]

    def write(self, path: str, content: bytes) -> None:
        assert path == CHECKPOINT or self.files.get(path, content) == content, f"{path} was rewritten"
        self.files[path] = content


def signing_key(seed: int = 1, algorithm: int = 1, name: str = ORIGIN) -> SigningKey:
    return SigningKey(name, Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32), algorithm)


def plain_root(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962, 2.1, as it is written there."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(plain_root(leaves[:split]), plain_root(leaves[split:]))


def entry(number: int) -> bytes:
    return f'{{"n":{number}}}'.encode()


def log_of(*portions: int) -> tuple[Files, LogWriter]:
    files = Files()
    writer = LogWriter(files, signing_key())
    for portion in portions:
        writer.append([entry(writer.size + at) for at in range(portion)])
    return files, writer


def tree_of(files: Files, size: int) -> TileTree:
    return TileTree(size, lambda tile: files.read(tile.path))


@pytest.mark.parametrize("size", [0, 1, 2, 3, 255, 256, 257, 511, 512, 513, 65_536, 65_537])
def test_the_root_is_that_of_the_plain_tree_at_every_boundary(size: int) -> None:
    files, _ = log_of(size)
    checkpoint, _ = open_checkpoint(files.read(CHECKPOINT), signing_key().verifier)
    assert checkpoint == Checkpoint(ORIGIN, size, plain_root([leaf_hash(entry(at)) for at in range(size)]))
    assert {tile.path for tile in tiles_of(size)} <= files.files.keys()


@given(st.lists(st.integers(0, 600), min_size=1, max_size=6), st.data())
def test_portions_do_not_matter_and_every_proof_holds(portions: list[int], data: st.DataObject) -> None:
    files, writer = log_of(*portions)
    size = writer.size
    leaves = [leaf_hash(entry(at)) for at in range(size)]
    tree = tree_of(files, size)
    assert tree.root() == plain_root(leaves)
    old = data.draw(st.integers(0, size))
    proof = tree.consistency_proof(old)
    assert is_consistent(old, plain_root(leaves[:old]), size, tree.root(), proof)
    if size:
        index = data.draw(st.integers(0, size - 1))
        path = tree.inclusion_proof(index)
        assert root_of_inclusion(leaves[index], index, size, path) == tree.root()
        assert tree.leaf(index) == leaves[index]


@given(st.integers(2, 700), st.data())
def test_a_proof_for_anything_else_does_not_hold(size: int, data: st.DataObject) -> None:
    files, _ = log_of(size)
    tree = tree_of(files, size)
    index = data.draw(st.integers(0, size - 1))
    path = tree.inclusion_proof(index)
    wrong = data.draw(st.integers(0, size - 1).filter(lambda at: at != index))
    assert root_of_inclusion(leaf_hash(entry(wrong)), index, size, path) != tree.root()
    assert root_of_inclusion(leaf_hash(entry(index)), wrong, size, path) != tree.root()
    assert root_of_inclusion(leaf_hash(entry(index)), index, size, path[:-1]) != tree.root()
    assert root_of_inclusion(leaf_hash(entry(index)), index, size, [*path, path[0]]) != tree.root()


@given(st.integers(1, 700), st.data())
def test_rewritten_history_is_not_consistent(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size))
    changed = data.draw(st.integers(0, old - 1))
    leaves = [leaf_hash(entry(at)) for at in range(size)]
    forged = [leaf_hash(b"forged") if at == changed else leaf for at, leaf in enumerate(leaves)]
    files, _ = log_of(size)
    tree = tree_of(files, size)
    proof = tree.consistency_proof(old)
    assert not is_consistent(old, plain_root(forged[:old]), size, tree.root(), proof)
    assert not is_consistent(old, plain_root(leaves[:old]), size, plain_root(forged), proof)


@given(st.integers(0, 1500), st.integers(0, 1500))
def test_new_tiles_are_those_that_a_longer_log_has_more(first: int, second: int) -> None:
    old, new = sorted((first, second))
    assert set(new_tiles(old, new)) == set(tiles_of(new)) - set(tiles_of(old))


def test_paths_are_those_of_the_specification() -> None:
    assert Tile(0, 1234067).path == "tile/0/x001/x234/067"
    assert Tile(3, 0, 17).path == "tile/3/000.p/17"
    assert Tile(ENTRIES, 999).path == "tile/entries/999"


@given(st.lists(st.binary(max_size=300), max_size=256))
def test_entries_come_back_from_their_bundle(entries: list[bytes]) -> None:
    bundle = encode_entries(entries)
    assert decode_entries(bundle, len(entries)) == entries
    with pytest.raises(Malformed):
        decode_entries(bundle + b"\x00", len(entries))
    with pytest.raises(Malformed):
        decode_entries(bundle, len(entries) + 1)


def test_a_crash_before_the_checkpoint_is_made_good_by_the_same_entries() -> None:
    """The tiles lie there, the checkpoint does not: the writer begins again where the checkpoint was."""
    files, writer = log_of(300)
    before = files.read(CHECKPOINT)
    writer.append([entry(at) for at in range(300, 700)])
    files.files[CHECKPOINT] = before
    again = LogWriter(files, signing_key(), size=300)
    again.append([entry(at) for at in range(300, 900)])
    assert files.read(CHECKPOINT) == log_of(900)[0].read(CHECKPOINT)


def test_an_entry_that_no_bundle_can_hold_is_refused_before_anything_is_written() -> None:
    files, writer = log_of(3)
    before = dict(files.files)
    with pytest.raises(InvalidInput):
        writer.append([b"x", b"y" * 65_536])
    assert (files.files, writer.size) == (before, 3)


def test_keys_read_as_go_prints_them() -> None:
    """The example of golang.org/x/mod/sumdb/note."""
    text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    key = VerifierKey.parse(text)
    note = parse_note(
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n\n"
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb"
        "6KE6RyyBwJnAM=\n".encode()
    )
    assert str(key) == text and key.verifies(note)
    assert not key.verifies(replace(note, text=note.text + "And more.\n"))
    for broken in ("", "a+b", text.replace("c74f", "c74e"), text[:-4], f"a b{text}"):
        with pytest.raises(Malformed):
            VerifierKey.parse(broken)


def test_a_witness_signs_the_time_too() -> None:
    files, _ = log_of(10)
    witness = signing_key(2, COSIGNATURE, "witness.example")
    note = parse_note(files.read(CHECKPOINT))
    cosigned = parse_note(note.signed(witness.sign(note.text, 1_800_000_000)).encode())
    assert witness.verifier.time_of(cosigned) == 1_800_000_000
    assert signing_key().verifier.time_of(cosigned) == 0
    (own, other) = cosigned.signatures
    later = replace(other, content=(1_800_000_001).to_bytes(8, "big") + other.content[8:])
    assert witness.verifier.time_of(replace(cosigned, signatures=(own, later))) is None


@given(st.integers(1, 600), st.data())
def test_a_proof_in_a_file_stands_alone_and_no_bit_of_it_can_change(size: int, data: st.DataObject) -> None:
    files, _ = log_of(size)
    index = data.draw(st.integers(0, size - 1))
    note = parse_note(files.read(CHECKPOINT))
    proof = Proof(index, tuple(tree_of(files, size).inclusion_proof(index)), note, extra=b"receipt")
    content = proof.encode()
    leaf, key = leaf_hash(entry(index)), signing_key().verifier
    assert Proof.decode(content) == proof
    assert Proof.decode(content).verify(leaf, key).size == size
    with pytest.raises(Malformed):
        proof.verify(leaf_hash(b"other"), key)
    at = data.draw(st.integers(0, len(content) - 1))
    bit = data.draw(st.integers(0, 7))
    tampered = content[:at] + bytes([content[at] ^ (1 << bit)]) + content[at + 1 :]
    try:
        found = Proof.decode(tampered)
        found.verify(leaf, key)
    except AssayError:
        return
    assert (found.index, found.hashes, found.checkpoint.text) == (proof.index, proof.hashes, note.text)


@given(st.binary(max_size=400))
def test_what_is_no_note_and_no_proof_is_refused_and_never_crashes(content: bytes) -> None:
    for read in (parse_note, Proof.decode):
        with pytest.raises(Malformed):
            read(content)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "origin\n",
        "origin\n1\n",
        "origin\n01\n" + "A" * 43 + "=\n",
        "origin\n-1\n" + "A" * 43 + "=\n",
        "origin\n1\nAAAA\n",
        "origin\n0\n" + "A" * 43 + "=\n",
        "\n1\n" + "A" * 43 + "=\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        Checkpoint.parse(text)


def test_a_checkpoint_of_another_log_or_key_is_refused() -> None:
    files, _ = log_of(5)
    content = files.read(CHECKPOINT)
    for key in (signing_key(name="other.example").verifier, signing_key(3).verifier):
        with pytest.raises(Malformed):
            open_checkpoint(content, key)
