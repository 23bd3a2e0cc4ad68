"""What an open cell does by itself: end leases that ran out, settle annotated tasks, deliver webhooks."""

from assay.server.background.service import Background

__all__ = ["Background"]
