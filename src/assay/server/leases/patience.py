"""How often an annotator for whom there is nothing may have the whole queue gone through."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Hashable

_SHARE = 0.02
_LONGEST_SECONDS = 30.0
_CAPACITY = 10_000


class Patience:
    """Lets looks that were in vain take a fiftieth of the time at most, for each annotator: a queue of a few
    rows is looked through every time, one of a hundred thousand every ten seconds or so.

    Kept in memory: what is forgotten, or known to another process, costs one more look.
    """

    def __init__(self) -> None:
        self._until: OrderedDict[Hashable, float] = OrderedDict()

    def may_look(self, who: Hashable) -> bool:
        return self._until.get(who, 0.0) <= time.monotonic()

    def looked_in_vain(self, who: Hashable, seconds: float) -> None:
        """The look took `seconds` and found nothing."""
        self._until[who] = time.monotonic() + min(seconds / _SHARE, _LONGEST_SECONDS)
        self._until.move_to_end(who)
        if len(self._until) > _CAPACITY:
            self._until.popitem(last=False)
