"""The random keys of one installation: in a file with mode 0600, never in the database.

They seal what the control database must not hold in clear (how to connect to an external cell) and key the
digests of addresses. Rows change whenever a tenant comes or moves, and every server process needs them, so
they belong in the database; the one key that opens them is made once and can be mounted wherever the
processes run. A dump of the database alone opens nothing.
"""

from __future__ import annotations

import base64
import json
import secrets
import stat
from contextlib import suppress
from pathlib import Path
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from assay.errors import IntegrityError
from assay.trust.durable_files import create_private, make_private_directory
from assay.trust.sealing import CellKey, ValueSealer
from assay.trust.secret import KEY_SIZE, Secret

_FILE_VERSION = 1


class InstallationKeys(Secret):
    """One random root key and what is derived from it; `id` names the installation."""

    __slots__ = ("_root", "id")

    def __init__(self, installation: UUID, root: bytes) -> None:
        if len(root) != KEY_SIZE:
            raise ValueError(f"an installation's root key has {KEY_SIZE} bytes")
        self.id = installation
        self._root = root

    @classmethod
    def load_or_create(cls, path: Path) -> InstallationKeys:
        """The keys in the file at `path`; on the first run, and only then, new ones.

        Of two processes that start at once, both end up with the same file. Raises IntegrityError when the
        file is damaged or others may read it.
        """
        make_private_directory(path.parent)
        if not path.exists():
            fresh = {
                "version": _FILE_VERSION,
                "installation": str(uuid4()),
                "root_key": base64.b64encode(secrets.token_bytes(KEY_SIZE)).decode(),
            }
            # When another process was first, its keys are the installation's.
            with suppress(FileExistsError):
                create_private(path, json.dumps(fresh).encode())
        return cls._load(path)

    @classmethod
    def _load(cls, path: Path) -> InstallationKeys:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise IntegrityError(
                "The installation's key file can be read by others.", advice=f"chmod 600 {path}"
            )
        try:
            return _decoded(path.read_bytes())
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise IntegrityError("The installation's key file is damaged.") from error

    def derive(self, purpose: str) -> bytes:
        """A 32-byte key for one purpose (HKDF-SHA256); no purpose's key tells anything about another's."""
        info = b"assay.control.installation@v1/" + purpose.encode()
        return HKDF(algorithm=SHA256(), length=KEY_SIZE, salt=None, info=info).derive(self._root)

    def sealer(self, table: str, column: str) -> ValueSealer:
        """Seals the values of one column of the control database, each bound to its row."""
        return CellKey(self.id, {1: self.derive("sealing")}, 1).sealer(self.id, table, column)


def _decoded(content: bytes) -> InstallationKeys:
    document = json.loads(content)
    if document["version"] != _FILE_VERSION:
        raise ValueError("unknown version")
    root = base64.b64decode(document["root_key"], validate=True)
    return InstallationKeys(UUID(document["installation"]), root)
