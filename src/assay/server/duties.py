"""The duties of all features, in the order in which the background loop goes through them."""

from __future__ import annotations

from collections.abc import Sequence

from assay.server.background.service import Step
from assay.server.consensus.service import settle_annotated
from assay.server.leases.service import sweep

DUTIES: Sequence[Step] = (sweep, settle_annotated)
