"""A Merkle tree that can be put away and taken up again where it stood."""

from __future__ import annotations

from typing import Any

from assay.formats import MerkleTree


class ResumableTree(MerkleTree):
    """The tree over leaves that come over several runs of a job."""

    def state(self) -> dict[str, Any]:
        """All there is to know, at most about 70 kB. Hashes of content: to be sealed wherever it is kept."""
        return {
            "size": self.size,
            "waiting": b"".join(self._waiting).hex(),
            "peaks": [None if peak is None else peak.hex() for peak in self._peaks],
        }

    @classmethod
    def resume(cls, state: dict[str, Any] | None) -> ResumableTree:
        """A tree as it stood; a new one for None."""
        tree = cls()
        if state is not None:
            waiting = bytes.fromhex(state["waiting"])
            tree.size = state["size"]
            tree._waiting = [waiting[start : start + 32] for start in range(0, len(waiting), 32)]
            tree._peaks = [None if peak is None else bytes.fromhex(peak) for peak in state["peaks"]]
        return tree
