"""The duties of all features, in the order in which the background loops go through them."""

from __future__ import annotations

from collections.abc import Sequence

from assay.server.background.service import Step
from assay.server.consensus.service import settle_annotated
from assay.server.idempotency.service import sweep as sweep_idempotency_keys
from assay.server.leases.service import sweep
from assay.server.webhooks.delivery import Courier
from assay.settings import Settings

DUTIES: Sequence[Step] = (sweep, settle_annotated, sweep_idempotency_keys)


def outgoing(settings: Settings) -> Sequence[Step]:
    """Duties that wait for other machines: in a loop of their own, so that nothing here waits for them."""
    return (Courier(allow_private=settings.webhook_allow_private_addresses).deliver,)
