"""Whether this process is well, and what it does: health, readiness, metrics, request logs."""
