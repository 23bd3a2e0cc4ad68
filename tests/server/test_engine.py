"""Starting the engine: what it refuses to start without."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from assay.errors import KeyUnavailable
from assay.server.engine import open_keyring
from assay.settings import Settings
from assay.trust.cell_keys import CellKeys
from assay.trust.key_slots import KeySlots


def test_a_lost_master_key_is_not_replaced_by_a_new_one(tmp_path: Path) -> None:
    settings, slots = Settings(home=tmp_path), KeySlots(tmp_path / "keyring" / "slots")
    keyring = open_keyring(settings, slots)
    CellKeys(uuid4(), keyring, slots).create_cell()
    open_keyring(settings, slots)
    path = tmp_path / "keyring" / "master.key"
    kept = path.rename(tmp_path / "elsewhere")
    with pytest.raises(KeyUnavailable):
        open_keyring(settings, slots)
    assert not path.exists()
    kept.rename(path)
    open_keyring(settings, slots)
