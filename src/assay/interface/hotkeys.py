"""Keys for everything an annotator can pick, allocated once per interface.

A key is a digit, a letter, or a sequence of two: "g" and then a digit or letter ("g c"). One key does one
thing in the whole interface, so a hand that has learnt it never has to look. What the declaration asks for
comes first; the rest get 1 to 9, then the letters, then sequences, in the order they are shown, until none is
left.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from string import ascii_lowercase, digits

from assay.interface.context import Parsing
from assay.interface.fields.base import KeyRequest

SEQUENCE_PREFIX = "g"

RESERVED = frozenset({SEQUENCE_PREFIX, "0", "h", "j", "k", "v"})
"""Keys of the workspace itself: begin a sequence, fit the view, move the view, next and previous
disagreement, select. Everything that is no letter or digit (Enter, Escape, arrows, `/`, `?`, with Ctrl) is
the workspace's, too."""

AUTOMATIC = (
    *(digit for digit in digits if digit not in RESERVED),
    *(letter for letter in ascii_lowercase if letter not in RESERVED),
    *(f"{SEQUENCE_PREFIX} {second}" for second in ascii_lowercase + digits),
)
"""The order in which keys are given out."""

_KEY = re.compile(f"[a-z0-9]|{SEQUENCE_PREFIX} [a-z0-9]")

Target = dict[str, str]
"""`{"field": dotted path of the declaration, "value": what is picked}`."""


def allocate(requests: Iterable[KeyRequest], parsing: Parsing) -> dict[str, Target]:
    """Key -> what it picks. An explicit key that is reserved, no key at all or taken is a problem."""
    asked = list(requests)
    taken: dict[str, KeyRequest] = {}
    for request in asked:
        if request.hotkey is None:
            continue
        if not _KEY.fullmatch(request.hotkey):
            parsing.fail(request.path, "hotkey", "a hotkey is a digit, a letter, or g and one of these: g c")
        elif request.hotkey in RESERVED:
            parsing.fail(request.path, "hotkey_reserved", "this key belongs to the workspace")
        elif request.hotkey in taken:
            other = taken[request.hotkey]
            message = f"this key already picks {other.value} of {other.field}"
            parsing.fail(request.path, "hotkey_conflict", message)
        else:
            taken[request.hotkey] = request
    free = iter([key for key in AUTOMATIC if key not in taken])
    for request in asked:
        if request.hotkey is None and request.automatic:
            key = next(free, None)
            if key is None:
                break
            taken[key] = request
    return {key: {"field": request.field, "value": request.value} for key, request in taken.items()}
