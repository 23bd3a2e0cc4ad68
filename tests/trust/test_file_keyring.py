from __future__ import annotations

import os
import stat
from pathlib import Path
from threading import Thread

import orjson
import pytest

from assay.errors import KeyUnavailable
from assay.trust.file_keyring import FileKeyring

KEY = os.urandom(32)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "master.json"


def test_a_new_key_file_is_private(path: Path) -> None:
    FileKeyring.create(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_creating_never_replaces_a_key(path: Path) -> None:
    wrapped = FileKeyring.create(path).wrap(KEY, {})
    with pytest.raises(FileExistsError):
        FileKeyring.create(path)
    assert FileKeyring.open_or_create(path).unwrap(wrapped, {}) == KEY


def test_open_or_create_makes_the_first_key(path: Path) -> None:
    wrapped = FileKeyring.open_or_create(path).wrap(KEY, {})
    assert FileKeyring(path).unwrap(wrapped, {}) == KEY


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601])
def test_a_key_file_that_others_can_open_is_refused(path: Path, mode: int) -> None:
    keyring = FileKeyring.create(path)
    path.chmod(mode)
    with pytest.raises(KeyUnavailable, match="other users"):
        keyring.wrap(KEY, {})


def test_a_key_file_of_another_user_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keyring = FileKeyring.create(path)
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    if path.stat().st_uid == 0:
        os.chown(path, 23456, 23456)
    with pytest.raises(KeyUnavailable, match="another user"):
        keyring.wrap(KEY, {})


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"\xff", b'{"format":1,"current":1,"versions":{"1":"AAAA"}}']
)
def test_a_damaged_key_file_is_refused_without_quoting_it(path: Path, content: bytes) -> None:
    keyring = FileKeyring.create(path)
    path.write_bytes(content)
    with pytest.raises(KeyUnavailable, match="damaged"):
        keyring.describe()


def test_a_directory_in_place_of_the_file_is_refused(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(KeyUnavailable):
        FileKeyring(path).describe()


def test_rotation_is_seen_by_other_processes(path: Path) -> None:
    """Each keyring stands for a process: none keeps the key in memory."""
    here, there = FileKeyring.create(path), FileKeyring(path)
    assert here.rotate() == "2"
    assert there.unwrap(here.wrap(KEY, {}), {}) == KEY
    there.destroy()
    with pytest.raises(KeyUnavailable):
        here.wrap(KEY, {})


def test_rotations_at_the_same_time_are_all_kept(path: Path) -> None:
    FileKeyring.create(path)
    threads = [Thread(target=FileKeyring(path).rotate) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert FileKeyring(path).describe().versions == ("1", "2", "3", "4", "5", "6", "7")


def test_a_retired_version_unwraps_no_more(path: Path) -> None:
    keyring = FileKeyring.create(path)
    old = keyring.wrap(KEY, {})
    keyring.rotate()
    new = keyring.wrap(KEY, {})
    with pytest.raises(ValueError, match="current"):
        keyring.retire("2")
    keyring.retire("1")
    assert keyring.describe().versions == ("2",)
    assert keyring.unwrap(new, {}) == KEY
    with pytest.raises(KeyUnavailable):
        keyring.unwrap(old, {})


def test_each_unwrap_is_written_to_the_use_log(path: Path, tmp_path: Path) -> None:
    use_log = tmp_path / "use.jsonl"
    keyring = FileKeyring.create(path, use_log)
    wrapped = keyring.wrap(KEY, {"cell": "c1"})
    for size in ("1", "2"):
        keyring.unwrap(wrapped, {"cell": "c1", "principal": "someone", "log_size": size})
    lines = [orjson.loads(line) for line in use_log.read_bytes().splitlines()]
    assert [(line["cell"], line["principal"], line["log_size"]) for line in lines] == [
        ("c1", "someone", "1"),
        ("c1", "someone", "2"),
    ]
    assert stat.S_IMODE(use_log.stat().st_mode) == 0o600


def test_the_key_is_nowhere_but_in_its_file(path: Path) -> None:
    keyring = FileKeyring.create(path)
    encoded = orjson.loads(path.read_bytes())["versions"]["1"]
    assert encoded not in repr(keyring) + repr(vars(keyring)) + repr(keyring.describe())
