"""The default key backend: a master key in a private file, outside every cell's directory.

The file is a key document (`assay.trust.key_document`), mode 0600. It is read for each operation and never
kept in memory, so that taking the file away takes effect at once in every process.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes
from typing import Final

import orjson

from assay.errors import Conflict, IntegrityError, KeyUnavailable
from assay.trust.durable_files import (
    create_private,
    destroy_file,
    exclusive,
    make_private_directory,
    write_private,
)
from assay.trust.key_backend import KeyDescription
from assay.trust.key_document import decode_key_document, encode_key_document
from assay.trust.key_wrap import WrappingKey
from assay.trust.secret import KEY_SIZE, MAXIMUM_KEY_VERSION

_LONGEST_FILE: Final = 1 << 20


class FileKeyring:
    """A `KeyBackend` over the key file at `path`.

    `use_log`, when given, is a file to which each unwrap appends one JSON line with its time and context: the
    counterpart of a key service's audit trail.
    """

    scheme: Final = "file"

    def __init__(self, path: Path, use_log: Path | None = None) -> None:
        self.path = Path(path)
        self.use_log = use_log

    @classmethod
    def from_address(cls, address: str) -> FileKeyring:
        """The keyring of an existing key file. Raises KeyUnavailable when there is none."""
        keyring = cls(Path(address))
        keyring.describe()
        return keyring

    @classmethod
    def create(cls, path: Path, use_log: Path | None = None) -> FileKeyring:
        """A new master key in a new file. Raises FileExistsError rather than replace one."""
        path = Path(path)
        make_private_directory(path.parent)
        create_private(path, encode_key_document({1: token_bytes(KEY_SIZE)}, 1))
        return cls(path, use_log)

    @classmethod
    def open_or_create(cls, path: Path, use_log: Path | None = None) -> FileKeyring:
        """The keyring at `path`, made when there is none: for the first start on a machine."""
        try:
            return cls.create(path, use_log)
        except FileExistsError:
            return cls(path, use_log)

    def wrap(self, key: bytes, context: Mapping[str, str]) -> bytes:
        """See `KeyBackend.wrap`. The names that bind are kept, in clear, in front of the wrapped key."""
        names = orjson.dumps(sorted(context))
        versions, current = self._read()
        wrapped = WrappingKey(versions, current).wrap(key, _binding(names, context))
        return len(names).to_bytes(2) + names + wrapped

    def unwrap(self, wrapped: bytes, context: Mapping[str, str]) -> bytes:
        """See `KeyBackend.unwrap`."""
        names, wrapped_key = _split(wrapped)
        versions, current = self._read()
        key = WrappingKey(versions, current).unwrap(wrapped_key, _binding(names, context))
        self._log_use(context)
        return key

    def rotate(self) -> str:
        """See `KeyBackend.rotate`."""

        def add_version(versions: dict[int, bytes], current: int) -> tuple[dict[int, bytes], int]:
            newest = max(versions) + 1
            if newest > MAXIMUM_KEY_VERSION:
                raise Conflict("The master key has had as many versions as it can have.")
            return {**versions, newest: token_bytes(KEY_SIZE)}, newest

        return str(self._change(add_version))

    def retire(self, version: str) -> None:
        """Drop a version once nothing is wrapped by it any more. Raises ValueError for the current one."""

        def drop_version(versions: dict[int, bytes], current: int) -> tuple[dict[int, bytes], int]:
            if version == str(current):
                raise ValueError("the current version of a master key cannot be retired")
            return {number: key for number, key in versions.items() if str(number) != version}, current

        self._change(drop_version)

    def destroy(self) -> None:
        """See `KeyBackend.destroy`. Destroying a key that is gone already is not an error."""
        if self.path.exists():
            with self._exclusive():
                # Looked at again: another process may have been faster.
                if self.path.exists():
                    destroy_file(self.path)

    def describe(self) -> KeyDescription:
        """See `KeyBackend.describe`. The key id is a hash of the file's path: it tells nothing of the key."""
        versions, current = self._read()
        return KeyDescription(
            scheme=self.scheme,
            key_id=sha256(str(self.path.absolute()).encode()).hexdigest()[:16],
            current=str(current),
            versions=tuple(str(version) for version in sorted(versions)),
            exportable=True,
        )

    def _change(self, change: Callable[[dict[int, bytes], int], tuple[dict[int, bytes], int]]) -> int:
        with self._exclusive():
            versions, current = change(*self._read())
            write_private(self.path, encode_key_document(versions, current))
        return current

    @contextmanager
    def _exclusive(self) -> Iterator[None]:
        try:
            with exclusive(self.path.with_name(f".{self.path.name}.lock")):
                yield
        except OSError as error:
            raise KeyUnavailable(f"The master key file cannot be changed: {error.strerror}.") from error

    def _read(self) -> tuple[dict[int, bytes], int]:
        try:
            versions, current = decode_key_document(_read_private(self.path))
            WrappingKey(versions, current)
        except ValueError:
            raise KeyUnavailable("The master key file is damaged.") from None
        return versions, current

    def _log_use(self, context: Mapping[str, str]) -> None:
        if self.use_log is None:
            return
        line = orjson.dumps({"at": datetime.now(UTC), **context}) + b"\n"
        descriptor = os.open(self.use_log, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.write(descriptor, line)
        finally:
            os.close(descriptor)


def _read_private(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            # Of the file that was opened, not of the path: nobody can swap the two in between.
            status = os.fstat(file.fileno())
            if status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise KeyUnavailable(
                    "The master key file can be opened by other users.",
                    advice="Make it private (chmod 600), and rotate the master key if others had access.",
                )
            if status.st_uid not in (0, os.geteuid()):
                raise KeyUnavailable("The master key file belongs to another user.")
            return file.read(_LONGEST_FILE)
    except FileNotFoundError as error:
        raise KeyUnavailable("The master key file is not there.") from error
    except OSError as error:
        raise KeyUnavailable(f"The master key file cannot be read: {error.strerror}.") from error


def _split(wrapped: bytes) -> tuple[bytes, bytes]:
    end = 2 + int.from_bytes(wrapped[:2])
    return wrapped[2:end], wrapped[end:]


def _binding(names: bytes, context: Mapping[str, str]) -> bytes:
    """The entries of the context that bind, as canonical JSON: the associated data of the wrapped key."""
    try:
        bound = {name: context[name] for name in orjson.loads(names)}
    except (ValueError, TypeError, KeyError) as error:
        raise IntegrityError("A wrapped key was given without the context that binds it.") from error
    return orjson.dumps(bound, option=orjson.OPT_SORT_KEYS)
