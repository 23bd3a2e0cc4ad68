"""The order in which the inputs of a preference are shown, so that nobody's place wins by being first.

Drawn anew for every lease, and yet a function of it: whoever knows the lease's id and the interface can say
later what was shown first. This algorithm therefore never changes (its vectors stand in the tests).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any
from uuid import UUID

from assay.interface.fields.base import Field
from assay.interface.fields.preference import Preference


def shuffled(fields: Iterable[Field[Any]]) -> Iterator[Preference]:
    """The preference fields whose inputs change places: all but those with `"ui": {"shuffle": false}`."""
    for field in fields:
        if isinstance(field, Preference):
            if field.declared.ui.get("shuffle") is not False:
                yield field
        else:
            yield from shuffled(field.children())


def shown_order(preference: Preference, lease: UUID) -> list[str]:
    """Names of the inputs as they are shown under a lease: by SHA-256(lease id, field path, 0, name)."""
    place = lease.bytes + preference.path.encode() + b"\x00"
    return sorted(preference.over, key=lambda name: sha256(place + name.encode()).digest())
