from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from threading import Thread

import pytest

from assay.trust import durable_files


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_written_file_is_private_and_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    durable_files.write_private(path, b"first")
    durable_files.write_private(path, b"second")
    assert path.read_bytes() == b"second"
    assert mode(path) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_leaves_the_old_file_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    durable_files.write_private(path, b"old")

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        durable_files.write_private(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_content_and_name_are_synced_in_this_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    fsync = os.fsync

    def record(descriptor: int) -> None:
        kind = "directory" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "content"
        synced.append(f"{kind} {(tmp_path / 'file').exists()}")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", record)
    durable_files.write_private(tmp_path / "file", b"content")
    assert synced == ["content False", "directory True"]


def test_creating_never_replaces(tmp_path: Path) -> None:
    path = tmp_path / "file"
    durable_files.create_private(path, b"first")
    with pytest.raises(FileExistsError):
        durable_files.create_private(path, b"second")
    assert path.read_bytes() == b"first"
    assert mode(path) == 0o600
    assert path.stat().st_nlink == 1
    assert list(tmp_path.iterdir()) == [path]


def test_a_destroyed_file_is_overwritten_before_it_is_removed(tmp_path: Path) -> None:
    path, witness = tmp_path / "file", tmp_path / "witness"
    durable_files.write_private(path, b"secret" * 100)
    witness.hardlink_to(path)
    durable_files.destroy_file(path)
    assert not path.exists()
    assert witness.stat().st_size == 600
    assert b"secret" not in witness.read_bytes()
    with pytest.raises(FileNotFoundError):
        durable_files.destroy_file(path)


def test_directories_are_private_with_their_parents(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b"
    durable_files.make_private_directory(path)
    durable_files.make_private_directory(path)
    assert mode(path) == mode(path.parent) == 0o700


def test_exclusive_lets_one_in_at_a_time(tmp_path: Path) -> None:
    counter = tmp_path / "counter"
    counter.write_text("0")

    def count() -> None:
        for _ in range(50):
            with durable_files.exclusive(tmp_path / "lock"):
                counter.write_text(str(int(counter.read_text()) + 1))

    threads = [Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counter.read_text() == "200"
